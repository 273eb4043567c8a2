"""Where a store keeps its rows: one SQLite file, or a table in PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from results_widgets.errors import MissingExtraError, QueryError

TABLE: Final = "results_widgets_segments"
_MADE: Final = f"""
CREATE TABLE IF NOT EXISTS {TABLE} (
  name TEXT NOT NULL, version INTEGER NOT NULL, users BIGINT NOT NULL, rule TEXT NOT NULL,
  expression TEXT, note TEXT NOT NULL, saved_by TEXT NOT NULL, saved_at TEXT NOT NULL,
  people {{blob}} NOT NULL, PRIMARY KEY (name, version)
)"""
_PATIENCE: Final = 60.0
"""Seconds to wait for another writer."""
_LOCK: Final = 7_236_911_702
"""Any number; stores of other programs in the same database take other ones."""


class Connection(Protocol):
    """What a store needs of a connection, whoever wrote the driver."""

    def execute(self, words: str, values: tuple[Any, ...] = ..., /) -> Any: ...


class Database(Protocol):
    """Where rows are kept."""

    @property
    def mark(self) -> str:
        """What stands for a value in a query."""
        ...

    def empty(self) -> bool:
        """Whether nothing was ever saved there, so that there is nothing to open."""
        ...

    def reading(self) -> AbstractContextManager[Connection]:
        """Open a connection to read."""
        ...

    def writing(self) -> AbstractContextManager[Connection]:
        """Open a transaction that keeps other writers waiting until it is whole or undone."""
        ...


@dataclass(frozen=True)
class SQLite:
    """One file."""

    path: Path
    mark: str = "?"

    def __str__(self) -> str:
        return str(self.path)

    def empty(self) -> bool:
        """Whether there is no file."""
        return not self.path.exists()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open the file."""
        # Transactions are opened by hand, so that a version is chosen and written under one lock.
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with closing(sqlite3.connect(self.path, _PATIENCE, isolation_level=None)) as base:
                base.execute(_MADE.format(blob="BLOB"))
                yield base
        except sqlite3.Error as error:
            raise QueryError(f"{self}: cannot be used as a store of segments: {error}") from None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction."""
        with self.reading() as base:
            base.execute("BEGIN IMMEDIATE")
            try:
                yield base
            except BaseException:
                base.execute("ROLLBACK")
                raise
            base.execute("COMMIT")


@dataclass(frozen=True, repr=False)
class PostgreSQL:
    """A table in a database; its URL may hold a password, so it is never shown."""

    url: str
    mark: str = "%s"

    def __str__(self) -> str:
        parts = urlsplit(self.url)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"

    def empty(self) -> bool:
        """Whether there is no table; it is made when the database is opened."""
        return False

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Connect."""
        with self.writing() as base:
            yield base

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction."""
        try:
            import psycopg
        except ImportError:
            raise MissingExtraError("a store in PostgreSQL", "psycopg", "postgres") from None
        try:
            with psycopg.connect(self.url) as base:
                base.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
                base.execute(_MADE.format(blob="BYTEA").encode())
                yield base
        except psycopg.Error as error:
            raise QueryError(f"{self}: cannot be used as a store of segments: {error}") from None


def database(place: str | Path) -> Database:
    """Return the database at a path or URL.

    Raises:
        QueryError: The path is a folder, or the URL is of another kind.
    """
    scheme, is_url, _ = str(place).partition("://")
    if is_url:
        if scheme not in ("postgresql", "postgres"):
            raise QueryError.unknown("kind of store", scheme, ["postgresql://…", "a file's path"])
        return PostgreSQL(str(place))
    if Path(place).is_dir():
        raise QueryError(f"{place} is a folder; pass a file in it, such as 'segments.db'")
    return SQLite(Path(place))
