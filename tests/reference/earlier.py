"""The period before a range, counted when it was as old as the range is now."""

from dataclasses import replace

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


def earlier(case: Case, query: Query) -> Query:
    """How the period of equal length before a range is asked for.

    Where the range may still grow, nothing later than as long after the period's start is known of it
    as is known of the range after its own.
    """
    assert query.start is not None
    assert query.end is not None
    before = replace(query, start=query.start - (query.end - query.start), end=query.start)
    if not may_grow(case, query):
        return before
    return replace(
        before, until=newest(case, query) - microseconds(query.end) + microseconds(query.start)
    )
