"""The rows that a query counts: events, entries and conversions in its scope, with its group keys."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal, Self, TypeVar

import narwhals as nw
import polars as pl

from results_widgets.engine.backends.base import Backend
from results_widgets.engine.cache import Key
from results_widgets.engine.frames import MANY, Rows, collect, compute, within
from results_widgets.engine.journeys.placement import Outcome
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

Kind = Literal[
    "events",
    "engaging",
    "withheld",
    "entries",
    "conversions",
    "converted",
    "reached",
    "entry_events",
    "entry_conversions",
    "entry_converted",
    "entry_engaged",
]
"""Which rows are counted.

``withheld`` are the events of users all of whose entries were held back, ``engaging`` those of all
others; ``converted`` are the conversions within an entry, of which distinct entries are counted. Codes
are: of events the event code; of entries the sum of `STILL_OPEN` and `HELD_BACK` if it is so; of
conversions and reached actions the action's number (0 for none), raised by `ActionCodes.raised` if their
entry was held back.

``entry_events`` and ``entry_conversions`` are those within an entry, at its start. ``entry_converted`` and
``entry_engaged`` are the entries with a conversion or an interaction; their code is `HELD_BACK` or 0.
"""

STILL_OPEN: Final = 1
"""Part of the code of an entry that has not ended by the newest event."""

HELD_BACK: Final = 2
"""Part of the code of an entry that was held back."""

ENTRY: Final = ("user", "entry")
"""The unit of distinct entries."""


def entry_code(is_open: nw.Expr) -> nw.Expr:
    """Return the code of entries, from whether they are open, and held_back."""
    held = nw.col("held_back")
    return is_open.cast(nw.Int32) * STILL_OPEN + held.cast(nw.Int32) * HELD_BACK


@dataclass(frozen=True)
class ActionCodes:
    """The codes of conversions and reached actions, with their entry's group beside the action.

    Attributes:
        actions: How many actions there are.
    """

    actions: int

    @property
    def raised(self) -> int:
        """How much higher the code is where the entry was held back."""
        return self.actions + 1

    def of(self, action: nw.Expr, held_back: nw.Expr) -> nw.Expr:
        """Return the code of rows from their action's number, null for none, and their entry's group."""
        number = action.fill_null(0).cast(nw.Int32)
        return number + held_back.cast(nw.Int32) * self.raised

    def split(self, codes: CodeSet) -> dict[bool, CodeSet]:
        """Return the numbers of the actions among codes: of entries held back, and of others."""
        return {
            held: tuple(code % self.raised for code in codes if (code >= self.raised) == held)
            for held in (False, True)
        }


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

    def grouped(self, grouping: Grouping) -> Self:
        """Return the same rows in other groups."""
        return replace(self, grouping=grouping)

    def collect(self, rows: Rows) -> pl.DataFrame:
        """Compute a query of these rows as a Polars frame in memory."""
        return collect(rows, few=self._has_few)

    def compute(self, query: pl.LazyFrame) -> pl.DataFrame:
        """Compute a query of these rows that is Polars' own: where many expressions are wanted, narwhals
        takes longer to put them together than Polars to compute them.
        """
        return compute(query, few=self._has_few)

    @property
    def _has_few(self) -> bool:
        coded = self.data.coded_rows
        return self.data.in_memory and coded is not None and coded < MANY

    def cached(self, name: str, compute: Callable[[], T], *of: Hashable) -> T:
        """Return a value computed from these rows and from the arguments ``of``, computing it once."""
        key: Key[T] = self.query.key(name, self.grouping, *of)
        return self.data.cached(key, compute)

    @cached_property
    def events(self) -> Rows:
        """Events: user, time, code, keys, day (local, as a number)."""
        return self._seen(self.data.require_users().events(self.grouping.by), "time")

    @cached_property
    def counted_events(self) -> Rows:
        """The events that metrics count, and perhaps others, as `events` has them."""
        return self._counted(None)

    def _counted(self, codes: Sequence[int] | None) -> Rows:
        rows = self.data.require_users().counted_events(self.grouping.by, codes)
        return self._seen(rows, "time")

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
        """Actions received per entry, by the entry's start: user, entry, action, held_back, keys."""
        spans = self.entries.select("user", "entry", "held_back", *self.grouping.keys)
        reached = self.data.require_users().reached(self.query.definitions)
        return reached.join(spans, on=["user", "entry"], how="inner")

    @cached_property
    def entry_events(self) -> Rows:
        """Events within an entry, at its start: user, entry, time, code, keys, day."""
        data = self.data.require_users()
        return self._seen(data.placed_events(self.query.definitions, self.grouping.by), "time")

    @cached_property
    def entry_conversions(self) -> Rows:
        """Conversions within an entry, at its start: as `conversions`."""
        data = self.data.require_users()
        rows = data.conversions(self.query.definitions, self.grouping.by)
        rows = rows.filter(~nw.col("taken").is_null())
        return self._seen(rows.with_columns(time=nw.col("time") - nw.col("taken")), "time")

    @property
    def listed_conversions(self) -> Rows:
        """Conversions by the time that they happened, those in range by the clock that is asked for."""
        if self.query.clock == "event":
            return self.conversions
        return self.entry_conversions.with_columns(time=nw.col("time") + nw.col("taken"))

    def _entries_with(self, outcome: Outcome) -> Rows:
        """Return the entries with an outcome, whenever it happened."""
        data = self.data.require_users()
        rows = data.entries_with(outcome, self.query.definitions, self.grouping.by)
        code = nw.col("held_back").cast(nw.Int32) * HELD_BACK
        return self._seen(rows, "started_at").with_columns(code=code)

    @property
    def action_codes(self) -> ActionCodes:
        """The codes of conversions and reached actions."""
        return ActionCodes(len(self.data.campaign.actions))

    def of_codes(self, kind: Kind, codes: Sequence[int]) -> Rows:
        """Return the rows of a kind that have one of some codes."""
        if kind in ("events", "withheld", "engaging"):
            return self._of_group(kind, self._counted(codes))
        return self.coded(kind).filter(nw.col("code").is_in(list(codes)))

    def coded(self, kind: Kind) -> Rows:
        """Return the rows of a kind with their ``code``."""
        if kind in ("events", "withheld", "engaging"):
            return self._of_group(kind, self.counted_events)
        if kind == "entries":
            return self.entries.with_columns(code=entry_code(self.data.clocks.is_open()))
        if kind == "entry_events":
            return self.entry_events
        if kind in ("entry_converted", "entry_engaged"):
            return self._entries_with("converted" if kind == "entry_converted" else "engaged")
        own = {"reached": "reached", "entry_conversions": "entry_conversions"}
        rows: Rows = getattr(self, own.get(kind, "conversions"))
        if kind == "converted":
            rows = rows.filter(~nw.col("entry").is_null())
        code = self.action_codes.of(nw.col("action"), nw.col("held_back"))
        return rows.with_columns(code=code)

    def _of_group(self, kind: Kind, events: Rows) -> Rows:
        if kind == "events":
            return events
        users = self.data.require_users().only_held_back(self.query.definitions)
        if users is None:
            return events if kind == "engaging" else events.head(0)
        return events.join(users, on="user", how="semi" if kind == "withheld" else "anti")

    @property
    def edges(self) -> tuple[int | None, int | None]:
        """The range as epoch µs, the end excluded; by intervals, an open side ends at the last plausible time,
        since other times belong to no interval.
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


def disjoint(sets: Iterable[CodeSet]) -> list[list[CodeSet]]:
    """Arrange sets in lists so that no two of a list share a code."""
    lists: list[list[CodeSet]] = []
    for codes in sets:
        free = next((own for own in lists if not any({*codes} & {*other} for other in own)), None)
        if free is None:
            lists.append(free := [])
        free.append(codes)
    return lists
