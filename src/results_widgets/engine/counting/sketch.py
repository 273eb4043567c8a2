"""Counts from the cells of a roll-up: rows are added up, distinct users estimated from sketches."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import singledispatch
from typing import Any

import narwhals as nw
import polars as pl

from results_widgets.engine.backends.base import Backend
from results_widgets.engine.cache import Key
from results_widgets.engine.calendar import HOUR
from results_widgets.engine.counting.group_by import by_set, sum_name
from results_widgets.engine.journeys.crediting import journeys_key
from results_widgets.engine.query import BUCKET, Grouping, QueryScope
from results_widgets.engine.rollup.cells import Cells
from results_widgets.engine.rollup.dataset import RollUpBackend
from results_widgets.engine.rollup.entry_numbers import split_entries
from results_widgets.engine.rollup.grains import Edges, finest
from results_widgets.engine.rollup.roll_up import roll_up
from results_widgets.engine.rollup.sketches import Union, distinct
from results_widgets.engine.scoped import (
    COUNT,
    DAY_KEY,
    HELD_BACK,
    SET,
    STILL_OPEN,
    USERS,
    CodeSet,
    Kind,
    ScopedRows,
)
from results_widgets.errors import QueryError


def tally(scoped: ScopedRows, sets: Sequence[CodeSet], unit: list[str], kind: Kind) -> pl.DataFrame:
    """See `dispatch.tally`; distinct users are estimates, NaN where the cells cannot provide them."""
    pairs = [(place, code) for place, codes in enumerate(sets) for code in codes]
    code_sets = pl.LazyFrame(pairs, schema={SET: pl.Int64, "code": pl.Int64}, orient="row")
    keys = [SET, *scoped.grouping.keys]
    pieces = list(dict.fromkeys([SET, *(name for name in unit if name == DAY_KEY), *keys]))
    told = bool(unit) and not missing_users(scoped, by_day=DAY_KEY in unit)
    cells = _seen(scoped, kind, users=told).join(code_sets, on="code", maintain_order="left")
    # Estimates depend, if by very little, on the order of sketches.
    found = cells.group_by(pieces).agg(pl.col("rows").sum(), pl.col("users").drop_nulls())
    pieced = found.sort(pieces).collect()
    if not told:
        counts = pieced.group_by(keys).agg(pl.col("rows").sum().alias(COUNT))
        return counts.with_columns(pl.lit(float("nan")).alias(USERS)) if unit else counts
    grows = scoped.grouping.cumulative
    estimates = _added(pieced, pieces) if grows else map(distinct, pieced["users"])
    pieced = pieced.with_columns(pl.Series(USERS, list(estimates), dtype=pl.Int64))
    return pieced.group_by(keys).agg(pl.col("rows").sum().alias(COUNT), pl.col(USERS).sum())


def _added(pieces: pl.DataFrame, keys: list[str]) -> Iterator[int]:
    """Yield the number of users that each piece adds to the earlier pieces of its set, or set and day."""
    steady = [key for key in keys if key != BUCKET]
    for _, group in pieces.group_by(steady, maintain_order=True):
        union, before = Union(), 0
        for sketches in group["users"]:
            now = union.add(sketches).users
            yield now - before
            before = now


def summed(scoped: ScopedRows, sets: Sequence[CodeSet], column: str, kind: Kind) -> pl.DataFrame:
    """See `dispatch.summed`."""
    keys, cells = scoped.grouping.keys, _seen(scoped, kind, users=False)
    sums = [
        pl.col(column).filter(pl.col("code").is_in(codes)).sum().alias(sum_name(place))
        for place, codes in enumerate(sets)
    ]
    found = cells.group_by(keys).agg(sums) if keys else cells.select(sums)
    return by_set(found.collect(), keys)


def tally_both(
    scoped: ScopedRows, pairs: Sequence[tuple[CodeSet, CodeSet]], kind: Kind
) -> pl.DataFrame:
    """See `dispatch.tally_both`: by inclusion and exclusion, within what is possible."""
    ones, others = ([pair[side] for pair in pairs] for side in (0, 1))
    either = [tuple({*one, *other}) for one, other in pairs]
    keys = [SET, *scoped.grouping.keys]
    frame = tally(scoped, either, ["user"], kind).select(*keys, _either=USERS)
    if missing_users(scoped):
        return frame.rename({"_either": USERS})
    for name, sets in (("_one", ones), ("_other", others)):
        side = tally(scoped, sets, ["user"], kind).select(*keys, pl.col(USERS).alias(name))
        frame = frame.join(side, on=keys, how="left")
    names = ["_one", "_other", "_either"]
    frame = frame.with_columns(pl.col(names).fill_null(0)).sort(keys)
    grows = scoped.grouping.cumulative
    one, other, either_ = (pl.col(n).cum_sum().over(SET) if grows else pl.col(n) for n in names)
    both = (one + other - either_).clip(0, pl.min_horizontal(one, other)).alias(USERS)
    frame = frame.with_columns(both)
    if grows:
        frame = frame.with_columns(pl.col(USERS).diff().fill_null(pl.col(USERS)).over(SET))
    return frame.select(*keys, USERS)


@singledispatch
def cells_of(data: Backend, query: QueryScope) -> Cells:
    """Return the cells of a campaign, rolled up the first time they are needed.

    Raises:
        QueryError: They were rolled up under other definitions or developers.
    """
    whole = replace(query, start=None, end=None, time_zone="UTC")
    grain = finest(data.calendar(query))
    of = (grain, journeys_key(data.codes, query.definitions), query.developers, query.clock)
    return data.cached(
        Key("cells", of), lambda: roll_up(ScopedRows(data, whole, Grouping()), grain)
    )


@cells_of.register
def _(data: RollUpBackend, query: QueryScope) -> Cells:
    data.check(query)
    return data.cells


def missing_users(scoped: ScopedRows, *, by_day: bool = False) -> str:
    """Return why the cells cannot provide the users of a question, and what they can provide; empty where they can."""
    edges, calendar, every = (
        scoped.query.micros(),
        scoped.data.calendar(scoped.query),
        scoped.grouping.every,
    )
    cells = cells_of(scoped.data, scoped.query)
    cells.check(calendar, edges, every)
    return cells.user_cells.missing(calendar, edges, every, by_day=by_day)


def _within(edges: Edges) -> nw.Expr:
    start, end = edges
    inside = nw.lit(value=True) if start is None else nw.col("time") >= start
    return inside if end is None else inside & (nw.col("time") < end)


def _seen(scoped: ScopedRows, kind: Kind, *, users: bool) -> pl.LazyFrame:
    """Return the cells in range, with the grouping's keys; those that keep only users, if users are wanted."""
    grouping, query = scoped.grouping, scoped.query
    if grouping.by is not None:
        raise QueryError(
            "sketches of users are kept by action and time, not by column; "
            "for by= take results.with_uniques('exact')"
        )
    cells, calendar, edges = (
        cells_of(scoped.data, scoped.query),
        scoped.data.calendar(query),
        query.micros(),
    )
    cells.check(calendar, edges, grouping.every)
    seen: Any = nw.from_native(cells.of(kind).lazy())
    if grouping.every is not None:
        seen = cells.believed(seen)
    counts = nw.col("rows") > 0
    inside = counts & _within(edges)
    # Cells of users are longer, and may begin before the range that they belong to.
    seen = seen.filter(
        inside | (~counts & _within(cells.user_cells.edges(edges))) if users else inside
    )
    # The zone's offsets are known from the oldest event on; its cell may begin before that.
    time, oldest = nw.col("time"), scoped.data.clocks.oldest
    seen = seen.with_columns(time=nw.when(time < oldest).then(oldest).otherwise(time))
    if grouping.every is not None:
        seen = calendar.with_buckets(seen, "time", grouping.every, BUCKET)
    rows: pl.LazyFrame = seen.with_columns(calendar.day(nw.col("time")).alias(DAY_KEY)).to_native()
    if kind != "entries":
        return rows.rename({"number": "code"})
    # Of two merged roll-ups one may have newer events, by which entries open in the other have ended.
    held, hour = split_entries(pl.col("number"))
    is_open = hour * HOUR > scoped.data.clocks.newest
    code = is_open.cast(pl.Int64) * STILL_OPEN + held.cast(pl.Int64) * HELD_BACK
    return rows.with_columns(code=code)
