"""The campaign's own rows on the engine that holds them: checked by their schema, coded by joins.

The sister of `log` for events that stay where they are. Everything here is lazy.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.channels import MACHINE_OPENED
from results_widgets.engine.calendar import Calendar, to_micros
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.frames import Rows, collect
from results_widgets.engine.journeys.windows import Partitioned
from results_widgets.errors import EventsError
from results_widgets.sources.engines import Engine
from results_widgets.tables.events import (
    REQUIRED,
    YEARS,
    Table,
    flag,
    identifier,
    naive_zone,
    text,
    user_id,
)
from results_widgets.tables.events import normalise as normalise_held

_FIRST, _AFTER = (to_micros(datetime(year, 1, 1, tzinfo=UTC)) for year in YEARS)
_ANONYMOUS: Final = "anonymous"


@dataclass(frozen=True, eq=False)
class LazyTable(Table):
    """An event table on an engine.

    Attributes:
        rows: user (text or whole numbers), campaign_id, action_id, event (text), time (Int64, epoch
            µs, null where it cannot be told), event_id, entry_id (text or Int64), machine (Boolean),
            value (Float64), and the columns that numbers can be grouped by, each named by `carried`.
        engine: Where they are.
        source: The table as given, with ``user_id`` as in `rows`.
        naive_time_zone: IANA zone of timestamps that carry none.
    """

    rows: Rows
    engine: Engine
    source: Rows
    naive_time_zone: str | None

    def in_one_shape(self, frame: pl.DataFrame, campaign: Campaign) -> pl.DataFrame:
        """Return some of the source's rows in the shape that tables in memory have."""
        # No table is without a row.
        some = frame if frame.height else frame.clear(1)
        shaped = normalise_held(some.lazy(), campaign, self.naive_time_zone).frame.collect()
        return shaped.head(frame.height)


def carried(column: str) -> str:
    """Return the name under which a source's column travels, clear of the engine's own names."""
    return f"by_{column}"


def normalise(
    source: Rows, engine: Engine, campaign: Campaign, naive_time_zone: str | None = None
) -> LazyTable:
    """Bring an event table into one shape, lazily; its schema is looked at, and whether it has a row.

    Args:
        source: The table as it is.
        engine: Where it is.
        campaign: Names the goal's value column.
        naive_time_zone: IANA zone of timestamps that carry none; None refuses them.

    Raises:
        EventsError: A column is missing or of another type, a timestamp has no zone, or there is no
            row at all.
    """
    schema = source.collect_schema()
    for column in REQUIRED:
        if column not in schema:
            raise EventsError.missing_column(column, schema.names())
    value = campaign.goal.value or "value"
    if value != "value" and value not in schema:
        raise EventsError.missing_column(value, schema.names())
    if collect(source.select("user_id").head(1)).is_empty():
        raise EventsError("events: the table has no rows; check the path or the query that made it")
    table = Table(columns=tuple(schema.names()))
    rows = _timed(source, engine, naive_time_zone).select(
        user_id(schema["user_id"]).alias("user"),
        *(text(name, schema) for name in ("campaign_id", "action_id", "event")),
        *(identifier(name, schema) for name in ("event_id", "entry_id")),
        "time",
        flag("machine", schema),
        _number(value, schema),
        *(_own(name, schema).alias(carried(name)) for name in table.breakdowns),
    )
    known = source.with_columns(user_id(schema["user_id"]))
    return LazyTable(rows, engine, known, naive_time_zone, columns=table.columns)


def _own(name: str, schema: nw.Schema) -> nw.Expr:
    return {"variant": text, "machine": flag}.get(name, lambda name, _: nw.col(name))(name, schema)


def _number(name: str, schema: nw.Schema) -> nw.Expr:
    if name not in schema:
        return nw.lit(None).cast(nw.Float64).alias("value")
    if not schema[name].is_numeric():
        raise EventsError(
            f"events: column '{name}' is {schema[name]}, not numbers; cast it where the table is"
        )
    return nw.col(name).cast(nw.Float64).alias("value")


