"""Counting distinct users on an engine by bit masks: one pass folds each user's codes, and the masks stay there.

The in-memory twin is `bitmask`. What is kept has a row for each user and a word for 63 codes, so that
each later count reads these and no events.
"""

from collections.abc import Sequence
from typing import Any, Final

import narwhals as nw
import polars as pl

from results_widgets.engine.backends.lazy.dataset import LazyBackend
from results_widgets.engine.cache import Key
from results_widgets.engine.counting.group_by import by_set, sum_name
from results_widgets.engine.encoding.bitmask import BitMasks
from results_widgets.engine.frames import Rows, collect, small
from results_widgets.engine.scoped import COUNT, SET, SUM, USERS, CodeSet, Kind, ScopedRows
from results_widgets.sources.engines.base import FoldingEngine

_OF_EVENTS: Final[tuple[Kind, ...]] = ("events", "engaging", "entry_events")


def folds(
    scoped: ScopedRows, sets: Sequence[CodeSet], unit: Sequence[str], kind: Kind = "events"
) -> bool:
    """Whether these rows are counted so: those of a whole campaign, since masks are kept.

    The users of a single set are counted faster than masks are made, and from them once they are there.
    """
    data = scoped.data
    return (
        isinstance(data, LazyBackend)
        and isinstance(data.table.engine, FoldingEngine)
        and kind in _OF_EVENTS
        and [*unit] in ([], ["user"])
        and not (scoped.query.bounded or scoped.grouping.keys)
        and (not unit or all(data.codes.channel_codes.issuperset(codes) for codes in sets))
        and (not unit or len(sets) > 1 or data.cache.known(_key(scoped, "masks", kind)) is not None)
    )


def by_folded(
    scoped: ScopedRows, sets: Sequence[CodeSet], unit: list[str], kind: Kind = "events"
) -> pl.DataFrame:
    """Count rows and distinct users of each set; see `dispatch.tally`."""
    places = [(place, code) for place, codes in enumerate(sets) for code in codes]
    in_sets = pl.LazyFrame(places, {SET: pl.Int64, "code": pl.Int64}, orient="row")
    counts = _rows_by_code(scoped, kind).lazy().join(in_sets, on="code")
    rows = small(counts.group_by(SET).agg(pl.col(COUNT).sum()))
    if not unit:
        return rows
    bits = _bits(scoped)
    users = _tested(scoped, kind, [bits.any_of_in_sql(codes) for codes in sets])
    return rows.join(users, on=SET, how="left")


def both_by_folded(
    scoped: ScopedRows, pairs: Sequence[tuple[CodeSet, CodeSet]], kind: Kind = "events"
) -> pl.DataFrame:
    """Count users with codes of both sets of each pair; see `dispatch.tally_both`."""
    bits = _bits(scoped)
    tests = [" AND ".join(bits.any_of_in_sql(side) for side in pair) for pair in pairs]
    return _tested(scoped, kind, tests)


def _tested(scoped: ScopedRows, kind: Kind, tests: Sequence[str]) -> pl.DataFrame:
    """Return `SET` (place of the test) and `USERS` who pass it."""
    sums = {
        sum_name(place): f"CAST(count_if({test}) AS BIGINT)" for place, test in enumerate(tests)
    }
    found = collect(_engine(scoped).aggregated(_masks(scoped, kind), [], sums))
    return by_set(found, []).rename({SUM: USERS})


def _masks(scoped: ScopedRows, kind: Kind) -> Rows:
    """Return each user with words of bits of the codes that it has, kept on the engine."""
    data, bits, engine = _data(scoped), _bits(scoped), _engine(scoped)

    def fold() -> Rows:
        numbers = pl.LazyFrame({"code": bits.numbers}, schema={"code": pl.Int32})
        own = numbers.with_columns(bits.bits(pl.col("code"))).collect()
        events = scoped.of_codes(kind, bits.numbers).select("user", "code")
        rows = events.join(data.upload(own), on="code", how="inner")
        return data.kept(
            engine.aggregated(rows, ["user"], {word: f"bit_or({word})" for word in bits.words})
        )

    key: Key[Rows] = _key(scoped, "masks", kind)
    return data.cached(key, fold)


def _rows_by_code(scoped: ScopedRows, kind: Kind) -> pl.DataFrame:
    """Return code and `COUNT`, how many rows have it."""
    data = _data(scoped)

    def count() -> pl.DataFrame:
        everybodys = scoped.query.developers or data.developers is None
        if _same_as(scoped, kind) == "events" and everybodys:
            # Known since the events were read.
            found = data.log.by_code.select("code", pl.col("rows").alias(COUNT))
        else:
            found = collect(scoped.coded(kind).group_by("code").agg(nw.len().alias(COUNT)))
        return found.select(pl.col("code", COUNT).cast(pl.Int64))

    key: Key[pl.DataFrame] = _key(scoped, "counts", kind)
    return data.cached(key, count)


def _same_as(scoped: ScopedRows, kind: Kind) -> Kind:
    """Return the kind whose rows are the same: without withheld actions, everybody engages."""
    return "events" if kind == "engaging" and not scoped.data.codes.held_back_roots else kind


def _key(scoped: ScopedRows, name: str, kind: Kind) -> Key[Any]:
    own, query = _same_as(scoped, kind), scoped.query
    # Rows of entries depend on the rules of the definition set, all others on none.
    rules = None if own == "events" else query.definitions
    return Key(f"folded {name}", (own, rules, query.developers))


def _data(scoped: ScopedRows) -> LazyBackend:
    assert isinstance(scoped.data, LazyBackend)
    return scoped.data


def _engine(scoped: ScopedRows) -> FoldingEngine:
    engine = _data(scoped).table.engine
    assert isinstance(engine, FoldingEngine)
    return engine


def _bits(scoped: ScopedRows) -> BitMasks:
    # As in `bitmask`: goals and the campaign's own events have no bit.
    return BitMasks(scoped.data.codes.channel_events)
