"""Tables of a database, read as the files of an export: by a URL of PostgreSQL, or a connection that is open."""

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import count
from typing import Any, Final
from uuid import UUID

from results_widgets.errors import EventsError, MissingExtraError
from results_widgets.exports.records import HEAD
from results_widgets.exports.refused import as_json
from results_widgets.exports.vendor import Placed, Record, Sample

_URLS: Final = ("postgresql://", "postgres://")
_MANY: Final = 5_000
_OF_SCHEMA: Final = (
    "SELECT table_name FROM information_schema.tables"
    " WHERE table_schema = {} AND table_type = 'BASE TABLE' ORDER BY table_name"
)
_LISTS: Final = {
    "sqlite3": "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
    **dict.fromkeys(("pymysql", "MySQLdb", "mysql"), _OF_SCHEMA.format("DATABASE()")),
    **dict.fromkeys(
        ("clickhouse_driver", "clickhouse_connect", "chdb"), _OF_SCHEMA.format("currentDatabase()")
    ),
}
_BACKTICKS: Final = ("pymysql", "MySQLdb", "mysql")
_NUMBERS: Final = count()


@dataclass(frozen=True)
class Database:
    """A database whose tables are read.

    Attributes:
        connection: An open connection, as of Python's DB-API.
        product: The package that it is of.
    """

    connection: Any
    product: str

    def tables(self) -> list[str]:
        """Return the names of the tables of the schema in use."""
        listed = _LISTS.get(self.product, _OF_SCHEMA.format("current_schema()"))
        return [str(name) for (name,) in self._rows(listed)]

    def sample(self, table: str) -> Sample:
        """Return the first rows of a table."""
        return Sample(table, "table", [*self._records(table, f" LIMIT {HEAD}")])

    def placed(self, table: str) -> Iterator[Placed]:
        """Return the rows of a table."""
        numbers = count(1)
        return (Placed(record, table, next(numbers)) for record in self._records(table))

    def ahead(self, table: str) -> Iterator[Placed]:
        """Return the first rows of a table, then, if more are wanted, all: to look at one costs little."""
        first = self.sample(table).records
        yield from (Placed(record, table, n) for n, record in enumerate(first, 1))
        if len(first) == HEAD:
            yield from self.placed(table)

    def _records(self, table: str, end: str = "") -> Iterator[Record]:
        mark = "`" if self.product in _BACKTICKS else '"'
        quoted = f"{mark}{table.replace(mark, mark * 2)}{mark}"
        names: list[str] = []
        for row in self._rows(f"SELECT * FROM {quoted}{end}", names):  # noqa: S608 - a table's own name, quoted
            yield {name: _plain(value) for name, value in zip(names, row, strict=True)}

    def _rows(self, query: str, names: list[str] | None = None) -> Iterator[tuple[Any, ...]]:
        """Return the rows of a query, some at a time."""
        # Of PostgreSQL a cursor with a name leaves the rows there until they are fetched.
        own = f"results_widgets_{next(_NUMBERS)}"
        named = {"name": own} if self.product.startswith("psycopg") else {}
        try:
            with closing(self.connection.cursor(**named)) as cursor:
                cursor.execute(query)
                rows = cursor.fetchmany(_MANY)
                if names is not None:
                    names += [str(column[0]) for column in cursor.description]
                while rows:
                    yield from rows
                    rows = cursor.fetchmany(_MANY)
        except GeneratorExit:
            raise
        # Each driver has errors of its own; their words are the database's, which knows no password.
        except Exception as problem:  # noqa: BLE001
            raise _unreadable(problem) from None


def open_database(source: object) -> Database | None:
    """Return the database that a source names; None if it names none.

    Raises:
        EventsError: It does not answer.
        MissingExtraError: It is PostgreSQL's, and psycopg is not installed.
    """
    if isinstance(source, str):
        return Database(_connect(source), "psycopg") if source.startswith(_URLS) else None
    product = type(source).__module__.partition(".")[0]
    is_connection = all(
        callable(getattr(source, name, None)) for name in ("cursor", "commit", "rollback", "close")
    )
    # DuckDB's connections make relations, which are tables.
    return Database(source, product) if is_connection and product != "duckdb" else None


def close(database: Database, source: object) -> None:
    """Close a connection that was opened for reading; one that was given stays open."""
    if isinstance(source, str):
        with suppress(Exception):
            database.connection.close()


def _connect(url: str) -> Any:
    try:
        import psycopg
    except ImportError:
        raise MissingExtraError("Reading PostgreSQL", "psycopg", "postgres") from None
    try:
        connection = psycopg.connect(url, connect_timeout=10)
        # All tables as they are at one moment, and nothing is written.
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
    except psycopg.Error as problem:
        raise _unreadable(problem) from None
    return connection


def _unreadable(problem: Exception) -> EventsError:
    said = str(problem).strip().partition("\n")[0]
    return EventsError(
        f"export: the database cannot be read: {type(problem).__name__}: {said}; check that it runs and that "
        "this user may read its tables"
    )


def _plain(value: Any) -> Any:
    """Return a value as dumps of tables have it."""
    for kind, plain in _PLAIN.items():
        if isinstance(value, kind):
            return plain(value)
    return value


_PLAIN: Final[dict[type, Callable[[Any], Any]]] = {
    memoryview: bytes,
    UUID: str,
    dict: as_json,
    list: as_json,
}
