"""The time indexes of a campaign in memory: one for each kind of row."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import singledispatch

import polars as pl

from results_widgets.definitions import Definitions
from results_widgets.engine.backends.base import Backend
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.cache import Key
from results_widgets.engine.counting.previous import category_per_user
from results_widgets.engine.counting.time_index import Breakdown, TimeIndex
from results_widgets.engine.encoding.bitmask import BitMasks
from results_widgets.engine.frames import collect
from results_widgets.engine.scoped import CodeSet, Kind
from results_widgets.tables.events import CURRENCY


@dataclass(frozen=True)
class Indexes:
    """The time indexes of a backend under a definition set, each built when first needed.

    Codes are those of `Kind`. The actions that an entry reached have the time of the entry's start.

    Attributes:
        data: The backend.
        definitions: The definition set.
        developers_only: Whether they have the developers' rows only; counts without developers are
            those of everybody minus those of the developers.
    """

    data: MemoryBackend
    definitions: Definitions
    developers_only: bool = False

    def of(self, kind: Kind) -> TimeIndex:
        """Return the index of a kind of rows."""
        make = {
            "events": self._events,
            "entries": self._entries,
            "conversions": self._conversions,
            "reached": self._reached,
        }
        return self.data.cached(self._key(kind), make[kind])

    def known(self, kind: Kind) -> TimeIndex | None:
        """Return the index of a kind of rows if it has been built."""
        return self.data.cache.known(self._key(kind))

    def knows(self, kind: Kind, sets: Sequence[CodeSet]) -> bool:
        """Whether the occurrences of these sets have been sorted already."""
        index = self.known(kind)
        return index is not None and index.knows(sets)

    @property
    def actions(self) -> BitMasks:
        """The bits of the actions that an entry reached."""
        return self.data.journeys(self.definitions).actions

    def _key(self, kind: Kind) -> Key[TimeIndex]:
        rules: Hashable = None
        if kind == "conversions":
            rules = self.data.codes.interacted(self.definitions)
        elif kind != "events":
            # Entries do not depend on what counts as an interaction.
            rules = self.data.journeys(self.definitions).rules
        return Key("time index", (kind, rules, self.developers_only))

    def _events(self) -> TimeIndex:
        codes = self.data.codes
        counted = pl.col("code").is_in([*codes.channel_events, *codes.named("exited")])
        rows = self.data.log.rows.lazy().filter(counted)
        return self._in_time(rows.select("time", "user", "row", "code"))

    def _entries(self) -> TimeIndex:
        journeys, clocks = self.data.journeys(self.definitions), self.data.clocks
        is_right = pl.col("last_action_at") <= clocks.newest
        still = is_right & (pl.col("ended_at") > clocks.newest)
        times = {"time": "started_at", "row": "start_row"}
        rows = journeys.entries.lazy()
        words = journeys.actions.words
        return self._in_time(rows.select("user", *words, code=still.cast(pl.UInt8), **times))

    def _conversions(self) -> TimeIndex:
        rows = collect(self.data.conversions(self.definitions, None)).lazy()
        action = pl.col("action").fill_null(0).alias("code")
        return self._in_time(
            rows.select("time", "user", action, own="row", row=pl.coalesce("start_row", "row"))
        )

    def _in_time(self, rows: pl.LazyFrame) -> TimeIndex:
        if self.developers_only:
            rows = rows.join(self._developers, on="user", how="semi")
        # In one chunk, since rows are gathered by position.
        ordered = rows.sort("time").collect().rechunk()
        return TimeIndex(ordered.drop("code"), ordered["code"], self.data.cache)

    @property
    def _developers(self) -> pl.LazyFrame:
        known = self.data.developers
        nobody = pl.LazyFrame(schema={"user": pl.UInt32})
        return nobody if known is None else known.to_native()

    def _reached(self) -> TimeIndex:
        entries = self.of("entries").rows
        actions = self.data.journeys(self.definitions).actions
        found = [
            entries.select(at=actions.any_of([number]).arg_true(), code=pl.lit(number, pl.UInt16))
            for number in actions.numbers
        ]
        reached = pl.concat(found, rechunk=True)
        return TimeIndex(entries, reached["code"], self.data.cache, reached["at"])


@singledispatch
def indexes_of(data: Backend, definitions: Definitions) -> Indexes | None:  # noqa: ARG001
    """Return the time indexes of a backend; None unless its rows are in memory."""
    return None


@indexes_of.register
def _(data: MemoryBackend, definitions: Definitions) -> Indexes:
    return Indexes(data, definitions)


def breakdown_of(data: MemoryBackend, by: str, index: TimeIndex) -> Breakdown:
    """Return a column of the events or users as a breakdown of an index."""

    def find() -> Breakdown:
        categories, values = data.categories(by)
        if not data.table.has(by):
            return Breakdown(by, categories, values, per_user=True)
        # Of what started an entry the amount's currency is not known.
        row = "own" if by == CURRENCY and "own" in index.rows.columns else "row"
        own = categories.gather(index.rows[row])
        of_users = category_per_user(index.rows["user"], own)
        if of_users is None:
            return Breakdown(by, own, values, per_user=False)
        return Breakdown(by, of_users, values, per_user=True)

    return data.cached(Key("breakdown", (by, index), evictable=True), find)
