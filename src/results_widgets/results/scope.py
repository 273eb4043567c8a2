"""The same results in another scope: another range, time zone, definition set or set of users."""

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date, datetime

from results_widgets.definitions import Definitions, as_definitions
from results_widgets.engine.metrics.beside import beside
from results_widgets.engine.metrics.earlier import Against, Age, Earlier, earlier, previous_query
from results_widgets.engine.query import Clock, Uniques, as_moment, check_clock, check_uniques
from results_widgets.errors import QueryError
from results_widgets.keys import DefinitionSet
from results_widgets.results.session import HasSession, ResultsT
from results_widgets.tables.zones import check_zone

Edge = str | date | datetime | None
"""An edge of a range; None leaves that side open."""


def between(self: ResultsT, start: Edge = None, end: Edge = None) -> ResultsT:
    """Return the results of a range: entries that start in it, events and conversions that happen in it.

    Args:
        start: A date or ``"2026-03-01"`` (from its first instant in the time zone), an aware
            datetime, or None.
        end: A date (the whole day is included), an aware datetime (excluded), or None.

    Returns:
        New results that share the data.

    Raises:
        QueryError: An edge cannot be read, is a datetime without a zone, or the end is before the
            start.

    Examples:
        >>> results.between("2026-03-01", "2026-03-31").unique_users()
        148
    """
    session = self._session
    query = replace(session.query, start=as_moment(start), end=as_moment(end))
    first, last = query.micros()
    if first is not None and last is not None and last < first:
        raise QueryError(f"the range ends ({end}) before it starts ({start}); swap them")
    return self._with(session.with_query(query))


def month(self: ResultsT, month: str) -> ResultsT:
    """Return the results of one month, by the days of the time zone.

    Args:
        month: Year and month, such as ``"2026-03"``.

    Returns:
        New results that share the data; the same as `between` with its first and last day.

    Raises:
        QueryError: It is not a month.

    Examples:
        >>> results.month("2026-03").unique_users()
        148
    """
    return between(self, *days_of_month(month))


def days_of_month(month: str) -> tuple[date, date]:
    """Return the first and the last day of a month.

    Raises:
        QueryError: It is not a month.
    """
    if not re.fullmatch(r"(?!0000)\d{4}-(0[1-9]|1[0-2])", str(month)):
        raise QueryError(f"{month!r} is not a month; write '2026-03'")
    first = date.fromisoformat(f"{month}-01")
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def in_time_zone(self: ResultsT, time_zone: str) -> ResultsT:
    """Return the results with the days of another time zone.

    Args:
        time_zone: IANA name, such as ``"Europe/Oslo"``.

    Returns:
        New results that share the data.

    Raises:
        QueryError: There is no such zone.

    Examples:
        >>> results.in_time_zone("Asia/Tokyo").between("2026-03-02", "2026-03-02").unique_users()
        2
    """
    session = self._session
    query = replace(session.query, time_zone=check_zone(time_zone))
    return self._with(replace(session, query=query, zone_is_named=True))


def with_definitions(self: ResultsT, definitions: DefinitionSet | Definitions) -> ResultsT:
    """Return the results under another definition set.

    Args:
        definitions: Name of a built-in set, or a `Definitions`.

    Returns:
        New results that share the data.

    Raises:
        QueryError: No built-in set has that name, or the set refers to something that this campaign does not have.

    Examples:
        >>> results.with_definitions("leanplum-v2").definitions.email_rate_base
        'sent'
    """
    session = self._session
    found = as_definitions(definitions, session.campaign.known_channels)
    query = replace(session.query, definitions=found)
    return self._with(session.with_query(query))


