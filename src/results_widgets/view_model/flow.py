"""The ``_flow`` trait: users who received each action and moved along each edge, in all and per variant."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from results_widgets.glossary import Metric
from results_widgets.glossary.action import CONVERSIONS_ATTRIBUTED, SHARE_OF_ENTRIES, USERS_RECEIVED
from results_widgets.glossary.campaign import CONVERSIONS, ENTRIES_OPEN, USERS
from results_widgets.results import Flow, Results
from results_widgets.view_model.serialization import State, epoch_ms

ARM_METRICS: Final[Mapping[str, Metric]] = {
    "entries": USERS,
    CONVERSIONS.key: CONVERSIONS,
    "open": ENTRIES_OPEN,
}
"""Metrics of the campaign that an arm has, by its own names for them."""
NODE_METRICS: Final[Mapping[str, Metric]] = {
    USERS_RECEIVED.key: USERS_RECEIVED,
    SHARE_OF_ENTRIES.key: SHARE_OF_ENTRIES,
    "conversions": CONVERSIONS_ATTRIBUTED,
}
"""Metrics of its action that a node has, by its own names for them."""


def flow_state(results: Results) -> State:
    """Return the value of ``_flow``: ``arms`` (everyone first, then each variant) and ``held_back``.

    An arm has its totals, a node per action and an edge per parent and child.
    """
    arms = [_arm(None, "Everyone", results.flow(), _totals(results.overview()))]
    flows = results.flow_by_variant()
    if flows:
        by_variant = results.overview(by="variant")
        for variant in results.campaign.variants:
            totals = _totals(by_variant.filter(pl.col("variant") == variant.id))
            arms.append(_arm(variant.id, variant.name or variant.id, flows[variant.id], totals))
    return {"arms": arms, "held_back": results.held_back()}


def _totals(overview: pl.DataFrame) -> Mapping[str, float]:
    return dict(overview.select("metric", pl.col("value").fill_null(0)).iter_rows())


def _arm(variant: str | None, label: str, flow: Flow, totals: Mapping[str, float]) -> State:
    attributed = int(flow.nodes[CONVERSIONS_ATTRIBUTED.key].sum())
    numbers = {name: int(totals.get(metric.key, 0)) for name, metric in ARM_METRICS.items()}
    columns = {name: metric.key for name, metric in NODE_METRICS.items()}
    return {
        "id": variant,
        "label": label,
        **numbers,
        "unattributed": numbers[CONVERSIONS.key] - attributed,
        "nodes": flow.nodes.select("action_id", **columns).to_dicts(),
        "edges": flow.edges.drop("trigger").to_dicts(),
    }


def next_steps_rows(results: Results, action: str) -> list[State]:
    """Return what the users who received an action did next: the rows of `Results.next_steps` with ``first_due_ms``.

    Raises:
        QueryError: The action is not known, or the results are a roll-up.
    """
    rows = results.next_steps(action).iter_rows(named=True)
    return [
        {
            **{name: row[name] for name in ("kind", "action_id", "users", "share")},
            "first_due_ms": epoch_ms(row["first_due"]),
        }
        for row in rows
    ]


def next_steps_state(results: Results) -> State:
    """Return the value of ``_next_steps``, used by pages without a kernel in place of replies: the rows by action,
    for actions that others follow; empty where it is not known.
    """
    if results.is_rolled_up:
        return {}
    sources = dict.fromkeys(one.parent for one in results.campaign.actions if one.parent)
    return {action: next_steps_rows(results, action) for action in sources}
