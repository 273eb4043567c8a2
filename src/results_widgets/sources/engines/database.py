"""DuckDB database files as a source."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from results_widgets._io import is_file
from results_widgets.errors import EventsError, MissingExtraError, listing

_CLOSED: Final[dict[str, str | bool | int | float | list[str]]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "lock_configuration": "true",
}
_TABLES: Final = """
SELECT table_schema, table_name FROM information_schema.tables
WHERE table_type = 'BASE TABLE' ORDER BY table_schema <> 'main', 1, 2"""

DATABASE_SUFFIXES: Final = (".duckdb", ".ddb")


def is_database(source: object) -> bool:
    """Whether a path names a DuckDB database file."""
    return isinstance(source, str | Path) and Path(source).suffix.lower() in DATABASE_SUFFIXES


def open_table(path: str | Path, table: str) -> Any:
    """Return a table of a DuckDB database file as a relation: the one of that name, else its only one.

    The file is opened read-only and stays open as long as the relation is held; meanwhile no other
    process can write to it. It may come from anyone, so it is closed to other files, to the network
    and to extensions, and its views are not read.

    Raises:
        EventsError: There is no such file, it is no database, or it has several tables and none of
            that name.
        MissingExtraError: duckdb is not installed.
    """
    if find_spec("duckdb") is None:
        raise MissingExtraError("Reading a database file", "duckdb", "duckdb")
    import duckdb

    if not is_file(path):
        raise EventsError(f"{table}: no such file {path}; pass a database that exists")
    try:
        connection = duckdb.connect(str(path), read_only=True, config=_CLOSED)
        found = connection.sql(_TABLES).fetchall()
    except duckdb.Error as error:
        reason = str(error).partition("\n")[0]
        raise EventsError(
            f"{table}: {path} cannot be opened as a DuckDB database ({reason})"
        ) from None
    named = [(schema, name) for schema, name in found if name == table]
    chosen = [one for one in named if one[0] == "main"] or named or found
    if len(chosen) != 1:
        problem = "several tables" if named else "no table"
        names = listing(name if schema == "main" else f"{schema}.{name}" for schema, name in found)
        raise EventsError(
            f"{table}: the database {path} has {problem} of that name; found: {names} (views are not "
            f"read). Pass one as a relation, duckdb.connect({str(path)!r}, read_only=True).table('…')"
        )
    schema, name = (part.replace('"', '""') for part in chosen[0])
    return connection.sql(f'SELECT * FROM "{schema}"."{name}"')  # noqa: S608 - quoted
