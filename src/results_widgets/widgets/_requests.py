"""What a browser may ask: the users behind what was clicked. Everything from there is checked here."""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Final

from results_widgets.errors import QueryError
from results_widgets.results import Results
from results_widgets.segments import Segment

_MOST_ACTIONS: Final = 200


def segment_asked(view: Results, content: Mapping[str, object]) -> Segment:
    """Return the segment that a request names.

    ``of`` is ``campaign``; ``action`` (action, event or none); ``actions`` (any of several);
    ``edge`` (source and target: received both); ``metric`` (metric, and its action or channel).

    Raises:
        QueryError: The request names what there is not.
    """
    if content.get("kind") != "segment":
        raise QueryError.unknown("request", content.get("kind"), ["segment"])
    asked: dict[str, Callable[[], Segment]] = {
        "campaign": view.users_in_campaign,
        "action": lambda: view.users_in_action(_word(content, "action"), _maybe(content, "event")),
        "actions": lambda: _any_of(view, content.get("actions")),
        "edge": lambda: (
            view.users_in_action(_word(content, "source"))
            & view.users_in_action(_word(content, "target"))
        ),
        "metric": lambda: view.users(
            _word(content, "metric"), _maybe(content, "action"), _maybe(content, "channel")
        ),
    }
    of = content.get("of")
    if not isinstance(of, str) or of not in asked:
        raise QueryError.unknown("segment", of, asked)
    return asked[of]()


def _word(content: Mapping[str, object], name: str) -> str:
    value = content.get(name)
    if not isinstance(value, str):
        raise QueryError(f"the request names no {name}; it takes a text")
    return value


def _maybe(content: Mapping[str, object], name: str) -> str | None:
    return None if content.get(name) is None else _word(content, name)


def _any_of(view: Results, actions: object) -> Segment:
    if not isinstance(actions, list) or not 0 < len(actions) <= _MOST_ACTIONS:
        raise QueryError("the request names no actions; it takes a list of their ids")
    named = list(dict.fromkeys(str(action) for action in actions))
    return reduce(lambda one, other: one | other, [view.users_in_action(a) for a in named])
