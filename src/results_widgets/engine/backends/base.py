"""What a backend must do: `Backend` for numbers, `UserBackend` for whoever asks about users.

Three exist: `MemoryBackend` holds the events, encoded, in Polars; `LazyBackend` leaves them on DuckDB
or Spark; `RollUpBackend` has counts and sketches only. Nobody asks a backend which of them it is.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import narwhals as nw
import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.definitions import Definitions
from results_widgets.engine.backends.source_table import SourceTable
from results_widgets.engine.breakdown import AskedBy, By, checked_by
from results_widgets.engine.cache import Cache, Key
from results_widgets.engine.calendar import Calendar
from results_widgets.engine.clocks import Clocks, active_span, read_clocks
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.encoding.user_flags import UserFlags
from results_widgets.engine.frames import Rows
from results_widgets.engine.journeys.placement import Outcome
from results_widgets.engine.left_out import LEFT_OUT, Told, find_left_out
from results_widgets.engine.query import QueryScope
from results_widgets.engine.reasons import LeftOut
from results_widgets.progress import phase

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Backend(ABC):
    """A campaign's data, as far as numbers need it.

    Attributes:
        campaign: The campaign.
        cache: What has been computed from the data so far, shared by every view of it.
        told: What was warned of, of this data or of that which it was refreshed from.
        base: What stands for the users whose rows alone it has; None: everybody's.
    """

    campaign: Campaign
    cache: Cache = field(default_factory=Cache, repr=False, kw_only=True)
    told: Told = field(default_factory=Told, repr=False, kw_only=True)
    base: Hashable = field(default=None, repr=False, kw_only=True)

    def cached(self, key: Key[T], compute: Callable[[], T]) -> T:
        """Return the value of a key, computing it the first time; see `Cache`."""

        def counted() -> T:
            with phase("counting"):
                return compute()

        found = self.cache.get(key, counted)
        if self.coded_rows is not None:
            self.told.tell(lambda: self.left_out)
        return found

    @property
    @abstractmethod
    def left_out(self) -> LeftOut | None:
        """What must be said of rows that are left out; None if nothing must."""

    @cached_property
    def codes(self) -> EventCodes:
        """The codes of the campaign's actions and events."""
        return EventCodes(self.campaign)

    @abstractmethod
    def require_users(self) -> "UserBackend":
        """Return the backend itself if it holds events and users.

        Raises:
            QueryError: It holds none; the message says what can be asked instead.
        """

    @property
    def has_users(self) -> bool:
        """Whether it holds events and users."""
        return isinstance(self, UserBackend)

    @property
    def in_memory(self) -> bool:
        """Whether the events are in this process's memory."""
        return False

    @property
    def coded_rows(self) -> int | None:
        """How many encoded rows are in memory; None if the events have yet to be read and encoded."""
        return 0

    @property
    def grain(self) -> str | None:
        """How long the cells are that counts are kept by; None where single events are."""
        return None

    def refusal(self, query: QueryScope) -> str:  # noqa: ARG002
        """Return why no number can be given under a query scope; empty if they can."""
        return ""

    def preparation(self) -> Iterator[Callable[[], object]]:
        """Yield what can be computed before anybody asks, so that later questions find it done."""
        yield from ()

    @property
    @abstractmethod
    def reported(self) -> frozenset[int]:
        """The codes of events that the source reports at all: in any range, of anybody."""

    # --- columns to group by

    @property
    @abstractmethod
    def breakdowns(self) -> list[str]:
        """Columns of events and users that numbers can be grouped by."""

    @property
    def few_valued(self) -> list[str]:
        """Those breakdowns whose numbers are worth computing before anybody asks."""
        return []

    def check_by(self, by: AskedBy) -> By | None:
        """Return the columns to group by that a user asks for; see `checked_by`."""
        return checked_by(by, self.breakdowns)

    @property
    def currencies(self) -> tuple[str, ...] | None:
        """The currencies of the goal's amounts, if known without their rows; see `money.currencies_of`."""
        return None

    # --- the span of time

    @property
    @abstractmethod
    def clocks(self) -> Clocks:
        """Which times of its events are believed."""

    @property
    def newest(self) -> int:
        """Time of the campaign's newest event in epoch µs; of the whole table's if it has none yet."""
        return self.clocks.newest

    @abstractmethod
    def active_span(self, definitions: Definitions) -> tuple[int, int]:
        """Return the first and last time (epoch µs) of action events, exits and conversions."""

    def calendar(self, query: QueryScope) -> Calendar:
        """Return the calendar of a query's zone over the time span of the data."""
        return Calendar(query.time_zone, self.clocks.oldest, self.clocks.newest)


