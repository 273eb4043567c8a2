"""Polars' lazy frames as an engine: the memory backend is quicker, but tests run the shared queries on it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl

from results_widgets.sources.engines.base import Rows, as_rows


class Polars:
    """Polars' lazy frames, see `Engine`."""

    name = "Polars"
    lasting = True

    def rows_of(self, native: Any) -> Rows:
        """See `Engine`."""
        return as_rows(native)

    def upload(self, frame: pl.DataFrame) -> Rows:
        """See `Engine`."""
        return as_rows(frame.lazy())

    def materialise(self, rows: Rows) -> tuple[Rows, Callable[[], object]]:
        """See `Engine`."""
        return rows.collect("polars").lazy(), lambda: None

    def with_epoch_micros(self, rows: Rows, column: str) -> Rows:
        """See `Engine`."""
        return rows.with_columns(time=nw.col(column).dt.timestamp("us"))

    def values_at_ranks(
        self,
        rows: Rows,
        column: str,
        ranks: Sequence[int],
        count: int,  # noqa: ARG002
    ) -> list[float]:
        """See `Engine`."""
        values = rows.select(column).collect("polars").get_column(column).drop_nulls().sort()
        return [values[rank] for rank in ranks]

    def write_parquet(self, rows: Rows, path: Path) -> None:
        """See `Engine`."""
        rows.sink_parquet(path)
