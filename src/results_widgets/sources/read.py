"""Any table a user may pass, as a Polars frame."""

from collections.abc import Sequence

import polars as pl
from narwhals.dependencies import is_pandas_dataframe

from results_widgets.errors import EventsError
from results_widgets.sources.boundary import engine_errors_as_ours
from results_widgets.sources.file_set import FileSet
from results_widgets.sources.foreign import from_arrow, from_pandas
from results_widgets.sources.paths import path_items


def read_table(source: object, what: str = "events") -> pl.LazyFrame:
    """Return a table as a lazy frame; files are read only when a query needs them.

    Args:
        source: A path, a glob, a folder, a list of paths, a Polars frame, or any object that offers
            the Arrow stream interface (pandas, pyarrow, DuckDB relations, …) or Spark's
            ``toArrow``.
        what: Name of the table in messages.

    Raises:
        EventsError: There is no such file, one cannot be read, or the object is no table.
    """
    if isinstance(source, pl.LazyFrame):
        return source
    items = path_items(source)
    if items is None:
        return to_polars(source, what).lazy()
    files = FileSet.open(items, what)
    for problem in files.problems:
        raise EventsError(
            f"{what}: {problem.path} {problem.reason}; check the file, or write it anew"
        )
    return files.scan()


def to_polars(source: object, what: str) -> pl.DataFrame:
    """Return a table as a Polars frame in memory; see `read_table`."""
    if isinstance(source, pl.DataFrame):
        return source
    if isinstance(source, Sequence) and not isinstance(source, bytes) and not source:
        raise EventsError(f"{what}: the list of files is empty; pass at least one file")
    if is_pandas_dataframe(source):
        return from_pandas(source, what)
    if hasattr(source, "toArrow"):
        with engine_errors_as_ours(f"{what}: the table cannot be read"):
            source = source.toArrow()
    if hasattr(source, "__arrow_c_stream__") or hasattr(source, "__arrow_c_array__"):
        return from_arrow(source, what)
    raise EventsError(
        f"{what}: cannot read {type(source).__module__}.{type(source).__qualname__}; "
        "pass a path, a glob, or a Polars, pandas, Arrow, DuckDB or Spark table"
    )
