"""The values of a column as small numbers: what breakdowns are counted by."""

from typing import Final, NamedTuple

import polars as pl

_BYTE: Final = 2**8


class Categories(NamedTuple):
    """The number of each row's value (UInt8, or UInt32 where there are many), and the values by their numbers."""

    numbers: pl.Series
    values: pl.Series


def categorise(rows: pl.LazyFrame, values: pl.Series | None = None) -> Categories:
    """Number the values of the only column of rows from 0, null being one of them.

    Args:
        rows: The column, read twice and never held as text.
        values: Its values, once each; None: as they are found, null last.
    """
    (name,) = rows.collect_schema().names()
    if values is None:
        found = rows.unique().collect().to_series()
        values = pl.concat([found.drop_nulls(), found.filter(found.is_null())])
    if values.is_empty():
        return Categories(pl.Series(name, dtype=pl.UInt8), values)
    # In one piece, for they are looked up one by one.
    return Categories(rows.select(_number(name, values)).collect().to_series().rechunk(), values)


def _number(name: str, values: pl.Series) -> pl.Expr:
    kind = pl.UInt8 if len(values) <= _BYTE else pl.UInt32
    numbers = pl.int_range(len(values), dtype=kind, eager=True)
    if values.dtype != pl.String:
        return pl.col(name).replace_strict(values, numbers, return_dtype=kind)
    # A cast finds a text in half the time.
    named = values.is_not_null()
    place = pl.col(name).cast(pl.Enum(values.filter(named))).to_physical()
    none = numbers.filter(~named)
    number = pl.lit(numbers.filter(named)).gather(place)
    return (number if none.is_empty() else number.fill_null(none[0])).alias(name)
