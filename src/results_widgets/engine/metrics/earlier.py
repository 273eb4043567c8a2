"""The period before a range, counted when it was as old as the range is now.

Entries of a range whose windows are open had less time to convert than those of the period before.
That period is then counted from its data as they stood as long after its start as the newest event is
after the start of the range; see "The period before" in docs/rules.md.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import singledispatch
from typing import Literal

from results_widgets.engine.backends.base import Backend
from results_widgets.engine.backends.lazy import past as lazy
from results_widgets.engine.backends.lazy.dataset import LazyBackend
from results_widgets.engine.backends.memory import past as memory
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.backends.past import Past
from results_widgets.engine.cache import Key
from results_widgets.engine.counting.dispatch import tally
from results_widgets.engine.query import FIRST_DAY, Grouping, QueryScope
from results_widgets.engine.scoped import COUNT, HELD_BACK, STILL_OPEN, ScopedRows

Age = Literal["final", "equal", "unequal"]
"""How old a period before is beside its range: neither may still grow, both are counted at the same
age, or the period before had longer, which a roll-up cannot leave out."""


@dataclass(frozen=True)
class Earlier:
    """The period before a range.

    Attributes:
        data: Its data, as they stood at the age that is compared.
        query: How it is asked for.
        age: How old it is beside the range.
    """

    data: Backend
    query: QueryScope
    age: Age

    def scoped(self, grouping: Grouping) -> ScopedRows:
        """Return its rows, to be grouped."""
        return ScopedRows(self.data, self.query, grouping)


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


def earlier(data: Backend, query: QueryScope, *, of_everybody: bool = False) -> Earlier | None:
    """Return the period before a range, at equal age; None if the range is not bounded.

    Args:
        data: The data as they are known now.
        query: The range, and how it is asked for.
        of_everybody: Whether its data have users without an event in it, too, which its own numbers
            do not need.
    """
    before = previous_query(query)
    if before is None:
        return None
    key: Key[Earlier] = query.key("earlier", of_everybody)
    return data.cached(key, lambda: _earlier(data, query, before, of_everybody=of_everybody))


def _earlier(
    data: Backend, query: QueryScope, before: QueryScope, *, of_everybody: bool
) -> Earlier:
    if not _may_grow(ScopedRows(data, query, Grouping())):
        return Earlier(data, before, "final")
    start, first = query.micros()[0], before.micros()[0]
    assert start is not None
    assert first is not None
    oldest, newest = data.active_span(query.definitions)
    shift = start - first
    since = None if of_everybody else first
    then = _as_of(data, Past(data.newest - shift, since, (oldest, newest - shift)))
    return Earlier(then or data, before, "equal" if then else "unequal")


def _may_grow(scoped: ScopedRows) -> bool:
    """Whether a range has open windows, or lies, of a campaign that goes on, partly ahead."""
    _, end = scoped.query.micros()
    assert end is not None
    goes_on = scoped.data.campaign.status != "finished"
    if goes_on and scoped.data.newest < end:
        return True
    still_open = (STILL_OPEN, STILL_OPEN + HELD_BACK)
    return bool(tally(scoped, [still_open], [], "entries")[COUNT].sum())


@singledispatch
def _as_of(data: Backend, past: Past) -> Backend | None:  # noqa: ARG001
    """Return data as they stood at an instant; None where single events are not there."""
    return None


@_as_of.register
def _(data: MemoryBackend, past: Past) -> Backend:
    key = Key[Backend]("as of", (past,), evictable=True)
    return data.cached(key, lambda: memory.look_back(data, past))


@_as_of.register
def _(data: LazyBackend, past: Past) -> Backend:
    key = Key[Backend]("as of", (past,), evictable=True)
    return data.cached(key, lambda: lazy.look_back(data, past))
