"""The backend that leaves events on their engine: DuckDB, Spark, or another that Narwhals supports.

Only aggregates leave the engine. The encoded events and the journeys are computed once and kept
there as tables.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final
from weakref import finalize

import narwhals as nw
import polars as pl

from results_widgets.definitions import Definitions
from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.backends.lazy.breakdowns import (
    own_columns,
    with_attributes,
    with_steps,
    without_unknown,
)
from results_widgets.engine.backends.lazy.event_log import (
    LazyEventLog,
    LazyTable,
    breakdown_column,
    build_event_log,
    tie_order,
)
from results_widgets.engine.backends.lazy.journeys import (
    LazyJourneys,
    build_journeys,
    reattribute,
)
from results_widgets.engine.backends.lazy.seen import Seen, look
from results_widgets.engine.breakdown import By, by_keys
from results_widgets.engine.cache import Key
from results_widgets.engine.frames import Rows, collect
from results_widgets.engine.journeys.crediting import Credit, journeys_key
from results_widgets.engine.journeys.placement import Outcome, place_at_start
from results_widgets.engine.journeys.rules import GOAL
from results_widgets.engine.journeys.windows import Partitioned
from results_widgets.sources.boundary import engine_errors_as_ours
from results_widgets.tables.events import CURRENCY, Table

_ENTRY = ["user", "entry"]


LOG: Final = Key[LazyEventLog]("event log")
SEEN: Final = Key[Seen]("table as read")


@dataclass(frozen=True, eq=False)
class LazyBackend(UserBackend):
    """A campaign's data on an engine; rows name users by their ids.

    Attributes:
        table: The events.
        users: The users table on the same engine: user_id, is_developer, attributes.
    """

    table: LazyTable
    users: Rows | None

    def kept(self, rows: Rows) -> Rows:
        """Compute rows once and return them as a table that the engine keeps as long as this backend."""
        kept, release = self._materialise(rows)
        finalize(self, release).atexit = False
        return kept

    def _materialise(self, rows: Rows) -> tuple[Rows, Callable[[], object]]:
        with engine_errors_as_ours("events: they cannot be read now", lambda: self.table.source):
            return self.table.engine.materialise(rows)

    @property
    def log(self) -> LazyEventLog:
        """The encoded events, materialised on the engine."""
        return self.cache.get(LOG, self._read_log)

    def _read_log(self) -> LazyEventLog:
        # Asked before the events are read, so that rows added meanwhile are found by a refresh.
        _ = self.seen
        log = build_event_log(self.table, self.campaign)
        return replace(log, rows=self.kept(log.rows))

    @property
    def seen(self) -> Seen:
        """The table's size and newest time right before its events were read."""
        return self.cache.get(SEEN, lambda: look(self.table))

    def journeys(self, definitions: Definitions) -> LazyJourneys:
        """Return entries and conversions; definition sets with equal interactions and credit share them."""
        key = Key[LazyJourneys]("journeys", (journeys_key(self.codes, definitions),))
        return self.cached(key, lambda: self._find_journeys(definitions))

    def _find_journeys(self, definitions: Definitions) -> LazyJourneys:
        usual = Key[LazyJourneys]("journeys", (self.codes.interacted(definitions),))
        known = self.cache.known(usual)
        if known is not None:
            return reattribute(known, Credit.of(self.codes, definitions), self.kept)
        return self._build_journeys(definitions)

    def _build_journeys(self, definitions: Definitions) -> LazyJourneys:
        return build_journeys(self.log, self.campaign, definitions, self.kept)

    @property
    def columns(self) -> Table:
        """See `UserBackend`."""
        return self.table

    @cached_property
    def attributes(self) -> dict[str, pl.DataType]:
        """See `UserBackend`."""
        own = {} if self.users is None else dict(collect(self.users.head(0)).schema)
        return {name: kind for name, kind in own.items() if name != "user_id"}

    def dtype(self, column: str) -> pl.DataType:
        """See `UserBackend`."""
        key, none = Key[pl.DataType]("type", (column,)), self.table.source.select(column).head(0)
        return self.cached(key, lambda: collect(none).schema[column])

    def upload(self, frame: pl.DataFrame) -> Rows:
        """See `UserBackend`."""
        return self.table.engine.upload(frame)

    @property
    def coded_rows(self) -> int | None:
        """See `Backend`; no row leaves the engine."""
        return None if self.cache.known(LOG) is None else 0

    @property
    def source_size(self) -> tuple[int, int]:
        """See `UserBackend`."""
        return self.seen.rows, int(self.log.by_code["rows"].sum())

    @property
    def source_rows(self) -> Rows:
        """See `UserBackend`."""
        names = ("campaign_id", "action_id", "event", "time", "event_id", "machine", "value")
        user, repeated = nw.col("user").alias("user_id"), self.table.repeated_hour
        return self.table.rows.select(user, *names, repeated_hour=repeated)

    def source_rows_of(self, ids: Rows) -> Rows:
        """See `UserBackend`."""
        return self.table.source.join(ids, on="user_id", how="semi")

    def source_rows_of_user(self, user_id: str | int) -> pl.DataFrame:
        """See `UserBackend`; simultaneous rows in the order of all their columns, since engines know none."""
        own = collect(self.table.source.filter(nw.col("user_id") == user_id))
        plain = [name for name, kind in own.schema.items() if not kind.is_nested()]
        return self.table.in_one_shape(own.sort(plain), self.campaign)

    # --- the rows behind the numbers

    def events(self, by: By | None) -> Rows:
        """See `UserBackend`."""
        rows = self.log.rows.select("user", "time", "code", *own_columns(self.table, by_keys(by)))
        return self._of_users(rows, by)

    def entries(self, definitions: Definitions, by: By | None) -> Rows:
        """See `UserBackend`."""
        journeys = self.journeys(definitions)
        columns = ("started_at", "last_action_at", "ended_at", "held_back")
        entries = journeys.entries.select(*_ENTRY, *columns, step=nw.col("start_row"))
        entries = with_steps(entries, journeys.steps, self.table, by_keys(by), "step")
        return self._of_users(entries, by).drop("step")

    def conversions(self, definitions: Definitions, by: By | None) -> Rows:
        """See `UserBackend`."""
        journeys, keys = self.journeys(definitions), by_keys(by)
        found = journeys.conversions.with_columns(
            held_back=nw.col("held_back").fill_null(False),
            taken=nw.col("time") - nw.col("started_at"),
            step=nw.coalesce("start_row", "row"),
        )
        amount = {name: keys.pop(name) for name in [CURRENCY] if name in keys}
        found = found.drop("started_at", "start_row", "number")
        for step, own in (("step", keys), ("row", amount)):
            found = with_steps(found, journeys.steps, self.table, own, step)
        return self._of_users(found, by).drop("step")

    def goals(self, definitions: Definitions) -> Rows:
        """See `UserBackend`."""
        steps = self.journeys(definitions).steps.filter(nw.col("role") == GOAL)
        ids = nw.col("event_id").cast(nw.String)
        return steps.select("user", "time", "value", "code", "row", ids, order=nw.col("step"))

    @cached_property
    def reported(self) -> frozenset[int]:
        """See `Backend`."""
        return frozenset(self.log.by_code["code"])

    @property
    def extremes(self) -> Rows:
        """See `UserBackend`."""
        return self.log.extremes

    def reached(self, definitions: Definitions) -> Rows:
        """See `UserBackend`."""
        return self.journeys(definitions).reached

    def placed_events(self, definitions: Definitions, by: By | None) -> Rows:
        """See `UserBackend`."""
        key = Key[Rows]("placed events", (self.codes.interacted(definitions),))
        placed = self.cached(key, lambda: self.kept(self._placed(definitions)))
        rows = placed.select(*_ENTRY, "time", "code", *own_columns(self.table, by_keys(by)))
        return self._of_users(rows, by)

    def _placed(self, definitions: Definitions) -> Rows:
        counted = self.log.rows.filter(nw.col("code").is_in(self.codes.counted))
        journeys = self.journeys(definitions)
        if not journeys.entries_given:
            counted = counted.drop("entry_id")
        return place_at_start(counted, journeys.spans)

    def entries_with(self, outcome: Outcome, definitions: Definitions, by: By | None) -> Rows:
        """See `UserBackend`."""
        found = self.journeys(definitions).with_outcome(outcome)
        return self.entries(definitions, by).join(found, on=_ENTRY, how="inner")

    def _of_users(self, rows: Rows, by: By | None) -> Rows:
        keys = {name: key for name, key in by_keys(by).items() if not self.table.has(name)}
        return with_attributes(rows, self.users, keys)

    # --- who the users are

    @cached_property
    def developers(self) -> Rows | None:
        """See `UserBackend`."""
        if self.users is None:
            return None
        return self.users.filter(nw.col("is_developer")).select(user=nw.col("user_id"))

    @property
    def users_table(self) -> Rows | None:
        """See `UserBackend`."""
        return self.users

    def latest_values(self, ids: Rows, columns: Sequence[str]) -> Rows:
        """See `UserBackend`; simultaneous rows in the order of `tie_order`."""
        within = [
            name for name in tie_order(self.table) if name not in ("anonymous", "event_id", "code")
        ]
        among = Partitioned(["user_id"], ["time", "action_id", "event", *within])
        rows = self.table.rows.rename({"user": "user_id"}).join(ids, on="user_id", how="semi")
        latest = {name: among.latest(nw.col(breakdown_column(name))) for name in columns}
        rows = rows.with_columns(_one=nw.lit(1)).with_columns(
            **latest, _left=among.total(nw.col("_one"))
        )
        last = rows.group_by("user_id").agg(_left=nw.col("_left").max())
        return rows.join(last, on=["user_id", "_left"], how="inner").select("user_id", *columns)

    @contextmanager
    def materialised(self, rows: Rows) -> Iterator[Rows]:
        """See `UserBackend`."""
        kept, release = self._materialise(rows)
        try:
            yield kept
        finally:
            release()

    def values_at_ranks(
        self, rows: Rows, column: str, ranks: Sequence[int], count: int
    ) -> list[float]:
        """See `UserBackend`."""
        return self.table.engine.values_at_ranks(rows, column, ranks, count)

    @property
    def unknown_users(self) -> Rows | None:
        """See `UserBackend`."""
        if self.users is None:
            return None
        known = self.users.select(user=nw.col("user_id"))
        return self.log.rows.select("user").unique().join(known, on="user", how="anti")

    def count_with_example(self, rows: Rows) -> tuple[int, str | None]:
        """See `UserBackend`."""
        found = rows.select(nw.len().alias("rows"), nw.col("user").min().alias("first"))
        count, first = collect(found).row(0)
        return int(count), None if first is None else str(first)

    def collect_with_ids(self, rows: Rows) -> pl.DataFrame:
        """See `UserBackend`."""
        others = [name for name in rows.collect_schema().names() if name != "user"]
        return collect(rows.select(nw.col("user").alias("user_id"), *others))

    def with_ids(self, rows: Rows) -> Rows:
        """See `UserBackend`."""
        return rows.rename({"user": "user_id"})

    def distinct_users(self, rows: Rows, columns: Sequence[str]) -> Rows:
        """See `UserBackend`."""
        found = rows.select(user_id=nw.col("user")).unique()
        if self.users is not None and columns:
            found = found.join(self.users.select("user_id", *columns), on="user_id", how="left")
            for column in columns:
                found = without_unknown(found, column, column)
        return found.sort("user_id")
