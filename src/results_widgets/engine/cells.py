"""What happened in each hour, with a sketch of who, in place of the users themselves."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

import narwhals as nw
import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.definitions import Definitions
from results_widgets.engine import sketches
from results_widgets.engine.facts import Facts
from results_widgets.engine.plain import Kind
from results_widgets.engine.rows import Rows, collect
from results_widgets.engine.sketches import LG_K
from results_widgets.engine.zones import DAY, HOUR, Calendar, from_micros, offsets
from results_widgets.errors import QueryError

Grain = Literal["15m", "1h", "1d"]

LENGTHS: Final[dict[Grain, int]] = {"15m": HOUR // 4, "1h": HOUR, "1d": DAY}
"""How long a cell lasts, in µs; a day lasts an hour less or more where clocks change."""

SCHEMA: Final = {
    "kind": pl.String,
    "number": pl.Int64,
    "time": pl.Int64,
    "rows": pl.Int64,
    "value": pl.Float64,
    "users": pl.Binary,
}

_KEY: Final = ["kind", "number", "time"]


@dataclass(frozen=True, eq=False)
class Cells:
    """A campaign's results by cells of time.

    Attributes:
        frame: One row per kind, number and cell: ``kind`` (see `Kind`); ``number`` (of events their
            code; of conversions and of what entries reached the action's, 0 for none; of entries
            that are still open the hour by which they end, since 1970, of others 0); ``time`` (the
            cell's first instant, epoch µs); ``rows`` (how many); ``value`` (the goal's, of
            conversions); ``users`` (a sketch; null where no number needs one).
        campaign: Whose results.
        grain: How long a cell lasts.
        zone: Whose days, where cells are days.
        definitions: The set that conversions were attributed under.
        developers: Whether developers are counted; None: nobody is one.
        ids: Type of the users' ids; equal ids of different types have different hashes.
        oldest: Time of the oldest event, epoch µs.
        newest: Time of the newest event, epoch µs.
        parts: What it was merged from.
    """

    frame: pl.DataFrame
    campaign: Campaign
    grain: Grain
    zone: str
    definitions: Definitions
    developers: bool | None
    ids: str
    oldest: int
    newest: int
    parts: frozenset[str]

    def of(self, kind: Kind) -> pl.DataFrame:
        """Return the cells of a kind."""
        return self.frame.filter(pl.col("kind") == kind)

    @cached_property
    def span(self) -> tuple[int, int]:
        """First instants of the first and the last cell in which the campaign did anything, epoch µs."""
        times = self.frame.filter(pl.col("kind").is_in(["events", "conversions"]))["time"]
        first, last = times.min(), times.max()
        if not isinstance(first, int) or not isinstance(last, int):
            return self.newest, self.newest
        return first, last

    def check_cuts(self, calendar: Calendar, edges: tuple[int | None, int | None]) -> None:
        """Refuse a zone or range that cuts through cells.

        Raises:
            QueryError: It does.
        """
        zone, known = calendar.zone, [edge for edge in edges if edge is not None]
        if self.grain == "1d":
            if zone != self.zone:
                raise QueryError(
                    f"rolled up by days of {self.zone}, which are not those of {zone}; "
                    "roll up with every='1h' for any zone"
                )
            cut = any(calendar.midnight(from_micros(at, zone).date()) != at for at in known)
        else:
            if self.grain != finest(calendar, self.grain):
                raise QueryError(
                    f"hours of {zone} are not hours of UTC; roll up with every='15m' for such zones"
                )
            cut = any(at % LENGTHS[self.grain] for at in known)
        if cut:
            raise QueryError(
                f"the range cuts through a cell of {self.grain}; take edges that lie between cells"
            )

    def merged(self, other: "Cells") -> "Cells":
        """Return both together: of users apart, or of ranges apart.

        Raises:
            QueryError: They are of different campaigns, made differently, or share a part.
        """
        for name in ("campaign", "grain", "definitions", "developers", "ids"):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine != theirs:
                raise QueryError(
                    f"roll-ups of different {name} cannot be merged: {_said(mine)} and {_said(theirs)}"
                )
        if self.grain == "1d" and self.zone != other.zone:
            raise QueryError(f"days of {self.zone} and of {other.zone} cannot be merged")
        if self.parts & other.parts:
            raise QueryError("both roll-ups hold the same part; it would be counted twice")
        return Cells(
            _added(pl.concat([self.frame, other.frame])),
            self.campaign,
            self.grain,
            self.zone,
            self.definitions,
            self.developers,
            self.ids,
            min(self.oldest, other.oldest),
            max(self.newest, other.newest),
            self.parts | other.parts,
        )


def finest(calendar: Calendar, grain: Grain = "1h") -> Grain:
    """Return the grain, or a quarter of an hour where the zone's days do not begin with an hour of UTC."""
    shifts = offsets(calendar.zone, calendar.start, calendar.end)
    return "15m" if any(shift % LENGTHS[grain] for _, shift in shifts) else grain


def _said(value: object) -> str:
    return repr(getattr(value, "name", value))


