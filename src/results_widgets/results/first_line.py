"""Which metric over time suits a campaign best: the line drawn where none was chosen.

docs/rules.md has the rule, "The chart that comes first".
"""

from math import ceil
from typing import Final, Literal, NamedTuple

import polars as pl

from results_widgets.engine.query import Grouping
from results_widgets.errors import QueryError
from results_widgets.glossary import Metric
from results_widgets.glossary.campaign import (
    CONVERSIONS,
    ENGAGED,
    UNIQUE_CONVERTERS,
    USERS,
)
from results_widgets.keys import Every
from results_widgets.results.over_time import explored
from results_widgets.results.session import Session

_MOST: Final = 0.8
"""The share of the entries that start a blast together."""
_SHORT: Final = 20
"""They start within one of so many parts of the campaign's days."""
_WEEK: Final = 7
"""Up to so many days that is one day; of more it is two at least, since a send may run past midnight."""
_FEW_DAYS: Final = 3
"""Campaigns of so few days are drawn by hours."""

Shape = Literal["empty", "blast", "journey"]


class Line(NamedTuple):
    """A line over time.

    Attributes:
        metric: Key of the campaign's metric.
        every: What a selection has as its interval: ``"auto"``, which follows what is selected, or one.
        interval: The interval that this is now.
        cumulative: Whether it adds up from the start.
        shape: What the entries look like: all at once, or over time; or there are none.
    """

    metric: str
    every: Every | Literal["auto"]
    interval: Every
    cumulative: bool
    shape: Shape


def first_line(session: Session) -> Line:
    """Return the line that suits how a campaign's entries are spread over its days."""
    return session.cached("first line", compute=lambda: _find(session))


def _find(session: Session) -> Line:
    entries = _series(session, USERS, "1d")
    total = 0.0 if entries is None else float(entries.sum() or 0)
    if entries is None or not total:
        return Line(USERS.key, "auto", "1d", cumulative=False, shape="empty")
    days = max(1 if len(entries) <= _WEEK else 2, ceil(len(entries) / _SHORT))
    at_once = float(entries.rolling_sum(days, min_samples=1).max() or 0)  # type: ignore[arg-type]
    if at_once >= _MOST * total:
        return _of_blast(session, len(entries))
    return _of_journey(session)


def _of_blast(session: Session, days: int) -> Line:
    """Return who converted by when, else who engaged: by hours where there are few days."""
    has_hours = session.cell_length in (None, "1h", "15m")
    every: Every = "1h" if days <= _FEW_DAYS and has_hours else "1d"
    for metric in (UNIQUE_CONVERTERS, CONVERSIONS, ENGAGED):
        series = _series(session, metric, every)
        if series is not None and series.sum():
            return Line(metric.key, every, every, cumulative=True, shape="blast")
    return Line(USERS.key, every, every, cumulative=True, shape="blast")


def _of_journey(session: Session) -> Line:
    """Return how many converted, the line of which every screen has room for all words; entries if nobody did."""
    conversions = _series(session, CONVERSIONS, "1d")
    metric = USERS if conversions is None or not conversions.sum() else CONVERSIONS
    return Line(metric.key, "auto", "1d", cumulative=False, shape="journey")


def _series(session: Session, metric: Metric, every: Every) -> pl.Series | None:
    """Return a metric by interval; None where that cannot be told."""
    try:
        return explored(session, Grouping(every=every), (metric.key, None, None))["value"]
    except QueryError:
        return None
