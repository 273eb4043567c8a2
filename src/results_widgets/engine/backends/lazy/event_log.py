"""The event log on an engine: the campaign's rows, normalised and encoded there, lazily."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.engine.calendar import Calendar
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.frames import Rows, collect
from results_widgets.engine.journeys.windows import Partitioned
from results_widgets.errors import EventsError
from results_widgets.sources.boundary import engine_errors_as_ours
from results_widgets.sources.engines import Engine, as_rows
from results_widgets.tables.checks import Check, fetch, run_checks
from results_widgets.tables.events import (
    Table,
    event_columns,
    normalise as normalise_held,
    rename_events,
)
from results_widgets.tables.held import REPEATED
from results_widgets.tables.options import ReadOptions
from results_widgets.tables.times import (
    EDGES,
    MICROS,
    ZONED,
    naive_error,
    with_times_of_numbers,
    with_times_of_text,
)

_ANONYMOUS: Final = "anonymous"


@dataclass(frozen=True, eq=False)
class LazyTable(Table):
    """An event table on an engine.

    Attributes:
        rows: user (text or whole numbers), campaign_id, action_id, event (text), time (Int64, epoch
            µs, null where it cannot be told), event_id, entry_id (text or Int64), machine (Boolean), value
            (Float64), where times name no zone `REPEATED` (Boolean: a clock change repeats that hour), and
            the columns that numbers can be grouped by, each named by `breakdown_column`.
        engine: Where they are.
        source: The table as given, under our names, with ``user_id`` as in `rows`.
        options: How it is read.
        marks: Whether `rows` have `REPEATED`.
    """

    rows: Rows
    engine: Engine
    source: Rows
    options: ReadOptions
    marks: bool = False

    @property
    def repeated_hour(self) -> nw.Expr:
        """Whether a row's time names no zone and lies in an hour that a clock change repeats."""
        return nw.col(REPEATED) if self.marks else nw.lit(value=False)

    def in_one_shape(self, frame: pl.DataFrame, campaign: Campaign) -> pl.DataFrame:
        """Return some of the source's rows in the shape that tables in memory have."""
        # No table is without a row.
        some = frame if frame.height else frame.clear(1)
        # The columns bear our names here.
        options = replace(self.options, columns={})
        shaped = normalise_held(some.lazy(), campaign, options).frame.collect()
        return shaped.drop(REPEATED, strict=False).head(frame.height)


def breakdown_column(column: str) -> str:
    """Return the name under which a source's column travels, clear of the engine's own names."""
    return f"by_{column}"


def normalise(
    source: Rows, engine: Engine, campaign: Campaign, options: ReadOptions | None = None
) -> LazyTable:
    """Normalise an event table lazily; only what its types leave open is read.

    Args:
        source: The table as it is.
        engine: Where it is.
        campaign: Names the goal's value column.
        options: How it is to be read.

    Raises:
        EventsError: A column is missing, a value cannot be used, a timestamp has no zone or no known
            form, or there is no row at all.
    """
    options = options or ReadOptions()
    given = source
    with engine_errors_as_ours("events: the table cannot be read", lambda: given):
        source = rename_events(source, campaign, options).apply(source)
        columns = event_columns(source, campaign, options)
        timed, checks, marks = _timed(source, engine, options)
    run_checks(timed, [*columns.checks, *checks], "events")
    table = Table(columns=columns.columns, not_grouped=columns.not_grouped)
    names = ("campaign_id", "action_id", "event", "event_id", "entry_id", "machine", "value")
    rows = timed.select(
        columns.exprs["user_id"].alias("user"),
        *(columns.exprs[name] for name in names),
        *("time", *([REPEATED] if marks else [])),
        *(columns.exprs[name].alias(breakdown_column(name)) for name in table.breakdowns),
    )
    known = source.with_columns(columns.exprs["user_id"])
    own = (rows, engine, known, options, marks)
    return LazyTable(*own, columns=table.columns, not_grouped=table.not_grouped)


def _timed(source: Rows, engine: Engine, options: ReadOptions) -> tuple[Rows, list[Check], bool]:
    """Add ``time``, and `REPEATED` if they may name no zone; return what they must pass, and whether it is there."""
    kinds, zone = source.collect_schema(), options.naive_time_zone
    kind = kinds["timestamp"]
    rows, micros = source.drop("time", strict=False), nw.col(MICROS)
    checks: list[Check] = []
    if kind in (nw.String, nw.Enum, nw.Categorical):
        rows, check = with_times_of_text(rows, options.time_unit, zone)
        checks = [check]
    elif kind.is_numeric():
        rows, check = with_times_of_numbers(rows, kind, options.time_unit)
        checks, zone = [check], None
    elif kind in (nw.Datetime, nw.Date):
        zoned = getattr(kind, "time_zone", None) is not None
        if not zoned and zone is None:
            raise naive_error(f"is {kind} and names no zone")
        rows = engine.with_epoch_micros(rows, "timestamp")
        rows = rows.with_columns(nw.col("time").alias(MICROS), nw.lit(zoned).alias(ZONED))
        if zoned:
            zone = None
    else:
        raise EventsError(
            f"events: column 'timestamp' is {kind}, not a time; convert it where the table is, for "
            "example CAST(timestamp AS TIMESTAMP WITH TIME ZONE)"
        )
    rows = rows.with_columns(time=micros) if zone is None else _localised(rows, zone)
    plausible = (nw.col("time") >= EDGES[0]) & (nw.col("time") < EDGES[1])
    rows = rows.with_columns(time=nw.when(plausible).then("time"))
    return rows, checks, zone is not None or REPEATED in kinds


