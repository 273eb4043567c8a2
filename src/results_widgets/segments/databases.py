"""The databases of a segment store: an SQLite file, or a table in PostgreSQL."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl, quote, unquote

from results_widgets._io import is_file, is_folder, make_folder
from results_widgets.errors import MissingExtraError, QueryError

TABLE: Final = "results_widgets_segments"
_CREATE_TABLE: Final = f"""
CREATE TABLE IF NOT EXISTS {TABLE} (
  name TEXT NOT NULL, version INTEGER NOT NULL, users BIGINT NOT NULL, rule TEXT NOT NULL,
  expression TEXT, note TEXT NOT NULL, saved_by TEXT NOT NULL, saved_at TEXT NOT NULL,
  people {{blob}} NOT NULL, PRIMARY KEY (name, version)
)"""
_TIMEOUT: Final = 60.0
"""Seconds to wait while another process writes."""
_LOCK: Final = 7_236_911_702
"""Key of the advisory lock: an arbitrary number that no other program is likely to use."""


_OPTION: Final = re.compile(r"\?[a-z_]+=")


class Connection(Protocol):
    """The part of a database connection that a store uses; SQLite's and psycopg's both have it."""

    def execute(self, query: str, values: tuple[object, ...] = ..., /) -> Any:
        """Run a query; what comes back is the driver's cursor."""


class Database(Protocol):
    """A database that holds the table of segments."""

    @property
    def placeholder(self) -> str:
        """What stands for a parameter in a query."""
        ...

    def empty(self) -> bool:
        """Whether nothing was ever saved, so that reading need not create the database."""
        ...

    def reading(self) -> AbstractContextManager[Connection]:
        """Open a connection for reading."""
        ...

    def writing(self) -> AbstractContextManager[Connection]:
        """Open a transaction; other writers wait until it is committed or rolled back."""
        ...


@dataclass(frozen=True)
class SQLite:
    """A database file of SQLite."""

    path: Path
    placeholder: str = "?"

    def __str__(self) -> str:
        return str(self.path)

    def empty(self) -> bool:
        """Whether there is no file."""
        return not is_file(self.path)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open the file."""
        # No implicit transactions: choosing a version and writing it must happen under one lock.
        make_folder(self.path.parent)
        # It holds users: a new file is its owner's, and SQLite gives its journals the same mode.
        with suppress(OSError):
            self.path.touch(0o600, exist_ok=False)
        try:
            with closing(sqlite3.connect(self.path, _TIMEOUT, isolation_level=None)) as base:
                base.execute(_CREATE_TABLE.format(blob="BLOB"))
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
    """A table in a PostgreSQL database; the URL may hold a password, so it is never shown."""

    url: str
    placeholder: str = "%s"

    def __str__(self) -> str:
        scheme, _, _, _, place = self._parts
        return f"{scheme}://{place.partition('?')[0]}"

    @property
    def _parts(self) -> tuple[str, str, str, str, str]:
        """Scheme, user, password, the sign before the host, and the rest; a password may hold any character."""
        scheme, _, rest = self.url.partition("://")
        secret, at, place = rest.rpartition("@")
        if _OPTION.search(secret) and "@" not in secret.partition("?")[0]:
            # The last @ belongs to the value of an option: the URL names no user.
            secret, at, place = "", "", rest
        user, _, password = secret.partition(":")
        return scheme, user, password, at, place

    @property
    def _address(self) -> str:
        """The URL with the user and the password percent-encoded, as libpq expects."""
        scheme, user, password, at, place = self._parts
        colon = ":" if password else ""
        return f"{scheme}://{_encoded(user)}{colon}{_encoded(password)}{at}{place}"

    def _without_password(self, text: str) -> str:
        _, _, password, _, place = self._parts
        options = parse_qsl(place.partition("?")[2])
        secrets = [value for name, value in options if "password" in name]
        for secret in filter(None, (password, unquote(password), _encoded(password), *secrets)):
            text = text.replace(secret, "•••")
        return text

    def empty(self) -> bool:
        """Never: opening the database creates the table."""
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
            with psycopg.connect(self._address) as base:
                base.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
                base.execute(_CREATE_TABLE.format(blob="BYTEA").encode())
                yield base
        except psycopg.Error as error:
            reason = self._without_password(str(error))
            raise QueryError(f"{self}: cannot be used as a store of segments: {reason}") from None


def _encoded(part: str) -> str:
    return quote(unquote(part), safe="")


_KEYWORDS: Final = re.compile(
    r"\s*(host|hostaddr|port|dbname|user|password|passfile|service|sslmode)\s*=", re.IGNORECASE
)
"""How a connection of PostgreSQL begins that is written as words, not as an address."""


def database(place: str | Path) -> Database:
    """Return the database at a path or URL.

    Raises:
        QueryError: The path is a folder, the URL is of another kind, or it is a connection in words.
    """
    scheme, is_url, _ = str(place).partition("://")
    if is_url:
        if scheme not in ("postgresql", "postgres"):
            raise QueryError.unknown("kind of store", scheme, ["postgresql://…", "a file's path"])
        return PostgreSQL(str(place))
    if _KEYWORDS.match(str(place)) and not is_file(place):
        # Its words are not repeated: a password may be among them.
        raise QueryError(
            "a store is a file's path or an address; write the connection as "
            "'postgresql://user:password@host/database'"
        )
    if "\0" in str(place):
        raise QueryError(f"{place} cannot be a file: its name has a null character")
    if is_folder(place):
        raise QueryError(f"{place} is a folder; pass a file in it, such as 'segments.db'")
    return SQLite(Path(place))
