"""Databases: how one is reached, and its rows as frames."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import polars as pl

from results_widgets._text import without_logins
from results_widgets.errors import EventsError, MissingExtraError, QueryError
from results_widgets.sources.foreign import from_arrow

_PLAIN: Final = (bool, int, float, str, bytes, date, datetime, time, timedelta, Decimal)


class Connect:
    """How a database is reached: each call gives a cursor, and closes what it opened itself."""

    def __init__(self, kind: str, cursor: Callable[[], Any]) -> None:
        self.kind = kind
        self._cursor = cursor

    @contextmanager
    def __call__(self) -> Iterator[Any]:
        """Yield a cursor."""
        with self._cursor() as cursor:
            yield cursor


def connect_to(connection: object) -> Connect:
    """Return how a database is reached, from its address or an open connection.

    Raises:
        QueryError: It is neither, or an address of a database that is not known.
    """
    if isinstance(connection, str):
        kind, _, rest = connection.partition("://")
        if kind in ("postgresql", "postgres"):
            return Connect("postgresql", lambda: _of_postgres(connection))
        if kind == "sqlite":
            path = Path(unquote(rest.removeprefix("/")))
            return Connect("sqlite", lambda: _of_sqlite(path))
        raise QueryError(
            f"sql: {without_logins(connection)!r} is not known; pass 'postgresql://…', 'sqlite:///file', or an "
            "open connection (of ADBC, SQLAlchemy, or Python's DB-API)"
        )
    if hasattr(connection, "raw_connection"):
        return Connect("an SQLAlchemy engine", lambda: _of_engine(connection))
    own = getattr(connection, "connection", None)
    if not hasattr(connection, "cursor") and hasattr(own, "cursor"):
        return Connect("an SQLAlchemy connection", lambda: _of_connection(own))
    if hasattr(connection, "cursor"):
        kind = type(connection).__module__.partition(".")[0]
        return Connect(kind, lambda: _of_connection(connection))
    raise QueryError(
        f"sql: {type(connection).__qualname__} is no connection; pass an address, or an open connection"
    )


@contextmanager
def _of_postgres(address: str) -> Iterator[Any]:
    try:
        import psycopg
    except ImportError:
        raise MissingExtraError("a query on PostgreSQL", "psycopg", "postgres") from None
    with psycopg.connect(address, application_name="results-widgets") as base:
        base.read_only = True
        # A named cursor stays on the server, which sends as many rows as are fetched.
        with base.cursor(name="results_widgets") as cursor:
            yield cursor


@contextmanager
def _of_sqlite(path: Path) -> Iterator[Any]:
    if not path.is_file():
        raise EventsError(f"events: {path}: no such database")
    base = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        yield base.cursor()
    finally:
        base.close()


@contextmanager
def _of_engine(engine: Any) -> Iterator[Any]:
    base = engine.raw_connection()
    try:
        with _of_connection(base) as cursor:
            yield cursor
    finally:
        base.close()


@contextmanager
def _of_connection(base: Any) -> Iterator[Any]:
    cursor = base.cursor()
    try:
        yield cursor
    finally:
        with suppress(Exception):
            cursor.close()


def fetched(cursor: Any, query: str, rows: int) -> Iterator[pl.DataFrame]:
    """Ask a query, and yield its rows, so many at a time; without any, one frame that has none."""
    cursor.execute(query)
    if hasattr(cursor, "fetch_record_batch"):
        for batch in cursor.fetch_record_batch():
            yield from from_arrow(batch, "events").iter_slices(rows)
        return
    names = [str(column[0]) for column in cursor.description]
    if len({*names}) < len(names):
        raise EventsError(f"events: the query names a column twice ({', '.join(names)}); use AS")
    found = False
    while batch := cursor.fetchmany(rows):
        yield _framed(names, batch)
        found = True
    if not found:
        yield pl.DataFrame(schema=dict.fromkeys(names, pl.Null))


def _framed(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> pl.DataFrame:
    columns = zip(*rows, strict=True)
    return pl.DataFrame(
        [_column(name, list(values)) for name, values in zip(names, columns, strict=True)]
    )


def _column(name: str, values: list[Any]) -> pl.Series:
    kinds = {type(value) for value in values if value is not None}
    if not kinds <= {*_PLAIN}:
        values = [_plain(value) for value in values]
    elif len(kinds) > 1 and not kinds <= {int, float, Decimal}:
        # SQLite lets a column hold values of several types.
        values = [value if value is None else str(value) for value in values]
    elif kinds == {int, float} or (Decimal in kinds and len(kinds) > 1):
        values = [value if value is None else float(value) for value in values]
    try:
        return pl.Series(name, values, strict=True)
    except (pl.exceptions.PolarsError, TypeError, OverflowError):
        return pl.Series(name, [None if value is None else str(value) for value in values])


def _plain(value: Any) -> Any:
    if isinstance(value, memoryview | bytearray):
        return bytes(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value if value is None or isinstance(value, str | bytes) else str(value)
