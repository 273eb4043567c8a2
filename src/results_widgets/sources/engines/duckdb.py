"""DuckDB as an engine: the connection behind a relation."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import polars as pl

from results_widgets._io import whole_file
from results_widgets.sources.engines.base import Rows, SqlDialect, as_rows, percentiles_of_ranks
from results_widgets.sources.engines.duckdb_literals import as_query

_NAME: Final = "results_widgets_rows"
"""What a query calls the relation that it is run on; users have no table of that name."""


class DuckDB:
    """The connection behind a relation; materialised rows become its temporary tables."""

    name = "DuckDB"
    lasting = True
    dialect = SqlDialect("xor({0}, {1})", "hex(encode({0}))", "CAST('0x' || {0} AS BIGINT)")

    def __init__(self, relation: Any) -> None:
        self._relation = relation

    def rows_of(self, native: Any) -> Rows:
        """See `Engine`."""
        return as_rows(native)

    def upload(self, frame: pl.DataFrame) -> Rows:
        """See `Engine`."""
        from duckdb import CatalogException

        # DuckDB finds the table by its variable's name here, and holds it as long as the relation lives.
        results_widgets_uploaded = frame.to_arrow()  # noqa: F841
        try:
            return as_rows(self._relation.query(_NAME, "SELECT * FROM results_widgets_uploaded"))
        except CatalogException:
            # A connection may be closed to everything outside its database, Python's tables included.
            return as_rows(self._relation.query(_NAME, as_query(frame)))

    def materialise(self, rows: Rows) -> tuple[Rows, Callable[[], object]]:
        """See `Engine`."""
        name = f"results_widgets_{uuid4().hex}"
        # A relation can run a statement with itself as a view, which is the way to its connection.
        create = f"CREATE TEMP TABLE {name} AS SELECT * FROM {_NAME}"  # noqa: S608 - names of our own
        rows.to_native().query(_NAME, create)
        table = self._relation.query(_NAME, f"SELECT * FROM {name}")  # noqa: S608
        return as_rows(table), partial(self._drop, name)

    def _drop(self, name: str) -> None:
        from duckdb import ConnectionException

        # A connection that was closed took its temporary tables with it.
        with suppress(ConnectionException):
            self._relation.query(_NAME, f"DROP TABLE {name}")

    def with_epoch_micros(self, rows: Rows, column: str) -> Rows:
        """See `Engine`."""
        return self.with_sql(rows, {"time": f'epoch_us("{column}")'})

    def with_sql(self, rows: Rows, columns: Mapping[str, str]) -> Rows:
        """See `SqlEngine`."""
        added = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
        return as_rows(rows.to_native().project(f"*, {added}"))

    def aggregated(self, rows: Rows, keys: Sequence[str], columns: Mapping[str, str]) -> Rows:
        """See `FoldingEngine`."""
        own = [f'"{key}"' for key in keys]
        found = [*own, *(f"{sql} AS {name}" for name, sql in columns.items())]
        return as_rows(rows.to_native().aggregate(", ".join(found), ", ".join(own)))

    def values_at_ranks(
        self, rows: Rows, column: str, ranks: Sequence[int], count: int
    ) -> list[float]:
        """See `Engine`."""
        shares = percentiles_of_ranks(ranks, count)
        quantiles = ", ".join(f'quantile_disc("{column}", {share})' for share in shares)
        return [*rows.to_native().aggregate(quantiles).fetchall()[0]]

    def write_parquet(self, rows: Rows, path: Path) -> None:
        """See `Engine`."""
        from pyarrow.parquet import ParquetWriter

        # A connection may be closed to files, so DuckDB itself cannot write.
        batches = rows.to_native().to_arrow_reader()
        with (
            whole_file(path, private=True) as unfinished,
            ParquetWriter(unfinished, batches.schema) as writer,
        ):
            for batch in batches:
                writer.write_batch(batch)
