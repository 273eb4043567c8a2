"""The time indexes of a campaign in memory: one for each kind of row."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Final, get_args

import narwhals as nw
import polars as pl

from results_widgets.definitions import Definitions
from results_widgets.engine.backends.base import Backend
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.backends.memory.event_log import is_among
from results_widgets.engine.backends.memory.past import PastBackend
from results_widgets.engine.backends.memory.several import SeveralBackend
from results_widgets.engine.breakdown import By, by_keys
from results_widgets.engine.cache import Key
from results_widgets.engine.counting.previous import category_per_user
from results_widgets.engine.counting.time_index import Breakdown, TimeIndex
from results_widgets.engine.encoding.bitmask import BitMasks
from results_widgets.engine.frames import BY, MANY, collect, compute
from results_widgets.engine.journeys.crediting import journeys_key
from results_widgets.engine.journeys.placement import Outcome
from results_widgets.engine.scoped import ENTRY, HELD_BACK, ActionCodes, Kind, entry_code
from results_widgets.tables.events import CURRENCY

INDEXED: Final[tuple[Kind, ...]] = tuple(kind for kind in get_args(Kind) if kind != "engaging")
"""The kinds of rows that have an index; the engaging are counted as all events less the withheld."""

SLOW_TO_SORT: Final = 1_000_000
"""From how many rows on a user would notice the time to build an index."""

_MOST_NARROW: Final = 2**16 - 1

# A conversion is broken down by what its entry started with; its currency is its own.
_ROWS: Final = {"row": pl.coalesce("start_row", "row"), "own": pl.col("row")}


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
            "withheld": self._withheld,
            "entries": self._entries,
            "conversions": self._conversions,
            "converted": self._converted,
            "reached": self._reached,
            "entry_events": self._entry_events,
            "entry_conversions": self._entry_conversions,
            "entry_converted": self._entry_converted,
            "entry_engaged": self._entry_engaged,
        }
        return self.data.cached(self._key(kind), make[kind])

    def known(self, kind: Kind) -> TimeIndex | None:
        """Return the index of a kind of rows if it has been built."""
        return self.data.cache.known(self._key(kind))

    @property
    def actions(self) -> BitMasks:
        """The bits of the actions that an entry reached."""
        return self.data.journeys(self.definitions).actions

    def _key(self, kind: Kind) -> Key[TimeIndex]:
        rules: Hashable = None
        if kind in ("conversions", "converted", "entry_conversions", "entry_engaged"):
            rules = journeys_key(self.data.codes, self.definitions)
        elif kind != "events":
            # Entries do not depend on what counts as an interaction.
            rules = self.data.journeys(self.definitions).rules
        return Key("time index", (kind, rules, self.developers_only))

    def _events(self) -> TimeIndex:
        return self._in_time(self._counted(self.data.log.counted_rows))

    def _withheld(self) -> TimeIndex:
        rows, users = self.data.log.counted_rows, self.data.only_held_back(self.definitions)
        if users is None:
            return self._in_time(self._counted(rows.clear()))
        # Looked up, not joined: they are few among all rows.
        theirs = is_among(collect(users)["user"], rows["user"])
        return self._in_time(self._counted(rows.filter(theirs)))

    def _counted(self, rows: pl.DataFrame) -> pl.LazyFrame:
        codes = self.data.codes
        counted = pl.col("code").is_in([*codes.channel_events, *codes.named("exited")])
        return rows.lazy().filter(counted).select("time", "user", "row", "code")

    def _entries(self) -> TimeIndex:
        journeys = self.data.journeys(self.definitions)
        coded = nw.from_native(journeys.entries.lazy()).with_columns(
            code=entry_code(self.data.clocks.is_open())
        )
        words = journeys.actions.words
        times = {"time": "started_at", "row": "start_row"}
        return self._in_time(coded.to_native().select("user", *words, "held_back", "code", **times))

    def _conversions(self) -> TimeIndex:
        return self._in_time(self._coded_conversions.select("time", "user", "code", **_ROWS))

    def _converted(self) -> TimeIndex:
        """Conversions by the number of their entry, in place of the user's, who is the ``person``."""
        rows = self._coded_conversions.filter(pl.col("entry").is_not_null())
        if self.developers_only:
            rows = rows.join(self._developers, on="user", how="semi")
        entries = self._computed(rows.select(ENTRY).unique().with_row_index("number")).lazy()
        numbered = rows.join(entries, on=ENTRY)
        own = replace(self, developers_only=False)
        return own._in_time(numbered.select("time", "code", person="user", user="number", **_ROWS))

    def _entry_events(self) -> TimeIndex:
        placed = collect(self.data.placed_events(self.definitions, None)).lazy()
        return self._in_time(placed.select("time", "user", "row", "code"))

    def _entry_conversions(self) -> TimeIndex:
        within = self._coded_conversions.filter(pl.col("entry").is_not_null())
        columns = {"time": "started_at", "own": "row", "row": "start_row"}
        return self._in_time(within.select("user", "code", **columns))

    def _entry_converted(self) -> TimeIndex:
        return self._entries_with("converted")

    def _entry_engaged(self) -> TimeIndex:
        return self._entries_with("engaged")

    def _entries_with(self, outcome: Outcome) -> TimeIndex:
        """Return the index of the entries with an outcome, by whether they were held back."""
        found = self.data.entries_with(outcome, self.definitions, None).to_native()
        code = pl.col("held_back").cast(pl.Int32) * HELD_BACK
        return self._in_time(found.select("user", time="started_at", row="start_row", code=code))

    @property
    def _coded_conversions(self) -> pl.LazyFrame:
        rows = collect(self.data.conversions(self.definitions, None)).lazy()
        code = self._action_codes.of(nw.col("action"), nw.col("held_back"))
        found: pl.LazyFrame = nw.from_native(rows).with_columns(code=code).to_native()
        return found

    @property
    def _action_codes(self) -> ActionCodes:
        return ActionCodes(len(self.data.campaign.actions))

    def _in_time(self, rows: pl.LazyFrame) -> TimeIndex:
        if self.developers_only:
            rows = rows.join(self._developers, on="user", how="semi")
        # In one chunk, since rows are gathered by position.
        ordered = self._computed(rows.sort("time")).rechunk()
        return TimeIndex(ordered.drop("code"), _narrow(ordered["code"]), self.data.cache)

    def _computed(self, rows: pl.LazyFrame) -> pl.DataFrame:
        return compute(rows, few=(self.data.coded_rows or 0) < MANY)

    @property
    def _developers(self) -> pl.LazyFrame:
        known = self.data.developers
        nobody = pl.LazyFrame(schema={"user": pl.UInt32})
        return nobody if known is None else known.to_native()

    def _reached(self) -> TimeIndex:
        rows = self.of("entries").rows
        entries = rows.with_row_index("at")
        actions = self.data.journeys(self.definitions).actions
        raised, held = self._action_codes.raised, pl.col("held_back").cast(pl.UInt16)
        found = [
            entries.filter(actions.any_of([number])).select("at", code=number + held * raised)
            for number in actions.numbers
        ]
        reached = pl.concat(found, rechunk=True)
        # The very frame of the entries: a store keeps it once.
        return TimeIndex(rows, reached["code"], self.data.cache, reached["at"])


