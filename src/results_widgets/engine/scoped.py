"""The rows that a query counts: events, entries and conversions in its scope, with its group keys."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, TypeVar

import narwhals as nw

from results_widgets.engine.backends.base import Backend
from results_widgets.engine.cache import Key
from results_widgets.engine.frames import Rows, within
from results_widgets.engine.query import BUCKET, Grouping, QueryScope

T = TypeVar("T")

DAY_KEY: Final = "_day"
"""The local day of an event, as a number."""
SET: Final = "_set"
"""The index of a set of codes among those counted together."""
COUNT: Final = "_count"
"""How many rows a set has."""
USERS: Final = "_users"
"""How many distinct users, or users and days, a set has."""
SUM: Final = "_sum"
"""The sum of a column over the rows of a set."""

CodeSet = tuple[int, ...]
"""Codes that are counted together, as one event."""

Kind = Literal["events", "entries", "conversions", "reached"]
"""Which rows are counted. Their codes are: of events the event code; of entries 0 or `STILL_OPEN`; of
conversions and reached actions the action's number (0 for none).
"""

STILL_OPEN: Final = 1
"""Code of an entry that has not ended by the newest event; that of others is 0."""


@dataclass(frozen=True)
class ScopedRows:
    """The rows of a backend in a query's range, with its group keys, without developers if it says so.

    Attributes:
        data: The backend.
        query: Definitions, zone, range and developers.
        grouping: What the rows are grouped by.
    """

    data: Backend
    query: QueryScope
    grouping: Grouping

    def cached(self, name: str, compute: Callable[[], T], *of: Hashable) -> T:
        """Return a value computed from these rows and from the arguments ``of``, computing it once."""
        key: Key[T] = self.query.key(name, self.grouping, *of)
        return self.data.cached(key, compute)

    @cached_property
    def events(self) -> Rows:
        """Events: user, time, code, keys, day (local, as a number)."""
        return self._seen(self.data.require_users().events(self.grouping.by), "time")

    @cached_property
    def entries(self) -> Rows:
        """Entries by their start: user, entry, started_at, last_action_at, ended_at, held_back, keys."""
        data = self.data.require_users()
        return self._seen(data.entries(self.query.definitions, self.grouping.by), "started_at")

    @cached_property
    def conversions(self) -> Rows:
        """Conversions by their time: user, entry, time, row, action, attributed_by, value, taken (µs
        since the entry's start), held_back, keys.
        """
        data = self.data.require_users()
        return self._seen(data.conversions(self.query.definitions, self.grouping.by), "time")

    @cached_property
    def reached(self) -> Rows:
        """Actions received per entry, by the entry's start: user, entry, action, keys."""
        spans = self.entries.select("user", "entry", *self.grouping.keys)
        reached = self.data.require_users().reached(self.query.definitions)
        return reached.join(spans, on=["user", "entry"], how="inner")

    def is_every_conversion(self, codes: CodeSet) -> bool:
        """Whether a set of actions' numbers has those of all conversions, 0 for no action included."""
        return len(codes) > len(self.data.campaign.actions)

    @property
    def edges(self) -> tuple[int | None, int | None]:
        """The range as epoch µs, the end excluded; by intervals a side left open ends where times are not
        believed any more, which stand in no interval.
        """
        start, end = self.query.micros()
        if self.grouping.every is None:
            return start, end
        first, last = self.data.clocks.edges
        return (first if start is None else start), (last if end is None else end)

    def _seen(self, rows: Rows, time: str) -> Rows:
        rows = within(rows, time, *self.edges)
        developers = None if self.query.developers else self.data.require_users().developers
        if developers is not None:
            rows = rows.join(developers, on="user", how="anti")
        calendar = self.data.calendar(self.query)
        if self.grouping.every is not None:
            rows = calendar.with_buckets(rows, time, self.grouping.every, BUCKET)
        if self.query.definitions.unique == "user_day":
            rows = rows.with_columns(calendar.day(nw.col(time)).alias(DAY_KEY))
        return rows
