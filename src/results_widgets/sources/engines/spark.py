"""Spark as an engine: the session behind a DataFrame."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any, Final

import polars as pl
from narwhals.dependencies import is_pyspark_connect_dataframe

from results_widgets.sources.engines.base import Rows, SqlDialect, as_rows, percentiles_of_ranks
from results_widgets.sources.engines.spark_session import SmallSession

_NOT_OFFERED: Final = ("NOT_SUPPORTED", "UNSUPPORTED", "NOT_IMPLEMENTED", "NO_HANDLER")
"""What the condition of an error has in it where a session refuses to keep rows, as serverless ones do."""


def spark_functions(frame: Any) -> Any:
    """Return the functions that go with a DataFrame: those of Spark Connect, or of a session in this process."""
    if is_pyspark_connect_dataframe(frame):
        from pyspark.sql.connect import functions as remote

        return remote
    from pyspark.sql import functions

    return functions


class Spark:
    """The session behind a DataFrame; materialised rows are kept on its executors, where it keeps any.

    Its settings stay as they are: what is asked of materialised rows runs in a session of our own beside it.
    """

    name = "Spark"
    lasting = False
    dialect = SqlDialect("({0} ^ {1})", "hex({0})", "CAST(conv({0}, 16, 10) AS BIGINT)")

    def __init__(self, frame: Any) -> None:
        self._session = frame.sparkSession
        self._small = SmallSession(self._session)

    def rows_of(self, native: Any) -> Rows:
        """See `Engine`."""
        return as_rows(native)

    def upload(self, frame: pl.DataFrame) -> Rows:
        """See `Engine`."""
        # Spark plans an Arrow table by its size, so a join broadcasts it and does not shuffle the events.
        return as_rows(self._session.createDataFrame(frame.to_arrow()))

    def materialise(self, rows: Rows) -> tuple[Rows, Callable[[], object]]:
        """See `Engine`."""
        native = rows.to_native()
        # Persisted rows would carry their whole plan into each later query, and planning that takes
        # longer than computing it: that is for sessions without checkpoints.
        checkpoint = _unless_refused(native.localCheckpoint)
        if checkpoint is not None:
            free = partial(_uncheckpoint, getattr(checkpoint, "_jdf", None))
            return as_rows(self._small.taking(checkpoint)), free
        persisted = _unless_refused(native.persist)
        if persisted is not None:
            return as_rows(persisted), partial(_unpersist, persisted)
        # Each query then computes them anew.
        return rows, lambda: None

    def with_epoch_micros(self, rows: Rows, column: str) -> Rows:
        """See `Engine`."""
        micros = f"unix_micros(`{column}`)"
        if getattr(rows.collect_schema()[column], "time_zone", None) is None:
            epoch = "TIMESTAMP_NTZ'1970-01-01 00:00:00'"
            micros = f"timestampdiff(MICROSECOND, {epoch}, CAST(`{column}` AS TIMESTAMP_NTZ))"
        return self.with_sql(rows, {"time": micros})

    def with_sql(self, rows: Rows, columns: Mapping[str, str]) -> Rows:
        """See `SqlEngine`."""
        native = rows.to_native()
        expr = spark_functions(native).expr
        return as_rows(native.withColumns({name: expr(sql) for name, sql in columns.items()}))

    def aggregated(self, rows: Rows, keys: Sequence[str], columns: Mapping[str, str]) -> Rows:
        """See `FoldingEngine`."""
        native = rows.to_native()
        expr = spark_functions(native).expr
        found = [expr(sql).alias(name) for name, sql in columns.items()]
        return as_rows(native.groupBy(*keys).agg(*found))

    def values_at_ranks(
        self, rows: Rows, column: str, ranks: Sequence[int], count: int
    ) -> list[float]:
        """See `Engine`."""
        native = rows.to_native()
        expr = spark_functions(native).expr
        sql = "percentile_disc({}) WITHIN GROUP (ORDER BY `{}`)"
        shares = percentiles_of_ranks(ranks, count)
        percentiles = [expr(sql.format(share, column)) for share in shares]
        return [*native.agg(*percentiles).collect()[0]]

    def write_parquet(self, rows: Rows, path: Path) -> None:
        """See `Engine`."""
        rows.to_native().write.parquet(str(path))


def _unless_refused(keep: Callable[[], Any]) -> Any:
    """Return what keeping rows gives; None where the session does not offer it."""
    from pyspark.errors import PySparkException

    try:
        return keep()
    except PySparkException as error:
        if not any(word in str(error).upper() for word in _NOT_OFFERED):
            raise
        return None


def _unpersist(persisted: Any) -> None:
    def free() -> None:
        # A session that was stopped took its rows with it.
        with suppress(Exception):
            persisted.unpersist()

    # See `_uncheckpoint`.
    Thread(target=free, daemon=True).start()


def _uncheckpoint(checkpoint: Any) -> None:
    """Free the blocks of a local checkpoint now; Spark alone would wait for a garbage collection.

    Spark Connect exposes no handle on them, and frees them with the frame itself.
    """
    if checkpoint is None:
        return

    def free() -> None:
        # A session that was stopped took its blocks with it.
        with suppress(Exception):
            checkpoint.queryExecution().logical().rdd().unpersist(False)

    # Python may run a finalizer in the middle of a call to the JVM, whose connection belongs to the thread.
    Thread(target=free, daemon=True).start()
