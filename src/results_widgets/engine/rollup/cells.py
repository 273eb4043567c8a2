"""Rolling up: counts by cells of time, with a sketch of the users of each in place of the users."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import narwhals as nw
import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.definitions import Definitions
from results_widgets.engine.calendar import DAY, Calendar
from results_widgets.engine.clocks import Clocks
from results_widgets.engine.frames import Rows, collect, within
from results_widgets.engine.money import Currencies, currencies_of
from results_widgets.engine.reasons import LeftOut
from results_widgets.engine.rollup import sketches
from results_widgets.engine.rollup.entry_numbers import entry_number
from results_widgets.engine.rollup.grains import (
    Edges,
    Grain,
    UserCells,
    UsersGrain,
    check_cuts,
    check_grains,
    starts,
    with_cells,
)
from results_widgets.engine.rollup.sketches import LG_K
from results_widgets.engine.scoped import ENTRY, Kind, ScopedRows
from results_widgets.errors import QueryError

SCHEMA: Final = {
    "kind": pl.String,
    "number": pl.Int64,
    "time": pl.Int64,
    "rows": pl.Int64,
    "value": pl.Float64,
    "users": pl.Binary,
}

_BETWEEN: Final = "/"  # the user's id and the entry's number, in the key of an entry
_KEY: Final = ["kind", "number", "time"]
_CELL: Final = ["number", "time"]

_LONGEST: Final = 31 * DAY
"""How long before an event its cell begins at most."""

Grains = tuple[Grain, UsersGrain]
"""The lengths of cells of counts and of cells of users."""


@dataclass(frozen=True, eq=False)
class Cells:
    """A campaign's counts and sketches by cells of time.

    Attributes:
        frame: One row per kind, number and cell:

            - kind (String): see `Kind`.
            - number (Int64): as the codes of `Kind`, but of entries 0, or while they are open the
              hour (since 1970) by which they end; see `entry_numbers` for those held back.
            - time (Int64, epoch µs): the cell's start; 0 for a cell of the whole campaign.
            - rows (Int64): how many there are; 0 in cells that only have users.
            - value (Float64): the sum of the goal's values, of conversions.
            - users (Binary): a sketch of the users (``converted``: of the entries), or null.
        campaign: The campaign.
        grain: The length of cells of counts.
        users_grain: The length of cells of users.
        zone: The zone whose days, weeks and months the longer cells are.
        definitions: The definition set that conversions were attributed under.
        developers: Whether developers are counted; None: nobody is marked as one.
        ids: The type of the user ids; equal ids of different types have different hashes.
        clocks: Which times of its events are believed.
        parts: Digests of the roll-ups that it was merged from, so that none is counted twice.
        currencies: The currencies of the goal's amounts.
        left_out: What must be said of rows that are left out, of the part that leaves out most.
    """

    frame: pl.DataFrame
    campaign: Campaign
    grain: Grain
    users_grain: UsersGrain
    zone: str
    definitions: Definitions
    developers: bool | None
    ids: str
    clocks: Clocks
    parts: frozenset[str]
    left_out: LeftOut | None = None
    currencies: Currencies = ()

    def of(self, kind: Kind) -> pl.DataFrame:
        """Return the cells of a kind."""
        return self.frame.filter(pl.col("kind") == kind)

    @cached_property
    def span(self) -> tuple[int, int]:
        """Starts (epoch µs) of the first and last cell that has events or conversions."""
        counted = self.frame.lazy().filter(
            pl.col("kind").is_in(["events", "conversions"]), pl.col("rows") > 0
        )
        times = collect(self.believed(nw.from_native(counted)))["time"]
        first, last = times.min(), times.max()
        if not isinstance(first, int) or not isinstance(last, int):
            return self.clocks.newest, self.clocks.newest
        return first, last

    def believed(self, cells: Rows) -> Rows:
        """Return the cells whose events have times that are believed."""
        start, end = self.clocks.edges
        return within(cells, "time", None if start is None else start - _LONGEST, end)

    @property
    def user_cells(self) -> UserCells:
        """The cells that distinct users are kept by."""
        return UserCells(self.users_grain, self.zone, *self.span)

    @property
    def knows_all_zones(self) -> bool:
        """Whether all cells fit every zone: none is a day, week or month of one zone."""
        return self.grain != "1d" and self.users_grain not in ("1d", "1w", "1mo")

    def check(self, calendar: Calendar, edges: Edges, every: str | None) -> None:
        """Check that a zone, range and interval can be answered from cells of counts.

        Raises:
            QueryError: They cut through cells.
        """
        check_cuts(self.grain, self.zone, calendar, edges)
        if every == "1h" and self.grain == "1d":
            raise QueryError("rolled up by days, so there are no hours; take every='1d'")

    def merged(self, other: "Cells") -> "Cells":
        """Return the union of two roll-ups, of different users or of different ranges.

        Raises:
            QueryError: They are of different campaigns, made differently, or share a part.
        """
        for name in ("campaign", "grain", "users_grain", "definitions", "developers", "ids"):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine != theirs:
                raise QueryError(
                    f"roll-ups of different {name} cannot be merged: {_shown(mine)} and {_shown(theirs)}"
                )
        if not self.knows_all_zones and self.zone != other.zone:
            raise QueryError(f"cells of days of {self.zone} and of {other.zone} cannot be merged")
        if self.parts & other.parts:
            raise QueryError("both roll-ups hold the same part; it would be counted twice")
        return Cells(
            _summed(pl.concat([self.frame, other.frame])),
            self.campaign,
            self.grain,
            self.users_grain,
            self.zone,
            self.definitions,
            self.developers,
            self.ids,
            self.clocks.merged(other.clocks),
            self.parts | other.parts,
            max((self.left_out, other.left_out), key=lambda one: one.rows if one else -1),
            tuple(sorted({*self.currencies, *other.currencies})),
        )


def _shown(value: object) -> str:
    return repr(getattr(value, "name", value))


def _summed(cells: pl.DataFrame) -> pl.DataFrame:
    """Sum the counts of equal keys, and merge their sketches."""
    found = cells.group_by(_KEY).agg(pl.col("rows", "value").sum(), pl.col("users").drop_nulls())
    return found.with_columns(_each("users", _merged)).select(*SCHEMA).sort(_KEY)


def _merged(parts: pl.Series) -> sketches.Sketch | None:
    if len(parts) < 2:  # noqa: PLR2004 - one sketch is merged already
        return parts[0] if len(parts) else None
    return sketches.merged(parts)


def roll_up(scoped: ScopedRows, grain: Grain, users_grain: UsersGrain | None = None) -> Cells:
    """Roll up the rows in scope; days and longer cells are those of the query's zone.

    Raises:
        QueryError: There is no such cell length.
        MissingExtraError: The extra ``sketches`` is not installed.
    """
    users_grain = check_grains(grain, users_grain)
    frame = pl.concat(list(_parts(scoped, (grain, users_grain)))).select(*SCHEMA).sort(_KEY)
    data, query = scoped.data.require_users(), scoped.query
    return Cells(
        frame,
        data.campaign,
        grain,
        users_grain,
        query.time_zone,
        query.definitions,
        None if data.developers is None else query.developers,
        str(data.collect_with_ids(scoped.events.head(0)).schema["user_id"]),
        data.clocks,
        frozenset([hashlib.sha256(frame.write_ipc_stream(None).getvalue()).hexdigest()]),
        data.left_out,
        currencies_of(data, query.definitions),
    )


def _parts(scoped: ScopedRows, grains: Grains) -> Iterator[pl.DataFrame]:
    """Yield the cells of each kind."""
    data, codes = scoped.data.require_users(), scoped.data.codes
    wanted = (*codes.channel_events, *codes.named("exited"))
    # One event at a time, so that not all users need to be in memory at once; a cluster has room.
    on_cluster = scoped.events.implementation.is_pyspark()
    for some in [wanted] if on_cluster else [(code,) for code in wanted]:
        events = scoped.events.filter(nw.col("code").is_in(some))
        yield _cells(scoped, "events", grains, events.select("user", "time", number="code"))
    interacted = codes.interacted(scoped.query.definitions)
    withheld = scoped.coded("withheld").filter(nw.col("code").is_in(interacted))
    yield _cells(scoped, "withheld", grains, withheld.select("user", "time", number="code"))
    at, code = nw.col("started_at").alias("time"), nw.col("code").alias("number")
    by = entry_number(data.clocks.is_open()).alias("number")
    yield _cells(scoped, "entries", grains, scoped.entries.select("user", at, by))
    conversions = scoped.coded("conversions").select("user", "time", "value", code)
    yield _cells(scoped, "conversions", grains, conversions)
    converted = scoped.coded("converted").select(*ENTRY, "time", code)
    yield _cells(scoped, "converted", grains, converted)
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
    if rows.implementation.is_pyspark():
        from pyspark.sql.functions import concat_ws, hll_sketch_agg

        # Spark makes sketches in the same format with the same hash, so no user leaves the cluster.
        id_ = "user" if len(unit) == 1 else concat_ws(_BETWEEN, *unit)
        made = rows.to_native().groupBy(*key).agg(hll_sketch_agg(id_, LG_K).alias("users"))
        return collect(nw.from_native(made)).with_columns(_each("users", _compacted))
    users = scoped.data.require_users().collect_with_ids(rows.select(*unit, *key).unique())
    id_of = (
        pl.col("user_id")
        if len(unit) == 1
        else pl.concat_str("user_id", "entry", separator=_BETWEEN)
    )
    # A sketch depends very slightly on the order in which users are added.
    grouped = users.group_by(key).agg(id_of.sort().alias("users"))
    return grouped.with_columns(_each("users", _sketched))


def _each(column: str, function: Callable[[Any], sketches.Sketch | None]) -> pl.Expr:
    return pl.col(column).map_elements(function, return_dtype=pl.Binary, skip_nulls=True)


def _sketched(users: pl.Series) -> sketches.Sketch:
    return sketches.sketch_of(users.to_list())


def _compacted(sketch: sketches.Sketch) -> sketches.Sketch:
    return sketches.merged([sketch])
