"""Rules: which users a segment holds, as a tree of plain JSON values.

The leaves of the tree say what a campaign was asked for, and under which query scope (``lens``), so that a
rule means the same on newer data. Its branches combine leaves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from results_widgets._json import Node, shown
from results_widgets.definitions import DEFINITIONS, Definitions, as_definitions
from results_widgets.engine.people.sequences import Step
from results_widgets.engine.query import Clock, QueryScope, as_moment
from results_widgets.errors import QueryError

Rule = dict[str, Any]
"""A rule as plain JSON values: an ``op``, and what it applies to."""

LeafOp = Literal["everyone", "metric", "action", "sequence"]
LEAVES: Final[tuple[LeafOp, ...]] = get_args(LeafOp)

_SCOPE: Final = ("definitions", "time_zone", "start", "end", "developers", "clock")
_LEAF: Final[Mapping[LeafOp, tuple[str, ...]]] = {
    "everyone": (),
    "metric": ("metric", "action", "channel", "where"),
    "action": ("action", "event"),
    "sequence": ("steps", "within"),
}
_STEP: Final = 2


@dataclass(frozen=True)
class Leaf:
    """What one campaign was asked for; which fields are set depends on ``op``."""

    op: LeafOp
    query: QueryScope
    metric: str = ""
    action: str | None = None
    channel: str | None = None
    where: Mapping[str, object] | None = None
    event: str | None = None
    steps: tuple[Step, ...] = ()
    within: str | None = None


def read_leaf(op: LeafOp, value: object, path: str) -> Leaf:
    """Read a leaf of a rule.

    Raises:
        QueryError: A field is missing, unknown or of another type; the error names its path.
    """
    node = Node(value, path, ("op", "campaign", "lens", *_LEAF[op]), QueryError.at)
    query = scope_from_json(node.child("lens", _SCOPE))
    if op == "metric":
        metric, where = node.text("metric"), node.mapping("where")
        owner = node.optional_text("action"), node.optional_text("channel")
        return Leaf(op, query, metric, *owner, where=where)
    if op == "action":
        return Leaf(op, query, action=node.text("action"), event=node.optional_text("event"))
    if op == "sequence":
        steps = node.each("steps", read_step)
        return Leaf(op, query, steps=steps, within=node.optional_text("within"))
    return Leaf(op, query)


def read_step(value: object, path: str = "") -> Step:
    """Return a step of a sequence: an event's name, or a pair of action and event.

    Raises:
        QueryError: It is neither.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple) and len(value) == _STEP:
        action, event = value
        if isinstance(action, str) and isinstance(event, str):
            return action, event
    raise QueryError.at(
        path,
        f"{shown(value)} is not a step; write (action, event), such as ('welcome', 'opened'), "
        "or the name of a goal's event",
    )


def scope_to_json(query: QueryScope) -> dict[str, object]:
    """Return a query scope as plain JSON values; a shipped definition set goes by its name."""
    shipped = DEFINITIONS.get(query.definitions.name) == query.definitions
    # Most rules are read by earlier versions, too: they know of one clock.
    clock = {} if query.clock == "event" else {"clock": query.clock}
    return clock | {
        "definitions": query.definitions.name if shipped else query.definitions.to_dict(),
        "time_zone": query.time_zone,
        "start": None if query.start is None else query.start.isoformat(),
        "end": None if query.end is None else query.end.isoformat(),
        "developers": query.developers,
    }


def scope_from_json(node: Node) -> QueryScope:
    """Return the query scope that `scope_to_json` wrote.

    Raises:
        QueryError: A field is missing or wrong; the error names its path.
    """
    written = node.value.get("definitions")
    definitions = (
        Definitions.from_dict(written, node.at("definitions"))
        if isinstance(written, Mapping)
        else as_definitions(node.text("definitions"))
    )
    start, end = as_moment(node.optional_text("start")), as_moment(node.optional_text("end"))
    developers = node.optional_flag("developers")
    if developers is None:
        raise node.error("developers", "is required and must be true or false")
    clock = node.choice("clock", get_args(Clock), "event")
    return QueryScope(definitions, node.text("time_zone"), start, end, developers, clock=clock)
