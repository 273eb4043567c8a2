"""Small counts hidden, and with them whatever would give them away by subtraction or division.

Counts are cells; what adds up is a `Sum` over them. A cell from 1 to below the least count is
hidden. Then, as long as some sum gives a hidden cell away (it is the only unknown of that sum, or
the unknowns together are fewer than the least count), the smallest other cell of it is hidden, too.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

Cell = Hashable
_NUMBERS: Final = ["value", "numerator", "denominator", "low", "high", "previous"]


@dataclass(frozen=True, slots=True)
class Sum:
    """A total that is at least its parts; what is missing is an unknown of its own."""

    total: Cell
    parts: tuple[Cell, ...]


def hidden_cells(values: Mapping[Cell, float], sums: Sequence[Sum], least: int) -> set[Cell]:
    """Return the cells to hide.

    Args:
        values: Every count that is shown or can be worked out.
        sums: What adds up.
        least: The smallest count to show; 0 is always shown.
    """
    hidden = {cell for cell, value in values.items() if 0 < value < least}
    known = [
        one for one in sums if one.total in values and all(part in values for part in one.parts)
    ]
    again = True
    while again:
        again = False
        for one in known:
            more = _given_away(one, values, hidden, least)
            if more is not None:
                hidden.add(more)
                again = True
    return hidden


def _given_away(
    one: Sum, values: Mapping[Cell, float], hidden: set[Cell], least: int
) -> Cell | None:
    """Return the cell that must be hidden so that a sum gives nothing away, None if it does not."""
    rest = values[one.total] - sum(values[part] for part in one.parts)
    if rest < 0:
        return None
    unknown = [values[part] for part in one.parts if part in hidden]
    if rest > 0:
        unknown.append(rest)
    shown = [part for part in one.parts if part not in hidden and values[part] > 0]
    if one.total in hidden:
        # The parts must not add up to it.
        return None if unknown else min(shown, key=values.__getitem__, default=None)
    small = any(value < least for value in unknown) or any(part in hidden for part in one.parts)
    if not small or (len(unknown) > 1 and sum(unknown) >= least):
        return None
    return min([*shown, one.total], key=values.__getitem__)


def hide(state: Mapping[str, Any], least: int) -> dict[str, Any]:
    """Return the state of a page without its small counts.

    Args:
        state: From `looks.state_of`.
        least: The smallest count to show.
    """
    metrics: pl.DataFrame = state["_metrics"]
    glossary, campaign, flow = state["_glossary"], state["_campaign"], state["_flow"]
    values = _cells(metrics, glossary, flow)
    sums = [*_metric_sums(metrics, campaign), *_rate_sums(metrics, glossary), *_flow_sums(flow)]
    hidden = hidden_cells(values, sums, least)
    status = dict(state["_status"])
    # A roll-up may know but one of them.
    everybody, without = status["users_with_developers"], status["users_without_developers"]
    apart = 0 if everybody is None or without is None else everybody - without
    if 0 < apart < least or 0 < (without or 0) < least:
        status["users_without_developers"] = None
    if ("campaign", "", "unique_users") in hidden:
        status["users_with_developers"] = None
    return {
        **state,
        "_metrics": _without(metrics, glossary, hidden),
        "_flow": _flow_without(flow, hidden),
        # Every point of a small line is a count of its own.
        "_trends": {},
        "_status": status,
    }


def _owner(row: Mapping[str, Any]) -> tuple[str, str]:
    names = {"campaign": "", "channel": row["channel"], "action": row["action_id"]}
    return row["scope"], names[row["scope"]]


def _cells(
    metrics: pl.DataFrame, glossary: Mapping[str, Any], flow: Mapping[str, Any]
) -> dict[Cell, float]:
    values: dict[Cell, float | None] = {("held back",): flow["held_back"]}
    for row in metrics.iter_rows(named=True):
        scope, owner = _owner(row)
        entry = glossary.get(f"{row['channel']}:{row['metric']}") or glossary[row["metric"]]
        if entry["unit"] in ("count", "users") and row["value"] is not None:
            values[scope, owner, row["metric"]] = row["value"]
        for name in ("numerator", "denominator"):
            if row[name] is not None and entry[name] is not None:
                values.setdefault((scope, owner, entry[name]), row[name])
    for arm in flow["arms"]:
        values |= _arm_cells(arm)
    return {cell: value for cell, value in values.items() if value is not None}


def _arm_cells(arm: Mapping[str, Any]) -> dict[Cell, float | None]:
    names = ("entries", "conversions", "unattributed", "open")
    values: dict[Cell, float | None] = {_arm_cell(arm["id"], name): arm[name] for name in names}
    for node in arm["nodes"]:
        for name in ("users_received", "conversions"):
            values[_node_cell(arm["id"], node["action_id"], name)] = node[name]
    for edge in arm["edges"]:
        values["edge", arm["id"], edge["source"], edge["target"]] = edge["users"]
    return values


def _arm_cell(arm: str | None, name: str) -> Cell:
    known = {"entries": "users", "conversions": "conversions", "open": "entries_open"}
    if arm is None and name in known:
        return ("campaign", "", known[name])
    return ("arm", arm, name)


def _node_cell(arm: str | None, action: str, name: str) -> Cell:
    key = "conversions_attributed" if name == "conversions" else name
    return ("action", action, key) if arm is None else ("node", arm, action, key)


def _metric_sums(metrics: pl.DataFrame, campaign: Mapping[str, Any]) -> Iterable[Sum]:
    yield Sum(("campaign", "", "users"), (("campaign", "", "entries_open"),))
    actions: dict[str, list[str]] = {}
    for action in campaign["actions"]:
        actions.setdefault(action["channel"], []).append(action["id"])
    for row in metrics.filter(scope="channel").iter_rows(named=True):
        parts = tuple(("action", one, row["metric"]) for one in actions.get(row["channel"], []))
        if row["denominator"] is None and parts:
            yield Sum(("channel", row["channel"], row["metric"]), parts)


def _rate_sums(metrics: pl.DataFrame, glossary: Mapping[str, Any]) -> Iterable[Sum]:
    for row in metrics.iter_rows(named=True):
        entry = glossary.get(f"{row['channel']}:{row['metric']}") or glossary[row["metric"]]
        if entry["numerator"] and entry["denominator"]:
            scope, owner = _owner(row)
            yield Sum((scope, owner, entry["denominator"]), ((scope, owner, entry["numerator"]),))


def _flow_sums(flow: Mapping[str, Any]) -> Iterable[Sum]:
    arms = flow["arms"]
    variants = [arm["id"] for arm in arms if arm["id"] is not None]
    for arm in arms:
        id_ = arm["id"]
        parts = [_node_cell(id_, node["action_id"], "conversions") for node in arm["nodes"]]
        yield Sum(_arm_cell(id_, "conversions"), (*parts, _arm_cell(id_, "unattributed")))
        for edge in arm["edges"]:
            source = _node_cell(id_, edge["source"], "users_received")
            yield Sum(source, (("edge", id_, edge["source"], edge["target"]),))
    if not variants:
        return
    for name in ("entries", "conversions", "unattributed", "open"):
        yield Sum(_arm_cell(None, name), tuple(_arm_cell(one, name) for one in variants))
    for node in arms[0]["nodes"]:
        for name in ("users_received", "conversions"):
            cells = tuple(_node_cell(one, node["action_id"], name) for one in variants)
            yield Sum(_node_cell(None, node["action_id"], name), cells)
    for edge in arms[0]["edges"]:
        ends = (edge["source"], edge["target"])
        yield Sum(("edge", None, *ends), tuple(("edge", one, *ends) for one in variants))


def _without(metrics: pl.DataFrame, glossary: Mapping[str, Any], hidden: set[Cell]) -> pl.DataFrame:
    """Return the metrics' frame with null where something is hidden."""
    rows = []
    few = any(("campaign", "", key) in hidden for key in ("conversions", "unique_converters"))
    for row in metrics.iter_rows(named=True):
        entry = glossary.get(f"{row['channel']}:{row['metric']}") or glossary[row["metric"]]
        owner = _owner(row)
        gone = {"previous"}
        for name in ("numerator", "denominator"):
            if (*owner, entry[name]) in hidden:
                gone |= {name, "value", "low", "high"}
        if (*owner, row["metric"]) in hidden or (few and entry["unit"] in ("amount", "seconds")):
            gone |= set(_NUMBERS)
        rows.append({name: None if name in gone else value for name, value in row.items()})
    return pl.DataFrame(rows, schema=metrics.schema)


