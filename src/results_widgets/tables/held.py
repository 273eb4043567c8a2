"""What tables in memory need beyond the expressions that all engines share: Polars' own types, and local time."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.errors import EventsError
from results_widgets.tables.checks import Check, Rows, fetch
from results_widgets.tables.options import ReadOptions
from results_widgets.tables.times import (
    EXAMPLE,
    MICROS,
    YEARS,
    ZONED,
    naive_error,
    with_times_of_numbers,
    with_times_of_text,
)

REPEATED: Final = "_repeated_hour"
"""Name of the column added where times name no zone: whether a clock change repeats that hour. Events that were made
instants before bring it along.
"""

_UUID: Final = 16
_UTC: Final = pl.Datetime("us", "UTC")


def readable(
    frame: pl.LazyFrame, known: Collection[str], table: str
) -> Callable[[pl.LazyFrame], pl.LazyFrame]:
    """Return what gives columns of Polars' rarer types a usual one: of bytes, UUIDs and text; of nothing, text.

    Args:
        frame: The table.
        known: Columns in which bytes are looked at; others are left alone.
        table: ``events`` or ``users``, for messages.

    Raises:
        EventsError: No user has an id.
    """
    schema = frame.collect_schema()
    if schema.get("user_id") == pl.Null:
        raise EventsError(f"{table}: column 'user_id' is Null; pass text or whole numbers")
    exprs = [pl.col(name).cast(pl.String) for name, kind in schema.items() if kind == pl.Null]
    binary = [name for name in known if schema.get(name) == pl.Binary]
    exprs += [expr for name in binary for expr in _decoded(frame, name, table)]
    return (lambda rows: rows.with_columns(exprs)) if exprs else (lambda rows: rows)


def _decoded(frame: pl.LazyFrame, name: str, table: str) -> list[pl.Expr]:
    column = pl.col(name)
    # A text may have 16 bytes as well, so only bytes that are no text are taken for a UUID.
    try:
        frame.select(column.cast(pl.String).null_count()).collect(engine="streaming")
    except pl.exceptions.PolarsError:
        sizes = fetch(nw.from_native(frame.select((column.bin.size() == _UUID).all())), table)
        if not sizes.item():
            return []
    else:
        return [column.cast(pl.String)]
    digits = column.bin.encode("hex")
    parts = [digits.str.slice(start, length) for start, length in _UUID_PARTS]
    return [pl.concat_str(parts, separator="-").alias(name)]


_UUID_PARTS: Final = ((0, 8), (8, 4), (12, 4), (16, 4), (20, 12))


@dataclass(frozen=True, slots=True)
class Instants:
    """How a column of timestamps becomes instants.

    Attributes:
        parsed: Adds epoch µs where the column is text or numbers, and says what it must pass.
        placed: Makes ``timestamp`` of that (Datetime µs UTC).
    """

    parsed: Callable[[Rows], tuple[Rows, list[Check]]]
    placed: Callable[[pl.LazyFrame], pl.LazyFrame]


def instants(kind: nw.dtypes.DType, options: ReadOptions) -> Instants:
    """Return how timestamps of a type become instants.

    Raises:
        EventsError: The type is no time, or its times name no zone and none is given.
    """
    column, zone = pl.col("timestamp"), options.naive_time_zone
    if kind in (nw.String, nw.Categorical, nw.Enum):
        return Instants(
            lambda rows: _listed(with_times_of_text(rows, options.time_unit, zone)),
            lambda frame: _placed(frame, zone),
        )
    if kind.is_numeric():
        return Instants(
            lambda rows: _listed(with_times_of_numbers(rows, kind, options.time_unit)),
            lambda frame: _placed(frame, None),
        )
    if isinstance(kind, nw.Datetime) and kind.time_zone is not None:
        utc = column.cast(pl.Datetime("us", kind.time_zone)).dt.convert_time_zone("UTC")
        return Instants(lambda rows: (rows, []), lambda frame: frame.with_columns(_plausible(utc)))
    if kind in (nw.Datetime, nw.Date):
        if zone is None:
            raise naive_error(f"is {kind} and names no zone")
        naive = column.cast(pl.Datetime("us"))
        return Instants(lambda rows: (rows, []), lambda frame: _localised(frame, naive, zone))
    raise EventsError(
        f"events: column 'timestamp' is {kind}, not a time; pass times with their zone, or text "
        f"like {EXAMPLE}"
    )


def _listed(parsed: tuple[Rows, Check]) -> tuple[Rows, list[Check]]:
    return parsed[0], [parsed[1]]


def _placed(frame: pl.LazyFrame, zone: str | None) -> pl.LazyFrame:
    """Return a frame with its parsed times in place."""
    micros, zoned = pl.col(MICROS), pl.col(ZONED)
    instant = micros.cast(_UTC)
    if zone is None:
        frame = frame.with_columns(_plausible(pl.when(zoned).then(instant)))
    else:
        naive = pl.when(~zoned).then(micros).cast(pl.Datetime("us"))
        frame = _localised(frame, naive, zone, pl.when(zoned).then(instant))
    return frame.drop(MICROS, ZONED, "_text", strict=False)


def _localised(
    frame: pl.LazyFrame, naive: pl.Expr, zone: str, aware: pl.Expr | None = None
) -> pl.LazyFrame:
    local = first_pass(naive, zone)
    utc = local.dt.convert_time_zone("UTC")
    return frame.with_columns(
        _plausible(utc if aware is None else pl.coalesce(aware, utc)),
        is_repeated(naive, zone).alias(REPEATED),
    )


def first_pass(naive: pl.Expr, zone: str) -> pl.Expr:
    """Return local times with their zone: the first pass of a repeated hour, null of a skipped one."""
    return naive.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")


def is_repeated(naive: pl.Expr, zone: str) -> pl.Expr:
    """Return whether local times lie in an hour that a clock change repeats."""
    only = naive.dt.replace_time_zone(zone, ambiguous="null", non_existent="null")
    return first_pass(naive, zone).is_not_null() & only.is_null()


def _plausible(time: pl.Expr) -> pl.Expr:
    first, last = (pl.datetime(year, 1, 1, time_zone="UTC") for year in YEARS)
    return pl.when(time.is_between(first, last, closed="left")).then(time).alias("timestamp")
