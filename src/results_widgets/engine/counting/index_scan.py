"""Counting over time indexes: any range, zone, interval and breakdown without another sort."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from results_widgets.engine.cache import Key
from results_widgets.engine.counting.indexes import Indexes, breakdown_of
from results_widgets.engine.counting.occurrences import Occurrences, Slice, positions_before
from results_widgets.engine.counting.time_index import Breakdown, DayStarts, TimeIndex
from results_widgets.engine.encoding.user_ids import FEW_ROWS, map_parallel
from results_widgets.engine.query import BUCKET
from results_widgets.engine.scoped import COUNT, DAY_KEY, SET, USERS, CodeSet, Kind, ScopedRows

_CATEGORY: Final = "_category"
"""The number of a row's group."""

Find = Callable[[TimeIndex, Breakdown | None, DayStarts | None], Sequence[Occurrences]]


def by_index(
    scoped: ScopedRows,
    indexes: Indexes,
    kind: Kind,
    sets: Sequence[CodeSet],
    unit: Sequence[str],
) -> pl.DataFrame:
    """Return `SET` (place among the sets), the question's keys, `COUNT` of rows and `USERS`.

    Users with their day as a unit count once for each local day; without a unit, `USERS` are rows.
    """

    def find(
        index: TimeIndex, breakdown: Breakdown | None, days: DayStarts | None
    ) -> list[Occurrences]:
        found = index.occurrences(sets, breakdown, days)
        return found if unit else [replace(one, previous=None) for one in found]

    return _counted(scoped, indexes, kind, find, by_day=DAY_KEY in unit)


def both_by_index(
    scoped: ScopedRows,
    indexes: Indexes,
    pairs: Sequence[tuple[CodeSet, CodeSet]],
    kind: Kind = "events",
) -> pl.DataFrame:
    """Return `SET` (place among the pairs), the question's keys and `USERS`: distinct users with codes of both."""

    def find(
        index: TimeIndex, breakdown: Breakdown | None, _: DayStarts | None
    ) -> list[Occurrences]:
        few = len(index) < FEW_ROWS
        return map_parallel(lambda pair: index.pair_occurrences(*pair, breakdown), pairs, few=few)

    return _counted(scoped, indexes, kind, find, by_day=False).drop(COUNT)


def _counted(
    scoped: ScopedRows, indexes: Indexes, kind: Kind, find: Find, *, by_day: bool
) -> pl.DataFrame:
    found: defaultdict[tuple[int, ...], list[int]] = defaultdict(lambda: [0, 0])
    values = pl.DataFrame()
    by, whole = scoped.grouping.by, indexes.of(kind)
    for sign, index in _signed(scoped, indexes, kind):
        breakdown = None if by is None else breakdown_of(indexes.data, by, index, whole)
        values = values if breakdown is None else breakdown.values
        days = index.day_starts(scoped.data.calendar(scoped.query)) if by_day else None
        slices = list(_slices(scoped, index, days))
        edges = [edge for one in slices for edge in (one.start, one.end)]
        every = find(index, breakdown, days)
        for place, bounds in enumerate(positions_before(every, edges) if slices else ()):
            for count in every[place].counts(slices, bounds):
                total = found[place, count.category, count.bucket]
                total[0] += sign * count.rows
                total[1] += sign * count.users
    return _frame(scoped, found, values)


def _signed(scoped: ScopedRows, indexes: Indexes, kind: Kind) -> Iterator[tuple[int, TimeIndex]]:
    """Yield everybody's index with 1, and the developers' with -1 if they are not to be counted."""
    yield 1, indexes.of(kind)
    if not scoped.query.developers and indexes.data.developers is not None:
        yield -1, replace(indexes, developers_only=True).of(kind)


def _frame(
    scoped: ScopedRows, found: dict[tuple[int, ...], list[int]], values: pl.DataFrame
) -> pl.DataFrame:
    rows = [(*key, *total) for key, total in found.items() if total[0]]
    names = (SET, _CATEGORY, BUCKET, COUNT, USERS)
    # By column: a frame made from rows takes longer than it took to count them.
    every = zip(*rows, strict=True) if rows else [()] * len(names)
    own = {
        name: pl.Series(name, column, dtype=pl.Int64)
        for name, column in zip(names, every, strict=True)
    }
    own |= {column.name: column.gather(own[_CATEGORY]) for column in values}
    return pl.DataFrame([own[name] for name in (SET, *scoped.grouping.keys, COUNT, USERS)])


def _slices(scoped: ScopedRows, index: TimeIndex, days: DayStarts | None) -> Iterator[Slice]:
    """Cut the range into intervals.

    Where users count once a day, an interval that starts within a day is cut again at the end of
    that day: in its first part a user counts if new since the interval's start, in the rest if the
    row is the first of its day.
    """
    first, last = index.within(*scoped.edges)
    if first >= last:
        return
    grouping, buckets = scoped.grouping, [(0, first, last)]
    if grouping.every is not None:
        buckets = _buckets(scoped, index, grouping.every, first, last)
    for bucket, start, end in buckets:
        since = first if grouping.cumulative else start
        midnight = end if days is None else min([end, *_next_day(days, since)])
        parts = (
            Slice(bucket, start, midnight, since),
            Slice(bucket, max(start, midnight), end, None),
        )
        yield from (part for part in parts if part.start < part.end)


def _next_day(days: DayStarts, position: int) -> list[int]:
    """Return the position of the first day that starts at or after a position, if there is one."""
    found = bisect_left(days.starts, position)
    return days.starts[found : found + 1]


def _buckets(
    scoped: ScopedRows, index: TimeIndex, every: str, first: int, last: int
) -> list[tuple[int, int, int]]:
    """Return number, first position and one past the last of each interval."""
    calendar = scoped.data.calendar(scoped.query)

    def find() -> list[tuple[int, int, int]]:
        times = index.rows["time"]
        numbers = calendar.between(times[first], times[last - 1], every)
        starts = [max(first, place) for place in index.positions(calendar.starts(numbers, every))]
        ends = [*starts[1:], last]
        return [*zip(numbers, starts, ends, strict=True)]

    key = Key[list[tuple[int, int, int]]]
    return index.cache.get(
        key("intervals", (index, calendar, every, first, last), evictable=True), find
    )