def hide_days(
    lines: Mapping[str, Sequence[float | None]],
    rates: Mapping[str, tuple[str, str]],
    totals: Mapping[str, float],
    least: int,
) -> dict[str, list[float | None]]:
    """Return lines without their small counts.

    Args:
        lines: Counts by name, per interval.
        rates: Rates by name: the names of the counts they are made of.
        totals: What the intervals of a count add up to, where the page shows it.
        least: The smallest count to show.
    """
    values: dict[Cell, float] = {("total", name): total for name, total in totals.items()}
    sums = []
    for name, line in lines.items():
        values |= {(name, place): n for place, n in enumerate(line) if n is not None}
        if name in totals:
            sums.append(Sum(("total", name), tuple((name, place) for place in range(len(line)))))
    for top, bottom in rates.values():
        sums += [Sum((bottom, place), ((top, place),)) for place in range(len(lines[top]))]
    hidden = hidden_cells(values, sums, least)
    return {
        name: [None if (name, place) in hidden else n for place, n in enumerate(line)]
        for name, line in lines.items()
    }


def _flow_without(flow: Mapping[str, Any], hidden: set[Cell]) -> dict[str, Any]:
    arms = []
    for arm in flow["arms"]:
        id_ = arm["id"]
        own = {name: arm[name] for name in ("entries", "conversions", "unattributed", "open")}
        nodes = [_node_without(id_, node, hidden) for node in arm["nodes"]]
        edges = [
            {**edge, "users": None, "share": None, "drop_off": None}
            if ("edge", id_, edge["source"], edge["target"]) in hidden
            else edge
            for edge in arm["edges"]
        ]
        kept = {name: None if _arm_cell(id_, name) in hidden else n for name, n in own.items()}
        arms.append({**arm, **kept, "nodes": nodes, "edges": edges})
    held_back = None if ("held back",) in hidden else flow["held_back"]
    return {**flow, "arms": arms, "held_back": held_back}


def _node_without(arm: str | None, node: Mapping[str, Any], hidden: set[Cell]) -> dict[str, Any]:
    kept = dict(node)
    for name in ("users_received", "conversions"):
        if _node_cell(arm, node["action_id"], name) in hidden:
            kept[name] = None
    if kept["users_received"] is None or ("action", node["action_id"], "entries_reached") in hidden:
        kept["share_of_entries"] = None
    return kept
