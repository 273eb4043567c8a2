"""Rows that name no campaign and none of its actions, kept once for all campaigns of a log: most are purchases.

They count for every campaign whose goal they are. A campaign that takes each of them into rows of its own
makes a log of many campaigns as many times as large.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import polars as pl

from results_widgets.channels import GOAL_EVENTS
from results_widgets.engine.backends.memory.event_log import (
    EventLog,
    distinct,
    is_within,
    spans,
    without_repeats,
)
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.journeys.rules import Rules
from results_widgets.tables.events import EventTable

EVENT = "_event"
"""The place of a row's event among the names of all campaigns' events."""

LOG_COLUMNS = ("user", "code", "time", "row")
"""The columns of an `EventLog`."""


class Values:
    """The values of rows that may be conversions of any campaign, read once when the first asks for some."""

    def __init__(self, table: EventTable, rows: pl.Series) -> None:
        self._table, self._rows, self._lock = table, rows, Lock()
        self._values: pl.Series | None = None

    def at(self, rows: pl.Series) -> pl.Series | None:
        """Return the values at row numbers, in their order; None if others are among them."""
        if rows.is_empty():
            return None
        places = self._rows.search_sorted(rows).clip(0, len(self._rows) - 1)
        return self._read().gather(places) if (self._rows.gather(places) == rows).all() else None

    def _read(self) -> pl.Series:
        # Campaigns that walk side by side ask at once.
        with self._lock:
            if self._values is None:
                found = self._table.frame.select(pl.col("value").gather(self._rows))
                self._values = self._table.collect(found).to_series()
            return self._values


@dataclass(frozen=True, eq=False)
class Purchases:
    """The rows without a campaign and an action whose event is one of some, without those that repeat another.

    Attributes:
        goals: user (a number among all users of the source), time, row, `EVENT`, sorted by user and row.
        lifecycle: The same of lifecycle events, which may begin and end entries.
        users: Whether each user has one of them (Boolean).
        repeats: How many rows were left out since they repeat the event id of another.
    """

    goals: pl.DataFrame
    lifecycle: pl.DataFrame
    users: pl.Series
    repeats: int

    @classmethod
    def of(
        cls,
        rows: pl.DataFrame,
        names: list[str],
        count: int,
        suspects: pl.Series | None,
        ids_of: Callable[[pl.Series], pl.Series],
    ) -> "Purchases":
        """Return them from rows that may repeat one another.

        Args:
            rows: user, time, row, `EVENT`.
            names: The names of all events.
            count: How many users the source has.
            suspects: The rows whose event id may be another's; None where rows have no ids.
            ids_of: Reads the event ids of rows.
        """
        once = rows if suspects is None else without_repeats(rows, suspects, ids_of)
        own = [place for place, name in enumerate(names) if name in GOAL_EVENTS]
        is_lifecycle = pl.col(EVENT).is_in(own)
        users = pl.repeat(False, count, eager=True).scatter(once["user"], True)
        repeats = rows.height - once.height
        return cls(once.filter(~is_lifecycle), once.filter(is_lifecycle), users, repeats)

    @cached_property
    def occurring(self) -> pl.Series:
        """The places of the events that goals have."""
        return distinct(self.goals[EVENT])


@dataclass(frozen=True, eq=False)
class ReadTogether(EventLog):
    """The log of a campaign that was read with others.

    Attributes:
        values: The values of the goal events of all of them.
        reading: What is one and the same of all campaigns that were read together.
    """

    values: Values
    reading: object

    def column(self, name: str, rows: pl.Series) -> pl.Series:
        """See `EventLog`."""
        found = self.values.at(rows) if name == "value" else None
        return super().column(name, rows) if found is None else found


@dataclass(frozen=True, eq=False)
class Parts:
    """What a campaign's log consists of.

    Attributes:
        own: user (a number among all users of the source), code, time, row of what names the campaign or an
            action of it, and of lifecycle events, sorted by user and row.
        purchases: The other rows.
        places: The campaign's code of each event, by its place; null for those that count for nothing.
        ids: The ids of all users of the source.
    """

    own: pl.DataFrame
    purchases: Purchases
    places: pl.Series
    ids: pl.Series

    @classmethod
    def of(
        cls, own: pl.DataFrame, purchases: Purchases, places: pl.Series, ids: pl.Series
    ) -> "Parts":
        """Return them from rows without lifecycle events that name no action."""
        if not purchases.lifecycle.is_empty():
            more = _coded(purchases.lifecycle, places)
            own = _merged(own, more)
        return cls(own, purchases, places, ids)

    @cached_property
    def is_user(self) -> pl.Series:
        """Whether each user of the source is one of the campaign's log (Boolean)."""
        nobody = pl.repeat(False, len(self.ids), eager=True)
        return nobody.scatter(self.own["user"], True) | self.purchases.users

    @cached_property
    def numbers(self) -> pl.Series:
        """The campaign's own number of each of its users, in the same order."""
        return (self.is_user.cum_sum().cast(pl.Int64) - 1).clip(0).cast(pl.UInt32)

    def numbered(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return rows that are sorted by user with the campaign's numbers of users."""
        return rows.with_columns(self.numbers.gather(rows["user"]).set_sorted().alias("user"))

    def goals(self, chosen: pl.Series | None = None) -> pl.DataFrame:
        """Return the goal events that name no action, or some of them, with the campaign's codes."""
        rows = self.purchases.goals
        return _coded(rows if chosen is None else rows.filter(chosen), self.places)


class TogetherLog(ReadTogether):
    """The log of a campaign that shares its purchases with others.

    Its rows and ids as a whole are put together when they are first asked for: numbers need the campaign's
    own rows, and of the purchases those only that may lie in an entry.
    """

    def __init__(
        self,
        parts: Parts,
        codes: EventCodes,
        table: EventTable,
        *,
        repeats: int,
        values: Values,
        reading: object,
    ) -> None:
        made: Mapping[str, object] = {
            "parts": parts,
            "codes": codes,
            "table": table,
            "repeats": repeats,
            "values": values,
            "reading": reading,
        }
        vars(self).update(made)

    parts: Parts

    @cached_property
    def rows(self) -> pl.DataFrame:
        """See `EventLog`."""
        parts = self.parts
        return parts.numbered(_merged(parts.own, parts.goals()))

    @cached_property
    def user_ids(self) -> pl.Series:
        """See `EventLog`."""
        return self.parts.ids.filter(self.parts.is_user)

    @property
    def height(self) -> int:
        """See `EventLog`."""
        return self.parts.own.height + self.parts.purchases.goals.height

    @cached_property
    def user_count(self) -> int:
        """See `EventLog`."""
        return int(self.parts.is_user.sum())

    @cached_property
    def occurring(self) -> frozenset[int]:
        """See `EventLog`."""
        goals = self.parts.places.gather(self.parts.purchases.occurring)
        return frozenset(distinct(self.parts.own["code"])) | frozenset(goals)

    @cached_property
    def counted_rows(self) -> pl.DataFrame:
        """See `EventLog`."""
        return self.parts.numbered(self.parts.own)

    @property
    def times(self) -> pl.LazyFrame:
        """See `EventLog`."""
        parts = (self.parts.own, self.parts.goals())
        return pl.concat([part.lazy().select("time", "code") for part in parts])

    def walked(self, rules: Rules) -> pl.DataFrame:
        """See `EventLog`: a purchase that can convert no entry is left out."""
        if rules.entries_given:
            return self.rows
        if rules.conversions_given:
            return self.counted_rows
        parts = self.parts
        ends, goals = spans(parts.own, self.codes, rules.window), parts.purchases.goals
        inside = parts.goals(is_within(goals, ends, len(parts.ids), single=rules.single))
        return parts.numbered(_merged(parts.own, inside))

    def with_rows(self, rows: pl.DataFrame) -> EventLog:
        """See `EventLog`."""
        return ReadTogether(
            *(rows, self.user_ids, self.codes, self.table),
            repeats=self.repeats,
            values=self.values,
            reading=self.reading,
        )


def _merged(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of both, which are each sorted by user and row, sorted alike."""
    key = (pl.col("user").cast(pl.UInt64) * 2**32 + pl.col("row")).alias("_key")
    both = one.with_columns(key).merge_sorted(other.with_columns(key), "_key")
    return both.drop("_key").rechunk()


def _coded(rows: pl.DataFrame, places: pl.Series) -> pl.DataFrame:
    return rows.with_columns(places.gather(rows[EVENT]).alias("code")).select(LOG_COLUMNS)
