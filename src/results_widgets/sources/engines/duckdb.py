"""DuckDB as an engine: the connection behind a relation."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl

from results_widgets._io import whole_file
from results_widgets.sources.engines.base import Rows, SqlDialect, as_rows, percentiles_of_ranks


class DuckDB:
    """The connection behind a relation; materialised rows become its temporary tables."""

    name = "DuckDB"
    dialect = SqlDialect("xor({0}, {1})", "hex(encode({0}))", "CAST('0x' || {0} AS BIGINT)")

    def __init__(self, relation: Any) -> None:
        self._relation = relation

    def upload(self, frame: pl.DataFrame) -> Rows:
        """See `Engine`."""
        # DuckDB finds the table by its variable's name here, and holds it as long as the relation lives.
        uploaded = frame.to_arrow()  # noqa: F841
        return as_rows(self._relation.query("these", "SELECT * FROM uploaded"))

    def materialise(self, rows: Rows) -> tuple[Rows, Callable[[], object]]:
        """See `Engine`."""
        name = f"results_widgets_{uuid4().hex}"
        # A relation can run a statement with itself as a view, which is the way to its connection.
        create = f"CREATE TEMP TABLE {name} AS SELECT * FROM these"  # noqa: S608 - a name of our own
        rows.to_native().query("these", create)
        table = self._relation.query("these", f"SELECT * FROM {name}")  # noqa: S608
        return as_rows(table), partial(self._drop, name)

    def _drop(self, name: str) -> None:
        from duckdb import ConnectionException

        # A connection that was closed took its temporary tables with it.
        with suppress(ConnectionException):
            self._relation.query("these", f"DROP TABLE {name}")

    def with_epoch_micros(self, rows: Rows, column: str) -> Rows:
        """See `Engine`."""
        return self.with_sql(rows, {"time": f'epoch_us("{column}")'})

    def with_sql(self, rows: Rows, columns: Mapping[str, str]) -> Rows:
        """See `SqlEngine`."""
        added = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
        return as_rows(rows.to_native().project(f"*, {added}"))

    def values_at_ranks(
        self, rows: Rows, column: str, ranks: Sequence[int], count: int
    ) -> list[float]:
        """See `Engine`."""
        shares = percentiles_of_ranks(ranks, count)
        quantiles = ", ".join(f'quantile_disc("{column}", {share})' for share in shares)
        return [*rows.to_native().aggregate(quantiles).fetchall()[0]]

    def write_parquet(self, rows: Rows, path: Path) -> None:
        """See `Engine`."""
        with whole_file(path, private=True) as unfinished:
            rows.to_native().write_parquet(str(unfinished))
