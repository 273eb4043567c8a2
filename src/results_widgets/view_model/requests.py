"""Requests that a browser sends as messages: the users behind a number, and which days have data.

Whatever comes from a browser is checked here.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Final

from results_widgets.errors import QueryError, ResultsError
from results_widgets.glossary.names import MetricKey
from results_widgets.results import Results
from results_widgets.segments import Segment
from results_widgets.view_model.flow import next_steps_rows
from results_widgets.view_model.points import point_segment
from results_widgets.view_model.serialization import State

_MAX_NAMED: Final = 200


def requested_segment(results: Results, request: Mapping[str, object]) -> Segment:
    """Return the segment that a request of ``kind: segment`` names.

    ``of`` is one of

    - ``campaign``: everyone with an entry;
    - ``action``: who received ``action``, or had ``event`` there;
    - ``edge``: who received both ``source`` and ``target``;
    - ``several``: the union of ``actions`` and ``edges``;
    - ``metric``: the users that ``metric`` counts, of an ``action`` or ``channel`` if named;
    - ``point``: the users of a point of the chart, see `points`.

    Raises:
        QueryError: The request is malformed, or names something the results do not have.
    """
    if request.get("kind") != "segment":
        raise QueryError.unknown("request", request.get("kind"), ["segment"])
    kinds: dict[str, Callable[[], Segment]] = {
        "campaign": results.users_in_campaign,
        "action": lambda: results.users_in_action(
            _text(request, "action"), _optional_text(request, "event")
        ),
        "edge": lambda: _edge(results, _text(request, "source"), _text(request, "target")),
        "several": lambda: _union(results, request.get("actions"), request.get("edges")),
        "metric": lambda: results.users(
            MetricKey(_text(request, "metric")),
            _optional_text(request, "action"),
            _optional_text(request, "channel"),
        ),
        "point": lambda: point_segment(results, request),
    }
    of = request.get("of")
    if not isinstance(of, str) or of not in kinds:
        raise QueryError.unknown("segment", of, kinds)
    return kinds[of]()


def _text(request: Mapping[str, object], name: str) -> str:
    value = request.get(name)
    if not isinstance(value, str):
        raise QueryError(f"the request has no text {name!r}; found {value!r}")
    return value


def _optional_text(request: Mapping[str, object], name: str) -> str | None:
    return None if request.get(name) is None else _text(request, name)


def _edge(results: Results, source: str, target: str) -> Segment:
    return results.users_in_action(source) & results.users_in_action(target)


def _union(results: Results, actions: object, edges: object) -> Segment:
    segments = [results.users_in_action(str(action)) for action in _distinct(actions)]
    segments += [_edge(results, *_edge_ends(edge)) for edge in _distinct(edges)]
    if not segments:
        raise QueryError("the request names no actions and no edges; name one or more of them")
    return reduce(or_, segments)


def _distinct(names: object) -> list[Any]:
    """Return the distinct elements of a list, none of anything else."""
    if not isinstance(names, list):
        return []
    if len(names) > _MAX_NAMED:
        raise QueryError(
            f"the request names {len(names)} actions or edges; at most {_MAX_NAMED} are allowed"
        )
    return [name for place, name in enumerate(names) if name not in names[:place]]


def _edge_ends(edge: object) -> tuple[str, str]:
    if isinstance(edge, list) and len(edge) == 2 and all(isinstance(end, str) for end in edge):  # noqa: PLR2004 - both ends
        return edge[0], edge[1]
    raise QueryError(f"an edge is a pair of action ids, the parent's first; found {edge!r}")


def next_steps_reply(results: Results, request: Mapping[str, object]) -> list[State]:
    """Return the reply to ``kind: next_steps``: what the users who received ``action`` did next.

    Raises:
        QueryError: The request names no action, the action is not known, or the results are a roll-up.
    """
    return next_steps_rows(results, _text(request, "action"))


def days_reply(results: Results) -> State:
    """Return the reply to ``kind: days``, which the calendar asks for.

    ``first`` is the first day with data in ISO format; ``counts`` has the messages received on it and on
    each day after it, whatever range is selected.
    """
    whole = results.between(None, None)
    metrics = [(channel.id, channel.received) for channel in whole.campaign.channels.values()]
    series = whole._session.series("channel", metrics, "1d").values() if metrics else []
    counts = [int(sum(value or 0 for value in day)) for day in zip(*series, strict=True)]
    days = [time.toordinal() for time in whole.explore("users", every="1d")["time"]]
    # A zone may have skipped a day (Samoa in 2011): the calendar has it, the series does not.
    by_day = dict(zip(days, counts, strict=False))
    return {
        "first": date.fromordinal(days[0]).isoformat(),
        "counts": [by_day.get(day, 0) for day in range(days[0], days[-1] + 1)],
    }


def error_message(error: Exception) -> dict[str, str]:
    """Return an error as the browser shows it: ``message`` (what happened) and ``hint`` (what to do)."""
    if not isinstance(error, ResultsError):
        text = f"the kernel failed ({type(error).__name__}); see its log for the traceback"
    else:
        text = str(error)
    message, _, hint = text.partition("; ")
    return {"message": message, "hint": hint}


def error_reply(error: Exception) -> State:
    """Return the ``error`` of a reply; ``limit`` tells a request that cannot be answered from a failure."""
    return {**error_message(error), "limit": isinstance(error, QueryError)}
