"""The lengths of a roll-up's cells, and which ranges and intervals cells of a length can answer."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

import narwhals as nw

from results_widgets.engine.calendar import (
    DAY,
    HOUR,
    INTERVAL_NAMES,
    Calendar,
    from_micros,
    offsets,
)
from results_widgets.engine.frames import Rows
from results_widgets.errors import QueryError

Grain = Literal["15m", "1h", "1d"]
UsersGrain = Literal["15m", "1h", "1d", "1w", "1mo", "whole"]

LENGTHS: Final[dict[Grain, int]] = {"15m": HOUR // 4, "1h": HOUR, "1d": DAY}
"""The length of cells of counts in µs; a day is an hour shorter or longer when clocks change."""

_SHORT: Final = ("15m", "1h")
_NAMES: Final = {"15m": "quarter of an hour", **INTERVAL_NAMES}
_ADD_UP_TO: Final = {"1d": ("1d", "1w", "1mo"), "1w": ("1w",), "1mo": ("1mo",)}
"""The intervals that cells of days, weeks and months add up to."""

Edges = tuple[int | None, int | None]


def check_grains(every: Grain, users_every: UsersGrain | None) -> UsersGrain:
    """Return the length of cells of users; by default that of cells of counts.

    Raises:
        QueryError: There is no such cell, or users are to be kept by shorter cells than counts.
    """
    if every not in LENGTHS:
        raise QueryError.unknown("cell of a roll-up", every, LENGTHS)
    order = get_args(UsersGrain)
    users = every if users_every is None else users_every
    if users not in order:
        raise QueryError.unknown("cell of users", users, order)
    if order.index(users) < order.index(every):
        raise QueryError(
            f"users by {users} would be finer than counts by {every}; take every={users!r}"
        )
    return users


def finest(calendar: Calendar, grain: Grain = "1h") -> Grain:
    """Return the cell length, or a quarter of an hour if the zone's hours do not start with hours of UTC."""
    shifts = offsets(calendar.zone, calendar.start, calendar.end)
    return "15m" if any(shift % LENGTHS[grain] for _, shift in shifts) else grain


def with_cells(rows: Rows, calendar: Calendar, grain: UsersGrain, name: str) -> Rows:
    """Add the number of the cell that each row's ``time`` is in; `starts` turns it into a time."""
    if grain == "whole":
        return rows.with_columns(nw.lit(0).cast(nw.Int64).alias(name))
    if grain in ("15m", "1h"):
        length = LENGTHS[grain]
        return rows.with_columns((nw.col("time") // length * length).alias(name))
    return calendar.with_buckets(rows, "time", grain, name)


def starts(numbers: list[int], calendar: Calendar, grain: UsersGrain) -> list[int]:
    """Return the start of each cell (epoch µs) by its number; 0 for a cell of the whole campaign."""
    return numbers if grain in ("whole", *_SHORT) else calendar.starts(numbers, grain)


@dataclass(frozen=True, slots=True)
class UserCells:
    """The cells that distinct users are kept by.

    Attributes:
        grain: Their length.
        zone: The zone whose days, weeks and months they are.
        first: Start of the first cell of counts, epoch µs.
        last: Start of the last one.
    """

    grain: UsersGrain
    zone: str
    first: int
    last: int

    def edges(self, edges: Edges) -> Edges:
        """Return a range with None for an edge that excludes no cell."""
        start, end = edges
        return (
            None if start is not None and start <= self.first else start,
            None if end is not None and end > self.last else end,
        )

    def missing(self, calendar: Calendar, edges: Edges, every: str | None, *, by_day: bool) -> str:
        """Return why distinct users are not available, and what is; empty if they are.

        Args:
            calendar: The calendar of the query's zone.
            edges: The range, epoch µs.
            every: The interval; None for one number.
            by_day: Whether a user counts once per day.
        """
        if self.grain in _SHORT:
            return ""
        known = [edge for edge in self.edges(edges) if edge is not None]
        asked = every is not None or bool(known) or by_day
        if not asked:
            return ""
        if self.grain == "whole":
            return "distinct users are kept for the whole campaign only; ask for that, or for counts of events"
        return self._missing_days(calendar, known, every, by_day=by_day)

    def _missing_days(
        self, calendar: Calendar, known: list[int], every: str | None, *, by_day: bool
    ) -> str:
        word = _NAMES[self.grain]
        if calendar.zone != self.zone:
            return (
                f"distinct users are kept by {word} of {self.zone}, not of {calendar.zone}; "
                "ask in that zone, or for counts of events"
            )
        if by_day and self.grain != "1d":
            return f"distinct users are kept by {word}; what counts them per day needs users_every='1d'"
        if every is not None and every not in _ADD_UP_TO[self.grain]:
            return (
                f"distinct users are kept by {word}, not by {_NAMES[every]}; "
                f"take {word}s (every={self.grain!r}), or a metric that counts events"
            )
        if any(not self._begins(calendar, at) for at in known):
            return f"distinct users are kept by {word}; take a range of whole {word}s, or counts of events"
        return ""

    def _begins(self, calendar: Calendar, at: int) -> bool:
        """Whether a cell begins at an instant."""
        return starts(calendar.between(at, at, self.grain), calendar, self.grain) == [at]


def check_cuts(grain: Grain, zone: str, calendar: Calendar, edges: Edges) -> None:
    """Check that a zone and range do not cut through cells of counts.

    Raises:
        QueryError: They do.
    """
    known = [edge for edge in edges if edge is not None]
    if grain == "1d":
        if calendar.zone != zone:
            raise QueryError(
                f"rolled up by days of {zone}, which are not those of {calendar.zone}; "
                "roll up with every='1h' for any zone"
            )
        cut = any(calendar.midnight(from_micros(at, zone).date()) != at for at in known)
    else:
        if grain != finest(calendar, grain):
            raise QueryError(
                f"hours of {calendar.zone} are not hours of UTC; "
                "roll up with every='15m' for such zones"
            )
        cut = any(at % LENGTHS[grain] for at in known)
    if cut:
        raise QueryError(
            f"the range cuts through a cell of {grain}; take edges that lie between cells"
        )
