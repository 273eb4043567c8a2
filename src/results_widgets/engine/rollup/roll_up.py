"""Rolling up: counts by cells of time, with a sketch of the users of each in place of the users."""

import hashlib
from collections.abc import Iterator
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.disclosure import SHARED_USERS
from results_widgets.engine.calendar import Calendar
from results_widgets.engine.frames import Rows, collect
from results_widgets.engine.money import told_currencies
from results_widgets.engine.rollup import sketches
from results_widgets.engine.rollup.cells import KEY, SCHEMA, Cells, Grains
from results_widgets.engine.rollup.entry_numbers import entry_number
from results_widgets.engine.rollup.grains import Grain, UsersGrain, check_grains, starts, with_cells
from results_widgets.engine.rollup.sketches import LG_K, each_sketch
from results_widgets.engine.scoped import ENTRY, Kind, ScopedRows
from results_widgets.sources.engines import spark_functions

_BETWEEN: Final = "/"  # the user's id and the entry's number, in the key of an entry
_CELL: Final = ["number", "time"]


def roll_up(scoped: ScopedRows, grain: Grain, users_grain: UsersGrain | None = None) -> Cells:
    """Roll up the rows in scope; days and longer cells are those of the query's zone.

    Raises:
        QueryError: There is no such cell length.
        MissingExtraError: The extra ``sketches`` is not installed.
    """
    users_grain = check_grains(grain, users_grain)
    frame = pl.concat(list(_parts(scoped, (grain, users_grain)))).select(*SCHEMA).sort(KEY)
    data, query = scoped.data.require_users(), scoped.query
    return Cells(
        frame,
        data.campaign,
        grain,
        users_grain,
        query.time_zone,
        query.definitions,
        query.clock,
        None if data.developers is None else query.developers,
        str(data.collect_with_ids(scoped.events.head(0)).schema["user_id"]),
        data.clocks,
        frozenset([hashlib.sha256(frame.write_ipc_stream(None).getvalue()).hexdigest()]),
        None if data.left_out is None else data.left_out.told_to(SHARED_USERS),
        told_currencies(data, query.definitions, SHARED_USERS),
    )


def _parts(scoped: ScopedRows, grains: Grains) -> Iterator[pl.DataFrame]:
    """Yield the cells of each kind."""
    codes = scoped.data.codes
    events: Kind = "entry_events" if scoped.query.clock == "entry" else "events"
    # One event at a time, so that not all users need to be in memory at once; a cluster has room.
    on_cluster = _is_on_spark(scoped.events)
    for some in [codes.counted] if on_cluster else [(code,) for code in codes.counted]:
        rows = scoped.coded(events).filter(nw.col("code").is_in(some))
        yield _cells(scoped, events, grains, rows.select("user", "time", number="code"))
    interacted = codes.interacted(scoped.query.definitions)
    withheld = scoped.coded("withheld").filter(nw.col("code").is_in(interacted))
    yield _cells(scoped, "withheld", grains, withheld.select("user", "time", number="code"))
    yield from _of_entries(scoped, grains)


def _of_entries(scoped: ScopedRows, grains: Grains) -> Iterator[pl.DataFrame]:
    """Yield the cells of entries, of their conversions, and of what became of them."""
    data = scoped.data
    at, code = nw.col("started_at").alias("time"), nw.col("code").alias("number")
    by = entry_number(data.clocks.is_open()).alias("number")
    yield _cells(scoped, "entries", grains, scoped.entries.select("user", at, by))
    conversions = scoped.coded("conversions").select("user", "time", "value", code)
    yield _cells(scoped, "conversions", grains, conversions)
    converted = scoped.coded("converted").select(*ENTRY, "time", code)
    yield _cells(scoped, "converted", grains, converted)
    of_entries = scoped.coded("entry_conversions").select("user", "time", "value", code)
    yield _cells(scoped, "entry_conversions", grains, of_entries)
    outcomes: tuple[Kind, ...] = ("entry_converted", "entry_engaged")
    for kind in outcomes:
        yield _cells(scoped, kind, grains, scoped.coded(kind).select("user", at, code))
    starts = scoped.entries.select(*ENTRY, at)
    reached = scoped.coded("reached").join(starts, on=[*ENTRY], how="inner")
    yield _cells(scoped, "reached", grains, reached.select("time", code))


