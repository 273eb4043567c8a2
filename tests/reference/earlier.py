"""The period that a range is compared with, counted when it was as old as the range is now."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from tests.reference.case import Case, Query, microseconds
from tests.reference.rows import newest
from tests.reference.walk import ended_at, walk


def may_grow(case: Case, query: Query) -> bool:
    """Whether a range has an entry whose window is open, or lies, of a campaign that goes on, partly ahead."""
    last = newest(case, query)
    assert query.end is not None
    goes_on = case.campaign.get("status") != "finished"
    return (goes_on and last < microseconds(query.end)) or any(
        query.holds(entry.started_at) and ended_at(case, entry) > last
        for entry in walk(case, query)
    )


def earlier(case: Case, query: Query, against: Literal["previous", "last_year"] | date) -> Query:
    """How the period that a range is compared with is asked for: the one of equal length before it, or one that
    begins on a day at the same time of day.

    Where the range may still grow, nothing later than as long after an earlier period's start is known of it
    as is known of the range after its own.
    """
    assert query.start is not None
    assert query.end is not None
    length = query.end - query.start
    start = query.start - length
    if against != "previous":
        zone = ZoneInfo(query.zone)
        began = query.start.astimezone(zone)
        day = began.date() if against == "last_year" else against
        if against == "last_year":
            # A leap day has the day before it.
            while (day.month, day.day) == (2, 29):
                day -= timedelta(days=1)
            day = date(day.year - 1, day.month, day.day)
        start = datetime.combine(day, began.time(), zone).astimezone(query.start.tzinfo)
    other = replace(query, start=start, end=start + length)
    if start >= query.start or not may_grow(case, query):
        return other
    age = newest(case, query) - microseconds(query.start)
    return replace(other, until=microseconds(start) + age)