def _localised(rows: Rows, zone: str) -> Rows:
    """Add the instants of times of which some name no zone and stand for local time."""
    micros, zoned = nw.col(MICROS), nw.col(ZONED)
    edges = rows.select(micros.min().alias("first"), micros.max().alias("last"))
    first, last = (
        min(max(edge or 0, EDGES[0]), EDGES[1]) for edge in fetch(edges, "events").row(0)
    )
    calendar = Calendar(zone, first, last)
    instant = nw.when(zoned).then(micros).otherwise(calendar.instant(micros))
    repeated = (~zoned & calendar.is_repeated(micros)).fill_null(False)
    return rows.with_columns(instant.alias("time"), repeated.alias(REPEATED))


@dataclass(frozen=True, eq=False)
class LazyEventLog:
    """Encoded events, without repeated event ids and without rows that count for nothing.

    Attributes:
        rows: user, time, code, event_id, anonymous (1 without an event_id), entry_id, value and the
            columns that numbers can be grouped by, each named by `breakdown_column`.
        codes: What the codes mean.
        table: The event table that was encoded.
    """

    rows: Rows
    codes: EventCodes
    table: LazyTable

    @cached_property
    def by_code(self) -> pl.DataFrame:
        """What is asked of all rows, in one query: code, rows (how many), first, last (epoch µs), entry_ids."""
        time, has_id = nw.col("time"), ~nw.col("entry_id").is_null()
        rows = self.rows.with_columns(entry_ids=has_id.cast(nw.Int64))
        totals = {"rows": nw.len(), "first": time.min(), "last": time.max()}
        return collect(rows.group_by("code").agg(**totals, entry_ids=nw.col("entry_ids").sum()))

    @property
    def extremes(self) -> Rows:
        """The first and the last row of each code, in memory: time, code."""
        edges = (self.by_code.select("code", time=edge) for edge in ("first", "last"))
        return as_rows(pl.concat(edges).lazy())


def build_event_log(table: LazyTable, campaign: Campaign) -> LazyEventLog:
    """Encode the events of one campaign, lazily."""
    codes, rows = EventCodes(campaign), placed_rows(table, campaign)
    rows = rows.join(table.engine.upload(_events(codes)), on="event", how="inner")
    rows = rows.join(table.engine.upload(_actions(codes)), on="action_id", how="left")
    rows = codes.encode(rows, machine=True)
    rows = rows.with_columns(nw.col("event_id").is_null().cast(nw.Int64).alias(_ANONYMOUS))
    encoded = rows.select("user", "time", *_further(table))
    rows = _without_repeats(encoded, table) if table.has("event_id") else encoded
    return LazyEventLog(rows, codes, table)


def placed_rows(table: LazyTable, campaign: Campaign) -> Rows:
    """Return the rows that have a user, event and time and name the campaign or none."""
    rows = table.rows.filter(*(~nw.col(name).is_null() for name in ("user", "event", "time")))
    own = nw.col("campaign_id")
    return rows.filter(own.is_null() | (own == campaign.id))


def _events(codes: EventCodes) -> pl.DataFrame:
    names = codes.named_events
    return pl.DataFrame({"event": names, "_event": range(len(names))})


def _actions(codes: EventCodes) -> pl.DataFrame:
    ids = [action.id for action in codes.actions]
    return pl.DataFrame({"action_id": ids, "_action": range(1, len(ids) + 1)})


def _further(table: LazyTable) -> list[str]:
    columns = (breakdown_column(name) for name in table.breakdowns)
    return [_ANONYMOUS, "event_id", "code", "entry_id", "value", *columns]


def tie_order(table: LazyTable) -> list[str]:
    """Return the columns that order simultaneous rows of one user and role.

    In memory such rows keep the order of the file, which engines do not know. Here they are ordered
    by ``event_id`` where there is one, as in memory, rows without one last; then by code, that is by
    the campaign's actions and each channel's events as they are listed; then by entry_id, value and
    the columns that numbers can be grouped by, nulls first. The last of these are arbitrary, but the
    order is the same in every run.
    """
    kinds = table.rows.collect_schema()
    return [name for name in _further(table) if name not in kinds or _has_order(kinds[name])]


def _has_order(kind: nw.dtypes.DType) -> bool:
    return kind.is_numeric() or kind.is_temporal() or kind in (nw.String, nw.Boolean)


def _without_repeats(rows: Rows, table: LazyTable) -> Rows:
    """Drop rows that repeat the event_id of an earlier row."""
    among = Partitioned(["event_id"], ["time", "user", *tie_order(table)])
    # Rows without an id are left aside, since they would all be one group.
    named, rest = (rows.filter(nw.col(_ANONYMOUS) == place) for place in (0, 1))
    named = named.with_columns(_one=nw.lit(1)).with_columns(_place=among.total(nw.col("_one")))
    return nw.concat([named.filter(nw.col("_place") == 1).drop("_one", "_place"), rest])
