"""The numbers under common alternative rules: the range below the verdict, and the table that it opens."""

from collections.abc import Generator, Mapping
from typing import Final

from results_widgets._written_table import WrittenTable
from results_widgets.alternatives import Sensitivity
from results_widgets.alternatives.display import UNDER_OTHERS
from results_widgets.alternatives.headline import converted_rate_in_steps
from results_widgets.alternatives.run import Found
from results_widgets.engine.cache import Key
from results_widgets.results import Results
from results_widgets.view_model.serialization import State

_NOTHING: Final = WrittenTable("", (), frozenset(), ())
_AWAITED: Final[State] = {**_NOTHING.to_state(), "line": f"{UNDER_OTHERS}: …", "awaited": True}


def usual_rules_reply(results: Results) -> State:
    """Return the reply to ``kind: usual_rules``.

    It has ``line`` (the range of the converted rate in a sentence; empty where there is none), the table, and
    ``notes`` in sentences.

    Args:
        results: As selected.

    Raises:
        QueryError: They come from a roll-up.
    """
    campaign = [one for one in results._session.metrics() if one.scope == "campaign"]
    keys = [one.key for one in campaign if one.key_metric]
    found = results.sensitivity(keys)
    said = dict(zip(keys, found.sentences, strict=False))
    rankings = [one for one in found.sentences if one.startswith("The ranking")]
    state = found.written().to_state()
    return {
        **state,
        "line": said.get("converted_rate", ""),
        "notes": [*rankings, *state["notes"]],
    }


def usual_range(results: Results) -> State | None:
    """Return ``usual`` of ``_experiment`` as far as it is known: the range, or that it is awaited.

    It has what `usual_rules_reply` has, of the converted rate alone, and whether it is ``awaited``. None
    where nothing will be said: for a roll-up, and for events on another engine, where counting the campaign six
        more times unasked would be costly.

    Args:
        results: As selected.
    """
    if not results._session.is_in_memory:
        return None
    known = results._session.data.cache.known(_key(results))
    return _AWAITED if known is None else _state(results, known)


def is_awaited(experiment: Mapping[str, object]) -> bool:
    """Whether a value of ``_experiment`` has room for a range that is not known yet."""
    return experiment.get("usual") == _AWAITED


def usual_range_in_steps(results: Results) -> Generator[None, None, State | None]:
    """Return what `usual_range` does once it is known, computing it with a pause before each rule."""
    session = results._session
    if not session.is_in_memory:
        return None
    found = session.data.cache.known(_key(results))
    if found is None:
        found = yield from converted_rate_in_steps(session.data.require_users(), session.query)
        session.data.cache.put(_key(results), found)
    return _state(results, found)


def counted_range(results: Results) -> State | None:
    """Return what `usual_range` does once it is known, computing it now."""
    steps = usual_range_in_steps(results)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: State | None = end.value
            return found


def _key(results: Results) -> Key[Found]:
    return results._session.query.key("usual_range")


def _state(results: Results, found: Found) -> State | None:
    said = Sensitivity(found, results._session.locale)
    if not said.line:
        return None
    return {**said.written().to_state(), "line": said.line, "awaited": False}
