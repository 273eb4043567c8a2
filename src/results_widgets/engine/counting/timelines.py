"""The timelines of a campaign held in memory: events, entries, conversions, and what entries reached."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import singledispatch

import polars as pl

from results_widgets.definitions import Definitions
from results_widgets.engine.backends.base import Backend
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.cache import Key
from results_widgets.engine.counting.spans import steady_values
from results_widgets.engine.counting.timeline import Timeline, Valued
from results_widgets.engine.encoding.bitmask import BitMasks
from results_widgets.engine.frames import collect
from results_widgets.engine.scoped import CodeSet, Kind


@dataclass(frozen=True)
class Timelines:
    """The timelines under a definition set, of everybody or of the developers alone.

    Codes are those of `Kind`. What entries reached stands where the entry starts.
    """

    data: MemoryBackend
    definitions: Definitions
    developers_only: bool = False

    def of(self, kind: Kind) -> Timeline:
        """Return the timeline of a kind of rows."""
        make = {
            "events": self._events,
            "entries": self._entries,
            "conversions": self._conversions,
            "reached": self._reached,
        }
        return self.data.cached(self._key(kind), make[kind])

    def known(self, kind: Kind) -> Timeline | None:
        """Return the timeline of a kind of rows if it has been made."""
        return self.data.cache.known(self._key(kind))

    def knows(self, kind: Kind, sets: Sequence[CodeSet]) -> bool:
        """Whether the rows of these sets have been sorted already."""
        line = self.known(kind)
        return line is not None and line.knows(sets)

    @property
    def actions(self) -> BitMasks:
        """The bits of the actions that each entry reached."""
        return self.data.journeys(self.definitions).actions

    def _key(self, kind: Kind) -> Key[Timeline]:
        rules: Hashable = None
        if kind == "conversions":
            rules = self.data.codes.interacted(self.definitions)
        elif kind != "events":
            # Entries do not depend on what counts as an interaction.
            rules = self.data.journeys(self.definitions).rules
        return Key("timeline", (kind, rules, self.developers_only))

    def _events(self) -> Timeline:
        codes = self.data.codes
        counted = pl.col("code").is_in([*codes.channel_events, *codes.named("exited")])
        rows = self.data.log.rows.lazy().filter(counted)
        return self._in_time(rows.select("time", "user", "row", "code"))

    def _entries(self) -> Timeline:
        still = pl.col("ended_at") > self.data.newest
        journeys = self.data.journeys(self.definitions)
        times = {"time": "started_at", "row": "start_row"}
        rows = journeys.entries.lazy()
        words = journeys.actions.words
        return self._in_time(rows.select("user", *words, code=still.cast(pl.UInt8), **times))

    def _conversions(self) -> Timeline:
        rows = collect(self.data.conversions(self.definitions, None)).lazy()
        action = pl.col("action").fill_null(0).alias("code")
        return self._in_time(
            rows.select("time", "user", action, row=pl.coalesce("start_row", "row"))
        )

    def _in_time(self, rows: pl.LazyFrame) -> Timeline:
        if self.developers_only:
            rows = rows.join(self._developers, on="user", how="semi")
        # In one piece, for places are looked up one by one.
        ordered = rows.sort("time").collect().rechunk()
        return Timeline(ordered.drop("code"), ordered["code"], self.data.cache)

    @property
    def _developers(self) -> pl.LazyFrame:
        known = self.data.developers
        nobody = pl.LazyFrame(schema={"user": pl.UInt32})
        return nobody if known is None else known.to_native()

    def _reached(self) -> Timeline:
        entries = self.of("entries").moments
        actions = self.data.journeys(self.definitions).actions
        found = [
            entries.select(at=actions.any_of([number]).arg_true(), code=pl.lit(number, pl.UInt16))
            for number in actions.members
        ]
        reached = pl.concat(found, rechunk=True)
        return Timeline(entries, reached["code"], self.data.cache, reached["at"])


@singledispatch
def indexes_of(data: Backend, definitions: Definitions) -> Timelines | None:  # noqa: ARG001
    """Return the timelines of a backend's rows; None for one that has none in memory."""
    return None


@indexes_of.register
def _(data: MemoryBackend, definitions: Definitions) -> Timelines:
    return Timelines(data, definitions)


def valued(data: MemoryBackend, by: str, timeline: Timeline) -> Valued:
    """Return a breakdown of a timeline."""

    def find() -> Valued:
        numbers, values = data.numbered(by)
        if not data.table.has(by):
            return Valued(by, numbers, values, steady=True)
        own = numbers.gather(timeline.moments["row"])
        steady = steady_values(timeline.moments["user"], own)
        return Valued(by, own if steady is None else steady, values, steady is not None)

    return data.cached(Key("valued", (by, timeline), evictable=True), find)