def _narrow(codes: pl.Series) -> pl.Series:
    """Return codes in two bytes each, unless there are more than these can say."""
    top = codes.max()
    return codes.cast(pl.UInt16) if isinstance(top, int) and top <= _MOST_NARROW else codes


@singledispatch
def indexes_of(data: Backend, definitions: Definitions) -> Indexes | None:  # noqa: ARG001
    """Return the time indexes of a backend; None unless its rows are in memory."""
    return None


@indexes_of.register
def _(data: MemoryBackend, definitions: Definitions) -> Indexes:
    return Indexes(data, definitions)


@indexes_of.register
def _(data: PastBackend, definitions: Definitions) -> None:  # noqa: ARG001
    """A comparison period is queried once: sorting it would take longer than grouping it."""
    return


@indexes_of.register
def _(data: SeveralBackend, definitions: Definitions) -> None:  # noqa: ARG001
    """Several campaigns counted at once are queried once, too."""
    return


def breakdown_of(
    data: MemoryBackend, by: By, index: TimeIndex, whole: TimeIndex | None = None
) -> Breakdown:
    """Return columns of the events or users as a breakdown of an index.

    Args:
        data: The backend.
        by: The columns.
        index: The index.
        whole: The index of which this has some rows, so that categories have equal numbers in both; None: itself.
    """

    def find() -> Breakdown:
        rows = index.rows
        if isinstance(by, str) and not data.table.has(by) and "person" not in rows.columns:
            categories, names = data.categories(by)
            return Breakdown(by, categories, names.alias(BY).to_frame(), per_user=True)
        own, values = _categories_of(data, by, rows, (whole or index).rows)
        of_users = category_per_user(rows["user"], own)
        if of_users is None:
            return Breakdown(by, own, values, per_user=False)
        return Breakdown(by, of_users, values, per_user=True)

    return data.cached(Key("breakdown", (by, index), evictable=True), find)


def _categories_of(
    data: MemoryBackend, by: By, rows: pl.DataFrame, whole: pl.DataFrame
) -> tuple[pl.Series, pl.DataFrame]:
    """Return the category of each row of an index, and the values of each category.

    Of several columns each combination that occurs in the whole is a category. They are numbered anew with
    each further column, so that the numbers stay below that of the rows.
    """
    (first, key), *others = by_keys(by).items()
    several = [rows, whole] if others else [rows]
    numbers, names = _category_of(data, first, several)
    values = names.alias(key).to_frame()
    for name, key in others:
        own, names = _category_of(data, name, several)
        size = max(1, len(names))
        both = [
            before.cast(pl.UInt64) * size + category
            for before, category in zip(numbers, own, strict=True)
        ]
        seen = both[-1].unique().sort()
        numbers = [seen.search_sorted(one) for one in both]
        values = values[seen // size].with_columns(names.gather(seen % size).alias(key))
    return numbers[0], values


def _category_of(
    data: MemoryBackend, name: str, several: Sequence[pl.DataFrame]
) -> tuple[list[pl.Series], pl.Series]:
    """Return the category of each row of some indexes in one column, and the value of each category."""
    categories, values = data.categories(name)

    def source(rows: pl.DataFrame) -> str:
        if not data.table.has(name):
            return "person" if "person" in rows.columns else "user"
        # The event that started an entry does not tell the amount's currency.
        return "own" if name == CURRENCY and "own" in rows.columns else "row"

    return [categories.gather(rows[source(rows)]) for rows in several], values
