"""Coded rows sorted by time, with the sorted occurrences of every set of codes that was asked for.

It is to ranges what an inverted index is to words: a set of codes leads to the sorted positions of
its rows, and a range of time to a range of positions by binary search.
"""

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from threading import RLock
from typing import NamedTuple

import polars as pl

from results_widgets.engine.breakdown import By
from results_widgets.engine.cache import Cache, Key
from results_widgets.engine.calendar import Calendar
from results_widgets.engine.counting.occurrences import Occurrences, positions_before
from results_widgets.engine.counting.previous import (
    by_group,
    pair_occurrences,
    previous_in_category,
    previous_occurrences,
    sorted_pairs,
)
from results_widgets.engine.frames import MANY, compute
from results_widgets.engine.scoped import CodeSet, disjoint


@dataclass(frozen=True, eq=False)
class Breakdown:
    """What counts are broken down by, dictionary-encoded for one time index.

    Attributes:
        name: The column, or the columns.
        categories: The category of each user, by user number, if ``per_user``; else of each row, by
            position.
        values: The value of each category: a column for each of those, by the name it has beside rows.
        per_user: Whether every user has rows of one category only.
    """

    name: By
    categories: pl.Series
    values: pl.DataFrame
    per_user: bool


class DayStarts(NamedTuple):
    """The positions at which the local days of a zone start, ascending; the first day's is 0."""

    zone: str
    starts: list[int]


class SortedSets(NamedTuple):
    """The rows of sets of codes that share no code, sorted by set and time.

    Attributes:
        sets: The sets.
        group: The place of each row's set among the sets (UInt16).
        at: The position of each row in the index (UInt32).
        previous: One more than the position of the same user's previous row of the set, 0 without
            one (UInt32); None where only rows can be counted.
    """

    sets: tuple[CodeSet, ...]
    group: pl.Series
    at: pl.Series
    previous: pl.Series | None


@dataclass(frozen=True, eq=False)
class TimeIndex:
    """Coded rows of one kind, sorted by time.

    Attributes:
        rows: time (epoch µs), user (UInt32), row (UInt32: row number in the source), sorted by time.
        code: What happened (whole numbers from 0).
        cache: Where derived columns are kept.
        at: The position in ``rows`` of each code; None if each row has one code. Where a row has
            several, only rows can be counted, not users.
    """

    rows: pl.DataFrame
    code: pl.Series
    cache: Cache
    at: pl.Series | None = None
    _sets: dict[CodeSet, tuple["_Occurring", int]] = field(default_factory=dict, repr=False)
    _building: RLock = field(default_factory=RLock, repr=False)

    def __len__(self) -> int:
        return self.rows.height

    def positions(self, times: Sequence[int]) -> list[int]:
        """Return the first position at or after each time (epoch µs)."""
        wanted = pl.Series(times, dtype=pl.Int64)
        return self.rows["time"].search_sorted(wanted, side="left").to_list()

    def within(self, start: int | None, end: int | None) -> tuple[int, int]:
        """Return the first position of a range of time (epoch µs), and one past its last."""
        times = self.rows["time"]
        # A few steps in Python take less time than one query.
        first = 0 if start is None else bisect_left(times, start)
        return first, len(self) if end is None else bisect_left(times, end)

    def day_starts(self, calendar: Calendar) -> DayStarts:
        """Return where the local days of a zone start."""

        def find() -> DayStarts:
            if not len(self):
                return DayStarts(calendar.zone, [])
            return DayStarts(calendar.zone, self.positions(calendar.day_starts(self.rows["time"])))

        return self.cache.get(Key("day starts", (self, calendar.zone), evictable=True), find)

    def knows(self, sets: Iterable[CodeSet]) -> bool:
        """Whether the occurrences of these sets have been sorted already."""
        return all(codes in self._sets for codes in sets)

    def occurrences(
        self,
        sets: Sequence[CodeSet],
        breakdown: Breakdown | None = None,
        days: DayStarts | None = None,
    ) -> list[Occurrences]:
        """Return the occurrences of each set of codes.

        Args:
            sets: The sets.
            breakdown: What they are broken down by.
            days: The days on each of which a user counts once; None: users count once.
        """
        if not self.knows(sets):
            with self._building:
                self._sort([codes for codes in dict.fromkeys(sets) if not self.knows([codes])])
        found = [self._sets[codes] for codes in sets]
        return [together.occurrences(place, breakdown, days) for together, place in found]

    def _sort(self, sets: list[CodeSet]) -> None:
        for apart in disjoint(sets):
            self.add(_sorted(self, apart))

    def add(self, found: SortedSets) -> None:
        """Add sets that are sorted."""
        together = _Occurring(self, found)
        self._sets.update({codes: (together, n) for n, codes in enumerate(found.sets)})

    @property
    def sorted_sets(self) -> list[SortedSets]:
        """The sets that have been sorted so far."""
        known = [together for together, _ in [*self._sets.values()]]
        return [together.found for together in dict.fromkeys(known)]

    def pair_occurrences(
        self, one: CodeSet, other: CodeSet, breakdown: Breakdown | None = None
    ) -> Occurrences:
        """Return the shortest stretches with a row of each of two sets, of one user and category."""
        split = _within_users(breakdown)

        def find() -> Occurrences:
            user, at, sides = self._of_either(one, other)
            category = None if split is None else split.categories.gather(at)
            return pair_occurrences(user, at, sides, category)

        key = self._pairs_key(one, other, split)
        found = self.cache.get(key, find)
        if breakdown is None:
            return found
        category = self.categories(breakdown, found.end, key)
        return replace(found, category=category, categories=len(breakdown.values))

    def _of_either(self, one: CodeSet, other: CodeSet) -> tuple[pl.Series, pl.Series, pl.Series]:
        """Return the rows of two sets by user and time: user, position, of which set (3: of both)."""
        groups = {code: (code in one) + 2 * (code in other) for code in {*one, *other}}
        if self.knows([one, other]) and not {*one} & {*other}:
            at = pl.concat([found.end for found in self.occurrences([one, other])])
        else:
            at = self.grouped_rows(groups)["at"]
        user, at = sorted_pairs(self.users(at), at)
        return user, at, self._table(groups).gather(self.code.gather(at).cast(pl.UInt32))

    def knows_pairs(self, pairs: Iterable[tuple[CodeSet, CodeSet]]) -> bool:
        """Whether the stretches of these pairs have been found already, without a breakdown."""
        return all(
            self.cache.known(self._pairs_key(one, other, None)) is not None for one, other in pairs
        )

    def _pairs_key(self, one: CodeSet, other: CodeSet, split: Breakdown | None) -> Key[Occurrences]:
        of = (self, one, other, split and split.name)
        return Key("pairs", of, evictable=split is not None)

    def categories(self, breakdown: Breakdown, at: pl.Series, of: Hashable) -> pl.Series:
        """Return the categories at positions, cached by ``of``, which says whose positions they are."""

        def find() -> pl.Series:
            return breakdown.categories.gather(self.users(at) if breakdown.per_user else at)

        return self.cache.get(Key("categories at", (of, breakdown.name), evictable=True), find)

    def users(self, at: pl.Series) -> pl.Series:
        """Return the users at positions."""
        return self.rows["user"].gather(at)

    def grouped_rows(self, groups: Mapping[int, int]) -> pl.DataFrame:
        """Return the rows whose code has a group: at (UInt32: position), group (UInt16), by time."""
        at = pl.int_range(pl.len(), dtype=pl.UInt32) if self.at is None else pl.lit(self.at)
        own = {"group": self._table(groups).gather(self.code.cast(pl.UInt32))}
        rows = pl.LazyFrame(own).with_columns(at.alias("at")).drop_nulls("group")
        return compute(rows, few=len(self.code) < MANY)

    def _table(self, groups: Mapping[int, int]) -> pl.Series:
        """Return the group of each code (UInt16), null without one."""
        top = self.code.max()
        known = range(1 + (top if isinstance(top, int) else 0))
        return pl.Series([groups.get(code) for code in known], dtype=pl.UInt16)


