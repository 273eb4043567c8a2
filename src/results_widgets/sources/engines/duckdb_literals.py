"""A table as a query of DuckDB that needs nothing but its own text."""

import json
from typing import Final

import polars as pl

from results_widgets.sources.engines.literal_types import sql_type

_TYPES: Final[dict[type[pl.DataType], str]] = {
    pl.String: "VARCHAR",
    pl.Categorical: "VARCHAR",
    pl.Enum: "VARCHAR",
    pl.Boolean: "BOOLEAN",
    pl.Int8: "TINYINT",
    pl.Int16: "SMALLINT",
    pl.Int32: "INTEGER",
    pl.Int64: "BIGINT",
    pl.Int128: "HUGEINT",
    pl.UInt8: "UTINYINT",
    pl.UInt16: "USMALLINT",
    pl.UInt32: "UINTEGER",
    pl.UInt64: "UBIGINT",
    pl.Float32: "FLOAT",
    pl.Float64: "DOUBLE",
    pl.Date: "DATE",
    pl.Null: "INTEGER",
}

_REFUSAL: Final = (
    "cannot be passed to a DuckDB connection that is closed to tables of Python; leave it out, or open the "
    "connection with external access"
)


def as_query(frame: pl.DataFrame) -> str:
    """Return a query whose rows are those of a frame: one list of texts per column, cast to its type.

    Raises:
        EventsError: A column is of a type that has no such text.
    """
    columns = (f"{_rows_of(frame[name])} AS {_quoted(name)}" for name in frame.columns)
    return f"SELECT {', '.join(columns)}"


def _rows_of(column: pl.Series) -> str:
    texts, kind = _as_texts(column)
    listed = json.dumps(texts.to_list(), ensure_ascii=False).replace("'", "''")
    return f"""CAST(unnest(from_json('{listed}', '["VARCHAR"]')) AS {kind})"""


def _as_texts(column: pl.Series) -> tuple[pl.Series, str]:
    sql = sql_type(column, _TYPES, ("TIMESTAMPTZ", "TIMESTAMP"), _REFUSAL)
    kind = column.dtype
    if isinstance(kind, pl.Datetime):
        zone = "+00" if kind.time_zone else ""
        instants = column.dt.convert_time_zone("UTC") if kind.time_zone else column
        return instants.dt.to_string("%Y-%m-%d %H:%M:%S%.6f" + zone), sql
    return column.cast(pl.String), sql


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