def with_clock(self: ResultsT, clock: Clock) -> ResultsT:
    """Return the results with every event counted on the day it happened, or on the day its entry started.

    With the entry clock, a range covers everything that happened in the entries that started in it, whenever it
    happened. Events outside any entry are then left out, and `quality` counts them.

    Args:
        clock: ``"event"`` or ``"entry"``.

    Returns:
        New results that share the data.

    Raises:
        QueryError: It is neither of these two.

    Examples:
        >>> week = results.between("2026-03-09", "2026-03-15")
        >>> by_entry = week.with_clock("entry")
        >>> [one.conversions().height for one in (week, by_entry)]
        [9, 11]
    """
    session = self._session
    return self._with(session.with_query(replace(session.query, clock=check_clock(clock))))


def with_uniques(self: ResultsT, uniques: Uniques) -> ResultsT:
    """Return the results with distinct users counted exactly, or estimated by sketches.

    The error of an estimate is below 1.75 % in 99.7 of 100 cases. They are computed from hourly cells,
    so a range starts and ends on the hour, and there is no breakdown by a column.

    Args:
        uniques: ``"exact"`` or ``"approximate"``.

    Returns:
        New results that share the data.

    Raises:
        QueryError: It is neither of these two.

    Examples:
        >>> results.with_uniques("approximate").unique_users()
        171
    """
    session = self._session
    return self._with(session.with_query(replace(session.query, uniques=check_uniques(uniques))))


def analytics(self: ResultsT, *, developers: bool = False) -> ResultsT:
    """Return the results without developer profiles, as "View in Analytics" shows them.

    Args:
        developers: Whether to count developers after all.

    Returns:
        New results that share the data.

    Examples:
        >>> results.unique_users(), results.analytics().unique_users()
        (171, 169)
    """
    session = self._session
    return self._with(session.with_query(replace(session.query, developers=developers)))


def previous(self: ResultsT, *, equal_age: bool = False) -> ResultsT | None:
    """Return the results of the period of equal length just before the range.

    Args:
        equal_age: Whether to count the earlier period as of when it was as old as the range is now, without what
            happened later; the widgets and ``explore(compare="previous")`` compare this way, because entries with
            open windows have had less time to convert than earlier ones. Where nothing in the range can still
            change, it makes no difference.

    Returns:
        New results that share the data; None unless the range has both a start and an end.

    Raises:
        QueryError: With ``equal_age``, if these results come from a roll-up and the range may still change: a
            roll-up does not know when its entries converted.

    Examples:
        >>> week = results.between("2026-03-09", "2026-03-15")
        >>> week.previous()
        Results('Win-back, spring 2026', from 2026-03-02 to 2026-03-08; definitions default; days of UTC)
        >>> fortnight = results.between("2026-03-30", "2026-04-12")
        >>> for before in (fortnight.previous(), fortnight.previous(equal_age=True)):
        ...     print(round(before.overview().filter(metric="converted_rate")["value"].item(), 3))
        0.25
        0.192
    """
    session = self._session
    if not equal_age:
        query = previous_query(session.query)
        return None if query is None else self._with(session.with_query(query))
    found = earlier(session.data, session.query, of_everybody=True)
    if found is None:
        return None
    if found.age == "unequal":
        raise QueryError(
            "a roll-up does not know when the entries of a day converted; use the results that it was made from"
        )
    return _of_earlier(self, found)


def compared(
    results: ResultsT, against: "Against | HasSession" = "previous"
) -> tuple[ResultsT, Age] | None:
    """Return what the results are compared with on screen, and how old that is beside them.

    Args:
        results: As selected.
        against: The period that is meant, or the results of another campaign.

    Returns:
        The results of that period, or of that campaign's days, of which only the metrics may be asked, at
        equal age where that is known; of a period None unless the range has both a start and an end.
    """
    session = results._session
    if not isinstance(against, str | date):
        other = against._session
        there = beside(session.data, session.query, other.data, other.query)
        shown = results._with(other.written_in(session.locale))
        return _of_earlier(shown, there), there.age
    found = earlier(session.data, session.query, against)
    return None if found is None else (_of_earlier(results, found), found.age)


def _of_earlier(results: ResultsT, found: Earlier) -> ResultsT:
    session = results._session
    reading = replace(session.reading, data=found.data)
    return results._with(replace(session, reading=reading, query=found.query))
