"""Rows in the order of time, where the spans of a set of codes are made once for every range."""

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from threading import RLock
from typing import NamedTuple

import polars as pl

from results_widgets.engine.cache import Cache, Key
from results_widgets.engine.calendar import Calendar
from results_widgets.engine.counting.spans import (
    Spans,
    alike_before,
    by_group,
    meetings,
    places_in,
    rows_before,
)
from results_widgets.engine.scoped import CodeSet


@dataclass(frozen=True, eq=False)
class Valued:
    """A breakdown.

    Attributes:
        name: The column.
        numbers: The number of each user's value if it is steady, else of the value at each place.
        values: The values by their numbers.
        steady: Whether each user has one value only.
    """

    name: str
    numbers: pl.Series
    values: pl.Series
    steady: bool


class Days(NamedTuple):
    """Where the local days of a zone begin on a timeline, ascending; the first at its first place."""

    zone: str
    starts: list[int]


@dataclass(frozen=True, eq=False)
class Timeline:
    """Coded rows, to be counted by sets of codes for any range.

    Attributes:
        moments: time (epoch µs), user (UInt32), row (UInt32: place in the source), sorted by time.
        code: What happened (whole numbers from 0).
        cache: Keeps what is made for breakdowns.
        at: The moment at which it happened; None: each at its own. Where several happen at one
            moment, only rows are counted, not users.
    """

    moments: pl.DataFrame
    code: pl.Series
    cache: Cache
    at: pl.Series | None = None
    _families: dict[CodeSet, tuple["_Family", int]] = field(default_factory=dict, repr=False)
    _making: RLock = field(default_factory=RLock, repr=False)

    def __len__(self) -> int:
        return self.moments.height

    def places(self, instants: Sequence[int]) -> list[int]:
        """Return the first place at or after each instant, epoch µs."""
        wanted = pl.Series(instants, dtype=pl.Int64)
        return self.moments["time"].search_sorted(wanted, side="left").to_list()

    def within(self, start: int | None, end: int | None) -> tuple[int, int]:
        """Return the first place of a range of epoch µs, and the one behind its last."""
        first = 0 if start is None else self.places([start])[0]
        return first, len(self) if end is None else self.places([end])[0]

    def days(self, calendar: Calendar) -> Days:
        """Return where the days of a zone begin."""

        def find() -> Days:
            if not len(self):
                return Days(calendar.zone, [])
            first, last = self.moments["time"][0], self.moments["time"][-1]
            starts = calendar.starts(calendar.between(first, last, "1d"), "1d")
            return Days(calendar.zone, self.places(starts))

        return self.cache.get(Key("days", (self, calendar.zone), evictable=True), find)

    def knows(self, sets: Iterable[CodeSet]) -> bool:
        """Whether the spans of these sets have been made already."""
        return all(codes in self._families for codes in sets)

    def spans(
        self, sets: Sequence[CodeSet], valued: Valued | None = None, days: Days | None = None
    ) -> list[Spans]:
        """Return the spans of each set of codes: single rows; with days, those first on one are told."""
        if not self.knows(sets):
            with self._making:
                self._make([codes for codes in dict.fromkeys(sets) if not self.knows([codes])])
        homes = [self._families[codes] for codes in sets]
        return [family.spans(place, valued, days) for family, place in homes]

    def _make(self, sets: list[CodeSet]) -> None:
        for together in _disjoint(sets):
            family = _Family(self, together)
            self._families.update({codes: (family, n) for n, codes in enumerate(together)})

    def meetings(self, one: CodeSet, other: CodeSet, valued: Valued | None = None) -> Spans:
        """Return the shortest spans that hold a row of each set, of one user and value."""
        split = _unsteady(valued)

        def meet() -> Spans:
            sides = {code: (code in one) + 2 * (code in other) for code in {*one, *other}}
            rows = self.rows(sides)
            value = None if split is None else split.numbers.gather(rows["at"])
            return meetings(self.users(rows["at"]), rows["at"], rows["group"], value)

        key = Key[Spans](
            "meetings", (self, one, other, split and split.name), evictable=split is not None
        )
        spans = self.cache.get(key, meet)
        if valued is None:
            return spans
        value = self.valued(valued, spans.end, key)
        return replace(spans, value=value, values=len(valued.values))

    def valued(self, valued: Valued, at: pl.Series, of: Hashable) -> pl.Series:
        """Return the numbers of the values at places, kept by what these are the places of."""

        def find() -> pl.Series:
            return valued.numbers.gather(self.users(at) if valued.steady else at)

        return self.cache.get(Key("values", (of, valued.name), evictable=True), find)

    def users(self, at: pl.Series) -> pl.Series:
        """Return the users at places."""
        return self.moments["user"].gather(at)

    def rows(self, groups: Mapping[int, int]) -> pl.DataFrame:
        """Return the rows whose code has a group: at (UInt32), group (UInt16), in their own order."""
        top = self.code.max()
        known = range(1 + (top if isinstance(top, int) else 0))
        table = pl.Series([groups.get(code) for code in known], dtype=pl.UInt16)
        at = pl.int_range(pl.len(), dtype=pl.UInt32) if self.at is None else pl.lit(self.at)
        rows = pl.LazyFrame({"group": table.gather(self.code.cast(pl.UInt32))})
        return rows.with_columns(at.alias("at")).drop_nulls("group").collect()


