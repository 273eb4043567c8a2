"""Times as text in the shapes that programs write, read by Polars' own parser, which takes a fifth of the time.

`times` reads every shape by arithmetic that all engines share, and in Polars those that are left. Both say the same.
"""

from typing import Final

import polars as pl

_USUAL: Final = (
    r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:[0-5]\d:[0-5]\d(\.\d{3}(\d{3})?)?(Z|[+-]\d{2}:?\d{2})$"
)
_FURTHEST: Final = 18 * 60
"""Minutes that a zone may be ahead of UTC, or behind it."""

_SHAPE: Final = "_usual"
_STEPS: Final = (_SHAPE, "_head", "_ahead", "_part")


def with_usual_times(rows: pl.LazyFrame, text: str, micros: str, rest: str) -> pl.LazyFrame:
    """Add the instants of texts of the usual shapes: day, time to the second or its fraction, and zone.

    Args:
        rows: The table.
        text: The column of texts, without blanks around them.
        micros: The column to add for epoch µs (Int64), null where a text has another shape or is no time.
        rest: The column to add for the texts of other shapes, null for those of the usual.
    """
    usual, shape = pl.col(text).str.contains(_USUAL), pl.col(_SHAPE)
    rows = rows.with_columns(
        pl.when(usual).then(text).alias(_SHAPE), pl.when(~usual).then(text).alias(rest)
    )
    rows = rows.with_columns(
        _head=shape.str.slice(0, 19), _ahead=_ahead(shape), _part=_fraction(shape)
    )
    seconds = pl.coalesce(_seconds("T"), _seconds(" "))
    found = seconds + pl.col("_part") - pl.col("_ahead") * 60_000_000
    rows = rows.with_columns(pl.when(pl.col("_ahead").abs() <= _FURTHEST).then(found).alias(micros))
    return rows.drop(_STEPS)


def _seconds(between: str) -> pl.Expr:
    """Return the epoch µs of what has this between day and time, as if it were in UTC."""
    head = pl.col("_head")
    own = pl.when(head.str.slice(10, 1) == between).then(head)
    return own.str.to_datetime(
        f"%Y-%m-%d{between}%H:%M:%S", time_unit="us", strict=False
    ).to_physical()


def _fraction(text: pl.Expr) -> pl.Expr:
    """Return the fraction of a second in µs: of three digits, six or none."""
    has_point = text.str.slice(19, 1) == "."
    is_long = has_point & text.str.slice(23, 1).is_between(pl.lit("0"), pl.lit("9"))
    thousands = pl.when(has_point).then(text.str.slice(20, 3)).cast(pl.Int64).fill_null(0) * 1_000
    return thousands + pl.when(is_long).then(text.str.slice(23, 3)).cast(pl.Int64).fill_null(0)


def _ahead(text: pl.Expr) -> pl.Expr:
    """Return how many minutes the zone is ahead of UTC; 0 also where there is no text."""
    is_utc = text.str.ends_with("Z") | text.str.ends_with("+0000") | text.str.ends_with("+00:00")
    zone = pl.when(~is_utc).then(text)
    has_colon = zone.str.slice(-3, 1) == ":"
    signed = pl.when(has_colon).then(zone.str.slice(-6, 3)).otherwise(zone.str.slice(-5, 3))
    hours, minutes = (part.cast(pl.Int64) for part in (signed.str.slice(1), zone.str.slice(-2)))
    ahead = hours * 60 + minutes
    found = pl.when(signed.str.slice(0, 1) == "-").then(-ahead).otherwise(ahead)
    return found.fill_null(0)