def _cells(scoped: ScopedRows, kind: Kind, grains: Grains, rows: Rows) -> pl.DataFrame:
    """Return the cells of one kind of rows.

    Args:
        scoped: Their scope.
        kind: Their kind.
        grains: The lengths of cells.
        rows: time, number [, user] [, entry: whose keys are counted in place of users] [, value].
    """
    calendar, (grain, users_grain) = scoped.data.calendar(scoped.query), grains
    names = rows.collect_schema().names()
    sums = [nw.col("value").sum()] if "value" in names else []
    in_cells = with_cells(rows, calendar, grain, "time")
    found = collect(in_cells.group_by(*_CELL).agg(nw.len().alias("rows"), *sums))
    found = _started(found, calendar, grain)
    if "user" in names:
        if kind == "entries":
            # Users are not split by when their entries end, since no metric asks for that.
            held = nw.when(nw.col("number") < 0).then(-1).otherwise(0)
            rows = rows.with_columns(number=held.cast(nw.Int64))
        users = _sketches(scoped, with_cells(rows, calendar, users_grain, "time"), _CELL)
        users = _started(users, calendar, users_grain)
        found = found.join(users, on=_CELL, how="full", coalesce=True)
        found = found.with_columns(pl.col("rows").fill_null(0))
    known = {"kind": pl.lit(kind), **{name: pl.col(name) for name in found.columns}}
    return found.select(
        known.get(name, pl.lit(None)).cast(dtype).alias(name) for name, dtype in SCHEMA.items()
    )


def _started(cells: pl.DataFrame, calendar: Calendar, grain: UsersGrain) -> pl.DataFrame:
    """Replace the numbers of cells, in ``time``, by the cells' starts."""
    times = starts(cells["time"].to_list(), calendar, grain)
    return cells.with_columns(time=pl.Series(times, dtype=pl.Int64))


def _sketches(scoped: ScopedRows, rows: Rows, key: list[str]) -> pl.DataFrame:
    """Return the distinct keys of rows, each with ``users``: a sketch of its users, or entries."""
    unit = [name for name in ENTRY if name in rows.collect_schema().names()]
    if _is_on_spark(rows):
        native = rows.to_native()
        functions = spark_functions(native)
        # Spark makes sketches in the same format with the same hash, so no user leaves the cluster.
        id_ = "user" if len(unit) == 1 else functions.concat_ws(_BETWEEN, *unit)
        sketch = functions.hll_sketch_agg(id_, LG_K).alias("users")
        made = native.groupBy(*key).agg(sketch)
        return collect(nw.from_native(made)).with_columns(each_sketch("users", _compacted))
    users = scoped.data.require_users().collect_with_ids(rows.select(*unit, *key).unique())
    id_of = (
        pl.col("user_id")
        if len(unit) == 1
        else pl.concat_str("user_id", "entry", separator=_BETWEEN)
    )
    # A sketch depends very slightly on the order in which users are added.
    grouped = users.group_by(key).agg(id_of.sort().alias("users"))
    return grouped.with_columns(each_sketch("users", _sketched))


def _is_on_spark(rows: Rows) -> bool:
    return rows.implementation.is_pyspark() or rows.implementation.is_pyspark_connect()


def _sketched(users: pl.Series) -> sketches.Sketch:
    return sketches.sketch_of(users.to_list())


def _compacted(sketch: sketches.Sketch) -> sketches.Sketch:
    return sketches.merged([sketch])
