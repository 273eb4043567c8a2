"""Spark as an engine: the session behind a DataFrame."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import polars as pl

from results_widgets.sources.engines.base import Rows, SqlDialect, as_rows, percentiles_of_ranks


class Spark:
    """The session behind a DataFrame; materialised rows are checkpointed on its executors."""

    name = "Spark"
    dialect = SqlDialect("({0} ^ {1})", "hex({0})", "CAST(conv({0}, 16, 10) AS BIGINT)")

    def __init__(self, frame: Any) -> None:
        self._session = frame.sparkSession

    def upload(self, frame: pl.DataFrame) -> Rows:
        """See `Engine`."""
        # Spark plans an Arrow table by its size, so a join broadcasts it and does not shuffle the events.
        return as_rows(self._session.createDataFrame(frame.to_arrow()))

    def materialise(self, rows: Rows) -> tuple[Rows, Callable[[], object]]:
        """See `Engine`."""
        # Persisted rows would carry their whole plan into each later query, and planning that takes
        # longer than computing it.
        checkpoint = rows.to_native().localCheckpoint()
        return as_rows(checkpoint), partial(_uncheckpoint, getattr(checkpoint, "_jdf", None))

    def with_epoch_micros(self, rows: Rows, column: str) -> Rows:
        """See `Engine`."""
        micros = f"unix_micros(`{column}`)"
        if getattr(rows.collect_schema()[column], "time_zone", None) is None:
            epoch = "TIMESTAMP_NTZ'1970-01-01 00:00:00'"
            micros = f"timestampdiff(MICROSECOND, {epoch}, CAST(`{column}` AS TIMESTAMP_NTZ))"
        return self.with_sql(rows, {"time": micros})

    def with_sql(self, rows: Rows, columns: Mapping[str, str]) -> Rows:
        """See `SqlEngine`."""
        from pyspark.sql import functions

        added = {name: functions.expr(sql) for name, sql in columns.items()}
        return as_rows(rows.to_native().withColumns(added))

    def values_at_ranks(
        self, rows: Rows, column: str, ranks: Sequence[int], count: int
    ) -> list[float]:
        """See `Engine`."""
        from pyspark.sql import functions

        sql = "percentile_disc({}) WITHIN GROUP (ORDER BY `{}`)"
        shares = percentiles_of_ranks(ranks, count)
        percentiles = [functions.expr(sql.format(share, column)) for share in shares]
        return [*rows.to_native().agg(*percentiles).collect()[0]]

    def write_parquet(self, rows: Rows, path: Path) -> None:
        """See `Engine`."""
        rows.to_native().write.parquet(str(path))


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
