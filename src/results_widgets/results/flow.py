"""The flow: which users went from one action to the next."""

from typing import NamedTuple

import polars as pl

from results_widgets.engine.frames import BY
from results_widgets.engine.metrics import flow as flow_engine
from results_widgets.engine.metrics.next_steps import NextSteps, next_steps as find_next_steps
from results_widgets.engine.query import Grouping
from results_widgets.errors import QueryError
from results_widgets.results.needing_users import users_of
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


def next_steps(self: HasSession, action: str) -> pl.DataFrame:
    """Return what the users who received an action did next, by the end of the range; the rows add up to these users.

    First comes a row ``went`` for each following action: the users who received it, as on an edge of `flow`. Users
    who received several count in each of these rows, and the row ``several`` subtracts the repeats. Users who
    received none have ``left`` (exited, or converted where that ends an entry), are ``not_due`` (an action will
    still be sent to them), or are ``waiting`` (for something they have not done, or for data not there yet). An
    action is due after its delay, counted from the receipt or event that leads to it. With the entry clock, times
    are not known, so all users who received none are ``waiting``.

    Args:
        action: Id of the action that they received.

    Returns:
        kind (String): ``went``, ``several``, ``waiting``, ``left`` or ``not_due``.
        action_id (String): The action that follows; null in other rows.
        users (Int64): How many; for ``several``, minus the number of repeats.
        share (Float64): Of the users who received the action; null where nobody did.
        first_due (Datetime): When the first of the ``not_due`` actions is due, in the results' time zone.

    Raises:
        QueryError: The action is not known, or the results are a roll-up, which holds no users.

    Examples:
        >>> results.next_steps("last-chance").select("kind", "action_id", "users").rows()
        [('went', 'survey', 0), ('waiting', None, 0), ('left', None, 9), ('not_due', None, 88)]
    """
    session = self._session
    campaign = session.campaign
    if action not in campaign.action_by_id:
        raise QueryError.unknown("action", action, campaign.action_by_id)
    users_of(session, "what became of users")

    def compute() -> NextSteps:
        return find_next_steps(session.scoped(), action)

    found = session.cached("next steps", action, compute=compute)
    rows: list[tuple[str, str | None, int | None]] = [
        ("went", child, users) for child, users in found.steps.items()
    ]
    rows += [("several", None, -found.several)] if found.several else []
    rows += [("waiting", None, found.waiting)]
    rows += [("left", None, found.left), ("not_due", None, found.not_due)]
    frame = pl.DataFrame(
        [row for row in rows if row[2] is not None],
        schema={"kind": pl.String, "action_id": pl.String, "users": pl.Int64},
        orient="row",
    )
    is_due = pl.col("kind") == "not_due"
    share = pl.col("users") / found.received if found.received else pl.lit(None, pl.Float64)
    due = pl.lit(found.first_due, pl.Int64).cast(pl.Datetime("us", "UTC"))
    return frame.with_columns(
        share=share,
        first_due=pl.when(is_due).then(due.dt.convert_time_zone(session.query.time_zone)),
    )
