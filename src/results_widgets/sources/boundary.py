"""Where errors of Polars, pyarrow, DuckDB and Spark become errors of ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from results_widgets.errors import EventsError, ResultsError

_ENGINES: Final = {
    *("polars", "pyo3_runtime", "narwhals", "pyarrow", "pandas", "numpy"),
    *("duckdb", "_duckdb", "pyspark", "py4j"),
}


@contextmanager
def engine_errors_as_ours(what: str) -> Iterator[None]:
    """Raise an error of a table's engine as an `EventsError` that names the table.

    Args:
        what: The table, and what was done with it: ``events: they cannot be read``.

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
        raise EventsError(f"{what} ({reason_of(error)})") from None


def is_engine_error(error: BaseException) -> bool:
    """Whether an error comes from an engine and not from us, Python or the user."""
    modules = (kind.__module__.partition(".")[0] for kind in type(error).__mro__)
    return any(module in _ENGINES for module in modules)


def reason_of(error: BaseException) -> str:
    """Return the first line of an engine's message, at most 200 characters."""
    first = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    return (first or type(error).__name__)[:200]
