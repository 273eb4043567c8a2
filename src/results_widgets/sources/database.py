"""Databases: how one is reached, and its rows as frames."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import polars as pl

from results_widgets._text import without_logins
from results_widgets.errors import EventsError, MissingExtraError, QueryError, ResultsError
from results_widgets.sources.boundary import is_engine_error, reason_of
from results_widgets.sources.foreign import from_arrow

_PLAIN: Final = (bool, int, float, str, bytes, date, datetime, time, timedelta, Decimal)

_IDLE: Final = 0
"""How libpq says that a connection is in no transaction."""

_CURSOR: Final = "results_widgets"


class Connect:
    """How a database is reached: each call gives a cursor, and closes what it opened itself."""

    def __init__(self, kind: str, cursor: Callable[[], Any]) -> None:
        self.kind = kind
        self._cursor = cursor

    @contextmanager
    def __call__(self) -> Iterator[Any]:
        """Yield a cursor.

        Raises:
            EventsError: The database cannot be reached.
        """
        with ExitStack() as opened:
            with _errors_as_ours():
                cursor = opened.enter_context(self._cursor())
            yield cursor


@contextmanager
def _errors_as_ours() -> Iterator[None]:
    """Turn any error of a driver, its own or Python's, into an error of this package."""
    try:
        yield
    except ResultsError:
        raise
    except Exception as error:  # noqa: BLE001 - they derive from nothing in common
        raise EventsError(f"events: the database cannot answer ({reason_of(error)})") from None


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
        f"sql: {type(connection).__qualname__} is not a connection; pass an address, or an open connection"
    )


@contextmanager
def _of_postgres(address: str) -> Iterator[Any]:
    try:
        import psycopg
    except ImportError:
        raise MissingExtraError("a query on PostgreSQL", "psycopg", "postgres") from None
    with closing(psycopg.connect(address, application_name="results-widgets")) as base:
        base.read_only = True
        with _of_connection(base) as cursor:
            yield cursor


@contextmanager
def _of_sqlite(path: Path) -> Iterator[Any]:
    if not path.is_file():
        raise EventsError(f"events: {path}: no such database")
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as base:
        yield base.cursor()


@contextmanager
def _of_engine(engine: Any) -> Iterator[Any]:
    with closing(engine.raw_connection()) as base, _of_connection(base) as cursor:
        yield cursor


@contextmanager
def _of_connection(pooled: Any) -> Iterator[Any]:
    """Yield a cursor of an open connection, which is in no transaction afterwards if it was in none."""
    # SQLAlchemy's pool hands out the driver's connection within one of its own.
    base = getattr(pooled, "driver_connection", None) or pooled
    is_ours = getattr(getattr(base, "info", None), "transaction_status", None) == _IDLE
    # After an error it would not say so.
    is_postgres = _is_adbc_of_postgres(base)
    cursor = _cursor_of(base)
    try:
        yield cursor
    except Exception:
        # PostgreSQL takes nothing more after an error, and nothing of the transaction could be kept.
        is_ours = is_ours or is_postgres
        raise
    finally:
        with suppress(Exception):
            cursor.close()
        if is_ours:
            with suppress(Exception):
                base.rollback()


def _cursor_of(base: Any) -> Any:
    """Return a cursor whose rows stay on the server until they are fetched, where a driver has two kinds."""
    driver = type(base).__module__.partition(".")[0]
    if driver in ("psycopg", "psycopg2"):
        # In no transaction the server keeps rows of its own for it.
        return base.cursor(name=_CURSOR, withhold=bool(base.autocommit))
    if driver == "pymysql":
        return base.cursor(import_module("pymysql.cursors").SSCursor)
    return base.cursor()


def _is_adbc_of_postgres(base: Any) -> bool:
    with suppress(Exception):
        return bool(base.adbc_get_info()["vendor_name"] == "PostgreSQL")
    return False


def fetched(cursor: Any, query: str, rows: int) -> Iterator[pl.DataFrame]:
    """Ask a query, and yield its rows, so many at a time; without any, one frame that has none.

    Raises:
        EventsError: The database cannot answer, or names a column twice.
    """
    with _errors_as_ours():
        cursor.execute(query)
    if hasattr(cursor, "fetch_record_batch"):
        with _errors_as_ours():
            batches = cursor.fetch_record_batch()
        _refuse_repeated(batches.schema.names)
        yield from _sliced(batches, rows)
        return
    found = _next(cursor, rows)
    # Of a cursor on the server psycopg2 knows the columns when rows have been fetched.
    names = [str(column[0]) for column in cursor.description]
    _refuse_repeated(names)
    if not found:
        yield pl.DataFrame(schema=dict.fromkeys(names, pl.Null))
    while found:
        yield _framed(names, found)
        found = _next(cursor, rows)


def _next(cursor: Any, rows: int) -> Sequence[Any]:
    with _errors_as_ours():
        found: Sequence[Any] = cursor.fetchmany(rows)
    return found


def _sliced(batches: Any, rows: int) -> Iterator[pl.DataFrame]:
    """Yield the rows of a stream of Arrow batches, so many at a time; without any, one frame that has none."""
    is_empty = True
    while True:
        with _errors_as_ours():
            batch = next(batches, None)
        if batch is None:
            break
        for part in from_arrow(batch, "events").iter_slices(rows):
            is_empty = False
            yield part
    if is_empty:
        yield from_arrow(batches.schema.empty_table(), "events")


def _refuse_repeated(names: Sequence[str]) -> None:
    if len({*names}) < len(names):
        raise EventsError(f"events: the query names a column twice ({', '.join(names)}); use AS")


def _framed(names: Sequence[str], rows: Sequence[Any]) -> pl.DataFrame:
    # A connection may be set to give rows by name.
    if isinstance(rows[0], Mapping):
        rows = [[*row.values()] for row in rows]
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
    elif len(kinds) > 1 or (kinds == {Decimal} and not _are_finite(values)):
        values = [value if value is None else float(value) for value in values]
    try:
        return pl.Series(name, values, strict=True)
    except BaseException as error:
        if not (is_engine_error(error) or isinstance(error, (TypeError, OverflowError))):
            raise
        return pl.Series(name, [None if value is None else str(value) for value in values])


def _are_finite(values: Sequence[Decimal | None]) -> bool:
    """Whether numbers are none of those that PostgreSQL's numeric has beside numbers: NaN, infinity."""
    return all(value is None or value.is_finite() for value in values)


def _plain(value: Any) -> Any:
    if isinstance(value, memoryview | bytearray):
        return bytes(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value if value is None or isinstance(value, str | bytes) else str(value)
