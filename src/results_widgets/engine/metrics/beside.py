"""The days of another campaign that a line is compared with, aligned by days since each campaign's first day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from results_widgets.engine.backends.base import Backend
from results_widgets.engine.calendar import from_micros
from results_widgets.engine.metrics.earlier import Earlier, at_age
from results_widgets.engine.metrics.table import span
from results_widgets.engine.query import Grouping, QueryScope
from results_widgets.engine.scoped import ScopedRows


def beside(data: Backend, query: QueryScope, other: Backend, own: QueryScope) -> Earlier:
    """Return the days of another campaign, counted when it was as old as this one is now, where it had longer.

    Args:
        data: This campaign.
        query: The range, or all its days; and how both are asked for.
        other: The other campaign.
        own: The scope of the other results: where their range has a start, that is the campaign's first day, and
            distinct users are counted as they count them.
    """
    zone = query.time_zone
    first, last = (from_micros(at, zone).date() for at in _whole(data, query))
    start, end = query.start or first, query.end or last
    begins = own.micros()[0]
    theirs = from_micros(_whole(other, query)[0] if begins is None else begins, zone).date()
    shift = theirs - first
    # A roll-up can count distinct users only with its sketches.
    scope = replace(query, uniques=own.uniques)
    then = replace(scope, start=_moved(start, shift, zone), end=_moved(end, shift, zone))
    return at_age(data, replace(query, start=start, end=end), other, then)


def _whole(data: Backend, query: QueryScope) -> tuple[int, int]:
    """Return the first and last instant of a campaign's own events, epoch µs."""
    return span(ScopedRows(data, replace(query, start=None, end=None), Grouping()))


def _moved(edge: date | datetime, shift: timedelta, zone: str) -> date | datetime:
    """Return an edge of a range so many days on, an instant at the same time of day."""
    if not isinstance(edge, datetime):
        return edge + shift
    return (edge.astimezone(ZoneInfo(zone)) + shift).astimezone(UTC)
