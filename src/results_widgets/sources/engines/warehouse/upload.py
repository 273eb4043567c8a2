"""Small tables sent to a warehouse as part of a query, larger ones as a temporary table."""

from math import isfinite
from typing import Any, Final

import polars as pl

from results_widgets.sources.engines.literal_types import sql_type

_TYPES: Final[dict[type[pl.DataType], str]] = {
    pl.String: "string",
    pl.Categorical: "string",
    pl.Enum: "string",
    pl.Boolean: "boolean",
    pl.Int8: "smallint",
    pl.Int16: "smallint",
    pl.Int32: "int",
    pl.Int64: "bigint",
    pl.UInt8: "smallint",
    pl.UInt16: "int",
    pl.UInt32: "bigint",
    pl.UInt64: "decimal(20, 0)",
    pl.Float32: "float",
    pl.Float64: "double",
    pl.Date: "date",
    pl.Null: "string",
}
"""SQLFrame's names of types, which are Spark's."""


def values(frame: pl.DataFrame) -> Any:
    """Return a query whose rows are those of a frame.

    Raises:
        EventsError: A column is of a type that has no such text.
    """
    from sqlglot import exp

    names, kinds = frame.columns, [_type(frame[name]) for name in frame.columns]
    rows = frame.rows() or [(None,) * frame.width]
    listed = exp.Values(
        expressions=[exp.tuple_(*map(_literal, row, kinds)) for row in rows],
        alias=exp.TableAlias(
            this=exp.to_identifier("given"),
            columns=[exp.to_identifier(name) for name in names],
        ),
    )
    columns = (
        exp.alias_(
            exp.cast(exp.column(exp.to_identifier(name)), kind, dialect="spark"),
            exp.to_identifier(name),
        )
        for name, kind in zip(names, kinds, strict=True)
    )
    query = exp.select(*columns).from_(listed)
    return query if frame.height else query.where(exp.false())


def _type(column: pl.Series) -> str:
    refusal = (
        "cannot be sent to a warehouse; leave it out, or pass the users as a table that is there"
    )
    return sql_type(column, _TYPES, ("timestamp", "timestamp_ntz"), refusal)


def _literal(value: object, kind: str) -> Any:
    from sqlglot import exp

    if value is None:
        # Of no type, it would be a whole number to some, beside texts in other rows.
        return exp.cast(exp.null(), kind, dialect="spark")
    if isinstance(value, float) and not isfinite(value):
        return exp.cast(exp.Literal.string(repr(value)), "double")
    return exp.convert(value)
