"""The flow: which users went from one action to the next."""

from typing import NamedTuple

import polars as pl

from results_widgets.engine.frames import BY
from results_widgets.engine.metrics import flow as flow_engine
from results_widgets.engine.query import Grouping
from results_widgets.results.session import HasSession


class Flow(NamedTuple):
    """The campaign's flow as two frames; see `Results.flow`.

    Attributes:
        nodes: One row per action.
        edges: One row per step from an action to one that follows it.

    Examples:
        >>> results.flow().nodes.select("action_id", "users_received").head(2).rows()
        [('we-miss-you', 171), ('reminder', 106)]
    """

    nodes: pl.DataFrame
    edges: pl.DataFrame


def flow(self: HasSession) -> Flow:
    """Return the flow as nodes and edges.

    Nodes have action_id, action, channel, parent, variant (String), users_received,
    conversions_attributed, entries_reached (Int64) and share_of_entries (Float64). Edges have source,
    target, trigger (String), users (Int64: distinct users who received both actions), share and
    drop_off (Float64: of the users who received the source).

    Returns:
        nodes (DataFrame): One row per action, in the campaign's order.
        edges (DataFrame): One row per pair of an action and one that follows it.

    Examples:
        >>> nodes, edges = results.flow()
        >>> edges.select("source", "target", "users", "drop_off").head(2)
        shape: (2, 4)
        ┌─────────────┬──────────┬───────┬──────────┐
        │ source      ┆ target   ┆ users ┆ drop_off │
        │ ---         ┆ ---      ┆ ---   ┆ ---      │
        │ str         ┆ str      ┆ i64   ┆ f64      │
        ╞═════════════╪══════════╪═══════╪══════════╡
        │ we-miss-you ┆ reminder ┆ 106   ┆ 0.380117 │
        │ we-miss-you ┆ crm-note ┆ 15    ┆ 0.912281 │
        └─────────────┴──────────┴───────┴──────────┘
    """
    session = self._session

    def compute() -> Flow:
        scoped = session.scoped()
        return Flow(flow_engine.nodes(scoped), flow_engine.edges(scoped))

    # Copies: frames can be changed in place, and the cached ones must not be.
    return Flow(*(frame.clone() for frame in session.cached("flow", compute=compute)))


def flow_by_variant(self: HasSession) -> dict[str, Flow]:
    """Return the flow of each variant of the campaign.

    Returns:
        Flows by the id of their variant; empty if the campaign or the data has no variants.

    Examples:
        >>> {variant: flow.nodes["users_received"].sum() for variant, flow in results.flow_by_variant().items()}
        {'A': 219, 'B': 277}
    """
    session = self._session
    variants = session.campaign.variants
    if not variants or "variant" not in session.breakdowns:
        return {}

    def compute() -> dict[str, Flow]:
        scoped = session.scoped(Grouping(by="variant"))
        frames = flow_engine.nodes(scoped), flow_engine.edges(scoped)
        return {
            variant.id: Flow(*(_only(frame, variant.id) for frame in frames))
            for variant in variants
        }

    return session.cached("flow by variant", compute=compute)


def _only(frame: pl.DataFrame, variant: str) -> pl.DataFrame:
    return frame.filter(pl.col(BY) == variant).drop(BY)
