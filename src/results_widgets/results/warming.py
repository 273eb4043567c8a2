"""What is computed ahead for large campaigns, in steps, so that clicks need not wait for it."""

from collections.abc import Callable, Iterator
from functools import partial

from results_widgets.definitions import DEFINITIONS, OFFERED
from results_widgets.engine.backends.base import Backend
from results_widgets.engine.calendar import from_micros
from results_widgets.engine.counting.dispatch import sorting
from results_widgets.engine.counting.indexes import INDEXED, breakdown_of, indexes_of
from results_widgets.engine.scoped import Kind
from results_widgets.results.exploring import explore
from results_widgets.results.flow import flow, flow_by_variant
from results_widgets.results.numbers import actions, channels, overview
from results_widgets.results.scope import analytics, between, with_clock, with_definitions
from results_widgets.results.session import HasSession, ResultsT

Step = Callable[[], object]


def warm(self: HasSession) -> None:
    """Precompute the data that other ranges, time zones and breakdowns are counted from.

    Without it, the first change of each kind computes this data, which takes seconds on a large campaign. DuckDB
    and Spark are queried each time anyway, so there is nothing to precompute for them.

    Examples:
        >>> results.warm()
    """
    for step in steps_to_warm(self):
        step()


def steps_to_warm(results: HasSession) -> Iterator[Step]:
    """Return the work of `warm` in steps, to be done one after another."""
    for step in _steps(results):
        yield partial(_sorted, step)


def _sorted(step: Step) -> None:
    with sorting():
        step()


def _steps(results: HasSession) -> Iterator[Step]:
    session = results._session
    data = session.data
    indexes = indexes_of(data, session.query.definitions)
    if indexes is None:
        return
    # Events by the clock that nobody has chosen yet come last: to place them takes as long as all of a range.
    last: Kind = "events" if session.query.clock == "entry" else "entry_events"
    kinds = [kind for kind in INDEXED if kind != last]
    for kind in kinds:
        yield partial(indexes.of, kind)
    ranged = as_range(results)
    yield from (partial(ask, ranged) for ask in (overview, channels, flow, actions))
    yield from (partial(explore, ranged, "engaged"), partial(flow_by_variant, ranged))
    yield from data.preparation()
    for by in data.few_valued:
        yield from (partial(breakdown_of, indexes.data, by, indexes.of(kind)) for kind in kinds)
    yield from _breakdowns_to_warm(data, ranged)
    for name in OFFERED:
        other = with_definitions(ranged, DEFINITIONS[name])
        yield from (partial(ask, other) for ask in (overview, channels, actions))
    for other in _others(results, ranged):
        yield from (partial(ask, other) for ask in (overview, channels, actions, flow))
    for name in OFFERED:
        yield partial(explore, with_definitions(between(results), DEFINITIONS[name]), "engaged")
    yield partial(indexes.of, last)
    yield from (partial(breakdown_of, indexes.data, by, indexes.of(last)) for by in data.few_valued)


def _others(results: ResultsT, ranged: ResultsT) -> Iterator[ResultsT]:
    """Yield the whole campaign by each choice that changes every number, in which a store holds its answers.

    Those without developers are counted over indexes, which ranges use as well; those by the other clock from
    each user's events in one pass.
    """
    session = results._session
    whole = between(results)
    yield from (with_definitions(whole, DEFINITIONS[name]) for name in OFFERED)
    if session.data.require_users().developers is not None:
        yield from (
            analytics(one, developers=not session.query.developers) for one in (ranged, whole)
        )
    yield with_clock(whole, "event" if session.query.clock == "entry" else "entry")


def _breakdowns_to_warm(data: Backend, ranged: HasSession) -> Iterator[Step]:
    """Yield the questions by each breakdown, while the cache has room for them."""
    most = 0
    for by in data.few_valued:
        room = data.cache.room
        # Room is left for what clicks compute.
        if room < 2 * most:
            return
        yield from (partial(ask, ranged, by) for ask in (overview, channels, actions))
        yield partial(explore, ranged, "engaged", by=by)
        most = max(most, room - data.cache.room)


def as_range(results: ResultsT) -> ResultsT:
    """Return the same results as a range that starts at their first instant, counted as ranges are."""
    first, _ = results._session.span()
    return between(results, from_micros(first), None)
