"""The rows behind the numbers: events, entries and conversions as a lens and a question see them."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import narwhals as nw

from results_widgets.engine.backends.base import Data
from results_widgets.engine.frames import BY, Rows
from results_widgets.engine.query import Lens

__all__ = ["BUCKET", "BY", "DAY_KEY", "Facts", "Question", "Rows"]

T = TypeVar("T")

BUCKET = "_bucket"
DAY_KEY = "_day"


@dataclass(frozen=True)
class Question:
    """How numbers are split: by a column, per interval, and whether intervals add up."""

    by: str | None = None
    every: str | None = None
    cumulative: bool = False

    @property
    def keys(self) -> list[str]:
        """The columns to group by, beside a metric's owner."""
        return [name for name, on in ((BY, self.by), (BUCKET, self.every)) if on]


@dataclass(frozen=True)
class Facts:
    """The rows in range, without developers where the lens leaves them out, with the question's keys."""

    data: Data
    lens: Lens
    question: Question

    def cached(self, name: Hashable, compute: Callable[[], T]) -> T:
        """Return what was computed from these facts before; it is kept with the data."""
        return self.data.cached((name, self.lens, self.question), compute)

    @cached_property
    def events(self) -> Rows:
        """Events: user, time, code, keys, day (local, as a number)."""
        return self._seen(self.data.events(self.question.by), "time")

    @cached_property
    def entries(self) -> Rows:
        """Entries by their start: user, entry, started_at, last_action_at, ended_at, keys."""
        entries = self.data.entries(self.lens.definitions, self.question.by)
        return self._seen(entries, "started_at")

    @cached_property
    def conversions(self) -> Rows:
        """Conversions by their time: user, entry, time, row, action, attributed_by, value, taken (µs
        since the entry's start), keys.
        """
        conversions = self.data.conversions(self.lens.definitions, self.question.by)
        return self._seen(conversions, "time")

    @cached_property
    def reached(self) -> Rows:
        """Actions received per entry, by the entry's start: user, entry, action, keys."""
        spans = self.entries.select("user", "entry", *self.question.keys)
        reached = self.data.reached(self.lens.definitions)
        return reached.join(spans, on=["user", "entry"], how="inner")

    def _seen(self, rows: Rows, time: str) -> Rows:
        start, end = self.lens.micros()
        if start is not None:
            rows = rows.filter(nw.col(time) >= start)
        if end is not None:
            rows = rows.filter(nw.col(time) < end)
        developers = None if self.lens.developers else self.data.developers
        if developers is not None:
            rows = rows.join(developers, on="user", how="anti")
        calendar = self.data.calendar(self.lens)
        if self.question.every is not None:
            rows = calendar.with_buckets(rows, time, self.question.every, BUCKET)
        if self.lens.definitions.unique == "user_day":
            rows = rows.with_columns(calendar.day(nw.col(time)).alias(DAY_KEY))
        return rows
