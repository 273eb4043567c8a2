"""The rows behind the numbers: events, entries and conversions as a lens and a question see them."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, TypeVar

import narwhals as nw

from results_widgets.engine.backends.base import Backend
from results_widgets.engine.cache import Key
from results_widgets.engine.frames import Rows
from results_widgets.engine.query import BUCKET, Grouping, QueryScope

T = TypeVar("T")

DAY_KEY: Final = "_day"
"""The local day of an event, as a number."""
SET: Final = "_set"
"""The place of a set of codes among those that are counted together."""
COUNT: Final = "_count"
"""How many rows a set has."""
USERS: Final = "_users"
"""How many distinct users, or users and days, a set has."""
SUM: Final = "_sum"
"""The sum of a column over the rows of a set."""

CodeSet = tuple[int, ...]
"""Codes that are counted as one."""

Kind = Literal["events", "entries", "conversions", "reached"]
"""Which rows are counted; what the code of a row is follows from it: the event code of events, 0 or
`STILL_OPEN` of entries, the number of the action (0 for none) of conversions and of reached actions.
"""

STILL_OPEN: Final = 1
"""Code of an entry whose window has not ended at the newest event; that of others is 0."""


@dataclass(frozen=True)
class ScopedRows:
    """The rows in range, without developers where the lens leaves them out, with the question's keys."""

    data: Backend
    query: QueryScope
    grouping: Grouping

    def cached(self, name: str, compute: Callable[[], T], *of: Hashable) -> T:
        """Return what is computed from these rows, and from whatever else ``of`` names, once."""
        key: Key[T] = self.query.key(name, self.grouping, *of)
        return self.data.cached(key, compute)

    @cached_property
    def events(self) -> Rows:
        """Events: user, time, code, keys, day (local, as a number)."""
        return self._seen(self.data.require_users().events(self.grouping.by), "time")

    @cached_property
    def entries(self) -> Rows:
        """Entries by their start: user, entry, started_at, last_action_at, ended_at, keys."""
        data = self.data.require_users()
        return self._seen(data.entries(self.query.definitions, self.grouping.by), "started_at")

    @cached_property
    def conversions(self) -> Rows:
        """Conversions by their time: user, entry, time, row, action, attributed_by, value, taken (µs
        since the entry's start), keys.
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

    def _seen(self, rows: Rows, time: str) -> Rows:
        start, end = self.query.micros()
        if start is not None:
            rows = rows.filter(nw.col(time) >= start)
        if end is not None:
            rows = rows.filter(nw.col(time) < end)
        developers = None if self.query.developers else self.data.require_users().developers
        if developers is not None:
            rows = rows.join(developers, on="user", how="anti")
        calendar = self.data.calendar(self.query)
        if self.grouping.every is not None:
            rows = calendar.with_buckets(rows, time, self.grouping.every, BUCKET)
        if self.query.definitions.unique == "user_day":
            rows = rows.with_columns(calendar.day(nw.col(time)).alias(DAY_KEY))
        return rows
