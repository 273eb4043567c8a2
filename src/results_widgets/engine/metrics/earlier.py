"""The period that a range is compared with, counted as of when it was as old as the range is now.

Entries of a range whose windows are open had less time to convert than those of an earlier period.
That period is therefore counted from its data up to the same time after its start as the newest event is after the
start of the range; see "The period before" in docs/rules.md.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import singledispatch
from typing import Literal

from results_widgets.engine.backends.base import Backend
from results_widgets.engine.backends.lazy import past as lazy
from results_widgets.engine.backends.lazy.dataset import LazyBackend
from results_widgets.engine.backends.memory import past as memory
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.backends.past import Past
from results_widgets.engine.cache import Key
from results_widgets.engine.calendar import from_micros
from results_widgets.engine.counting.dispatch import tally
from results_widgets.engine.query import FIRST_DAY, LAST_DAY, Grouping, QueryScope
from results_widgets.engine.scoped import COUNT, HELD_BACK, STILL_OPEN, ScopedRows

Age = Literal["final", "equal", "unequal", "younger"]
"""The age of a period relative to the range it is compared with: neither can still grow; both are counted at the
same age; the period had more time, which a roll-up cannot exclude; or it began later and may still grow, so it had
less time (the range itself is always counted as of now)."""

Against = Literal["previous", "last_year"] | date
"""What a range is compared with: the period before, the same days a year before, or as many from another day on."""


@dataclass(frozen=True)
class Earlier:
    """The period that a range is compared with.

    Attributes:
        data: Its data, as of the compared age.
        query: How it is asked for.
        age: How old it is beside the range.
    """

    data: Backend
    query: QueryScope
    age: Age

    def scoped(self, grouping: Grouping) -> ScopedRows:
        """Return its rows, to be grouped."""
        return ScopedRows(self.data, self.query, grouping)

    @property
    def is_ahead(self) -> bool:
        """Whether it begins after the newest data, so that it has no numbers."""
        first, _ = self.query.micros()
        assert first is not None
        return first > self.data.newest


def previous_query(query: QueryScope) -> QueryScope | None:
    """Return the query of the equally long period before the range; None if the range is not bounded."""
    start, end = query.start, query.end
    if start is None or end is None:
        return None
    if isinstance(start, datetime):
        first, last = query.micros()
        assert first is not None
        assert last is not None
        length = timedelta(microseconds=last - first)
        if length > start - datetime.combine(FIRST_DAY, time(), UTC):
            return None
        return replace(query, start=start - length, end=start)
    if isinstance(end, datetime):
        return None
    days = (end - start).days + 1
    if days > (start - FIRST_DAY).days:
        # The previous period would start before the first day that dates can express.
        return None
    return replace(query, start=start - timedelta(days=days), end=start - timedelta(days=1))


def other_query(query: QueryScope, against: Against) -> QueryScope | None:
    """Return the query of the period that a range is compared with; None if the range is not bounded."""
    if against == "previous":
        return previous_query(query)
    first, last = query.micros()
    if first is None or last is None:
        return None
    began = from_micros(first, query.time_zone)
    day = _year_before(began.date()) if against == "last_year" else against
    start, end = query.start, query.end
    if not isinstance(start, datetime) and not isinstance(end, datetime):
        assert start is not None
        assert end is not None
        length = end - start
        return replace(query, start=day, end=day + length) if length <= LAST_DAY - day else None
    # A range of instants has its clock time on that day, too.
    then = datetime.combine(day, began.timetz()).astimezone(UTC)
    return replace(query, start=then, end=then + timedelta(microseconds=last - first))


def _year_before(day: date) -> date:
    """Return the same date of the year before; 28 February for a leap day."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)


def earlier(
    data: Backend,
    query: QueryScope,
    against: Against = "previous",
    *,
    of_everybody: bool = False,
) -> Earlier | None:
    """Return what a range is compared with, at equal age; None if the range is not bounded.

    Args:
        data: The data as they are known now.
        query: The range, and how it is asked for.
        against: The period that is meant.
        of_everybody: Whether its data have users without an event in it, too, which its own numbers
            do not need.
    """
    other = other_query(query, against)
    if other is None:
        return None
    key: Key[Earlier] = query.key("earlier", against, of_everybody)
    return data.cached(key, lambda: at_age(data, query, data, other, of_everybody=of_everybody))


def at_age(
    data: Backend,
    query: QueryScope,
    other: Backend,
    then: QueryScope,
    *,
    of_everybody: bool = False,
) -> Earlier:
    """Return a period, as it stood when it was as old as a range is now, where it had longer by now.

    Args:
        data: What the range is of.
        query: The range; it has a start and an end.
        other: What the period is of: the same campaign, or another.
        then: The period; it has a start and an end, too.
        of_everybody: As in `earlier`.
    """
    start, first = query.micros()[0], then.micros()[0]
    assert start is not None
    assert first is not None
    ages = data.newest - start, other.newest - first
    if ages[1] <= ages[0]:
        is_younger = ages[1] < ages[0] and _may_grow(ScopedRows(other, then, Grouping()))
        return Earlier(other, then, "younger" if is_younger else "final")
    if not _may_grow(ScopedRows(data, query, Grouping())):
        return Earlier(other, then, "final")
    shift, since = start - first, None if of_everybody else first
    _, last = mine = data.active_span(query.definitions)
    oldest, newest = mine if other is data else other.active_span(query.definitions)
    past = Past(data.newest - shift, since, (oldest, min(newest, last - shift)))
    stood = _as_of(other, past)
    return Earlier(stood or other, then, "equal" if stood else "unequal")


def _may_grow(scoped: ScopedRows) -> bool:
    """Whether a range has open windows or, in a campaign that is still running, partly lies in the future."""
    _, end = scoped.query.micros()
    assert end is not None
    goes_on = scoped.data.campaign.status != "finished"
    if goes_on and scoped.data.newest < end:
        return True
    still_open = (STILL_OPEN, STILL_OPEN + HELD_BACK)
    return bool(tally(scoped, [still_open], [], "entries")[COUNT].sum())


@singledispatch
def _as_of(data: Backend, past: Past) -> Backend | None:  # noqa: ARG001
    """Return data as of an instant; None without single events."""
    return None


@_as_of.register
def _(data: MemoryBackend, past: Past) -> Backend:
    key = Key[Backend]("as of", (past,), evictable=True)
    return data.cached(key, lambda: memory.look_back(data, past))


@_as_of.register
def _(data: LazyBackend, past: Past) -> Backend:
    key = Key[Backend]("as of", (past,), evictable=True)
    return data.cached(key, lambda: lazy.look_back(data, past))
