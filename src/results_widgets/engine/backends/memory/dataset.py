"""The backend that holds events in memory, encoded once into narrow Polars columns."""

from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.definitions import Definitions
from results_widgets.engine.backends.memory.breakdowns import SAMPLED, categories_key, few_valued
from results_widgets.engine.backends.memory.event_log import EventLog, build_event_log
from results_widgets.engine.backends.memory.given import GivenTables
from results_widgets.engine.backends.memory.goals import goals_of
from results_widgets.engine.backends.memory.journeys import Journeys, find_journeys
from results_widgets.engine.backends.memory.placement import (
    entries_converted,
    entries_engaged,
    placed_events,
)
from results_widgets.engine.backends.memory.users import (
    LogUsers,
    attributes_at,
    attributes_of,
    developers_of,
    flags_of,
    places_of,
)
from results_widgets.engine.breakdown import By, by_keys
from results_widgets.engine.cache import Key, size_of
from results_widgets.engine.encoding.categories import Categories, categorise
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.encoding.user_flags import UserFlags
from results_widgets.engine.frames import Rows, collect
from results_widgets.engine.journeys.crediting import JourneysKey, journeys_key
from results_widgets.engine.journeys.placement import Outcome
from results_widgets.progress import phase
from results_widgets.tables.events import CURRENCY

LOG: Final = Key[EventLog]("event log")
CODED: Final = Key[int]("rows of the event log")
LOG_USERS: Final = Key[LogUsers]("users of the log")
PLACES: Final = Key[pl.Series]("places in the users table")


