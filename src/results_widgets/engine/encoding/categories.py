"""Dictionary encoding of columns that numbers are broken down by."""

from typing import Final, NamedTuple

import polars as pl

_BYTE: Final = 2**8
_SAMPLED: Final = 100_000


class Categories(NamedTuple):
    """The category of each row (UInt8, or UInt32 if there are many), and the value of each category."""

    numbers: pl.Series
    values: pl.Series


def categorise(rows: pl.LazyFrame, values: pl.Series | None = None) -> Categories:
    """Encode the only column of some rows; null is a category as well.

    Args:
        rows: The column; it is read once or twice, and never in memory as text.
        values: Its distinct values; None: found in the column, null last.
    """
    (name,) = rows.collect_schema().names()
    if values is None and (known := _of_few(rows, name)) is not None:
        return known
    if values is None:
        found = rows.unique().collect().to_series()
        values = pl.concat([found.drop_nulls(), found.filter(found.is_null())])
    if values.is_empty():
        return Categories(pl.Series(name, dtype=pl.UInt8), values)
    # In one chunk, since they are gathered by position.
    return Categories(rows.select(_number(name, values)).collect().to_series().rechunk(), values)


def _of_few(rows: pl.LazyFrame, name: str) -> Categories | None:
    """Encode text whose first rows have each of its few values, for which it is read once; None if they have not."""
    if rows.collect_schema()[name] != pl.String:
        return None
    seen = rows.head(_SAMPLED).unique().collect().to_series().drop_nulls()
    # One number is left for null.
    if not 0 < len(seen) < _BYTE:
        return None
    place = pl.col(name).cast(pl.Enum(seen), strict=False).to_physical().cast(pl.UInt8)
    unknown = (place.is_null() & pl.col(name).is_not_null()).alias("unknown")
    found = rows.select(place, unknown).collect()
    if found["unknown"].any():
        return None
    numbers = found[name].rechunk()
    if not numbers.null_count():
        return Categories(numbers, seen)
    return Categories(numbers.fill_null(len(seen)), pl.concat([seen, seen.clear(1)]))


def _number(name: str, values: pl.Series) -> pl.Expr:
    kind = pl.UInt8 if len(values) <= _BYTE else pl.UInt32
    numbers = pl.int_range(len(values), dtype=kind, eager=True)
    if values.dtype != pl.String:
        return pl.col(name).replace_strict(values, numbers, return_dtype=kind)
    # For text a cast to an Enum takes half the time of `replace_strict`.
    named = values.is_not_null()
    place = pl.col(name).cast(pl.Enum(values.filter(named))).to_physical()
    none = numbers.filter(~named)
    number = pl.lit(numbers.filter(named)).gather(place)
    return (number if none.is_empty() else number.fill_null(none[0])).alias(name)
