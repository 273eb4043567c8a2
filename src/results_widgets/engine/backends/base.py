"""One campaign's data, read once and shared by every view of it.

What queries ask of it is the same wherever the events are: `MemoryBackend` holds them coded in Polars,
`LazyBackend` leaves them on the engine that has them.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import narwhals as nw
import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.definitions import Definitions
from results_widgets.engine.cache import Cache, Key
from results_widgets.engine.calendar import Calendar
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.encoding.user_flags import UserFlags
from results_widgets.engine.frames import Rows, collect
from results_widgets.engine.query import QueryScope
from results_widgets.errors import QueryError
from results_widgets.progress import phase
from results_widgets.tables.events import Table

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Data(ABC):
    """The campaign, its events and users, and what has been computed from them so far.

    Rows name a user by ``user``: a number or the id itself, whichever is quick; `named` tells who
    it is. Times are epoch µs.
    """

    campaign: Campaign
    cache: Cache = field(default_factory=Cache, repr=False, kw_only=True)

    def cached(self, key: Key[T], compute: Callable[[], T]) -> T:
        """Return the value of a key, computing it the first time; see `Cache`."""

        def counted() -> T:
            with phase("counting"):
                return compute()

        return self.cache.get(key, counted)

    @cached_property
    def codes(self) -> EventCodes:
        """The code book of the campaign."""
        return EventCodes(self.campaign)

    # --- the tables

    @property
    @abstractmethod
    def columns(self) -> Table:
        """The event table's own columns."""

    @property
    @abstractmethod
    def attributes(self) -> dict[str, pl.DataType]:
        """The users table's columns and types, ``user_id`` left out; empty without one."""

    @abstractmethod
    def kind(self, column: str) -> pl.DataType:
        """Return the type of a column of the events."""

    @abstractmethod
    def brought(self, frame: pl.DataFrame) -> Rows:
        """Return a small frame as rows of the engine that holds the events."""

    @property
    @abstractmethod
    def source_rows(self) -> Rows:
        """Every row of the events that can be read, those that count for nothing included: user_id,
        campaign_id, action_id, event (text), time (epoch µs), event_id, machine.
        """

    @abstractmethod
    def rows_of(self, ids: Rows) -> Rows:
        """Return the events of some users (``user_id``) as they are in the source."""

    @abstractmethod
    def rows_of_user(self, user_id: str | int) -> pl.DataFrame:
        """Return one user's events as they are in the source, their names and times in one shape."""

    # --- the rows behind the numbers; ``by`` adds its values as `BY`

    @abstractmethod
    def events(self, by: str | None) -> Rows:
        """Return the coded events: user, time, code (see `EventCodes`)."""

    @abstractmethod
    def entries(self, definitions: Definitions, by: str | None) -> Rows:
        """Return the entries: user, entry, started_at, last_action_at, ended_at.

        By a column of the events they stand under the value on the row that started them.
        """

    @abstractmethod
    def conversions(self, definitions: Definitions, by: str | None) -> Rows:
        """Return the conversions: user, entry, time, row (their order within the user), action
        (number, null for none), attributed_by, value, taken (µs since the entry's start).

        They stand under the value that their entry has, so that a rate compares like with like.
        """

    @abstractmethod
    def reached(self, definitions: Definitions) -> Rows:
        """Return the actions that each entry received, once each: user, entry, action (number)."""

    # --- who the users are

    @property
    @abstractmethod
    def developers(self) -> Rows | None:
        """The developers: user; None where nobody is said to be one."""

    @property
    @abstractmethod
    def people_table(self) -> Rows | None:
        """The users table: user_id, attributes; None without one."""

    @abstractmethod
    def newest_values(self, ids: Rows, columns: Sequence[str]) -> Rows:
        """Return the newest value of columns of the events for each of some users (``user_id``)."""

    @abstractmethod
    def held(self, rows: Rows) -> AbstractContextManager[Rows]:
        """Return rows that are computed once, for as long as the context lasts."""

    @abstractmethod
    def nth(self, rows: Rows, column: str, places: Sequence[int], count: int) -> list[float]:
        """Return the numbers at places (from 0) of a column's ``count`` numbers in order; nulls are none."""

    @property
    @abstractmethod
    def unknown_users(self) -> Rows | None:
        """The users of the campaign whom the users table does not have: user; None without a table."""

    @abstractmethod
    def counted(self, rows: Rows) -> tuple[int, str | None]:
        """Return how many rows there are, and the least id among their users as text."""

    @abstractmethod
    def named(self, rows: Rows) -> pl.DataFrame:
        """Compute rows, with ``user_id`` first in place of ``user``."""

    @abstractmethod
    def identified(self, rows: Rows) -> Rows:
        """Return rows with ``user_id`` in place of ``user``, lazily."""

    def members(self, rows: Rows) -> UserFlags | None:  # noqa: ARG002
        """Return the distinct users of rows as flags, found when first asked; None where users have no numbers."""
        return None

    def those(self, members: UserFlags) -> pl.LazyFrame:
        """Return `members` as `people` would, with all attributes."""
        raise NotImplementedError

    @abstractmethod
    def people(self, rows: Rows, columns: Sequence[str]) -> Rows:
        """Return the distinct users of rows: ``user_id`` and the attributes named, sorted by id."""

    # --- the span of time

    @cached_property
    def newest(self) -> int:
        """Time of the newest event of the campaign, or of the table while the campaign has none."""
        return self._edges[1]

    @cached_property
    def oldest(self) -> int:
        """Time of the oldest event, likewise."""
        return self._edges[0]

    @property
    @abstractmethod
    def _edges(self) -> tuple[int, int]: ...

    def calendar(self, query: QueryScope) -> Calendar:
        """Return the calendar of a lens's zone over the data's span."""
        return Calendar(query.time_zone, self.oldest, self.newest)

    @property
    def breakdowns(self) -> list[str]:
        """Columns of events and users that numbers can be grouped by."""
        return list(dict.fromkeys([*self.columns.breakdowns, *self.attributes]))

    def check_by(self, by: str | None) -> None:
        """Refuse a column that is not there."""
        if by is not None and by not in self.breakdowns:
            raise QueryError.unknown("column", by, self.breakdowns)


def count(rows: Rows) -> int:
    """Return how many rows there are, counted where they are."""
    return int(collect(rows.select(nw.len())).item())
