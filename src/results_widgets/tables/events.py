"""The event table: its columns, how they are normalised, and what is refused."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import narwhals as nw
import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.errors import EventsError, QueryError

REQUIRED: Final = ("user_id", "action_id", "event", "timestamp")
"""Columns that an event table must have; ``campaign_id`` is optional."""

ROW: Final = "_row"
"""Name of the column added for a row's number in the source, from 0."""

YEARS: Final = (1900, 2200)
"""The first plausible year and the one after the last. Systems write years 1 and 9999 for "never" and "forever",
and local time is undefined that far out."""

_SAMPLE = 2_000
_YES = ["true", "t", "1", "1.0", "yes"]


@dataclass(frozen=True, eq=False)
class Table:
    """The columns of an event table, wherever it is.

    Attributes:
        columns: The source's own columns.
    """

    columns: tuple[str, ...] = field(kw_only=True)

    def has(self, column: str) -> bool:
        """Whether the source has the column itself."""
        return column in self.columns

    @property
    def breakdowns(self) -> list[str]:
        """Columns that numbers can be grouped by."""
        fixed = {
            "user_id",
            "campaign_id",
            "action_id",
            "event",
            "timestamp",
            "event_id",
            "entry_id",
            "value",
            ROW,
        }
        return [column for column in self.columns if column not in fixed]


@dataclass(frozen=True, eq=False)
class EventTable(Table):
    """A checked event table.

    Attributes:
        source: Returns the table as read; called each time rows of it are needed.
        shaped: Expressions that normalise times and values.
        named: Expressions that normalise names and ids, the same on every engine.
        frame: The normalised table, lazily: user_id (String or Int64), campaign_id, action_id,
            event (String), timestamp (Datetime µs UTC), event_id, entry_id, variant (String, null
            when absent), machine (Boolean), value (Float64), the further columns of the source as
            they are, and `ROW`.
    """

    source: Callable[[], pl.LazyFrame]
    shaped: tuple[pl.Expr, ...]
    named: tuple[nw.Expr, ...]

    @property
    def frame(self) -> pl.LazyFrame:
        """See the attributes."""
        timed = self.source().with_row_index(ROW).with_columns(self.shaped)
        frame = nw.from_native(timed).with_columns(*self.named).to_native()
        assert isinstance(frame, pl.LazyFrame)
        return frame


def normalise(
    table: pl.LazyFrame | Callable[[], pl.LazyFrame],
    campaign: Campaign,
    naive_time_zone: str | None = None,
) -> EventTable:
    """Normalise an event table lazily; only its schema and a few rows are read.

    Args:
        table: The table as read, or a function that returns it, called each time rows are needed.
        campaign: Names the goal's value column.
        naive_time_zone: IANA zone of timestamps that carry none; None refuses them.

    Raises:
        EventsError: A column is missing, a timestamp has no zone or no known type, or there is no
            row at all.
    """
    again = table.lazy if isinstance(table, pl.LazyFrame) else table
    source = again()
    schema = source.collect_schema()
    for column in REQUIRED:
        if column not in schema:
            raise EventsError.missing_column(column, schema.names())
    if ROW in schema:
        raise EventsError(f"events: column '{ROW}' has a name that is needed here; rename it")
    if source.select("user_id").head(1).collect().is_empty():
        raise EventsError("events: the table has no rows; check the path or the query that made it")
    value = campaign.goal.value or "value"
    if value != "value" and value not in schema:
        raise EventsError.missing_column(value, schema.names())
    shaped = (
        _within_reason(_timestamp(source, schema["timestamp"], naive_time_zone)),
        _number(source, value, schema).alias("value"),
    )
    kinds = nw.from_native(source).collect_schema()
    named = (
        user_id(kinds["user_id"]),
        *(text(name, kinds) for name in ("campaign_id", "action_id", "event", "variant")),
        *(identifier(name, kinds) for name in ("event_id", "entry_id")),
        flag("machine", kinds),
    )
    return EventTable(again, shaped, named, columns=tuple(schema.names()))


def user_id(kind: nw.dtypes.DType, table: str = "events") -> nw.Expr:
    """Return the column of user ids as text or whole numbers.

    Raises:
        EventsError: They are neither.
    """
    column = nw.col("user_id")
    if kind.is_integer():
        return column if kind == nw.UInt64 else column.cast(nw.Int64)
    if kind in (nw.String, nw.Categorical, nw.Enum):
        return column.cast(nw.String)
    raise EventsError(f"{table}: column 'user_id' is {kind}; pass text or whole numbers")


def text(name: str, kinds: nw.Schema) -> nw.Expr:
    """Return a column as text; null if there is no such column."""
    column = nw.col(name) if name in kinds else nw.lit(None)
    return column.cast(nw.String).alias(name)


def identifier(name: str, kinds: nw.Schema) -> nw.Expr:
    """Return a column of ids: integers as they are, anything else as text."""
    if name in kinds and kinds[name].is_integer():
        return nw.col(name)
    return text(name, kinds)


