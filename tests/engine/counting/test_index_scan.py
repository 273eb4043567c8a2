"""Ranges counted over time indexes, of few users whose counts are known."""

from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.engine.counting.index_scan import both_by_index, by_index
from results_widgets.engine.counting.indexes import indexes_of
from results_widgets.engine.query import Grouping
from results_widgets.engine.scoped import DAY_KEY, ScopedRows
from tests.support.examples import case

EVENTS = """
anna mail sent   01T10:00
bob  mail sent   01T11:00
anna mail opened 01T12:00
anna mail opened 01T23:00
bob  mail opened 02T01:00
anna mail opened 02T02:00
dev  mail sent   01T09:00
dev  mail opened 03T10:00
"""


def scoped(
    every: str | None = None,
    *,
    cumulative: bool = False,
    has_developer: bool = True,
    start: str | None = None,
) -> ScopedRows:
    """What is asked without developers, of whom there is one, or none."""
    asked = case(EVENTS if has_developer else EVENTS[: EVENTS.index("dev")])
    flags = {"user_id": ["anna", "bob", "dev"], "is_developer": [False, False, True]}
    people = pl.DataFrame(flags) if has_developer else None
    found = rw.Results(dict(asked.campaign), asked.events, people, time_zone="UTC")
    found = found.between(start, "2026-03-05" if start else None).analytics(developers=False)
    session = found._session
    return ScopedRows(session.data, session.query, Grouping(None, every, cumulative))


def counted(asked: ScopedRows, *unit: str) -> list[tuple[Any, ...]]:
    """Opens and who opened, by interval."""
    indexes = indexes_of(asked.data, asked.query.definitions)
    assert indexes is not None
    opened = (asked.data.codes.code(1, "opened"),)
    return sorted(by_index(asked, indexes, "events", [opened], unit).rows())


@pytest.mark.parametrize("has_developer", [True, False])
def test_developers_are_taken_off_where_there_are_any(*, has_developer: bool) -> None:
    asked = scoped(has_developer=has_developer)
    assert counted(asked) == [(0, 4, 4)]
    assert counted(asked, "user") == [(0, 4, 2)]
    assert counted(asked, "user", DAY_KEY) == [(0, 4, 3)]
    indexes = indexes_of(asked.data, asked.query.definitions)
    assert indexes is not None
    codes = asked.data.codes
    pairs = [((codes.code(1, "sent"),), (codes.code(1, "opened"),))]
    assert both_by_index(asked, indexes, pairs).rows() == [(0, 2)]


def test_intervals_count_users_anew_or_all_so_far() -> None:
    def by_interval(every: str, *unit: str, cumulative: bool = False) -> list[tuple[int, int]]:
        rows = counted(scoped(every, cumulative=cumulative), *unit)
        return [(opens, users) for *_, opens, users in rows]

    assert by_interval("1d", "user") == [(2, 1), (2, 2)]
    assert by_interval("1d", "user", cumulative=True) == [(2, 1), (2, 1)]
    assert by_interval("1d", "user", DAY_KEY) == [(2, 1), (2, 2)]
    # Of two opens of one day the second is not anew on its day, but in its hour.
    assert by_interval("1h", "user") == [(1, 1)] * 4
    assert by_interval("1h", "user", cumulative=True) == [(1, 1), (1, 0), (1, 1), (1, 0)]
    assert by_interval("1w", "user", DAY_KEY) == [(2, 1), (2, 2)]


def test_a_range_without_rows_counts_nothing() -> None:
    assert counted(scoped(start="2026-03-04"), "user") == []
    assert counted(scoped("1d", start="2026-03-04"), "user") == []
    assert counted(scoped(start="2026-03-02"), "user") == [(0, 2, 2)]
