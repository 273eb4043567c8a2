"""Events in databases that are asked through SQLFrame."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Final
from uuid import uuid4

import polars as pl

TYPES: Final = {
    pl.String: "text",
    pl.Boolean: "boolean",
    pl.Int32: "integer",
    pl.Int64: "bigint",
    pl.Float64: "double precision",
    pl.Date: "date",
}

Placed = Callable[[pl.DataFrame], Any]
"""Puts a table into a database, and returns it as SQLFrame's DataFrame."""


def in_micros(table: pl.DataFrame) -> pl.DataFrame:
    """The table with its times in µs, the unit that engines keep zoned times in."""
    kind = table.schema["timestamp"]
    if not isinstance(kind, pl.Datetime):
        return table
    return table.with_columns(pl.col("timestamp").cast(pl.Datetime("us", kind.time_zone)))


@contextmanager
def on_duckdb(zone: str) -> Iterator[Placed]:
    """Tables in a new DuckDB, in a session of SQLFrame whose zone is given."""
    import duckdb
    from sqlframe.duckdb import DuckDBSession

    names = (f"table_{number}" for number in count())
    with duckdb.connect() as connection:
        connection.execute(f"SET TimeZone='{zone}'")
        session = DuckDBSession(conn=connection)

        def placed(table: pl.DataFrame) -> Any:
            name = next(names)
            connection.from_arrow(table.to_arrow()).create(name)
            return session.read.table(name)

        yield placed
        session.stop()


@contextmanager
def on_postgres(url: str, zone: str) -> Iterator[Placed]:
    """Tables of this session in a PostgreSQL, likewise."""
    import psycopg2
    from psycopg2.extras import execute_values
    from sqlframe.postgres import PostgresSession

    names = (f"table_{uuid4().hex}" for _ in count())
    connection = psycopg2.connect(url)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(f"SET TimeZone = '{zone}'")
    session = PostgresSession(connection)

    def placed(table: pl.DataFrame) -> Any:
        name = next(names)
        columns = (f'"{one}" {_type(kind)}' for one, kind in table.schema.items())
        cursor.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
        execute_values(cursor, f"INSERT INTO {name} VALUES %s", table.rows())
        return session.read.table(name)

    yield placed
    session.stop()


def _type(kind: pl.DataType) -> str:
    if isinstance(kind, pl.Datetime):
        return "timestamptz" if kind.time_zone else "timestamp"
    return TYPES[type(kind)]
