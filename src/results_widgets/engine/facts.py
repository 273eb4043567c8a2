"""The rows behind the numbers: events, entries and conversions as a lens and a question see them."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import narwhals as nw
import polars as pl

from results_widgets.engine.data import Data
from results_widgets.engine.lens import Lens

T = TypeVar("T")

BY = "_by"
BUCKET = "_bucket"
DAY_KEY = "_day"

Rows = nw.LazyFrame[Any]


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
        rows = self.data.log.rows
        return self._seen(rows, "time", rows["user"], rows["row"])

    @cached_property
    def entries(self) -> Rows:
        """Entries by their start: user, entry, started_at, ended_at, keys."""
        entries = self.data.journeys(self.lens.definitions).entries
        return self._seen(entries, "started_at", entries["user"], entries["start_row"])

    @cached_property
    def conversions(self) -> Rows:
        """Conversions by their time: user, entry, time, action, value, taken (µs since the entry's start), keys."""
        journeys = self.data.journeys(self.lens.definitions)
        starts = journeys.entries.select("user", "entry", "started_at", "start_row")
        found = journeys.conversions.join(
            starts, on=["user", "entry"], how="left", maintain_order="left"
        )
        found = found.with_columns(
            (pl.col("time") - pl.col("started_at")).alias("taken"),
        )
        # A conversion counts under the value its entry has, so that its rate compares like with
        # like.
        return self._seen(found, "time", found["user"], _either(found))

    @cached_property
    def reached(self) -> Rows:
        """Actions received per entry, by the entry's start: user, entry, action, keys."""
        reached = nw.from_native(self.data.journeys(self.lens.definitions).reached.lazy())
        spans = self.entries.select("user", "entry", *self.question.keys)
        return reached.join(spans, on=["user", "entry"], how="inner")

    def _seen(self, frame: pl.DataFrame, time: str, users: pl.Series, rows: pl.Series) -> Rows:
        by = self.question.by
        if by is not None:
            frame = frame.with_columns(self.data.values(by, users, rows).alias(BY))
        seen = nw.from_native(frame.lazy())
        start, end = self.lens.micros()
        if start is not None:
            seen = seen.filter(nw.col(time) >= start)
        if end is not None:
            seen = seen.filter(nw.col(time) < end)
        if not self.lens.developers and len(self.data.developers):
            developers = nw.from_native(self.data.developers.to_frame().lazy())
            seen = seen.join(developers, on="user", how="anti")
        calendar = self.data.calendar(self.lens)
        if self.question.every is not None:
            seen = seen.with_columns(
                calendar.bucket(nw.col(time), self.question.every).alias(BUCKET)
            )
        if self.lens.definitions.unique == "user_day":
            seen = seen.with_columns(calendar.day(nw.col(time)).alias(DAY_KEY))
        return seen


def _either(conversions: pl.DataFrame) -> pl.Series:
    return conversions.select(pl.coalesce("start_row", "row")).to_series()
