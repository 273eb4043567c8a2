"""A page without its small counts, nor anything that would give them away by subtraction or division."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from results_widgets.glossary import Metric
from results_widgets.glossary.action import (
    DROP_OFF,
    ENTRIES_REACHED,
    SHARE_OF_ENTRIES,
    USERS_RECEIVED,
)
from results_widgets.glossary.campaign import HELD_BACK_USERS, UNIQUE_USERS
from results_widgets.report.html.metric_cells import MetricCells, cell_of
from results_widgets.report.html.small_cells import Cell, Sum, hidden_cells
from results_widgets.view_model.flow import ARM_METRICS, NODE_METRICS

_CONVERSIONS: Final = "conversions"
_ARM: Final = (*ARM_METRICS, "unattributed")
_NO_SHARE: Final = {"share": None, DROP_OFF.key: None}
_NODE: Final = tuple(name for name, metric in NODE_METRICS.items() if metric.is_count)


def hide(
    state: Mapping[str, Any],
    declared: Iterable[Metric],
    min_cell: int,
    *,
    held_back_counted: bool,
) -> dict[str, Any]:
    """Return the state of a page without its small counts.

    Args:
        state: From `states.view_state`.
        declared: The campaign's metrics, those included that are not shown.
        min_cell: The smallest count to show.
        held_back_counted: Whether the campaign's numbers include the held back.
    """
    flow = state["_flow"]
    metrics = MetricCells(
        state["_metrics"], declared, state["_campaign"], held_back_counted=held_back_counted
    )
    values = metrics.cells() | _flow_cells(flow)
    hidden = hidden_cells(values, [*metrics.sums(), *_flow_sums(flow)], min_cell)
    status = dict(state["_status"])
    everyone, without = status["users_with_developers"], status["users_without_developers"]
    # A roll-up may provide only one of them.
    developers = None if None in (everyone, without) else everyone - without
    if any(count is not None and 0 < count < min_cell for count in (developers, without)):
        status["users_without_developers"] = None
    if cell_of(UNIQUE_USERS) in hidden:
        status["users_with_developers"] = None
    return {
        **state,
        "_metrics": metrics.without(hidden),
        "_flow": _flow_without(flow, hidden),
        # Each point of a sparkline is a count.
        "_trends": {},
        "_status": status,
    }


def _flow_cells(flow: Mapping[str, Any]) -> dict[Cell, float]:
    values: dict[Cell, float | None] = {cell_of(HELD_BACK_USERS): flow["held_back"]}
    for arm in flow["arms"]:
        values |= {_arm_cell(arm["id"], name): arm[name] for name in _ARM}
        for node in arm["nodes"]:
            for name in _NODE:
                values[_node_cell(arm["id"], node["action_id"], name)] = node[name]
        for edge in arm["edges"]:
            values["edge", arm["id"], edge["source"], edge["target"]] = edge["users"]
    return {cell: value for cell, value in values.items() if value is not None}


def _arm_cell(arm: str | None, name: str) -> Cell:
    if arm is None and name in ARM_METRICS:
        return cell_of(ARM_METRICS[name])
    return ("arm", arm, name)


def _node_cell(arm: str | None, action: str, name: str) -> Cell:
    metric = NODE_METRICS[name]
    return cell_of(metric, "action", action) if arm is None else ("node", arm, action, metric.key)


def _flow_sums(flow: Mapping[str, Any]) -> Iterable[Sum]:
    arms = flow["arms"]
    variants = [arm["id"] for arm in arms if arm["id"] is not None]
    for arm in arms:
        id_ = arm["id"]
        parts = [_node_cell(id_, node["action_id"], _CONVERSIONS) for node in arm["nodes"]]
        yield Sum(_arm_cell(id_, _CONVERSIONS), (*parts, _arm_cell(id_, "unattributed")))
        for edge in arm["edges"]:
            source = _node_cell(id_, edge["source"], "users_received")
            yield Sum(source, (("edge", id_, edge["source"], edge["target"]),))
    if not variants:
        return
    for name in _ARM:
        yield Sum(_arm_cell(None, name), tuple(_arm_cell(variant, name) for variant in variants))
    everybody, *_ = arms
    for node in everybody["nodes"]:
        for name in _NODE:
            action = node["action_id"]
            cells = tuple(_node_cell(variant, action, name) for variant in variants)
            yield Sum(_node_cell(None, node["action_id"], name), cells)
    for edge in everybody["edges"]:
        ends = (edge["source"], edge["target"])
        yield Sum(("edge", None, *ends), tuple(("edge", variant, *ends) for variant in variants))


def _flow_without(flow: Mapping[str, Any], hidden: set[Cell]) -> dict[str, Any]:
    arms = []
    for arm in flow["arms"]:
        id_ = arm["id"]
        own = {name: arm[name] for name in _ARM}
        nodes = [_node_without(id_, node, hidden) for node in arm["nodes"]]
        edges = [_edge_without(id_, edge, hidden) for edge in arm["edges"]]
        kept = {name: None if _arm_cell(id_, name) in hidden else n for name, n in own.items()}
        arms.append({**arm, **kept, "nodes": nodes, "edges": edges})
    held_back = None if cell_of(HELD_BACK_USERS) in hidden else flow["held_back"]
    return {**flow, "arms": arms, "held_back": held_back}


def _node_without(arm: str | None, node: Mapping[str, Any], hidden: set[Cell]) -> dict[str, Any]:
    kept = dict(node)
    for name in _NODE:
        if _node_cell(arm, node["action_id"], name) in hidden:
            kept[name] = None
    sides = (cell_of(ENTRIES_REACHED, "action", node["action_id"]), _arm_cell(arm, "entries"))
    if kept[USERS_RECEIVED.key] is None or not hidden.isdisjoint(sides):
        kept[SHARE_OF_ENTRIES.key] = None
    return kept


def _edge_without(arm: str | None, edge: Mapping[str, Any], hidden: set[Cell]) -> dict[str, Any]:
    if ("edge", arm, edge["source"], edge["target"]) in hidden:
        return {**edge, "users": None, **_NO_SHARE}
    # Users divided by their share are those of the source.
    source = _node_cell(arm, edge["source"], USERS_RECEIVED.key)
    return {**edge, **_NO_SHARE} if source in hidden else dict(edge)