def _timed(source: Rows, engine: Engine, naive_time_zone: str | None) -> Rows:
    kind = source.collect_schema()["timestamp"]
    if kind not in (nw.Datetime, nw.Date):
        raise EventsError(
            f"events: column 'timestamp' is {kind}, not a time; convert it where the table is, for "
            "example CAST(timestamp AS TIMESTAMP WITH TIME ZONE)"
        )
    rows = engine.with_epoch_micros(source.drop("time", strict=False), "timestamp")
    time = nw.col("time")
    if getattr(kind, "time_zone", None) is None:
        zone = naive_zone(naive_time_zone, f"is {kind} and names no zone")
        edges = collect(rows.select(time.min().alias("first"), time.max().alias("last"))).row(0)
        first, last = (min(max(edge or 0, _FIRST), _AFTER) for edge in edges)
        time = Calendar(zone, first, last).instant(time)
    return rows.with_columns(time=nw.when((time >= _FIRST) & (time < _AFTER)).then(time))


def build_event_log(table: LazyTable, campaign: Campaign, codes: EventCodes) -> Rows:
    """Code the events of one campaign: user, time, code, event_id, anonymous (1 without one), entry_id,
    value and what is `carried`; repeats are left out.
    """
    rows = table.rows.filter(*(~nw.col(name).is_null() for name in ("user", "event", "time")))
    ours = nw.col("campaign_id")
    rows = rows.filter(ours.is_null() | (ours == campaign.id))
    rows = rows.join(table.engine.upload(_events(codes)), on="event", how="inner")
    rows = rows.join(table.engine.upload(_actions(codes)), on="action_id", how="left")
    # A goal or lifecycle event may name an action that the campaign does not know; it counts all
    # the same.
    code = nw.col("_action").fill_null(0) * codes.width + nw.col("_event")
    by_machine = nw.col("machine") & code.is_in(codes.machine_opens)
    code = nw.when(by_machine).then(code + codes.machine_shift).otherwise(code)
    rows = rows.with_columns(code=code).filter(nw.col("code").is_in(codes.known))
    rows = rows.with_columns(nw.col("event_id").is_null().cast(nw.Int64).alias(_ANONYMOUS))
    coded = rows.select("user", "time", *_further(table))
    return _without_repeats(coded, table) if table.has("event_id") else coded


def _events(codes: EventCodes) -> pl.DataFrame:
    names = {name: place for place, name in enumerate(codes.events) if name != MACHINE_OPENED}
    return pl.DataFrame({"event": list(names), "_event": list(names.values())})


def _actions(codes: EventCodes) -> pl.DataFrame:
    ids = [action.id for action in codes.actions]
    return pl.DataFrame({"action_id": ids, "_action": range(1, len(ids) + 1)})


def _further(table: LazyTable) -> list[str]:
    columns = (carried(name) for name in table.breakdowns)
    return [_ANONYMOUS, "event_id", "code", "entry_id", "value", *columns]


def order(table: LazyTable) -> list[str]:
    """Return the columns by which simultaneous rows of one user and role stand.

    Engines know no order of a file. By ``event_id`` where there is one, as everywhere, rows without
    coming last; then by code, which is the campaign's actions in their order and each one's events
    as its channels list them; then by entry_id, value and the columns that numbers can be grouped
    by, least first and null before all. The last ones are arbitrary, but the same in every run.
    """
    kinds = table.rows.collect_schema()
    return [name for name in _further(table) if name not in kinds or _has_order(kinds[name])]


def _has_order(kind: nw.dtypes.DType) -> bool:
    return kind.is_numeric() or kind.is_temporal() or kind in (nw.String, nw.Boolean)


def _without_repeats(rows: Rows, table: LazyTable) -> Rows:
    """Keep the earliest row of each ``event_id``."""
    among = Partitioned(["event_id"], ["time", "user", *order(table)])
    # Apart, since rows without an id would all be one group.
    named, rest = (rows.filter(nw.col(_ANONYMOUS) == place) for place in (0, 1))
    named = named.with_columns(_one=nw.lit(1)).with_columns(_place=among.total(nw.col("_one")))
    return nw.concat([named.filter(nw.col("_place") == 1).drop("_one", "_place"), rest])