def _sorted(index: TimeIndex, sets: Sequence[CodeSet]) -> SortedSets:
    rows = index.grouped_rows({code: n for n, codes in enumerate(sets) for code in codes})
    group, at = by_group(rows["group"], rows["at"])
    previous = previous_occurrences(index.users(at), group, at) if index.at is None else None
    return SortedSets(tuple(sets), group, at, previous)


class _Occurring:
    """The occurrences of sets that share no code, so that one sort serves all of them."""

    def __init__(self, index: TimeIndex, found: SortedSets) -> None:
        self._index = index
        self.found = found
        sets, self._group, self._at, self._previous = found
        bounds = [bisect_left(self._group, place) for place in range(len(sets) + 1)]
        self._cuts = [slice(low, high) for low, high in pairwise(bounds)]
        previous = self._previous
        self._occurrences = [
            Occurrences(self._at[cut], None if previous is None else previous[cut])
            for cut in self._cuts
        ]

    def occurrences(
        self, place: int, breakdown: Breakdown | None, days: DayStarts | None
    ) -> Occurrences:
        """Return the occurrences of the set at a place among the sets."""
        found, cut = self._occurrences[place], self._cuts[place]
        previous = self._previous_of(breakdown)
        if breakdown is not None:
            category = self._index.categories(breakdown, self._at, self)[cut]
            found = replace(found, category=category, categories=len(breakdown.values))
        if previous is None:
            return found
        first = None if days is None else self._first_of_day(previous, days, breakdown)[cut]
        return replace(found, previous=previous[cut], first_of_day=first)

    def _first_of_day(
        self, previous: pl.Series, days: DayStarts, breakdown: Breakdown | None
    ) -> pl.Series:
        """Whether each row is its user's first of a local day; found once for all ranges of a zone."""

        def find() -> pl.Series:
            parts = [pl.Series(dtype=pl.Boolean)]
            bounds = positions_before(self._occurrences, days.starts)
            for own, cut in zip(bounds, self._cuts, strict=True):
                edges = pairwise([*own, cut.stop - cut.start])
                for since, (first, last) in zip(days.starts, edges, strict=True):
                    if first < last:
                        of_day = previous.slice(cut.start + first, last - first)
                        parts.append(of_day <= since)
            return pl.concat(parts, rechunk=True)

        split = _within_users(breakdown)
        key = Key[pl.Series](
            "first of day", (self, days.zone, split and split.name), evictable=True
        )
        return self._index.cache.get(key, find)

    def _previous_of(self, breakdown: Breakdown | None) -> pl.Series | None:
        split = _within_users(breakdown)
        if self._previous is None or split is None:
            return self._previous
        found = self._previous_in_category(self._previous, split)
        return self._previous if found is None else found

    def _previous_in_category(self, previous: pl.Series, breakdown: Breakdown) -> pl.Series | None:
        def find() -> pl.Series | None:
            return previous_in_category(
                self._at, previous, self._user, self._group, breakdown.categories
            )

        key = Key[pl.Series | None]("previous in category", (self, breakdown.name), evictable=True)
        return self._index.cache.get(key, find)

    @property
    def _user(self) -> pl.Series:
        return self._index.users(self._at)


def _within_users(breakdown: Breakdown | None) -> Breakdown | None:
    """Return a breakdown if it separates rows of the same user, else None."""
    return None if breakdown is None or breakdown.per_user else breakdown
