"""Turns errors of Polars, pyarrow, DuckDB and Spark into errors of this package."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import narwhals as nw
import polars as pl

from results_widgets.errors import EventsError, ResultsError

_ENGINES: Final = {
    *("polars", "pyo3_runtime", "narwhals", "pyarrow", "pandas", "numpy"),
    *("duckdb", "_duckdb", "pyspark", "py4j", "grpc"),
    *("sqlframe", "sqlglot", "psycopg2", "google", "snowflake", "redshift_connector", "databricks"),
}


Rows = nw.LazyFrame[Any]


@contextmanager
def engine_errors_as_ours(what: str, table: Callable[[], Rows] | None = None) -> Iterator[None]:
    """Raise an error of a table's engine as an `EventsError` that names the table, and the column if it is known.

    Args:
        what: The table, and what was done with it: ``events: they cannot be read``.
        table: Returns the table as it was passed, which is searched for the column at fault.

    Raises:
        EventsError: The engine raised an error; its first line is quoted.
    """
    try:
        yield
    except ResultsError:
        raise
    # A panic inside Polars derives from BaseException.
    except BaseException as error:
        if not is_engine_error(error):
            raise
        found = None if table is None else _column_at_fault(table())
        if found is None:
            raise EventsError(f"{what} ({reason_of(error)})") from None
        column, reason = found
        raise EventsError(
            f"{what.partition(':')[0]}: column '{column}' cannot be read ({reason}); correct it where the table is "
            f"made, or leave it out"
        ) from None


def collect_rows(
    rows: Rows, what: str, table: Callable[[], Rows] | None = None, *, few: bool = False
) -> pl.DataFrame:
    """Compute a query as a Polars frame in memory; see `engine_errors_as_ours`.

    Args:
        rows: The query.
        what: The table, and what was done with it.
        table: Returns the table as it was passed.
        few: Whether it is of few rows in memory: Polars' streaming engine, its own choice, takes
            longer to start than to compute those.
    """
    how = {"engine": "in-memory"} if few else {}
    with engine_errors_as_ours(what, table):
        frame = rows.collect("polars", **how).to_native()
    assert isinstance(frame, pl.DataFrame)
    return frame


def _column_at_fault(table: Rows) -> tuple[str, str] | None:
    """Return the first column that cannot be computed by itself, and why; None if each can."""
    name = ""
    try:
        for name in table.collect_schema().names():
            table.select(nw.col(name).count()).collect("polars")
    except BaseException as error:
        if not is_engine_error(error):
            raise
        return (name, reason_of(error)) if name else None
    return None


def is_engine_error(error: BaseException) -> bool:
    """Whether an error comes from an engine and not from us, Python or the user."""
    modules = (kind.__module__.partition(".")[0] for kind in type(error).__mro__)
    return any(module in _ENGINES for module in modules)


def reason_of(error: BaseException) -> str:
    """Return the first line of an engine's message, at most 200 characters."""
    first = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    return (first or type(error).__name__)[:200]
