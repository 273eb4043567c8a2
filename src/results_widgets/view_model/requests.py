"""What a browser may ask: the users behind what was clicked, and which days have data.

Everything that comes from there is checked here.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import reduce
from typing import Any, Final

from results_widgets.errors import QueryError
from results_widgets.results import Results
from results_widgets.segments import Segment

_MOST: Final = 200


def segment_asked(view: Results, content: Mapping[str, object]) -> Segment:
    """Return the segment that a request names.

    ``of`` is ``campaign``; ``action`` (action, event or none); ``edge`` (source and target:
    received both); ``several`` (in any of these actions and edges); ``metric`` (metric, and its
    action or channel).

    Raises:
        QueryError: The request names what there is not.
    """
    if content.get("kind") != "segment":
        raise QueryError.unknown("request", content.get("kind"), ["segment"])
    asked: dict[str, Callable[[], Segment]] = {
        "campaign": view.users_in_campaign,
        "action": lambda: view.users_in_action(_word(content, "action"), _maybe(content, "event")),
        "edge": lambda: _on_edge(view, _word(content, "source"), _word(content, "target")),
        "several": lambda: _any_of(view, content.get("actions"), content.get("edges")),
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


def _on_edge(view: Results, source: str, target: str) -> Segment:
    return view.users_in_action(source) & view.users_in_action(target)


def _any_of(view: Results, actions: object, edges: object) -> Segment:
    cards = [view.users_in_action(str(action)) for action in _few(actions)]
    lines = [_on_edge(view, *ends) for edge in _few(edges) if (ends := _ends(edge))]
    if not cards and not lines:
        raise QueryError("the request names no actions and no edges; it takes lists of them")
    return reduce(lambda one, other: one | other, [*cards, *lines])


def _few(names: object) -> list[Any]:
    """Return what a list names, each once; anything but a list names nothing."""
    if not isinstance(names, list):
        return []
    if len(names) > _MOST:
        raise QueryError(f"the request names {len(names)} cards or lines; it takes up to {_MOST}")
    return [name for at, name in enumerate(names) if name not in names[:at]]


def _ends(edge: object) -> tuple[str, str] | None:
    if isinstance(edge, list) and len(edge) == 2 and all(isinstance(end, str) for end in edge):  # noqa: PLR2004
        return edge[0], edge[1]
    raise QueryError("an edge is two ids of actions, the parent's first")


def days_wire(view: Results) -> dict[str, object]:
    """Return the days of all the data, whatever the range: the first, and how many messages were received on each."""
    whole = view.between(None, None)
    pairs = [(channel.id, channel.received) for channel in whole.campaign.channels.values()]
    series = whole._session.series("channel", pairs, "1d").values() if pairs else []
    counts = [int(sum(value or 0 for value in day)) for day in zip(*series, strict=True)]
    days = [time.toordinal() for time in whole.explore("users", every="1d")["time"]]
    # Places in a calendar: a day that the zone skipped has one there and none in a series.
    on = dict(zip(days, counts, strict=False))
    every = [on.get(day, 0) for day in range(days[0], days[-1] + 1)]
    return {"first": date.fromordinal(days[0]).isoformat(), "counts": every}
