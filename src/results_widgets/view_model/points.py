"""From a point of the chart to its users: those that its number counts, and the Python code that finds them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

import polars as pl

from results_widgets.disclosure import SYNCED_USERS
from results_widgets.engine.calendar import check_every, from_micros
from results_widgets.engine.frames import BY
from results_widgets.errors import QueryError
from results_widgets.glossary.names import MetricKey
from results_widgets.results import Results
from results_widgets.results.scope import Edge, days_of_month
from results_widgets.results.sharing import NAME
from results_widgets.segments import Segment
from results_widgets.view_model.serialization import State

_MS: Final = 1000


@dataclass(frozen=True, slots=True)
class _Point:
    """The arguments of `Results.users` for some intervals of a chart, and one of its groups.

    Attributes:
        where: The column and value of the group; empty without one.
    """

    metric: str
    action: str | None
    channel: str | None
    start: Edge
    end: Edge
    where: Mapping[str, object]

    def segment(self, view: Results) -> Segment:
        return view.users(
            MetricKey(self.metric),
            self.action,
            self.channel,
            where=self.where or None,
            start=self.start,
            end=self.end,
        )

    def code(self) -> str:
        """Return the call that finds the same users, on the results as selected."""
        arguments = [repr(self.metric)]
        named = {"action": self.action, "channel": self.channel, "where": dict(self.where)}
        arguments += [f"{name}={value!r}" for name, value in named.items() if value]
        edges = {"start": self.start, "end": self.end}
        arguments += [f"{name}={str(edge)!r}" for name, edge in edges.items() if edge is not None]
        return f".users({', '.join(arguments)})"


def point_segment(view: Results, request: Mapping[str, object]) -> Segment:
    """Return the users of the point that a request names.

    Raises:
        QueryError: The request is malformed, or names a metric without users of its own.
    """
    return _point(view, request).segment(view)


def point_reply(view: Results, scope: str, request: Mapping[str, object]) -> State:
    """Return the reply to ``kind: point``: how many ``users`` it has, and the ``code`` that finds them.

    Args:
        view: The results as selected.
        scope: The expression that gives them.
        request: ``metric``, ``action``, ``channel``; ``first`` and ``last``, the starts of the first and the last
            interval in ms, and ``every``, how long they are; ``cumulative``; ``by`` and ``group``, the column
            and the name of one of its groups, or null.

    Raises:
        QueryError: As `point_segment`.
    """
    point = _point(view, request)
    return {"users": len(point.segment(view)), "code": f"{scope}{point.code()}"}


def _point(view: Results, request: Mapping[str, object]) -> _Point:
    action, channel = _text(request, "action"), _text(request, "channel")
    start, end = _edges(view, request)
    # In a range rates are of the entries that started in it, and so are their users.
    seen = view.between(start, end)
    metric = seen._session.describe(_text(request, "metric") or "", action, channel)
    behind = "conversions" if metric.unit == "seconds" else metric.numerator or metric.key
    return _Point(behind, action, channel, start, end, _where(view, request))


def _edges(view: Results, request: Mapping[str, object]) -> tuple[Edge, Edge]:
    """Return the range that some intervals cover, within the range of the results."""
    every, own = check_every(str(request.get("every"))), view._session.query
    first, last = (_instant(view, request, name) for name in ("first", "last"))
    if every == "1h":
        start, end = first, last + timedelta(hours=1)
        return (own.start if request.get("cumulative") else start), end
    day = last.date()
    until = {"1d": day, "1w": day + timedelta(days=6), "1mo": days_of_month(f"{day:%Y-%m}")[1]}[
        every
    ]
    starts = (own.start,) if request.get("cumulative") else (own.start, first.date())
    # A week at the edge of the range reaches beyond it.
    return (
        max(
            (edge for edge in starts if edge is not None),
            key=lambda e: _micros(view, e),
            default=None,
        ),
        min(
            (edge for edge in (until, own.end) if edge is not None),
            key=lambda e: _micros(view, e, is_end=True),
        ),
    )


def _micros(view: Results, edge: date | datetime, *, is_end: bool = False) -> int:
    query = replace(
        view._session.query, start=None if is_end else edge, end=edge if is_end else None
    )
    return query.micros()[is_end] or 0


def _instant(view: Results, request: Mapping[str, object], name: str) -> datetime:
    value = request.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise QueryError(f"the request has no instant {name!r}; found {value!r}")
    try:
        return from_micros(round(value * _MS), view.time_zone)
    except (OverflowError, ValueError):
        raise QueryError(f"the request's {name!r} is not an instant: {value!r}") from None


def _where(view: Results, request: Mapping[str, object]) -> dict[str, object]:
    """Return the value of a column that a group of the chart stands for."""
    by, group = _text(request, "by"), _text(request, "group")
    if by is None or group is None:
        return {}
    labels = {variant.label: variant.id for variant in view.campaign.variants if by == "variant"}
    name = labels.get(group, group)
    names = view._session.shown_names(by, SYNCED_USERS)
    values = names.filter(pl.col(NAME).cast(pl.String) == name)[BY].to_list()
    if len(values) == 1:
        return {by: values[0]}
    if not values and group == "unknown":
        return {by: None}
    raise QueryError(f"{group!r} stands for several values of column {by!r}; choose another line")


def _text(request: Mapping[str, object], name: str) -> str | None:
    value = request.get(name)
    if value is not None and not isinstance(value, str):
        raise QueryError(f"the request has no text {name!r}; found {value!r}")
    return value
