"""One campaign's data, read once and shared by every view of it."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeVar

import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.definitions import Definitions
from results_widgets.engine.entries import Journeys, walk_log
from results_widgets.engine.lens import Lens
from results_widgets.engine.log import Log, build_log
from results_widgets.engine.zones import Calendar
from results_widgets.errors import QueryError
from results_widgets.events import EventTable

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Data:
    """The campaign, its events and users, and what has been computed from them so far."""

    campaign: Campaign
    table: EventTable
    users: pl.DataFrame | None
    _cache: dict[Hashable, object] = field(default_factory=dict, repr=False)

    def cached(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return what was computed under the key, computing it the first time."""
        if key not in self._cache:
            self._cache[key] = compute()
        return self._cache[key]  # type: ignore[return-value]

    @cached_property
    def log(self) -> Log:
        """The coded events."""
        return build_log(self.table, self.campaign)

    def journeys(self, definitions: Definitions) -> Journeys:
        """Entries and conversions; sets that agree on interactions share one walk."""
        interacted = self.log.codes.interacted(definitions)
        key = ("journeys", interacted)
        return self.cached(key, lambda: walk_log(self.log, self.campaign, definitions))

    @cached_property
    def newest(self) -> int:
        """Time of the newest event of the campaign, or of the table while the campaign has none, epoch µs."""
        return self._edge("max")

    @cached_property
    def oldest(self) -> int:
        """Time of the oldest event, likewise."""
        return self._edge("min")

    def _edge(self, kind: Literal["min", "max"]) -> int:
        time: pl.Series = self.log.rows["time"]
        if time.is_empty():
            time = (
                self.table.frame.select(pl.col("timestamp").to_physical().drop_nulls())
                .collect()
                .to_series()
            )
        edge = time.max() if kind == "max" else time.min()
        return edge if isinstance(edge, int) else 0

    def calendar(self, lens: Lens) -> Calendar:
        """Return the calendar of a lens's zone over the data's span."""
        return Calendar(lens.time_zone, self.oldest, self.newest)

    @cached_property
    def attributes(self) -> pl.DataFrame:
        """The users table in the order of ``log.user_ids``: one row per user of the log, nulls where unknown."""
        ids = self.log.user_ids.to_frame()
        if self.users is None:
            return ids.with_columns(is_developer=pl.lit(False))
        joined = ids.join(self.users, on="user_id", how="left", maintain_order="left")
        return joined.with_columns(pl.col("is_developer").fill_null(False))

    @cached_property
    def developers(self) -> pl.Series:
        """The developers, as users of the log."""
        flags = self.attributes.select(
            user=pl.int_range(pl.len(), dtype=pl.UInt32), developer="is_developer"
        )
        return flags.filter("developer")["user"]

    @property
    def breakdowns(self) -> list[str]:
        """Columns of events and users that numbers can be grouped by."""
        attributes = (
            [name for name in self.attributes.columns if name != "user_id"]
            if self.users is not None
            else []
        )
        return list(dict.fromkeys([*self.table.breakdowns, *attributes]))

    def check_by(self, by: str | None) -> None:
        """Refuse a column that is not there."""
        if by is not None and by not in self.breakdowns:
            raise QueryError.unknown("column", by, self.breakdowns)

    def values(self, by: str, users: pl.Series, rows: pl.Series) -> pl.Series:
        """Return a column's values for rows of the log: an event's own, or its user's attribute."""
        if self.table.has(by):
            every = self.cached(("column", by), lambda: self._event_column(by))
            return every.gather(rows)
        return self.attributes[by].gather(users)

    def _event_column(self, by: str) -> pl.Series:
        return self.table.frame.select(pl.col(by)).collect().to_series()