class _Family:
    """Sets without a code in common, whose rows are sorted together."""

    def __init__(self, timeline: Timeline, sets: Sequence[CodeSet]) -> None:
        self._timeline = timeline
        rows = timeline.rows({code: place for place, codes in enumerate(sets) for code in codes})
        self._group, self._at = by_group(rows["group"], rows["at"])
        bounds = [bisect_left(self._group, place) for place in range(len(sets) + 1)]
        self._cuts = [slice(low, high) for low, high in pairwise(bounds)]
        self._before: pl.Series | None = None
        if timeline.at is None:
            self._before = rows_before(self._user, self._group, self._at)
        before = self._before
        self._plain = [
            Spans(self._at[cut], None if before is None else before[cut]) for cut in self._cuts
        ]

    def spans(self, place: int, valued: Valued | None, days: Days | None) -> Spans:
        """Return the spans of the set at a place."""
        found, cut = self._plain[place], self._cuts[place]
        before = self._before_of(valued)
        if valued is not None:
            value = self._timeline.valued(valued, self._at, self)[cut]
            found = replace(found, value=value, values=len(valued.values))
        if before is None:
            return found
        daily = None if days is None else self._daily(before, days, valued)[cut]
        return replace(found, before=before[cut], daily=daily)

    def _daily(self, before: pl.Series, days: Days, valued: Valued | None) -> pl.Series:
        """Whether each row is its user's first of a day, once for every range of the zone."""

        def find() -> pl.Series:
            parts = [pl.Series(dtype=pl.Boolean)]
            every = zip(places_in(self._plain, days.starts), self._cuts, strict=True)
            for places, cut in every:
                edges = pairwise([*places, cut.stop - cut.start])
                for since, (first, last) in zip(days.starts, edges, strict=True):
                    if first < last:
                        own = before.slice(cut.start + first, last - first)
                        parts.append(own <= since)
            return pl.concat(parts, rechunk=True)

        split = _unsteady(valued)
        key = Key[pl.Series]("daily", (self, days.zone, split and split.name), evictable=True)
        return self._timeline.cache.get(key, find)

    def _before_of(self, valued: Valued | None) -> pl.Series | None:
        split = _unsteady(valued)
        if self._before is None or split is None:
            return self._before
        found = self._alike_before(self._before, split)
        return self._before if found is None else found

    def _alike_before(self, before: pl.Series, valued: Valued) -> pl.Series | None:
        def find() -> pl.Series | None:
            return alike_before(self._at, before, self._user, self._group, valued.numbers)

        key = Key[pl.Series | None]("before", (self, valued.name), evictable=True)
        return self._timeline.cache.get(key, find)

    @property
    def _user(self) -> pl.Series:
        return self._timeline.users(self._at)


def _unsteady(valued: Valued | None) -> Valued | None:
    """Return a breakdown that parts a user's own rows."""
    return None if valued is None or valued.steady else valued


def _disjoint(sets: Iterable[CodeSet]) -> list[list[CodeSet]]:
    """Deal sets out so that those dealt together share no code."""
    dealt: list[list[CodeSet]] = []
    for codes in sets:
        home = next((home for home in dealt if not any({*codes} & {*own} for own in home)), None)
        if home is None:
            dealt.append(home := [])
        home.append(codes)
    return dealt
