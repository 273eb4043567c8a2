"""Any table a user may pass, as a Polars frame."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from narwhals.dependencies import is_duckdb_relation, is_pandas_dataframe

from results_widgets.errors import EventsError
from results_widgets.sources.boundary import engine_errors_as_ours
from results_widgets.sources.elsewhere import Elsewhere, located
from results_widgets.sources.file_set import FileSet
from results_widgets.sources.foreign import from_arrow, from_pandas
from results_widgets.sources.paths import path_items


def read_table(source: object, what: str = "events") -> pl.LazyFrame:
    """Return a table as a lazy frame; files are read only when a query needs them.

    Args:
        source: A path, a glob, a folder, a list of paths, an address, a table of a lake, a Polars frame, or
            any object that offers the Arrow stream interface (pandas, pyarrow, DuckDB relations, …) or
            Spark's ``toArrow``.
        what: Name of the table in messages.

    Raises:
        EventsError: There is no such file, one cannot be read, or the object is not a table.
    """
    if isinstance(source, pl.LazyFrame):
        return source
    source = located(source)
    if isinstance(source, Elsewhere):
        return source.now(what).scan()
    items = path_items(source)
    if items is None:
        return to_polars(source, what).lazy()
    files = FileSet.open(items, what)
    for problem in files.problems:
        raise EventsError(
            f"{what}: {problem.path} {problem.reason}; check the file, or write it again"
        )
    return files.scan()


def to_polars(source: object, what: str) -> pl.DataFrame:
    """Return a table as a Polars frame in memory; see `read_table`."""
    if isinstance(source, Sequence) and not isinstance(source, bytes) and not source:
        raise EventsError(f"{what}: the list of files is empty; pass at least one file")
    for kind in KINDS:
        if kind.recognises(source):
            return kind.read(source, what)
    names = [kind.name for kind in KINDS]
    raise EventsError(
        f"{what}: cannot read {type(source).__module__}.{type(source).__qualname__}; "
        f"pass a path, a glob, or a {', '.join(names[:-1])} or {names[-1]} table"
    )


@dataclass(frozen=True, slots=True)
class TableKind:
    """A kind of table that is read into memory.

    Attributes:
        name: Its name in messages.
        recognises: Whether an object is one.
        read: Returns it as a Polars frame, with its columns as they are; the second argument is the
            table's name in messages.
    """

    name: str
    recognises: Callable[[Any], bool]
    read: Callable[[Any, str], pl.DataFrame]


def _from_spark(source: Any, what: str) -> pl.DataFrame:
    with engine_errors_as_ours(f"{what}: the table cannot be read"):
        table = source.toArrow()
    return from_arrow(table, what)


def _streams_arrow(source: object) -> bool:
    return hasattr(source, "__arrow_c_stream__") or hasattr(source, "__arrow_c_array__")


KINDS: tuple[TableKind, ...] = (
    TableKind("Polars", lambda source: isinstance(source, pl.DataFrame), lambda frame, _: frame),
    TableKind("pandas", is_pandas_dataframe, from_pandas),
    TableKind("Spark", lambda source: hasattr(source, "toArrow"), _from_spark),
    TableKind("DuckDB", is_duckdb_relation, from_arrow),
    TableKind("Arrow", _streams_arrow, from_arrow),
)
"""The kinds of tables in the order in which they are tried; files are read by `FileSet`."""
