"""Counting rows and distinct users behind sets of codes: two ways, one answer.

Distinct users are what costs. Per set, a group-by with a distinct count runs on every engine. In memory, one
pass folds each user's codes into bit masks; every distinct count is then a bit test over users.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.engine.data import Data
from results_widgets.engine.facts import BUCKET, Facts
from results_widgets.engine.memory import InMemory
from results_widgets.engine.rows import Rows, collect

SET: Final = "_set"
COUNT: Final = "_count"
USERS: Final = "_users"

Codes = tuple[int, ...]

_BITS: Final = 63
_WORD: Final = "_word{}"


def counted(rows: Rows, keys: list[str], unit: list[str], *, cumulative: bool) -> pl.DataFrame:
    """Return the keys with the number of rows and of distinct units (users, or users and days).

    Cumulative: a unit counts in the first interval it is seen in, so that sums over intervals are
        distinct counts.
    """
    if not cumulative and unit == ["user"]:
        return collect(
            grouped(rows, keys, nw.len().alias(COUNT), nw.col("user").n_unique().alias(USERS))
        )
    steady = [key for key in keys if key != BUCKET]
    if cumulative and BUCKET in keys:
        firsts = rows.group_by(*steady, *unit).agg(nw.col(BUCKET).min())
    else:
        firsts = rows.select(*keys, *unit).unique()
    counts = collect(grouped(rows, keys, nw.len().alias(COUNT)))
    users = collect(grouped(firsts, keys, nw.len().alias(USERS)))
    if not keys:
        return pl.concat([counts, users], how="horizontal")
    return counts.join(users, on=keys, how="full", coalesce=True, nulls_equal=True)


def grouped(rows: Rows, keys: list[str], *aggregates: nw.Expr) -> Rows:
    """Aggregate by keys, or over everything without them."""
    return rows.group_by(*keys).agg(*aggregates) if keys else rows.select(*aggregates)


def tally(facts: Facts, sets: Sequence[Codes], unit: list[str]) -> pl.DataFrame:
    """Return `SET` (place among the sets), the question's keys, `COUNT` of rows and `USERS`, distinct units.

    Sets may share codes. A set without rows may be missing.
    """
    if _foldable(facts):
        return by_mask(facts, sets, unit)
    return by_group(facts, sets, unit)


def _foldable(facts: Facts) -> bool:
    """Whether each user's codes can be folded into one mask: in memory, and not per interval."""
    return isinstance(facts.data, InMemory) and facts.question.every is None


def by_group(facts: Facts, sets: Sequence[Codes], unit: list[str]) -> pl.DataFrame:
    """Tally by a group-by over the sets: the plain way, on any engine and any question."""
    question = facts.question
    rows = facts.events.join(_members(facts.data, sets), on="code", how="inner")
    return counted(rows, [SET, *question.keys], unit, cumulative=question.cumulative)


def _members(data: Data, sets: Sequence[Codes]) -> Rows:
    pairs = [(place, code) for place, codes in enumerate(sets) for code in codes]
    schema = {SET: pl.Int64, "code": pl.Int32}
    return data.brought(pl.DataFrame(pairs, schema=schema, orient="row"))


def by_mask(facts: Facts, sets: Sequence[Codes], unit: list[str]) -> pl.DataFrame:
    """Tally by bit masks: one pass over the events, then a bit test per set."""
    keys = facts.question.keys
    counts = facts.cached(
        "counts", lambda: collect(grouped(facts.events, [*keys, "code"], nw.len().alias(COUNT)))
    )
    members: pl.LazyFrame = nw.to_native(_members(facts.data, sets))
    rows = (
        counts.lazy()
        .join(members, on="code")
        .group_by(SET, *keys)
        .agg(pl.col(COUNT).sum())
        .collect()
    )
    users = _tested(facts, unit, [_any_of(facts, codes) for codes in sets])
    return rows.join(users, on=[SET, *keys], how="left", nulls_equal=True)


def tally_both(facts: Facts, pairs: Sequence[tuple[Codes, Codes]]) -> pl.DataFrame:
    """Return `SET` (place among the pairs), the question's keys and `USERS`: distinct users with codes of both sets."""
    if not _foldable(facts):
        return both_by_join(facts, pairs)
    return _tested(
        facts, ["user"], [_any_of(facts, one) & _any_of(facts, other) for one, other in pairs]
    )


def both_by_join(facts: Facts, pairs: Sequence[tuple[Codes, Codes]]) -> pl.DataFrame:
    """Tally pairs by the sides each user is seen on: the plain way, on any engine and any question.

    Cumulative: a user counts once both sides have been seen.
    """
    question = facts.question
    grows = question.cumulative and question.every is not None
    keys = [SET, "user", *(key for key in question.keys if key != BUCKET or not grows)]
    sides = [
        facts.events.join(_members(facts.data, side), on="code", how="inner")
        for side in ([one for one, _ in pairs], [other for _, other in pairs])
    ]
    firsts = [
        rows.group_by(*keys).agg(nw.col(BUCKET).min()) if grows else rows.select(*keys).unique()
        for rows in sides
    ]
    # Counted rather than joined: a null value of the breakdown is a group like any other.
    seen = nw.concat(firsts).group_by(*keys)
    last = [nw.col(BUCKET).max()] if grows else []
    both = seen.agg(*last, _sides=nw.len()).filter(nw.col("_sides") == len(sides))
    return counted(both, [SET, *question.keys], ["user"], cumulative=False)


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

    return facts.cached(("masks", tuple(unit)), fold)


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
