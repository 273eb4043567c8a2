"""Engines that hold events too many for memory: what Narwhals does not offer on them, in one place."""

from results_widgets.sources.engines.base import Engine, Rows, SqlDialect, SqlEngine, as_rows
from results_widgets.sources.engines.database import is_database, open_table
from results_widgets.sources.engines.detect import engine_of
from results_widgets.sources.engines.polars import Polars
from results_widgets.sources.engines.spark import spark_functions

__all__ = [
    "Engine",
    "Polars",
    "Rows",
    "SqlDialect",
    "SqlEngine",
    "as_rows",
    "engine_of",
    "is_database",
    "open_table",
    "spark_functions",
]