def flag(name: str, kinds: nw.Schema) -> nw.Expr:
    """Return a Boolean column, parsed from words if need be; null counts as false."""
    if name not in kinds:
        return nw.lit(False).alias(name)
    column = nw.col(name)
    if kinds[name] != nw.Boolean:
        column = column.cast(nw.String).str.to_lowercase().is_in(_YES)
    return column.fill_null(False).alias(name)


def _number(source: pl.LazyFrame, name: str, schema: pl.Schema) -> pl.Expr:
    if name not in schema:
        return pl.lit(None, pl.Float64)
    if schema[name] != pl.String:
        return pl.col(name).cast(pl.Float64)
    # CSV and NDJSON columns are read as text if their first values are integers or all missing.
    number = pl.col(name).str.strip_chars().cast(pl.Float64, strict=False)
    wrong = source.filter(pl.col(name).is_not_null() & number.is_null()).select(name).head(1)
    found = wrong.collect()
    if not found.is_empty():
        raise EventsError(
            f"events: column '{name}' holds the text {found[name][0]!r}, which is no number; "
            "pass numbers, and nothing where there is none"
        )
    return number


def _timestamp(source: pl.LazyFrame, dtype: pl.DataType, naive_time_zone: str | None) -> pl.Expr:
    column = pl.col("timestamp")
    if isinstance(dtype, pl.String):
        return _from_text(source, naive_time_zone)
    if isinstance(dtype, pl.Datetime) and dtype.time_zone is not None:
        return column.cast(pl.Datetime("us", dtype.time_zone)).dt.convert_time_zone("UTC")
    if isinstance(dtype, pl.Datetime | pl.Date):
        zone = naive_zone(naive_time_zone, f"is {dtype} and names no zone")
        return _localised(column.cast(pl.Datetime("us")), zone)
    raise EventsError(
        f"events: column 'timestamp' is {dtype}, not a time; "
        "convert it first, for example pl.from_epoch('timestamp', 's').dt.replace_time_zone('UTC')"
    )


def _within_reason(time: pl.Expr) -> pl.Expr:
    first, last = (pl.datetime(year, 1, 1, time_zone="UTC") for year in YEARS)
    return pl.when(time.is_between(first, last, closed="left")).then(time).alias("timestamp")


def _from_text(source: pl.LazyFrame, naive_time_zone: str | None) -> pl.Expr:
    text = (
        pl.col("timestamp")
        .str.strip_chars()
        .str.replace(r"\s*(Z|UTC)$", "+00:00")
        .str.replace(" ", "T", literal=True)
        .str.replace(r"(T\d\d:\d\d)([+-]|$)", "${1}:00${2}")
    )
    aware = text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%z", time_unit="us", strict=False)
    naive = text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False)
    if naive_time_zone is not None:
        zone = check_zone(naive_time_zone)
        return pl.coalesce(aware, _localised(naive, zone)).alias("timestamp")
    head = source.select(pl.col("timestamp").drop_nulls().head(_SAMPLE))
    sample = head.select("timestamp", a=aware, n=naive).collect()
    unzoned = sample.filter(pl.col("a").is_null() & pl.col("n").is_not_null())
    if not unzoned.is_empty():
        naive_zone(None, f"holds {unzoned['timestamp'][0]!r}, which names no zone")
    # Single values that cannot be parsed become null; `quality` counts them.
    if sample.height and sample["a"].null_count() == sample.height:
        raise EventsError(
            f"events: column 'timestamp' holds the text {sample['timestamp'][0]!r}, which is no "
            "time; write it like '2026-03-01T09:00:00+01:00'"
        )
    return aware.alias("timestamp")


def naive_zone(naive_time_zone: str | None, found: str) -> str:
    """Return the zone for timestamps that carry none.

    Raises:
        EventsError: No zone was given; the message says what was found.
    """
    if naive_time_zone is None:
        raise EventsError(
            f"events: column 'timestamp' {found}; say which it is in: Results(…, naive_time_zone='Europe/Berlin')"
        )
    return check_zone(naive_time_zone)


def _localised(column: pl.Expr, zone: str) -> pl.Expr:
    # The hour repeated at the end of summer time is taken as its first pass; the hour skipped at its
    # start is null.
    aware = column.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return aware.dt.convert_time_zone("UTC")


def check_zone(name: str) -> str:
    """Return an IANA zone name after checking it.

    Raises:
        QueryError: There is no such zone.
    """
    try:
        ZoneInfo(name)
        # ZoneInfo also accepts names outside IANA's list ("localtime", "Factory"); Polars does not.
        pl.select(pl.lit(0).cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(name))
    except (ZoneInfoNotFoundError, ValueError, OSError, pl.exceptions.PolarsError):
        raise QueryError(
            f"unknown time zone {name!r}; use an IANA name such as 'Europe/Berlin', 'America/New_York' or 'UTC'"
        ) from None
    return name
