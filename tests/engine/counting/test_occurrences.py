"""Rows and users of slices of occurrences, each way of counting them against one row at a time."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from random import Random

import polars as pl
import pytest

from results_widgets.engine.counting import occurrences
from results_widgets.engine.counting.occurrences import Count, Occurrences, Slice, positions_before

Row = tuple[int, int, int]
"""Position, user and category of a row."""


def rows_of(random: Random, count: int, categories: int) -> list[Row]:
    """Some of twice as many positions; each row with one of a few users."""
    places = sorted(random.sample(range(2 * count), count))
    return [(at, random.randrange(4), random.randrange(categories)) for at in places]


def occurrences_of(rows: list[Row], categories: int, *, days: list[int] | None) -> Occurrences:
    """The rows as a list of occurrences: users are counted apart in each category."""
    last: dict[tuple[int, int], int] = {}
    previous, first_of_day = [], []
    for at, user, category in rows:
        before = last.get((user, category), 0)
        previous.append(before)
        since = max((start for start in days or [0] if start <= at), default=0)
        first_of_day.append(before <= since)
        last[user, category] = at + 1
    return Occurrences(
        pl.Series([at for at, *_ in rows], dtype=pl.UInt32),
        pl.Series(previous, dtype=pl.UInt32),
        category=pl.Series([category for *_, category in rows], dtype=pl.UInt32),
        categories=categories,
        first_of_day=None if days is None else pl.Series(first_of_day, dtype=pl.Boolean),
    )


def one_by_one(rows: list[Row], slices: list[Slice], days: list[int] | None) -> Counter[object]:
    """The same counts, as sets of users."""
    found: Counter[object] = Counter()
    for one in slices:
        seen: set[object] = set()
        of_day = max((start for start in days or [] if start <= one.start), default=0)
        for at, user, category in rows:
            if not (of_day if one.since is None else one.since) <= at < one.end:
                continue
            day = 0 if one.since is not None else sum(start <= at for start in days or [])
            is_new, inside = (user, category, day) not in seen, one.start <= at
            seen.add((user, category, day))
            found[one.bucket, category, "rows"] += inside
            found[one.bucket, category, "users"] += inside and is_new
    return +found


def summed(counts: Iterator[Count]) -> Counter[object]:
    found: Counter[object] = Counter()
    for one in counts:
        found[one.bucket, one.category, "rows"] += one.rows
        found[one.bucket, one.category, "users"] += one.users
    return +found


def slices_of(
    random: Random, size: int, *, cumulative: bool, days: list[int] | None
) -> list[Slice]:
    """Slices that adjoin; with days each bucket has the rest of a day, and whole days."""
    cuts = sorted({0, size, *random.choices(range(size), k=6)})
    found = []
    for bucket, (start, end) in enumerate(pairwise(cuts)):
        since = 0 if cumulative else start
        midnight = end if days is None else min([end, *(d for d in days if d >= since)])
        if start < midnight:
            found.append(Slice(bucket, start, midnight, since))
        if max(start, midnight) < end:
            found.append(Slice(bucket, max(start, midnight), end, None))
    return found


@pytest.mark.parametrize("categories", [1, 3, 100])
@pytest.mark.parametrize("by_day", [False, True])
@pytest.mark.parametrize("together", [False, True])
def test_slices_count_as_one_row_at_a_time(
    monkeypatch: pytest.MonkeyPatch, categories: int, *, by_day: bool, together: bool
) -> None:
    random = Random(f"{categories} {by_day}")
    monkeypatch.setattr(Occurrences, "_is_short", lambda *_: together)
    for round_ in range(6):
        count = random.randint(1, 30)
        rows = rows_of(random, count, categories)
        days = sorted({0, *random.choices(range(2 * count), k=3)}) if by_day else None
        slices = slices_of(random, 2 * count, cumulative=round_ % 2 == 0, days=days)
        asked = occurrences_of(rows, categories, days=days)
        (bounds,) = positions_before([asked], [n for s in slices for n in (s.start, s.end)])
        assert summed(asked.counts(slices, bounds)) == one_by_one(rows, slices, days)


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("category", [None, pl.Series([0, 1, 0], dtype=pl.UInt32)])
def test_without_previous_ones_rows_are_counted(
    monkeypatch: pytest.MonkeyPatch, category: pl.Series | None, *, together: bool
) -> None:
    monkeypatch.setattr(Occurrences, "_is_short", lambda *_: together)
    ends = pl.Series([0, 1, 2], dtype=pl.UInt32)
    asked = Occurrences(ends, None, category=category, categories=1 if category is None else 2)
    found = {*asked.counts([Slice(5, 0, 3, 0)], [0, 3])}
    assert found == (
        {Count(5, 0, 3, 3)} if category is None else {Count(5, 0, 2, 2), Count(5, 1, 1, 1)}
    )


def test_stretches_count_where_they_lie_within_the_slice() -> None:
    # Of one user: from 0 to 2, from 1 to 3, from 4 to 5.
    kind = pl.UInt32
    asked = Occurrences(
        pl.Series([2, 3, 5], dtype=kind),
        pl.Series([0, 1, 2], dtype=kind),
        start=pl.Series([0, 1, 4], dtype=kind),
    )
    for start, end, users in [(0, 6, 1), (1, 4, 1), (2, 4, 0), (2, 6, 1), (0, 3, 1), (4, 6, 1)]:
        one = Slice(0, start, end, start)
        (bounds,) = positions_before([asked], [start, end])
        assert sum(count.users for count in asked.counts([one], bounds)) == users


def piece(first: int, last: int) -> tuple[Slice, int, int]:
    return Slice(0, first, last, None), first, last


def test_many_short_pieces_that_adjoin_count_together() -> None:
    asked = Occurrences(pl.Series(dtype=pl.UInt32), None, categories=64)
    few = Occurrences(pl.Series(dtype=pl.UInt32), None, categories=63)
    assert asked._is_short([piece(0, 1)])
    assert not few._is_short([piece(0, 1)])
    assert few._is_short([piece(0, 1), piece(1, 2)])
    assert not asked._is_short([piece(0, 1), piece(2, 3)])
    assert asked._is_short([piece(5, 6), piece(6, 5 + 2 * 64 * 250 - 1)])
    assert not asked._is_short([piece(5, 6), piece(6, 5 + 2 * 64 * 250)])


def test_more_categories_and_buckets_than_a_small_number_holds() -> None:
    categories = 2**31
    asked = Occurrences(
        pl.Series([0, 1, 2], dtype=pl.UInt32),
        pl.Series([0, 0, 0], dtype=pl.UInt32),
        category=pl.Series([7, 8, categories - 1], dtype=pl.UInt32),
        categories=categories,
    )
    pieces = [(Slice(bucket, at, at + 1, at), at, at + 1) for at, bucket in enumerate((4, 6, 9))]
    expected = {Count(4, 7, 1, 1), Count(6, 8, 1, 1), Count(9, categories - 1, 1, 1)}
    assert {*asked._together(pieces)} == expected


def test_a_slice_without_rows_is_left_out() -> None:
    asked = Occurrences(pl.Series([0, 1, 2], dtype=pl.UInt32), None)
    slices = [Slice(5, 2, 2, 0), Slice(6, 2, 3, 0)]
    assert [*asked.counts(slices, [2, 2, 2, 3])] == [Count(6, 0, 1, 1)]
    assert [*asked.counts(slices[:1], [2, 2])] == []


def test_positions_are_searched_in_every_list() -> None:
    lists = [
        Occurrences(pl.Series(ends, dtype=pl.UInt32), None) for ends in ([0, 3, 3, 8], [], [5])
    ]
    assert positions_before(lists, [0, 3, 4, 9]) == [[0, 1, 3, 4], [0, 0, 0, 0], [0, 0, 0, 1]]
    assert occurrences._how_many(pl.Series([True, False, True])) == 2
