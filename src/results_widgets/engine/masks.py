"""Counting distinct users by bit masks: one pass folds each user's codes, then every count is a bit test."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.engine.facts import Facts
from results_widgets.engine.plain import COUNT, SET, USERS, Codes, grouped, members
from results_widgets.engine.rows import collect

_BITS: Final = 63
_WORD: Final = "_word{}"


def by_mask(facts: Facts, sets: Sequence[Codes], unit: list[str]) -> pl.DataFrame:
    """Tally by bit masks: one pass over the events, then a bit test per set."""
    keys = facts.question.keys
    by_code = grouped(facts.events, [*keys, "code"], nw.len().alias(COUNT))
    counts = _kept(facts, "counts", lambda: collect(by_code))
    in_sets: pl.LazyFrame = nw.to_native(members(facts.data, sets))
    rows = (
        counts.lazy()
        .join(in_sets, on="code")
        .group_by(SET, *keys)
        .agg(pl.col(COUNT).sum())
        .collect()
    )
    if not unit:
        return rows
    users = _tested(facts, unit, [_any_of(facts, codes) for codes in sets])
    return rows.join(users, on=[SET, *keys], how="left", nulls_equal=True)


def both_by_mask(facts: Facts, pairs: Sequence[tuple[Codes, Codes]]) -> pl.DataFrame:
    """Tally pairs by bit masks."""
    tests = [_any_of(facts, one) & _any_of(facts, other) for one, other in pairs]
    return _tested(facts, ["user"], tests)


def _tested(facts: Facts, unit: list[str], tests: Iterable[pl.Expr]) -> pl.DataFrame:
    """Count the units that pass each test, by the question's keys."""
    keys = facts.question.keys
    named = [test.sum().cast(pl.Int64).alias(str(place)) for place, test in enumerate(tests)]
    masks = _masks(facts, unit).lazy()
    wide = (masks.group_by(keys).agg(named) if keys else masks.select(named)).collect()
    long = wide.unpivot(index=keys or None, variable_name=SET, value_name=USERS)
    return long.with_columns(pl.col(SET).cast(pl.Int64))


def _masks(facts: Facts, unit: list[str]) -> pl.DataFrame:
    """Return the unit, the question's keys and words of bits: which codes a unit has."""
    keys = [*unit, *facts.question.keys]
    codes = facts.data.codes.channel_events
    words = range(-(-len(codes) // _BITS))

    def fold() -> pl.DataFrame:
        events: pl.LazyFrame = nw.to_native(facts.events)
        bits = [_bits(codes, word).alias(_WORD.format(word)) for word in words]
        folded = [pl.col(_WORD.format(word)).bitwise_or() for word in words]
        return events.select(*keys, *bits).group_by(keys).agg(folded).collect()

    return _kept(facts, ("masks", tuple(unit)), fold)


def _kept(facts: Facts, name: Hashable, compute: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    """Keep what depends on the rows seen alone: neither on definitions nor, if days do not count, on the zone."""
    lens = facts.lens
    zone = lens.time_zone if lens.definitions.unique == "user_day" else None
    key = (name, zone, lens.micros(), lens.developers, facts.question)
    return facts.data.cached(key, compute, passing=lens.bounded)


def _bits(codes: Codes, word: int) -> pl.Expr:
    """Return the bit of a row's code within a word, 0 for codes of other words."""
    own = codes[word * _BITS : (word + 1) * _BITS]
    table = pl.Series([0] * (max(codes) + 1), dtype=pl.Int64)
    table[list(own)] = [1 << place for place in range(len(own))]
    # Codes of goals and the campaign's own events lie beyond or between; they have no bit.
    return pl.lit(table).gather(pl.col("code").clip(0, max(codes))) * (pl.col("code") <= max(codes))


def _any_of(facts: Facts, codes: Codes) -> pl.Expr:
    """Whether a unit has any of the codes."""
    every = facts.data.codes.channel_events
    words = [0] * -(-len(every) // _BITS)
    for code in codes:
        place = every.index(code)
        words[place // _BITS] |= 1 << place % _BITS
    tests = [(pl.col(_WORD.format(word)) & mask) != 0 for word, mask in enumerate(words) if mask]
    return pl.any_horizontal(tests) if tests else pl.lit(False)
