"""One type for a column whose type differs from file to file, and how its values get it."""

from typing import Final

import polars as pl

JSON: Final = pl.Struct({"json": pl.String})
"""Type of a column of lists or objects without a common type: their text, in a struct so that it is not mistaken
for a text column."""

_TEXT: Final = (pl.String, pl.Categorical, pl.Enum)
_UTC: Final = pl.Datetime("us", "UTC")
_UNSIGNED: Final = (pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64)


def widened(one: pl.DataType, other: pl.DataType) -> pl.DataType | None:
    """Return the type that holds the values of both; None if there is none."""
    if pl.Null in (one, other):
        return other if one == pl.Null else one
    if one == other:
        return one
    if one.is_nested() or other.is_nested():
        return JSON if one.is_nested() and other.is_nested() else None
    pair = (one, other)
    if all(kind.is_numeric() or kind == pl.Boolean for kind in pair):
        return _wider_number(*pair)
    if all(isinstance(kind, pl.Datetime | pl.Date) for kind in pair):
        return _wider_time(*pair)
    return _as_text(*pair)


def _as_text(one: pl.DataType, other: pl.DataType) -> pl.DataType | None:
    if isinstance(one, pl.Duration) and isinstance(other, pl.Duration):
        return pl.Duration("us")
    plain = not any(isinstance(kind, pl.Binary | pl.Object) for kind in (one, other))
    return pl.String() if plain and any(kind in _TEXT for kind in (one, other)) else None


def _wider_number(one: pl.DataType, other: pl.DataType) -> pl.DataType:
    if pl.Boolean in (one, other):
        return one if other == pl.Boolean else other
    if not (one.is_integer() and other.is_integer()):
        return pl.Float64()
    if all(kind in _UNSIGNED for kind in (one, other)):
        return pl.UInt64()
    mixed = pl.UInt64 in (one, other) or pl.Int128 in (one, other)
    return pl.Int128() if mixed else pl.Int64()


def _wider_time(one: pl.DataType, other: pl.DataType) -> pl.DataType:
    zoned = [getattr(kind, "time_zone", None) is not None for kind in (one, other)]
    if all(zoned):
        return _UTC
    # As text, each value says whether it names its zone.
    return pl.String() if any(zoned) else pl.Datetime("us")


def converted(name: str, own: pl.DataType, kind: pl.DataType) -> pl.Expr:
    """Return a column of one type as another that `widened` gives for it."""
    column = pl.col(name)
    if own == kind:
        return column
    if kind == JSON:
        text = column if own == pl.String else pl.lit(None, pl.String)
        return pl.when(text.is_not_null()).then(pl.struct(text.alias("json"))).alias(name)
    if kind == pl.String and isinstance(own, pl.Datetime | pl.Date):
        return _as_iso(column, own)
    if isinstance(kind, pl.Datetime) and kind.time_zone is not None and own != pl.Null:
        return column.dt.convert_time_zone("UTC").cast(kind)
    return column.cast(kind)


def _as_iso(column: pl.Expr, own: pl.DataType) -> pl.Expr:
    if not isinstance(own, pl.Datetime):
        return column.dt.to_string("%Y-%m-%d")
    if own.time_zone is None:
        return column.dt.to_string("%Y-%m-%dT%H:%M:%S%.6f")
    return column.dt.convert_time_zone("UTC").dt.to_string("%Y-%m-%dT%H:%M:%S%.6f+00:00")
