"""What a metric's declaration says, and what follows from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from results_widgets.channels import Direction
from results_widgets.definitions import Definitions
from results_widgets.glossary.rows import (
    Conversions,
    Entries,
    Events,
    RoleEvents,
    Rows,
    is_outcome,
    stands_at_start,
)

Scope = Literal["campaign", "channel", "action"]
Unit = Literal["count", "users", "entries", "rate", "amount", "seconds"]


# ------------------------------------------------------------------------------- how it is computed


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows there are."""

    rows: Rows


@dataclass(frozen=True, slots=True)
class Users:
    """How many distinct users the rows have.

    Attributes:
        rows: The rows.
        per_definition: Whether the definition set's ``unique`` decides if a user counts once, or
            once per local day; else a user always counts once.
    """

    rows: Rows
    per_definition: bool = False


@dataclass(frozen=True, slots=True)
class EntriesWith:
    """How many distinct entries the rows belong to; rows outside of any entry do not count."""

    rows: Conversions


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of a column over the rows."""

    rows: Rows
    column: str


@dataclass(frozen=True, slots=True)
class Median:
    """The median of a column of durations (µs) over the rows, in seconds."""

    rows: Rows
    column: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One metric less another that is part of it."""

    whole: "Metric"
    part: "Metric"


@dataclass(frozen=True, slots=True)
class Total:
    """Metrics of single actions added up, as a definition set says.

    Attributes:
        terms: Channels' ids, and which of their metrics.
        instead_of: What it is where no definition set says otherwise.
    """

    terms: tuple[tuple[str, "Metric"], ...]
    instead_of: Users


@dataclass(frozen=True, slots=True)
class Ratio:
    """One metric divided by another; nothing where that is 0."""

    numerator: "Metric"
    denominator: "Metric"


Measure = Count | Users | EntriesWith | Sum | Median | Difference | Total | Ratio

_UNITS: dict[type[Measure], Unit] = {
    Count: "count",
    Users: "users",
    EntriesWith: "entries",
    Sum: "amount",
    Median: "seconds",
    Difference: "users",
    Total: "users",
}


