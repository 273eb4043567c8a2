"""The tables that a backend in memory was given, as they are, and what is made of any rows in memory."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import narwhals as nw
import polars as pl

from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.frames import Rows, collect
from results_widgets.sources.engines import Polars
from results_widgets.tables.events import ROW, EventTable, Table
from results_widgets.tables.held import REPEATED


@dataclass(frozen=True, eq=False)
class GivenTables(UserBackend):
    """What a backend in memory answers from the tables themselves, or from rows alone.

    Attributes:
        table: The events.
        users: The users table: user_id, is_developer, attributes; None without one.
        lost: Ranges of row numbers (first, count) that were counted but can no longer be read.
    """

    table: EventTable
    users: pl.LazyFrame | None
    lost: tuple[tuple[int, int], ...] = field(default=(), kw_only=True)

    @property
    def readable(self) -> pl.Expr:
        """The condition that a row of the table can still be read."""
        spans = [pl.col(ROW).is_between(first, first + count - 1) for first, count in self.lost]
        return ~pl.any_horizontal(spans) if spans else pl.lit(True)

    @property
    def columns(self) -> Table:
        """See `UserBackend`."""
        return self.table

    @property
    def attributes(self) -> dict[str, pl.DataType]:
        """See `UserBackend`."""
        own = [] if self.users is None else self.users.collect_schema().items()
        return {name: kind for name, kind in own if name != "user_id"}

    def dtype(self, column: str) -> pl.DataType:
        """See `UserBackend`."""
        return self.table.kinds[column]

    def upload(self, frame: pl.DataFrame) -> Rows:
        """See `UserBackend`."""
        return nw.from_native(frame.lazy())

    @property
    def source_rows(self) -> Rows:
        """See `UserBackend`."""
        time = pl.col("timestamp").to_physical().alias("time")
        names = ("user_id", "campaign_id", "action_id", "event", "event_id", "machine", "value")
        known = REPEATED in self.table.kinds
        repeated = (pl.col(REPEATED) if known else pl.lit(False)).alias("repeated_hour")
        return nw.from_native(self.table.frame.filter(self.readable).select(*names, time, repeated))

    def source_rows_of(self, ids: Rows) -> Rows:
        """See `UserBackend`."""
        rows = nw.from_native(self.table.frame.select(self.table.columns))
        return rows.join(ids, on="user_id", how="semi")

    def source_until(self, time: int) -> pl.LazyFrame | None:
        """See `UserBackend`."""
        rows = self.table.frame.select(self.table.columns)
        return rows.filter(pl.col("timestamp").to_physical() <= time)

    def source_rows_of_user(self, user_id: str | int) -> pl.DataFrame:
        """See `UserBackend`."""
        dtype = self.dtype("user_id")
        rows = self.table.frame.filter(pl.col("user_id") == pl.lit(user_id, dtype))
        return self.table.collect(rows)

    @property
    def users_table(self) -> Rows | None:
        """See `UserBackend`."""
        return None if self.users is None else nw.from_native(self.users)

    def latest_values(self, ids: Rows, columns: Sequence[str]) -> Rows:
        """See `UserBackend`; the file's order settles equal instants."""
        newest = [pl.col(name).drop_nulls().last() for name in columns]
        rows = self.table.frame.select("user_id", "timestamp", *columns)
        rows = rows.join(ids.to_native(), on="user_id", how="semi")
        latest = rows.sort("timestamp", maintain_order=True).group_by("user_id").agg(newest)
        return nw.from_native(latest)

    @contextmanager
    def materialised(self, rows: Rows) -> Iterator[Rows]:
        """See `UserBackend`."""
        yield nw.from_native(collect(rows).lazy())

    def values_at_ranks(
        self, rows: Rows, column: str, ranks: Sequence[int], count: int
    ) -> list[float]:
        """See `UserBackend`."""
        return Polars().values_at_ranks(rows, column, ranks, count)
