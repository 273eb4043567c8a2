"""The arguments of every query: definition set, range, time zone, developers; and how it is grouped."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal, TypeVar, get_args

from results_widgets.definitions import DEFINITIONS, Definitions, credit_words
from results_widgets.engine.breakdown import By, by_keys
from results_widgets.engine.cache import Key
from results_widgets.engine.calendar import Calendar, to_micros
from results_widgets.errors import QueryError

T = TypeVar("T")

_DAY = len("2026-03-01")
_FIRST_YEAR, _LAST_YEAR = 1900, 2200

FIRST_DAY: Final = date(_FIRST_YEAR, 1, 1)
"""The first day that a range may start on."""

LAST_DAY: Final = date(_LAST_YEAR, 12, 31)
"""The last day that a period to compare with may end on."""


BUCKET: Final = "_bucket"
"""The interval of a row, as a number."""

Uniques = Literal["exact", "approximate"]
Clock = Literal["event", "entry"]
"""The day that an event counts on: the day it happened, or the day its entry started."""


@dataclass(frozen=True)
class QueryScope:
    """The arguments that every query shares.

    Attributes:
        definitions: The rules.
        time_zone: IANA name of the time zone that days are in.
        start: First instant, or first local day, of the range; None: from the beginning.
        end: End of the range: an instant is excluded, a day is included; None: to the end.
        developers: Whether developer profiles are counted.
        uniques: How distinct users are counted: ``exact``, or ``approximate`` by sketches.
        clock: The day that events count on.
    """

    definitions: Definitions = DEFINITIONS["default"]
    time_zone: str = "UTC"
    start: date | datetime | None = None
    end: date | datetime | None = None
    developers: bool = True
    uniques: Uniques = "exact"
    clock: Clock = "event"

    @property
    def bounded(self) -> bool:
        """Whether a range is set on either side."""
        return self.start is not None or self.end is not None

    def key(self, name: str, *of: Hashable) -> Key[T]:
        """Return the cache key of an answer under these arguments, evictable for a range."""
        return Key(name, (self, *of), evictable=self.bounded)

    def micros(self) -> tuple[int | None, int | None]:
        """Return the range as epoch µs, the end excluded."""
        return self._edge(self.start, 0), self._edge(self.end, 1)

    @property
    def range_words(self) -> str:
        """The range in words, ``from 2026-03-16 to 2026-03-18``; empty for the whole campaign."""
        edges = [f"from {self.start}" if self.start else "", f"to {self.end}" if self.end else ""]
        return " ".join(edge for edge in edges if edge)

    @property
    def words(self) -> str:
        """The scope in words, as rules, reprs and captions of pictures say it."""
        when = self.range_words or "whole campaign"
        without = "" if self.developers else ", without developers"
        counted = "" if self.clock == "event" else "; counted on the day of entry"
        rules, credit = self.definitions, credit_words(self.definitions)
        # A set that `credited_by` made says so in its name.
        by = "" if credit in rules.name else f"; conversions by {credit}"
        return f"{when}{without}; definitions {rules.name}{by}; days of {self.time_zone}{counted}"

    def _edge(self, value: date | datetime | None, days: int) -> int | None:
        calendar = Calendar(self.time_zone, 0, 0)
        if value is None:
            return None
        if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
            # A half-typed year, or a placeholder for "forever", would make an endless axis.
            raise QueryError(
                f"{value.isoformat()} lies outside the years {_FIRST_YEAR} to {_LAST_YEAR}; "
                "pass None to leave that side of the range open"
            )
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise QueryError(
                    f"{value.isoformat()} has no time zone; pass an aware datetime, or a date for whole days"
                )
            return to_micros(value)
        return calendar.midnight(value + timedelta(days=days))


@dataclass(frozen=True)
class Grouping:
    """What numbers are grouped by.

    Attributes:
        by: A column of the events or users, or several; None for no breakdown.
        every: An interval of `EVERY`; None for one number.
        cumulative: Whether each interval includes all earlier ones.
    """

    by: By | None = None
    every: str | None = None
    cumulative: bool = False

    @property
    def keys(self) -> list[str]:
        """The columns to group by."""
        return [*self.by_keys, *([BUCKET] if self.every else [])]

    @property
    def by_keys(self) -> list[str]:
        """Those of them that have the values of the breakdown."""
        return [*by_keys(self.by).values()]

    @property
    def column(self) -> str | None:
        """The only column of the breakdown, where several are refused."""
        assert not isinstance(self.by, tuple)
        return self.by


def check_uniques(uniques: Uniques) -> Uniques:
    """Return how distinct users are counted.

    Raises:
        QueryError: It is neither of these two.
    """
    if uniques not in get_args(Uniques):
        raise QueryError.unknown("way to count distinct users", uniques, get_args(Uniques))
    return uniques


def check_clock(clock: Clock) -> Clock:
    """Return the day that events count on.

    Raises:
        QueryError: There is no such clock.
    """
    if clock not in get_args(Clock):
        raise QueryError.unknown("clock", clock, get_args(Clock))
    return clock


def as_moment(value: "str | date | datetime | None") -> date | datetime | None:
    """Return a range's edge from a date, an aware datetime or ISO text.

    Raises:
        QueryError: The text is neither a day nor a time.
    """
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value) if len(value) <= _DAY else datetime.fromisoformat(value)
    except ValueError:
        raise QueryError(
            f"{value!r} is not a day or time; write '2026-03-01' or '2026-03-01T09:00:00+01:00'"
        ) from None
