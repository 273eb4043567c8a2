"""Tables of a warehouse that refer to one another: which file is which table, and what is looked up in it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from results_widgets.exports.fields import as_text
from results_widgets.exports.kept import Kept
from results_widgets.exports.vendor import Files, Placed, Record

Shapes = Mapping[str, frozenset[str]]
"""Table → the columns that only it has, the tables with the most telling columns first."""


def table_of(record: Record, shapes: Shapes) -> str | None:
    """Return which table a row is of."""
    names = lowered(record).keys()
    return next((name for name, columns in shapes.items() if columns <= names), None)


def lowered(record: Record) -> Record:
    """Return a row under names in lower case, where a warehouse such as Snowflake has them in upper case."""
    if any(name.islower() for name in record):
        return record
    return {name.lower(): value for name, value in record.items()}


def tables_of(files: Files, shapes: Shapes) -> dict[str, list[str]]:
    """Return the files of each table, told by the columns of their first row; others are named as not read."""
    found: dict[str, list[str]] = {}
    for path in files.paths:
        first = next(iter(files.quiet(path)), None)
        name = table_of(first.record, shapes) if first is not None else ""
        # A file without a row that can be read is read all the same, so that it is refused by name.
        if name is None:
            files.ignored[path] = "a table that results need nothing of"
        else:
            found.setdefault(name, []).append(path)
    return found


def rows_of(files: Files, paths: Iterable[str]) -> Iterator[Placed]:
    """Return the rows of a table's files."""
    for path in paths:
        for placed in files.records(path):
            yield placed._replace(record=lowered(placed.record))


def lookup(files: Files, paths: Iterable[str], key: str, *names: str) -> Kept:
    """Return values by a table's key; of several rows of a key, as a history has, the last counts.

    Args:
        files: The files.
        paths: Those of the table.
        key: Its key.
        names: The columns to look up.
    """
    found = Kept()
    for placed in rows_of(files, paths):
        id_ = _text(placed.record.get(key))
        if id_ is not None:
            found[id_] = tuple(_text(placed.record.get(name)) for name in names)
    return found


def _text(value: Any) -> str | None:
    return None if isinstance(value, dict | list) else as_text(value)