@dataclass(frozen=True, eq=False)
class MemoryBackend(GivenTables):
    """A campaign's data in Polars frames; rows name users by their index in ``log.user_ids``.

    Attributes:
        known_journeys: Journeys found so far, by `journeys_key`.
    """

    known_journeys: MutableMapping[JourneysKey, Journeys] = field(
        default_factory=dict, repr=False, kw_only=True
    )

    @property
    def log(self) -> EventLog:
        """The encoded events."""
        return self.cache.get(LOG, self._read_log)

    def _read_log(self) -> EventLog:
        with phase("reading"), self.table.reading():
            log = build_event_log(self.table, self.campaign)
        return self._counted(log)

    def put_log(self, log: EventLog) -> None:
        """Take a log that was made elsewhere for this backend's own."""
        self.cache.put(LOG, self._counted(log))

    def _counted(self, log: EventLog) -> EventLog:
        self.cache.raise_budget(size_of(log.counted_rows))
        self.cache.put(CODED, log.counted_rows.height)
        return log

    def journeys(self, definitions: Definitions) -> Journeys:
        """Return entries and conversions; definition sets with equal interactions and credit share them."""
        key = journeys_key(self.codes, definitions)
        if key not in self.known_journeys:
            with phase("walking"):
                self.known_journeys[key] = self._find_journeys(key, definitions)
        return self.known_journeys[key]

    def _find_journeys(self, key: JourneysKey, definitions: Definitions) -> Journeys:  # noqa: ARG002
        return find_journeys(self.log, self.campaign, definitions, [*self.known_journeys.values()])

    @property
    def in_memory(self) -> bool:
        """See `Backend`."""
        return True

    @property
    def coded_rows(self) -> int | None:
        """See `Backend`."""
        return self.cache.known(CODED)

    def preparation(self) -> Iterator[Callable[[], object]]:
        """See `Backend`: the tables in which breakdowns and segments look users up."""
        yield from (lambda: self.log_users, lambda: self.log_users.by_id)

    @property
    def source_size(self) -> tuple[int, int]:
        """See `UserBackend`."""
        read = int(self.table.source().select(pl.len()).collect().item())
        return read, self.log.height + self.log.repeats

    def events(self, by: By | None) -> Rows:
        """See `UserBackend`; also row (row number in the source)."""
        rows = self.log.rows
        return self._by(rows, by, rows["row"])

    def counted_events(self, by: By | None, codes: Sequence[int] | None = None) -> Rows:
        """See `UserBackend`; also row (row number in the source)."""
        rows = self.log.counted_rows
        if codes is not None:
            some = pl.col("code").is_in(list(codes))
            if by is None:
                return nw.from_native(rows.lazy().filter(some))
            # Before values are looked up, which takes longer than to filter.
            rows = rows.filter(some)
        return self._by(rows, by, rows["row"])

    @property
    def _own(self) -> tuple[Callable[[], Rows], EventCodes, Rows]:
        return lambda: self.source_rows, self.codes, nw.from_native(self.log.times)

    def entries(self, definitions: Definitions, by: By | None) -> Rows:
        """See `UserBackend`."""
        entries = self.journeys(definitions).entries
        return self._by(entries, by, entries["start_row"])

    def conversions(self, definitions: Definitions, by: By | None) -> Rows:
        """See `UserBackend`."""
        found = self.journeys(definitions).conversions
        taken = (pl.col("time") - pl.col("started_at")).alias("taken")
        of = journeys_key(self.codes, definitions)

        def values(name: str) -> pl.Series:
            own = name == CURRENCY and self.table.has(name)
            rows = found.select("row" if own else pl.coalesce("start_row", "row")).to_series()
            if own and self.cache.known(categories_key(name)) is None:
                # Always asked for, and mostly of few rows: their values are read, none of the others.
                return self.log.column(name, rows)
            return self.values(name, found["user"], rows)

        def known(name: str) -> pl.Series:
            key = Key[pl.Series]("values of conversions", (of, name), evictable=True)
            return self.cached(key, lambda: values(name))

        columns = [known(name).alias(key) for name, key in by_keys(by).items()]
        return nw.from_native(found.with_columns(columns).lazy().with_columns(taken))

    def goals(self, definitions: Definitions) -> Rows:
        """See `UserBackend`."""
        given = self.journeys(definitions).rules.conversions_given
        return nw.from_native(goals_of(self.log, conversions_given=given).lazy())

    def reached(self, definitions: Definitions) -> Rows:
        """See `UserBackend`."""
        return nw.from_native(self.journeys(definitions).reached)

    def placed_events(self, definitions: Definitions, by: By | None) -> Rows:
        """See `UserBackend`; also row (row number in the source)."""
        journeys, codes = self.journeys(definitions), self.codes.counted
        key = Key[pl.DataFrame]("placed events", (journeys.rules,), evictable=True)
        placed = self.cached(key, lambda: placed_events(self.log, journeys, codes))
        return self._by(placed, by, placed["row"])

    def entries_with(self, outcome: Outcome, definitions: Definitions, by: By | None) -> Rows:
        """See `UserBackend`."""
        journeys = self.journeys(definitions)
        has = entries_converted(journeys) if outcome == "converted" else self.engaged(definitions)
        if by is None:
            # Lazily: of most columns nothing is asked.
            return nw.from_native(journeys.entries.lazy().filter(has))
        entries = journeys.entries.filter(has)
        return self._by(entries, by, entries["start_row"])

    def engaged(self, definitions: Definitions) -> pl.Series:
        """Return whether each entry has an interaction (Boolean)."""
        codes = self.codes.interacted(definitions)
        key = Key[pl.Series]("engaged entries", (codes,))
        journeys = self.journeys(definitions)
        return self.cached(key, lambda: entries_engaged(self.log, journeys, codes))

    @cached_property
    def reported(self) -> frozenset[int]:
        """See `Backend`."""
        return self.cache.take(Key("reported"), lambda: self.log.occurring)

    def _by(self, frame: pl.DataFrame, by: By | None, rows: pl.Series) -> Rows:
        columns = [
            self.values(name, frame["user"], rows).alias(key) for name, key in by_keys(by).items()
        ]
        return nw.from_native(frame.with_columns(columns).lazy())

    def values(self, by: str, users: pl.Series, rows: pl.Series) -> pl.Series:
        """Return a column's values: of events by row numbers, or an attribute by user numbers."""
        categories, values = self.categories(by)
        return values.gather(categories.gather(rows if self.table.has(by) else users))

    def categories(self, by: str) -> Categories:
        """Return a column's categories: of the table's rows, or an attribute's of the log's users."""
        with self.table.reading():
            return self.cached(categories_key(by), lambda: categorise(self.column(by).select(by)))

    @cached_property
    def few_valued(self) -> list[str]:
        """See `Backend`."""
        return few_valued(self.breakdowns, self.table, self._first_users)

    def column(self, by: str) -> pl.LazyFrame:
        """Return a frame that has a column, with one row for each of `categories`."""
        return self.table.frame if self.table.has(by) else self._attribute(by).lazy()

    def _attribute(self, name: str) -> pl.DataFrame:
        known = self.cache.known(LOG_USERS)
        if known is not None or self.users is None:
            return (known or self.log_users).frame
        # One column alone: to look all attributes up takes several times as long.
        return attributes_at(self._places, self.users.select(name))

    # --- who the users are

    @property
    def log_users(self) -> LogUsers:
        """The users of the log with their attributes."""
        return self.cache.get(LOG_USERS, self._look_users_up)

    def _look_users_up(self) -> LogUsers:
        ids = self.log.user_ids.to_frame()
        if self.users is None:
            return LogUsers(attributes_of(ids, None))
        found = attributes_at(self._places, self.users.select(pl.exclude("user_id")))
        return LogUsers(ids.hstack(found))

    @property
    def _places(self) -> pl.Series:
        """Where the users of the log stand in the users table; null for those whom it lacks."""
        assert self.users is not None
        known = self.users.select("user_id")
        return self.cache.get(PLACES, lambda: places_of(self.log.user_ids, known))

    @property
    def _first_users(self) -> pl.DataFrame:
        if self.users is None:
            return self.log_users.frame
        return attributes_at(self._places.head(SAMPLED), self.users.select(pl.exclude("user_id")))

    @cached_property
    def developers(self) -> Rows | None:
        """See `UserBackend`."""
        return developers_of(self._attribute("is_developer")["is_developer"])

    @property
    def unknown_users(self) -> Rows | None:
        """See `UserBackend`."""
        if self.users is None:
            return None
        strangers = self._numbered.join(self.users, on="user_id", how="anti")
        return nw.from_native(strangers.select("user"))

    def count_with_example(self, rows: Rows) -> tuple[int, str | None]:
        """See `UserBackend`."""
        users = collect(rows.select("user"))["user"]
        first = self.log.user_ids.gather(users.unique()).min()
        return len(users), None if first is None else str(first)

    def collect_with_ids(self, rows: Rows) -> pl.DataFrame:
        """See `UserBackend`."""
        frame = collect(rows)
        ids = self.log.user_ids.gather(frame["user"]).alias("user_id")
        return frame.select(ids, pl.all().exclude("user"))

    def with_ids(self, rows: Rows) -> Rows:
        """See `UserBackend`."""
        return rows.join(nw.from_native(self._numbered), on="user", how="inner").drop("user")

    @property
    def _numbered(self) -> pl.LazyFrame:
        return self.log.user_ids.to_frame().lazy().with_row_index("user")

    def distinct_users(self, rows: Rows, columns: Sequence[str]) -> Rows:
        """See `UserBackend`."""
        return nw.from_native(self.log_users.distinct(rows, [*columns]))

    def user_flags(self, rows: Rows) -> UserFlags:
        """See `UserBackend`."""
        return UserFlags(lambda: flags_of(rows, self.log.user_count))

    def flagged_users(self, flags: UserFlags) -> pl.LazyFrame:
        """See `UserBackend`."""
        return self.log_users.flagged(flags, [*self.attributes])
