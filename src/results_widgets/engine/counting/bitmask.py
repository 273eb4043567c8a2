"""Counting distinct users by bit masks: one pass collects each user's codes, then a count is a bit test."""

from collections.abc import Callable, Hashable, Iterable, Sequence

import narwhals as nw
import polars as pl

from results_widgets.engine.cache import Key
from results_widgets.engine.counting.group_by import code_sets, grouped
from results_widgets.engine.encoding.bitmask import BitMasks
from results_widgets.engine.frames import collect
from results_widgets.engine.scoped import COUNT, SET, USERS, CodeSet, ScopedRows


def by_mask(scoped: ScopedRows, sets: Sequence[CodeSet], unit: list[str]) -> pl.DataFrame:
    """Count by bit masks: one pass over the events, then a bit test per set."""
    keys = scoped.grouping.keys
    by_code = grouped(scoped.events, [*keys, "code"], nw.len().alias(COUNT))
    counts = _kept(scoped, "counts", lambda: collect(by_code))
    in_sets: pl.LazyFrame = nw.to_native(code_sets(scoped.data.require_users(), sets))
    rows = (
        counts.lazy()
        .join(in_sets, on="code")
        .group_by(SET, *keys)
        .agg(pl.col(COUNT).sum())
        .collect()
    )
    if not unit:
        return rows
    bits = _bits(scoped)
    users = _tested(scoped, unit, [bits.any_of(codes) for codes in sets])
    return rows.join(users, on=[SET, *keys], how="left", nulls_equal=True)


def both_by_mask(scoped: ScopedRows, pairs: Sequence[tuple[CodeSet, CodeSet]]) -> pl.DataFrame:
    """Count the users with codes of both sets of each pair, by bit masks."""
    bits = _bits(scoped)
    tests = [bits.any_of(one) & bits.any_of(other) for one, other in pairs]
    return _tested(scoped, ["user"], tests)


def reached_by_mask(scoped: ScopedRows, bits: BitMasks, sets: Sequence[CodeSet]) -> pl.DataFrame:
    """Count the entries that reached each action, by the bits that entries have; without users.

    Each set must be one action, since an entry that reached several of a set would count once.
    """
    entries: pl.LazyFrame = nw.to_native(scoped.entries)

    def reached(codes: CodeSet) -> pl.Expr:
        sides = scoped.action_codes.split(codes)
        held = pl.col("held_back")
        either = [
            bits.any_of(numbers) & (held if is_held else ~held)
            for is_held, numbers in sides.items()
            if numbers
        ]
        return pl.any_horizontal(either)

    return _summed(entries, scoped.grouping.keys, [reached(codes) for codes in sets], COUNT)


def _tested(scoped: ScopedRows, unit: list[str], tests: Iterable[pl.Expr]) -> pl.DataFrame:
    """Count the units that pass each test, by the group keys."""
    return _summed(_masks(scoped, unit).lazy(), scoped.grouping.keys, tests, USERS)


def _summed(
    rows: pl.LazyFrame, keys: list[str], tests: Iterable[pl.Expr], name: str
) -> pl.DataFrame:
    """Return `SET` (index of the test), the keys and how many rows pass."""
    named = [test.sum().cast(pl.Int64).alias(str(place)) for place, test in enumerate(tests)]
    wide = (rows.group_by(keys).agg(named) if keys else rows.select(named)).collect()
    long = wide.unpivot(index=keys or None, variable_name=SET, value_name=name)
    return long.with_columns(pl.col(SET).cast(pl.Int64))


def _masks(scoped: ScopedRows, unit: list[str]) -> pl.DataFrame:
    """Return the unit, the group keys, and words of bits for the codes that the unit has."""
    keys, bits = [*unit, *scoped.grouping.keys], _bits(scoped)

    def fold() -> pl.DataFrame:
        events: pl.LazyFrame = nw.to_native(scoped.events)
        own = events.select(*keys, *bits.bits(pl.col("code")))
        return own.group_by(keys).agg(pl.col(bits.words).bitwise_or()).collect()

    return _kept(scoped, "masks", fold, *unit)


def _kept(
    scoped: ScopedRows, name: str, compute: Callable[[], pl.DataFrame], *of: Hashable
) -> pl.DataFrame:
    """Cache what depends on the rows alone: not on definitions, nor on the zone unless days count."""
    query = scoped.query
    zone = query.time_zone if query.definitions.unique == "user_day" else None
    of = (*of, zone, query.micros(), query.developers, scoped.grouping)
    return scoped.data.cached(Key(name, of, evictable=query.bounded), compute)


def _bits(scoped: ScopedRows) -> BitMasks:
    # Goals and the campaign's own events have no bit, since no metric counts their users.
    return BitMasks(scoped.data.codes.channel_events)
