"""What large campaigns make ready before clicks need it, in steps."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Self, get_args

from results_widgets.definitions import DEFINITIONS
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.calendar import from_micros
from results_widgets.engine.counting.timelines import Timelines, valued
from results_widgets.engine.metrics.table import span
from results_widgets.engine.scoped import Kind
from results_widgets.results._numbers import Numbers


class Warming(Numbers):
    """Results that can be made ready."""

    def warm(self) -> None:
        """Make ready what other ranges, zones and breakdowns are counted from, which the first of them needs.

        Worth its seconds before many changes of a large campaign. What lies on DuckDB or Spark is
        asked anew each time, and left as it is.
        """
        for step in self.steps_to_warm():
            step()

    def steps_to_warm(self) -> Iterator[Callable[[], object]]:
        """Return the work of `warm` in steps, to be done one after another."""
        if not isinstance(self._data, MemoryBackend):
            return
        lines = Timelines(self._data, self.definitions, developers_only=False)
        for kind in get_args(Kind):
            yield partial(lines.of, kind)
        ranged = self.as_range()
        yield from (ranged.overview, ranged.channels, ranged.flow, ranged.actions)
        yield from (partial(ranged.explore, "engaged"), ranged.flow_by_variant)
        # Breakdowns by an attribute look users up in the table of all people of the log, segments
        # in the same by id.
        yield partial(getattr, self._data, "people_of_log")
        yield partial(getattr, self._data, "people_by_id")
        for by in self._data.few_valued:
            yield from (partial(valued, self._data, by, lines.of(kind)) for kind in get_args(Kind))
        yield from self._breakdowns_to_warm(self._data, ranged)
        for definitions in DEFINITIONS.values():
            other = ranged.with_definitions(definitions)
            yield from (other.overview, other.channels, other.actions)

    def _breakdowns_to_warm(
        self, data: MemoryBackend, ranged: Self
    ) -> Iterator[Callable[[], object]]:
        """Return the questions by each breakdown, as far as one does not push out what another left."""
        most = 0
        for by in data.few_valued:
            room = data.cache.room
            # Clicks make something as well.
            if room < 2 * most:
                return
            yield from (partial(ask, by) for ask in (ranged.overview, ranged.channels))
            yield from (partial(ranged.actions, by), partial(ranged.explore, "engaged", by=by))
            most = max(most, room - data.cache.room)

    def as_range(self) -> Self:
        """Return the same results as a range, from their first instant on: they are counted as those of ranges are."""
        first, _ = span(self._scoped())
        return self.between(from_micros(first), None)