class UserBackend(Backend, SourceTable):
    """A backend that holds events and users.

    Rows name a user by ``user``: a dense number in memory, the id itself on an engine. `with_ids`
    and `collect_with_ids` put the id in its place. Times are epoch µs (Int64). Methods with ``by``
    add the columns of these names under those of `by_keys`.
    """

    def require_users(self) -> "UserBackend":
        """See `Backend`."""
        return self

    @property
    def breakdowns(self) -> list[str]:
        """See `Backend`."""
        return list(dict.fromkeys([*self.columns.breakdowns, *self.attributes]))

    @abstractmethod
    def events(self, by: By | None) -> Rows:
        """Return the encoded events: user, time, code (see `EventCodes`)."""

    def counted_events(self, by: By | None, codes: Sequence[int] | None = None) -> Rows:
        """Return the `events` that metrics count (`EventCodes.counted`), and perhaps others; or with some codes."""
        rows = self.events(by)
        return rows if codes is None else rows.filter(nw.col("code").is_in(list(codes)))

    @abstractmethod
    def entries(self, definitions: Definitions, by: By | None) -> Rows:
        """Return the entries: user, entry, started_at, last_action_at, ended_at, held_back (Boolean).

        A column of the events has the value of the row that started the entry.
        """

    @abstractmethod
    def conversions(self, definitions: Definitions, by: By | None) -> Rows:
        """Return the conversions: user, entry, time, row (orders those of one user), action (number,
        null for none), attributed_by, value, taken (µs since the start of the entry), held_back (Boolean: whether
        the entry was).

        A column of the events has the value that the conversion's entry has, so that conversions
        and entries of a group are about the same users; but ``currency`` is that of the amount.
        """

    @abstractmethod
    def goals(self, definitions: Definitions) -> Rows:
        """Return goal events: user, time, order (in the walk), value, code, row (as `conversions`), event_id (text)."""

    @abstractmethod
    def reached(self, definitions: Definitions) -> Rows:
        """Return the actions that each entry received, once each: user, entry, action (number)."""

    @abstractmethod
    def placed_events(self, definitions: Definitions, by: By | None) -> Rows:
        """Return the events of actions and the exits within entries: user, entry, time (of the entry's
        start), code; see `place_at_start`.
        """

    @abstractmethod
    def entries_with(self, outcome: Outcome, definitions: Definitions, by: By | None) -> Rows:
        """Return the entries with an outcome, whenever it happened; columns as `entries` has them."""

    @cached_property
    def clocks(self) -> Clocks:
        """See `Backend`."""
        return self.cache.take(Key("clocks"), lambda: read_clocks(*self._own, self.extremes))

    def only_held_back(self, definitions: Definitions) -> Rows | None:
        """Return the users all of whose entries were held back: user; None where no action is withheld."""
        if not self.codes.held_back_roots:
            return None
        entries = self.entries(definitions, None).select("user", "held_back")
        held, others = entries.filter(nw.col("held_back")), entries.filter(~nw.col("held_back"))
        return held.select("user").unique().join(others.select("user"), on="user", how="anti")

    def active_span(self, definitions: Definitions) -> tuple[int, int]:
        """See `Backend`."""
        conversions = self.conversions(definitions, None)
        return active_span(self.counted_events(None), conversions, self.codes, self.clocks)

    @property
    def left_out(self) -> LeftOut | None:
        """See `Backend`."""
        return self.cache.take(LEFT_OUT, lambda: find_left_out(*self._own, *self.source_size))

    @property
    def _own(self) -> tuple[Callable[[], Rows], EventCodes, Rows]:
        return lambda: self.source_rows, self.codes, self.events(None)

    # --- users

    @property
    @abstractmethod
    def developers(self) -> Rows | None:
        """The developers: user; None if nobody is marked as one."""

    @property
    @abstractmethod
    def users_table(self) -> Rows | None:
        """The users table: user_id and attributes; None without one."""

    @property
    @abstractmethod
    def unknown_users(self) -> Rows | None:
        """Users of the campaign whom the users table lacks: user; None without such a table."""

    @abstractmethod
    def latest_values(self, ids: Rows, columns: Sequence[str]) -> Rows:
        """Return the latest value that is not null of some columns of the events, for users (``user_id``)."""

    @abstractmethod
    def distinct_users(self, rows: Rows, columns: Sequence[str]) -> Rows:
        """Return the distinct users of rows: ``user_id`` and some attributes, sorted by id."""

    def user_flags(self, rows: Rows) -> UserFlags | None:  # noqa: ARG002
        """Return the distinct users of rows as flags; None where users have no numbers."""
        return None

    def flagged_users(self, flags: UserFlags) -> pl.LazyFrame:
        """Return the users of `user_flags` with all attributes, as `distinct_users` would."""
        raise NotImplementedError

    @abstractmethod
    def collect_with_ids(self, rows: Rows) -> pl.DataFrame:
        """Compute rows, with ``user_id`` first in place of ``user``."""

    @abstractmethod
    def with_ids(self, rows: Rows) -> Rows:
        """Return rows with ``user_id`` in place of ``user``, lazily."""

    @abstractmethod
    def count_with_example(self, rows: Rows) -> tuple[int, str | None]:
        """Return how many rows there are, and the least user id among them as text."""

    # --- what engines compute in their own ways

    @abstractmethod
    def materialised(self, rows: Rows) -> AbstractContextManager[Rows]:
        """Compute rows once and give them as a table that exists as long as the context does."""

    @abstractmethod
    def values_at_ranks(
        self, rows: Rows, column: str, ranks: Sequence[int], count: int
    ) -> list[float]:
        """Return a column's values at ranks (from 0, ascending) among its ``count`` values that are not null."""
