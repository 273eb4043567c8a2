"""Tables of a warehouse that refer to one another: which file is which table, and what is looked up in it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import Any

from results_widgets.exports.fields import as_text
from results_widgets.exports.kept import Kept
from results_widgets.exports.vendor import About, Files, Placed, Record

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
    """Return the files of each table, told by their first row's columns, else by name; others are named as not read."""
    found: dict[str, list[str]] = {}
    for path in files.paths:
        first = next(iter(files.quiet(path)), None)
        # A file without a row that can be read is read all the same, so that it is refused by name.
        name = (
            ""
            if first is None
            else table_of(first.record, shapes) or _named(path, first.record, shapes)
        )
        if name is None:
            files.ignored[path] = "a table that results need nothing of"
        else:
            found.setdefault(name, []).append(path)
    return found


def _named(path: str, record: Record, shapes: Shapes) -> str | None:
    """Return which table a file is called like, if it has at least half of the columns: others may be left out."""
    columns = lowered(record).keys()
    words = [word.removesuffix("_data") for word in PurePath(path).name.casefold().split(".")]
    for name in sorted(shapes, key=len, reverse=True):
        own = name.partition(",")[0]
        is_called = any(word == own or word.endswith(f"_{own}") for word in words)
        if is_called and 2 * len(shapes[name] & columns) >= len(shapes[name]):
            return name
    return None


def rows_of(
    files: Files,
    paths: Iterable[str],
    make: Callable[[Record], Record | About] = lambda row: row,
) -> Iterator[Placed | About]:
    """Yield the rows of a table's files.

    Args:
        files: The files.
        paths: Those of the table.
        make: What a row becomes; one that it stumbles over is refused.
    """

    def made(placed: Placed) -> tuple[Placed | About]:
        found = make(lowered(placed.record))
        return (found if isinstance(found, About) else placed._replace(record=found),)

    return files.each(paths, made)


def lookup(files: Files, paths: Iterable[str], key: str, *names: str) -> Kept:
    """Return values by a table's key; of several rows of a key, as a history has, the last counts.

    Args:
        files: The files.
        paths: Those of the table.
        key: Its key.
        names: The columns to look up.
    """
    found = Kept()

    def keep(placed: Placed) -> tuple[()]:
        row = lowered(placed.record)
        id_ = _text(row.get(key))
        if id_ is not None:
            found[id_] = tuple(_text(row.get(name)) for name in names)
        return ()

    for _ in files.each(paths, keep):
        pass
    return found


def _text(value: Any) -> str | None:
    return None if isinstance(value, dict | list) else as_text(value)
