"""Cells of time: counts, and a sketch of the users of each; `roll_up` makes them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.definitions import Definitions
from results_widgets.engine.calendar import DAY, Calendar
from results_widgets.engine.clocks import Clocks
from results_widgets.engine.frames import Rows, collect, within
from results_widgets.engine.money import Currencies
from results_widgets.engine.query import Clock
from results_widgets.engine.reasons import LeftOut
from results_widgets.engine.rollup import sketches
from results_widgets.engine.rollup.grains import (
    Edges,
    Grain,
    UserCells,
    UsersGrain,
    check_cuts,
)
from results_widgets.engine.scoped import Kind
from results_widgets.errors import QueryError

SCHEMA: Final = {
    "kind": pl.String,
    "number": pl.Int64,
    "time": pl.Int64,
    "rows": pl.Int64,
    "value": pl.Float64,
    "users": pl.Binary,
}

KEY: Final = ["kind", "number", "time"]
"""What identifies a cell."""

_LONGEST: Final = 31 * DAY
"""How long before an event its cell begins at most."""

Grains = tuple[Grain, UsersGrain]
"""The lengths of cells of counts and of cells of users."""


@dataclass(frozen=True, eq=False)
class Cells:
    """A campaign's counts and sketches by cells of time.

    Attributes:
        frame: One row per kind, number and cell:

            - kind (String): see `Kind`.
            - number (Int64): as the codes of `Kind`, but of entries 0, or while they are open the
              hour (since 1970) by which they end; see `entry_numbers` for those held back.
            - time (Int64, epoch µs): the cell's start; 0 for a cell of the whole campaign.
            - rows (Int64): how many there are; 0 in cells that only have users.
            - value (Float64): the sum of the goal's values, of conversions.
            - users (Binary): a sketch of the users (``converted``: of the entries), or null.
        campaign: The campaign.
        grain: The length of cells of counts.
        users_grain: The length of cells of users.
        zone: The zone whose days, weeks and months the longer cells are.
        definitions: The definition set that conversions were attributed under.
        clock: The day that events count on; rates of entries are kept for both clocks.
        developers: Whether developers are counted; None: nobody is marked as one.
        ids: The type of the user ids; equal ids of different types have different hashes.
        clocks: Which times of its events are believed.
        parts: Digests of the roll-ups that it was merged from, so that none is counted twice.
        currencies: The currencies of the goal's amounts, as they may be told.
        left_out: What must be said of rows that are left out, of the part that leaves out most.
    """

    frame: pl.DataFrame
    campaign: Campaign
    grain: Grain
    users_grain: UsersGrain
    zone: str
    definitions: Definitions
    clock: Clock
    developers: bool | None
    ids: str
    clocks: Clocks
    parts: frozenset[str]
    left_out: LeftOut | None = None
    currencies: Currencies = ()

    def of(self, kind: Kind) -> pl.DataFrame:
        """Return the cells of a kind."""
        return self.frame.filter(pl.col("kind") == kind)

    @cached_property
    def span(self) -> tuple[int, int]:
        """Starts (epoch µs) of the first and last cell that has events or conversions."""
        counted = self.frame.lazy().filter(
            pl.col("kind").is_in(["events", "conversions", "entry_events"]), pl.col("rows") > 0
        )
        times = collect(self.believed(nw.from_native(counted)))["time"]
        first, last = times.min(), times.max()
        if not isinstance(first, int) or not isinstance(last, int):
            return self.clocks.newest, self.clocks.newest
        return first, last

    def believed(self, cells: Rows) -> Rows:
        """Return the cells whose events have times that are believed."""
        start, end = self.clocks.edges
        return within(cells, "time", None if start is None else start - _LONGEST, end)

    @property
    def user_cells(self) -> UserCells:
        """The cells that distinct users are kept by."""
        return UserCells(self.users_grain, self.zone, *self.span)

    @property
    def knows_all_zones(self) -> bool:
        """Whether all cells fit every zone: none is a day, week or month of one zone."""
        return self.grain != "1d" and self.users_grain not in ("1d", "1w", "1mo")

    def check(self, calendar: Calendar, edges: Edges, every: str | None) -> None:
        """Check that a zone, range and interval can be answered from cells of counts.

        Raises:
            QueryError: They cut through cells.
        """
        check_cuts(self.grain, self.zone, calendar, edges)
        if every == "1h" and self.grain == "1d":
            raise QueryError("rolled up by days, so there are no hours; take every='1d'")

    def merged(self, other: "Cells") -> "Cells":
        """Return the union of two roll-ups, of different users or of different ranges.

        Raises:
            QueryError: They are of different campaigns, made differently, or share a part.
        """
        for name in (
            "campaign",
            "grain",
            "users_grain",
            "definitions",
            "clock",
            "developers",
            "ids",
        ):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine != theirs:
                raise QueryError(
                    f"roll-ups of different {name} cannot be merged: {_shown(mine)} and {_shown(theirs)}"
                )
        if not self.knows_all_zones and self.zone != other.zone:
            raise QueryError(f"cells of days of {self.zone} and of {other.zone} cannot be merged")
        if self.parts & other.parts:
            raise QueryError("both roll-ups hold the same part; it would be counted twice")
        return Cells(
            _summed(pl.concat([self.frame, other.frame])),
            self.campaign,
            self.grain,
            self.users_grain,
            self.zone,
            self.definitions,
            self.clock,
            self.developers,
            self.ids,
            self.clocks.merged(other.clocks),
            self.parts | other.parts,
            max((self.left_out, other.left_out), key=lambda one: one.rows if one else -1),
            tuple(sorted({*self.currencies, *other.currencies})),
        )


def _shown(value: object) -> str:
    return repr(getattr(value, "name", value))


def _summed(cells: pl.DataFrame) -> pl.DataFrame:
    """Sum the counts of equal keys, and merge their sketches."""
    found = cells.group_by(KEY).agg(pl.col("rows", "value").sum(), pl.col("users").drop_nulls())
    return found.with_columns(sketches.each_sketch("users", _merged)).select(*SCHEMA).sort(KEY)


def _merged(parts: pl.Series) -> sketches.Sketch | None:
    if len(parts) < 2:  # noqa: PLR2004 - one sketch is merged already
        return parts[0] if len(parts) else None
    return sketches.merged(parts)
