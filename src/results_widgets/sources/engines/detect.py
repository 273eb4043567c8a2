"""Which engine holds a table."""

from importlib.util import find_spec

from narwhals.dependencies import (
    is_duckdb_relation,
    is_pyspark_connect_dataframe,
    is_pyspark_dataframe,
    is_sqlframe_dataframe,
)

from results_widgets.errors import MissingExtraError
from results_widgets.sources.engines.base import SqlEngine
from results_widgets.sources.engines.duckdb import DuckDB
from results_widgets.sources.engines.spark import Spark
from results_widgets.sources.engines.warehouse import Warehouse


def engine_of(source: object) -> SqlEngine | None:
    """Return the engine that holds a DuckDB relation or a DataFrame of Spark or SQLFrame; None for anything else.

    Raises:
        MissingExtraError: pyarrow, through which results come back, is not installed.
    """
    if is_duckdb_relation(source):
        _require_pyarrow("DuckDB", "duckdb")
        return DuckDB(source)
    if is_pyspark_dataframe(source) or is_pyspark_connect_dataframe(source):
        _require_pyarrow("Spark", "spark")
        return Spark(source)
    if is_sqlframe_dataframe(source):
        _require_pyarrow("a warehouse", "warehouse")
        return Warehouse(source)
    return None


def _require_pyarrow(engine: str, extra: str) -> None:
    if find_spec("pyarrow") is None:
        raise MissingExtraError(f"Querying {engine}", "pyarrow", extra)
