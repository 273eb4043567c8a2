"""What a question is asked of (a case) and how it is asked (a query)."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Literal, TypeVar

import polars as pl

By = str | list[str] | None
"""A column that groups are made by, or several whose values together are one; None: all are one group."""

Row = dict[str, Any]

T = TypeVar("T")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


@dataclass(frozen=True)
class Case:
    """A campaign as its JSON says it, its event table and, perhaps, its users.

    Nobody changes a case, nor what was found in it: each of its numbers would else walk all rows again.
    """

    campaign: Mapping[str, Any]
    events: pl.DataFrame
    users: pl.DataFrame | None = None
    _found: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, of: Hashable, find: Callable[[], T]) -> T:
        """What is found in the case, and named, the first time that it is asked for."""
        if of not in self._found:
            self._found[of] = find()
        found: T = self._found[of]
        return found

    @cached_property
    def rows(self) -> list[Row]:
        """The events as plain dictionaries, in the order of the file."""
        return [without_blanks(row) for row in self.events.to_dicts()]

    @cached_property
    def profiles(self) -> list[Row]:
        """The users as plain dictionaries."""
        found = [] if self.users is None else self.users.to_dicts()
        return [without_blanks(row) for row in found]

    @cached_property
    def actions(self) -> dict[str, Row]:
        """The campaign's actions by id, in their order."""
        return {action["id"]: action for action in self.campaign["actions"]}

    @property
    def goal_events(self) -> list[str]:
        """The names of the events that are the goal."""
        return list(self.campaign["goal"]["events"])

    @property
    def single(self) -> bool:
        """Whether an entry converts once (the default) or every time."""
        return str(self.campaign["goal"].get("mode", "single")) == "single"

    @property
    def window(self) -> int:
        """The attribution window in microseconds."""
        return microseconds_of(self.campaign["attribution_window"])

    @property
    def closes_at(self) -> int | None:
        """The instant at which every window closes, in microseconds; None when windows are kept."""
        finished = self.campaign.get("finished_at")
        if self.campaign.get("on_finish") != "close_windows" or finished is None:
            return None
        return microseconds(datetime.fromisoformat(finished))


@dataclass(frozen=True)
class Query:
    """How a case is asked: definition set, range [start, end), developers, zone of the days, whether
    counts stand on the day of the event or of the entry, and at which instant, in microseconds, what
    is known ends: the events later than that are not there.
    """

    definitions: str = "default"
    start: datetime | None = None
    end: datetime | None = None
    developers: bool = True
    zone: str = "UTC"
    clock: Literal["event", "entry"] = "event"
    until: int | None = None

    @property
    def by_entry(self) -> bool:
        """Whether counts stand on the day that their entry started."""
        return self.clock == "entry"

    @property
    def bounded(self) -> bool:
        """Whether a range is asked for."""
        return self.start is not None or self.end is not None

    def holds(self, at: int) -> bool:
        """Whether an instant in microseconds lies in the range."""
        after = self.start is None or at >= microseconds(self.start)
        return after and (self.end is None or at < microseconds(self.end))


def without_blanks(row: Row) -> Row:
    """The row with None where a text is blank or a number is not one: such values are missing."""

    def is_blank(value: object) -> bool:
        return (isinstance(value, str) and not value.strip()) or value != value  # noqa: PLR0124

    return {name: None if is_blank(value) else value for name, value in row.items()}


def microseconds(instant: datetime) -> int:
    """Microseconds since the epoch of an aware datetime, exactly."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def instant(at: int) -> datetime:
    """The aware datetime, in UTC, of microseconds since the epoch."""
    return EPOCH + timedelta(microseconds=at)


def microseconds_of(duration: str) -> int:
    """Microseconds of a duration such as ``7d``, ``12h``, ``30m`` or ``90s``."""
    return int(duration[:-1]) * SECONDS[duration[-1]] * 1_000_000
