"""Counting distinct users by bit masks: one pass collects each user's codes, then a count is a bit test.

Users with the same codes and group are counted together, once for all tests: there are far fewer of
such kinds of users than users.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.cache import Key
from results_widgets.engine.counting.group_by import code_sets, grouped
from results_widgets.engine.counting.numbered import events_of, numbered_groups, ungrouped
from results_widgets.engine.encoding.bitmask import BitMasks
from results_widgets.engine.frames import collect, small
from results_widgets.engine.scoped import COUNT, DAY_KEY, SET, USERS, CodeSet, Kind, ScopedRows

PASSING: Final = "passing masks"
"""The name of masks that are not worth their room in a store."""


def by_mask(
    scoped: ScopedRows, sets: Sequence[CodeSet], unit: list[str], kind: Kind = "events"
) -> pl.DataFrame:
    """Count by bit masks: one pass over the events, by either clock, then a bit test per set."""
    keys = scoped.grouping.keys
    counts = _kept(scoped, "counts", lambda: _rows_by_code(scoped, kind), kind)
    in_sets: pl.LazyFrame = nw.to_native(code_sets(scoped.data.require_users(), sets))
    rows = small(
        counts.lazy().join(in_sets, on="code").group_by(SET, *keys).agg(pl.col(COUNT).sum())
    )
    if not unit:
        return rows
    bits = _bits(scoped)
    users = _tested(scoped, kind, unit, [bits.any_of(codes) for codes in sets])
    return rows.join(users, on=[SET, *keys], how="left", nulls_equal=True)


def _rows_by_code(scoped: ScopedRows, kind: Kind) -> pl.DataFrame:
    """Return the group keys, the code and how many rows have it."""
    groups = numbered_groups(scoped)
    if groups is None:
        keys = [*scoped.grouping.keys, "code"]
        return collect(grouped(scoped.coded(kind), keys, nw.len().alias(COUNT)))
    packed = events_of(scoped, kind).group_by(groups.above(pl.col("code")).alias("code"))
    found = scoped.compute(packed.agg(pl.len().alias(COUNT)))
    values, code = groups.apart(found["code"])
    return found.with_columns(code.cast(pl.Int32), *values)


def both_by_mask(
    scoped: ScopedRows, pairs: Sequence[tuple[CodeSet, CodeSet]], kind: Kind = "events"
) -> pl.DataFrame:
    """Count the users with codes of both sets of each pair, by bit masks."""
    bits = _bits(scoped)
    tests = [bits.any_of(one) & bits.any_of(other) for one, other in pairs]
    return _tested(scoped, kind, ["user"], tests)


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

    return _summed(scoped, entries, [reached(codes) for codes in sets], COUNT)


def _tested(
    scoped: ScopedRows, kind: Kind, unit: list[str], tests: Iterable[pl.Expr]
) -> pl.DataFrame:
    """Count the units that pass each test, by the group keys."""
    kinds = _kept(scoped, "kinds of users", lambda: _kinds(scoped, kind, unit), kind, *unit)
    return _summed(scoped, kinds.lazy(), tests, USERS, pl.col(COUNT))


def _summed(
    scoped: ScopedRows,
    rows: pl.LazyFrame,
    tests: Iterable[pl.Expr],
    name: str,
    weight: pl.Expr | None = None,
) -> pl.DataFrame:
    """Return `SET` (index of the test), the grouping's keys and how many pass: rows, or what a weight says for each."""
    keys = scoped.grouping.keys
    passing = (test if weight is None else weight.filter(test) for test in tests)
    named = [one.sum().cast(pl.Int64).alias(str(place)) for place, one in enumerate(passing)]
    wide = scoped.compute(rows.group_by(keys).agg(named) if keys else rows.select(named))
    long = wide.lazy().unpivot(index=keys or None, variable_name=SET, value_name=name)
    found = long.with_columns(pl.col(SET).cast(pl.Int64))
    # A group without counted rows is left out, as elsewhere.
    return small(found.filter(pl.col(name) > 0) if keys else found)


def _kinds(scoped: ScopedRows, kind: Kind, unit: list[str]) -> pl.DataFrame:
    """Return the group keys, words of bits for codes, and how many units have just these codes (`COUNT`)."""
    words, groups = _bits(scoped).words, numbered_groups(scoped)
    number = pl.len().cast(pl.Int64).alias(COUNT)
    if groups is None:
        masks = _masks(scoped, kind, unit).lazy()
        return scoped.compute(masks.group_by(*scoped.grouping.keys, *words).agg(number))
    if groups.are_of_users:
        masks = _masks(ungrouped(scoped), kind, unit).lazy()
        of_group = groups.above(pl.lit(0)).alias("group")
    else:
        # The group stands above the user's number: what is below it only tells users apart.
        masks = _masks(scoped, kind, unit).lazy()
        of_group = pl.col("user") // 2**32 * 2**32
    found = scoped.compute(masks.group_by(of_group.alias("group"), *words).agg(number))
    return found.drop("group").with_columns(groups.apart(found["group"])[0])


def _masks(scoped: ScopedRows, kind: Kind, unit: list[str]) -> pl.DataFrame:
    """Return the unit and words of bits for the codes that it has, by group.

    Groups stand beside the unit under their keys, or by their numbers above the user's.
    """
    bits, groups = _bits(scoped), numbered_groups(scoped)

    def fold() -> pl.DataFrame:
        keys = [*unit, *scoped.grouping.keys]
        if groups is None:
            events: pl.LazyFrame = nw.to_native(scoped.coded(kind))
        else:
            keys = unit
            events = events_of(scoped, kind).with_columns(
                groups.above(pl.col("user")).alias("user")
            )
        own = events.select(*keys, *bits.bits(pl.col("code")))
        return scoped.compute(own.group_by(keys).agg(pl.col(bits.words).bitwise_or()))

    if groups is not None:
        # Only asked for once, by `_kinds`; any column of the users is looked up from the others.
        return fold()
    query = scoped.query
    is_everybodys = kind == "events" and unit == ["user"] and query.developers and not query.bounded
    # Of others a store has the kinds of users that they lead to, which take a thousandth of the room.
    return _kept(scoped, "masks" if is_everybodys else PASSING, fold, kind, *unit)


def _kept(
    scoped: ScopedRows, name: str, compute: Callable[[], pl.DataFrame], kind: Kind, *unit: str
) -> pl.DataFrame:
    """Cache what depends on the rows alone: on definitions only for entries, on the zone only if days count."""
    query, rules = scoped.query, None
    if kind != "events":
        assert isinstance(scoped.data, MemoryBackend)
        rules = scoped.data.journeys(query.definitions).rules
    zone = query.time_zone if DAY_KEY in unit else None
    of = (kind, rules, *unit, zone, query.micros(), query.developers, scoped.grouping)
    return scoped.data.cached(Key(name, of, evictable=query.bounded), compute)


def _bits(scoped: ScopedRows) -> BitMasks:
    # Goals and the campaign's own events have no bit, since no metric counts their users.
    return BitMasks(scoped.data.codes.channel_events)