def _added(cells: pl.DataFrame) -> pl.DataFrame:
    """Add up cells of the same key."""
    found = cells.group_by(_KEY).agg(pl.col("rows", "value").sum(), pl.col("users").drop_nulls())
    return found.with_columns(_each("users", _merged)).select(*SCHEMA).sort(_KEY)


def _merged(parts: pl.Series) -> sketches.Sketch | None:
    if len(parts) < 2:  # noqa: PLR2004 - one sketch is merged already
        return parts[0] if len(parts) else None
    return sketches.merged(parts)


def roll_up(facts: Facts, grain: Grain) -> Cells:
    """Roll up the rows in range, under the lens's definitions, developers and, for days, zone.

    Raises:
        QueryError: There is no such grain.
        MissingExtraError: The extra ``sketches`` is not installed.
    """
    if grain not in LENGTHS:
        raise QueryError.unknown("cell of a roll-up", grain, LENGTHS)
    frame = pl.concat(list(_parts(facts, grain))).select(*SCHEMA).sort(_KEY)
    data, lens = facts.data, facts.lens
    return Cells(
        frame,
        data.campaign,
        grain,
        lens.time_zone,
        lens.definitions,
        None if data.developers is None else lens.developers,
        str(data.named(facts.events.head(0)).schema["user_id"]),
        data.oldest,
        data.newest,
        frozenset([hashlib.sha256(frame.write_ipc_stream(None).getvalue()).hexdigest()]),
    )


def _parts(facts: Facts, grain: Grain) -> Iterator[pl.DataFrame]:
    """Yield the cells of each kind."""
    data, codes = facts.data, facts.data.codes
    wanted = (*codes.channel_events, *codes.named("exited"))
    # Event by event, so that not all users need to be in memory at a time; a cluster has room.
    on_cluster = facts.events.implementation.is_pyspark()
    for some in [wanted] if on_cluster else [(code,) for code in wanted]:
        events = facts.events.filter(nw.col("code").is_in(some))
        yield _cells(facts, "events", grain, events.select("user", "time", number="code"))
    at, action = nw.col("started_at").alias("time"), nw.col("action").fill_null(0).alias("number")
    ended, ends = nw.col("ended_at") <= data.newest, (nw.col("ended_at") + (HOUR - 1)) // HOUR
    by = nw.when(ended).then(0).otherwise(ends).alias("number")
    yield _cells(facts, "entries", grain, facts.entries.select("user", at, by))
    conversions = facts.conversions.select("user", "time", "value", action)
    yield _cells(facts, "conversions", grain, conversions)
    reached, key = data.reached(facts.lens.definitions), ["user", "entry"]
    started = reached.join(facts.entries.select(*key, at), on=key, how="inner")
    yield _cells(facts, "reached", grain, started.select("time", action))


def _cells(facts: Facts, kind: Kind, grain: Grain, rows: Rows) -> pl.DataFrame:
    """Return the cells of rows: time, number [, user] [, value]."""
    calendar, length = facts.data.calendar(facts.lens), LENGTHS[grain]
    time = nw.col("time")
    place = calendar.day(time) if grain == "1d" else time // length * length
    rows = rows.with_columns(place.alias("time"))
    key, names = ["number", "time"], rows.collect_schema().names()
    sums = [nw.col("value").sum()] if "value" in names else []
    found = collect(rows.group_by(*key).agg(nw.len().alias("rows"), *sums))
    if "user" in names:
        found = found.join(_sketches(facts, rows, key), on=key)
    if grain == "1d":
        starts = calendar.starts(found["time"].to_list(), "1d")
        found = found.with_columns(time=pl.Series(starts, dtype=pl.Int64))
    known = {"kind": pl.lit(kind), **{name: pl.col(name) for name in found.columns}}
    return found.select(
        known.get(name, pl.lit(None)).cast(dtype).alias(name) for name, dtype in SCHEMA.items()
    )


def _sketches(facts: Facts, rows: Rows, key: list[str]) -> pl.DataFrame:
    """Return the key and ``users``, a sketch of the users of each."""
    if rows.implementation.is_pyspark():
        from pyspark.sql.functions import hll_sketch_agg

        # Made on the cluster, in the same form from the same hash: no user comes here.
        made = rows.to_native().groupBy(*key).agg(hll_sketch_agg("user", LG_K).alias("users"))
        return collect(nw.from_native(made)).with_columns(_each("users", _compacted))
    users = facts.data.named(rows.select("user", *key).unique())
    # A sketch depends, if by very little, on the order of its users.
    grouped = users.group_by(key).agg(pl.col("user_id").sort().alias("users"))
    return grouped.with_columns(_each("users", _sketched))


def _each(column: str, function: Callable[[Any], sketches.Sketch | None]) -> pl.Expr:
    return pl.col(column).map_elements(function, return_dtype=pl.Binary, skip_nulls=True)


def _sketched(users: pl.Series) -> sketches.Sketch:
    return sketches.sketch_of(users.to_list())


def _compacted(sketch: sketches.Sketch) -> sketches.Sketch:
    return sketches.merged([sketch])
