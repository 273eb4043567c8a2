"""Counts of rows and distinct users per set of codes: chooses among five methods with one result.

Distinct users are the expensive part. A group-by with a distinct count runs on every engine. In
memory, one pass that folds each user's codes into a bit mask is the fastest way to the numbers of
the whole campaign, and so it is on DuckDB and Spark, which keep the masks; time indexes in memory,
sorted once, serve every range, time zone and breakdown. Where
there are too many users, or none at hand, sketches estimate them within a known error.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial, singledispatch
from typing import Any, Final

import narwhals as nw
import polars as pl

from results_widgets.engine.background import later
from results_widgets.engine.cache import Key
from results_widgets.engine.counting import sketch as approximate
from results_widgets.engine.counting.bitmask import both_by_mask, by_mask, reached_by_mask
from results_widgets.engine.counting.folded import both_by_folded, by_folded, folds
from results_widgets.engine.counting.group_by import (
    both_by_join,
    by_group,
    by_set,
    grouped,
    sum_name,
)
from results_widgets.engine.counting.index_scan import both_by_index, by_index
from results_widgets.engine.counting.indexes import SLOW_TO_SORT, Indexes, indexes_of
from results_widgets.engine.scoped import COUNT, SET, USERS, CodeSet, Kind, ScopedRows

_SMALL: Final = 100_000
"""Up to how many rows a whole campaign is counted without masks and indexes."""

_AS_THEY_ARE: Final = 2
"""How many ranges of large data are counted from rows that are not sorted before these are sorted."""

_OF_EVENTS: Final[tuple[Kind, ...]] = ("events", "entry_events")
"""The kinds of rows that are events, each at the time that its clock says."""

_sorts: Final = ContextVar("sorts", default=False)


@contextmanager
def sorting() -> Iterator[None]:
    """Sort large data for ranges here, since nobody is waiting for the result."""
    token = _sorts.set(True)
    try:
        yield
    finally:
        _sorts.reset(token)


@dataclass(frozen=True)
class _Asked:
    """What is counted over a time index.

    Attributes:
        kind: Which rows.
        sets: Sets of codes.
        pairs: Pairs of sets whose common users are counted.
    """

    kind: Kind
    sets: tuple[CodeSet, ...] = ()
    pairs: tuple[tuple[CodeSet, CodeSet], ...] = ()

    def is_known(self, every: Sequence[Indexes]) -> bool:
        """Whether all of it has been sorted."""
        found = [one.known(self.kind) for one in every]
        return all(
            index is not None and index.knows(self.sets) and index.knows_pairs(self.pairs)
            for index in found
        )

    def sort(self, every: Sequence[Indexes]) -> None:
        """Sort it."""
        for one in every:
            index = one.of(self.kind)
            index.occurrences(self.sets)
            for pair in self.pairs:
                index.pair_occurrences(*pair)


def tally(
    scoped: ScopedRows, sets: Sequence[CodeSet], unit: list[str], kind: Kind = "events"
) -> pl.DataFrame:
    """Count the rows and the distinct units of each set of codes.

    Args:
        scoped: The rows in range.
        sets: The sets; they may share codes.
        unit: Columns whose distinct values are counted, such as ``["user"]``; empty: rows only.
        kind: Which rows.

    Returns:
        `SET` (position among the sets), the grouping's keys, `COUNT` (rows) and `USERS` (distinct
        units). Sets without rows may be missing, and so may `USERS` without a unit.
    """
    if kind == "engaging":
        on_engine = not scoped.data.in_memory and scoped.query.uniques != "approximate"
        if on_engine or _is_small(scoped):
            return _in_place(scoped, sets, unit, kind)
        return _less_withheld(scoped, sets, unit)
    if scoped.query.uniques == "approximate":
        return approximate.tally(scoped, sets, unit, kind)
    indexes = indexes_of(scoped.data, scoped.query.definitions)
    if indexes is None:
        return _in_place(scoped, sets, unit, kind)
    if _sorted(scoped, indexes, _Asked(kind, tuple(sets))):
        return by_index(scoped, indexes, kind, sets, unit)
    return _unsorted(scoped, indexes, sets, unit, kind)


def _in_place(
    scoped: ScopedRows, sets: Sequence[CodeSet], unit: list[str], kind: Kind
) -> pl.DataFrame:
    """Count rows where they are, without indexes."""
    count = by_folded if folds(scoped, sets, unit, kind) else by_group
    return count(scoped, sets, unit, kind)


def _is_small(scoped: ScopedRows) -> bool:
    """Whether a whole campaign is so small that masks and indexes take longer to make than rows to group."""
    rows = scoped.data.coded_rows
    if not scoped.data.in_memory or rows is None or scoped.query.uniques == "approximate":
        return False
    return rows < _SMALL and not scoped.query.bounded and not scoped.grouping.keys


def _unsorted(
    scoped: ScopedRows, indexes: Indexes, sets: Sequence[CodeSet], unit: list[str], kind: Kind
) -> pl.DataFrame:
    """Count rows in memory in one pass."""
    if _foldable(scoped) and kind in _OF_EVENTS and _have_bits(scoped, sets, unit):
        return by_mask(scoped, sets, unit, kind)
    if _foldable(scoped) and kind == "reached":
        return reached_by_mask(scoped, indexes.actions, sets)
    return by_group(scoped, sets, unit, kind)


def _less_withheld(scoped: ScopedRows, sets: Sequence[CodeSet], unit: list[str]) -> pl.DataFrame:
    """Count the events of all users except those who were only held back: everybody's minus theirs.

    Every user is on one side, so that distinct users subtract as rows do.
    """
    every = tally(scoped, sets, unit, "events")
    if not scoped.data.codes.held_back_roots:
        return every
    keys = [SET, *scoped.grouping.keys]
    withheld = tally(scoped, sets, unit, "withheld")
    counts = [name for name in (COUNT, USERS) if name in every.columns]
    joined = every.join(
        withheld.select(*keys, *counts), on=keys, how="left", nulls_equal=True, suffix="_withheld"
    )
    less = [pl.col(name) - pl.col(f"{name}_withheld").fill_null(0) for name in counts]
    return joined.select(*keys, *less)


def tally_both(
    scoped: ScopedRows, pairs: Sequence[tuple[CodeSet, CodeSet]], kind: Kind = "events"
) -> pl.DataFrame:
    """Count the distinct users that have codes of both sets of a pair, among rows of a kind.

    Returns:
        `SET` (position among the pairs), the grouping's keys and `USERS`.
    """
    if scoped.query.uniques == "approximate":
        return approximate.tally_both(scoped, pairs, kind)
    indexes = indexes_of(scoped.data, scoped.query.definitions)
    if indexes is None:
        folded = folds(scoped, [side for pair in pairs for side in pair], ["user"], kind)
        return (both_by_folded if folded else both_by_join)(scoped, pairs, kind)
    if _sorted(scoped, indexes, _Asked(kind, pairs=tuple(pairs))):
        return both_by_index(scoped, indexes, pairs, kind)
    if _foldable(scoped) and kind in _OF_EVENTS:
        return both_by_mask(scoped, pairs, kind)
    return both_by_join(scoped, pairs, kind)


@singledispatch
def summed(
    scoped: ScopedRows, sets: Sequence[CodeSet], column: str, kind: Kind = "conversions"
) -> pl.DataFrame:
    """Add up a column over the conversions that are attributed to some actions.

    Args:
        scoped: The rows in range.
        sets: The numbers of the actions, 0 for conversions attributed to none; sets may share some.
        column: The column.
        kind: The conversions, by the clock that they are counted by.

    Returns:
        `SET` (position among the sets), the grouping's keys and `SUM`.
    """
    if scoped.query.uniques == "approximate":
        return approximate.summed(scoped, sets, column, kind)
    keys = scoped.grouping.keys
    wanted = sorted({code for codes in sets for code in codes})
    # A sum for each set over the same rows, in place of a group for each: a sum then depends on no order
    # in which groups are made, to its last digit.
    some = scoped.of_codes(kind, wanted)
    if scoped.data.in_memory:
        own, own_sums = nw.to_native(some), _sums(pl, sets, column)
        query = own.group_by(keys).agg(own_sums) if keys else own.select(own_sums)
        return by_set(scoped.compute(query), keys)
    return by_set(scoped.collect(grouped(some, keys, *_sums(nw, sets, column))), keys)


def _sums(words: Any, sets: Sequence[CodeSet], column: str) -> list[Any]:
    """Return a sum for each set, in the words of Polars or of narwhals, which are the same here."""
    code, number = words.col("code"), words.col(column)
    return [
        words.when(code.is_in(list(codes))).then(number).sum().alias(sum_name(place))
        for place, codes in enumerate(sets)
    ]


def _sorted(scoped: ScopedRows, indexes: Indexes, asked: _Asked) -> bool:
    """Whether to count over time indexes: at hand, or worth their sort.

    Conversions are so few that sorting them pays off at once, and so does sorting for entries by interval or column.
    """
    if asked.kind in ("withheld", "conversions", "converted", "entry_conversions"):
        return True
    every = [indexes]
    if not scoped.query.developers and indexes.data.developers is not None:
        every.append(replace(indexes, developers_only=True))
    if asked.is_known(every):
        return True
    if scoped.query.bounded:
        return _pays_for_ranges(scoped, every, asked)
    return asked.kind not in _OF_EVENTS and bool(scoped.grouping.keys)


def _pays_for_ranges(scoped: ScopedRows, every: Sequence[Indexes], asked: _Asked) -> bool:
    """Whether to sort rows for a range: not while somebody is waiting, if there are many.

    A single range is counted several times as fast from unsorted rows. From the third range on, a thread sorts the
    requested rows, and later ranges use these.
    """
    data = every[0].data
    if (data.coded_rows or 0) < SLOW_TO_SORT or _sorts.get():
        return True
    counted = data.cache.get(Key[set[object]]("ranges counted", (asked.kind,)), set)
    counted.add(scoped.query.micros())
    if len(counted) <= _AS_THEY_ARE:
        return False
    begun = data.cache.get(Key[set[object]]("sorting", (asked.kind,)), set)
    job = asked, every[0].definitions, len(every)
    if job in begun:
        return False
    begun.add(job)
    return not later.add(partial(asked.sort, every))


def _have_bits(scoped: ScopedRows, sets: Sequence[CodeSet], unit: list[str]) -> bool:
    """Whether the masks have a bit for each code; counting rows needs none."""
    return not unit or all(scoped.data.codes.channel_codes.issuperset(codes) for codes in sets)


def _foldable(scoped: ScopedRows) -> bool:
    """Whether one mask per user is enough, which it is not per interval."""
    return scoped.grouping.every is None