@dataclass(frozen=True, slots=True)
class Metric:
    """The declaration of one metric; everything that is computed or shown of it follows from here.

    Attributes:
        key: Name in every frame.
        label: Name on screen.
        measure: Which rows it counts and how, or what it is a ratio of.
        text: What it means, in one sentence.
        scope: What it is computed for; a channel's metrics are also its actions'.
        channel: Channel it belongs to, None for all.
        direction: Whether it improves as it gets higher, or lower.
        section: Heading of docs/rules.md whose rules it follows.
        shown: Whether it has a row of its own; else it is only part of others.
        defined_by: Field of the definition set that lists terms to add up instead; empty: none.
        key_metric: Whether summaries in words show it.
        by_column: Whether a saved report keeps its lines broken down by columns.
        missing: Why the source cannot say it, in a sentence; empty where it can.
        note: What its base is and why, where that is not what the definition set says; else empty.
        once: Of a count of events: whether a message has at most one of them.
    """

    key: str
    label: str
    measure: Measure
    text: str
    scope: Scope = "campaign"
    channel: str | None = None
    direction: Direction = "higher"
    section: str = "Counting"
    shown: bool = True
    defined_by: str = ""
    key_metric: bool = False
    by_column: bool = False
    missing: str = ""
    note: str = ""
    once: bool = False

    def __hash__(self) -> int:
        # Metrics are looked up often: their whole declaration would take long to hash.
        return hash((self.scope, self.channel, self.key))

    @property
    def unit(self) -> Unit:
        """``count`` of rows, ``users`` or ``entries`` (distinct), ``rate``, ``amount`` or ``seconds``."""
        if isinstance(self.measure, Ratio):
            return "amount" if self.measure.numerator.unit == "amount" else "rate"
        return _UNITS[type(self.measure)]

    @property
    def numerator(self) -> str | None:
        """Key of the metric above the line, None where it is no ratio."""
        return self.measure.numerator.key if isinstance(self.measure, Ratio) else None

    @property
    def denominator(self) -> str | None:
        """Key of the metric below the line, None where it is no ratio."""
        return self.measure.denominator.key if isinstance(self.measure, Ratio) else None

    @property
    def rows(self) -> Rows | None:
        """The rows behind it; None where it is made of other metrics."""
        measure = self.measure
        if isinstance(measure, Total):
            return measure.instead_of.rows
        counted = Count | Users | EntriesWith | Sum | Median
        return measure.rows if isinstance(measure, counted) else None

    @property
    def sides(self) -> "tuple[Metric, ...]":
        """Numerator and denominator, or itself where it is no ratio."""
        measure = self.measure
        return (measure.numerator, measure.denominator) if isinstance(measure, Ratio) else (self,)

    def parts(self) -> "Iterator[Metric]":
        """Yield itself and every metric it is made of."""
        yield self
        measure = self.measure
        if isinstance(measure, Ratio):
            yield from (*measure.numerator.parts(), *measure.denominator.parts())
        elif isinstance(measure, Difference):
            yield from (*measure.whole.parts(), *measure.part.parts())

    @property
    def is_count(self) -> bool:
        """Whether it counts rows, users or entries, so that small ones are to be suppressed."""
        return self.unit in ("count", "users", "entries")

    @property
    def is_zero_without_rows(self) -> bool:
        """Whether it is 0 where nothing happened; a median, or a parent that is not there, is nothing."""
        return not (self.needs_parent or isinstance(self.measure, Median))

    @property
    def needs_parent(self) -> bool:
        """Whether it is only there for actions with a parent."""
        rows = (part.rows for part in self.parts())
        return any(isinstance(one, RoleEvents) and one.of != "own" for one in rows)

    @property
    def matures(self) -> bool:
        """Whether it may still grow while windows are open: conversions come until they close."""
        if isinstance(self.measure, Ratio):
            return any(side.matures for side in self.sides)
        rows = self.rows
        grows = isinstance(rows, Conversions) or (
            isinstance(rows, Entries) and rows.outcome != "any"
        )
        return grows and not isinstance(self.measure, Median)

    @property
    def is_of_held_back(self) -> bool:
        """Whether it says something of the held back alone."""
        rows = [part.rows for part in self.parts()]
        return any(getattr(one, "held_back", False) for one in rows) or any(
            isinstance(one, Events) and "held_back" in one.names for one in rows
        )

    @property
    def mixes_clocks(self) -> bool:
        """Whether it divides what becomes of entries by entries, which may have started at another time."""
        if not isinstance(self.measure, Ratio):
            return False
        over, under = self.sides
        of_entries = not isinstance(under.measure, Total) and stands_at_start(under.rows)
        return of_entries and is_outcome(over.rows) and not stands_at_start(over.rows)

    def counts_days(self, definitions: Definitions) -> bool:
        """Whether its users count once per local day, under a definition set."""
        measure = self.measure
        if isinstance(measure, Users):
            return measure.per_definition and definitions.unique == "user_day"
        inner = (term for _, term in measure.terms) if isinstance(measure, Total) else self.sides
        return any(one is not self and one.counts_days(definitions) for one in inner)

    def adds_up(self, definitions: Definitions) -> bool:
        """Whether its numbers of single days add up to those of several."""
        measure = self.measure
        if isinstance(measure, Users):
            return self.counts_days(definitions)
        if isinstance(measure, Total):
            return all(term.adds_up(definitions) for _, term in measure.terms)
        if isinstance(measure, Ratio):
            return all(side.adds_up(definitions) for side in self.sides)
        return isinstance(measure, Count | Sum)

    @property
    def counts_users(self) -> bool:
        """Whether distinct users or entries are in it, which sketches only estimate; of a ratio, in either side."""
        measure = self.measure
        if isinstance(measure, Total):
            return any(term.counts_users for _, term in measure.terms)
        if isinstance(measure, Ratio):
            return any(side.counts_users for side in self.sides)
        return isinstance(measure, Users | EntriesWith | Difference)
