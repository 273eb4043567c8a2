"""DuckDB database files as a source."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from results_widgets.errors import EventsError, MissingExtraError, listing

DATABASE_SUFFIXES: Final = (".duckdb", ".ddb")


def is_database(source: object) -> bool:
    """Whether a path names a DuckDB database file."""
    return isinstance(source, str | Path) and Path(source).suffix.lower() in DATABASE_SUFFIXES


def open_table(path: str | Path, table: str) -> Any:
    """Return a table of a DuckDB database file as a relation: the one of that name, else its only one.

    The file is opened read-only and stays open as long as the relation is held; meanwhile no other
    process can write to it.

    Raises:
        EventsError: There is no such file, it is no database, or it has several tables and none of
            that name.
        MissingExtraError: duckdb is not installed.
    """
    if find_spec("duckdb") is None:
        raise MissingExtraError("Reading a database file", "duckdb", "duckdb")
    import duckdb

    if not Path(path).is_file():
        raise EventsError(f"{table}: no such file {path}; pass a database that exists")
    try:
        connection = duckdb.connect(str(path), read_only=True)
        found = connection.sql("SELECT table_name FROM information_schema.tables ORDER BY 1")
        names = [name for (name,) in found.fetchall()]
    except duckdb.Error as error:
        reason = str(error).partition("\n")[0]
        raise EventsError(
            f"{table}: {path} cannot be opened as a DuckDB database ({reason})"
        ) from None
    if table not in names and len(names) != 1:
        raise EventsError(
            f"{table}: the database {path} has no table of that name; found: {listing(names)}. Pass "
            f"one as a relation, duckdb.connect({str(path)!r}, read_only=True).table('…')"
        )
    return connection.table(table if table in names else names[0])
