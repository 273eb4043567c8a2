"""Rows in the order of their groups and users: both ways to it, and pairs of sets that were sorted before or not."""

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

from results_widgets.engine.cache import Cache
from results_widgets.engine.counting import previous
from results_widgets.engine.counting.previous import by_group
from results_widgets.engine.counting.time_index import TimeIndex
from tests.support.profiles import examples

ROWS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), max_size=40)


def index_of(rows: list[tuple[int, int]]) -> TimeIndex:
    """Return an index of rows of a user and a code each."""
    frame = pl.DataFrame(
        {"time": range(len(rows)), "user": [user for user, _ in rows], "row": range(len(rows))},
        schema={"time": pl.Int64, "user": pl.UInt32, "row": pl.UInt32},
    )
    return TimeIndex(frame, pl.Series([code for _, code in rows], dtype=pl.Int32), Cache())


@settings(max_examples=examples(40))
@given(groups=st.lists(st.integers(0, 300), max_size=60))
def test_many_rows_are_grouped_as_few_are_sorted(groups: list[int]) -> None:
    group = pl.Series(groups, dtype=pl.UInt16)
    at = pl.int_range(len(groups), dtype=pl.UInt32, eager=True)
    few = by_group(group, at)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(previous, "_MANY", 0)
        many = by_group(group, at)
    assert [one.dtype for one in many] == [pl.UInt16, pl.UInt32]
    assert [one.to_list() for one in many] == [one.to_list() for one in few]


@settings(max_examples=examples(60))
@given(rows=ROWS)
def test_pairs_of_sorted_sets_are_those_found_among_all_rows(rows: list[tuple[int, int]]) -> None:
    pairs = [((0, 1), (2,)), ((3,), (0,)), ((0, 2), (2, 4))]
    sorted_before, scanned = index_of(rows), index_of(rows)
    sorted_before.occurrences([codes for pair in pairs for codes in pair])
    for one, other in pairs:
        known, found = (index.pair_occurrences(one, other) for index in (sorted_before, scanned))
        for name in ("end", "start", "previous"):
            assert getattr(known, name).to_list() == getattr(found, name).to_list()
        assert found.end.to_list() == [end for _, end in stretches(rows, one, other)]
        assert found.start is not None
        assert found.start.to_list() == [start for start, _ in stretches(rows, one, other)]


def stretches(
    rows: list[tuple[int, int]], one: tuple[int, ...], other: tuple[int, ...]
) -> list[tuple[int, int]]:
    """Return the shortest stretches with both sets of one user, by their ends, found in the plainest way."""
    every = []
    for end, (user, code) in enumerate(rows):
        for mine, theirs in ((one, other), (other, one)):
            own = [at for at in range(end + 1) if rows[at][0] == user and rows[at][1] in theirs]
            if code in mine and own:
                every.append((own[-1], end))
    within = {
        one
        for one in every
        if not any(
            two != one
            and one[0] <= two[0]
            and two[1] <= one[1]
            and rows[two[0]][0] == rows[one[0]][0]
            for two in every
        )
    }
    return sorted(within, key=lambda stretch: stretch[1])
