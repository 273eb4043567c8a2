"""The ``_flow`` trait: users who received each action and moved along each edge, in all and per variant."""

from collections.abc import Mapping

import polars as pl

from results_widgets.results import Flow, Results
from results_widgets.view_model.serialization import State


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
    attributed = flow.nodes["conversions_attributed"].sum()
    conversions = int(totals.get("conversions", 0))
    return {
        "id": variant,
        "label": label,
        "entries": int(totals.get("users", 0)),
        "conversions": conversions,
        "unattributed": conversions - int(attributed),
        "open": int(totals.get("entries_open", 0)),
        "nodes": flow.nodes.select(
            "action_id", "users_received", "share_of_entries", conversions="conversions_attributed"
        ).to_dicts(),
        "edges": flow.edges.select("source", "target", "users", "share", "drop_off").to_dicts(),
    }
