"""The campaign's flow: a node per action, an edge per parent and child, with their numbers."""

import math

import polars as pl

from results_widgets.engine.counting.dispatch import tally
from results_widgets.engine.metrics import base as measures
from results_widgets.engine.metrics.base import METRIC, OWNER, VALUE
from results_widgets.engine.metrics.table import answer, metrics_of
from results_widgets.engine.scoped import USERS, ScopedRows

_NODE_METRICS = ("users_received", "conversions_attributed", "entries_reached")


def nodes(scoped: ScopedRows) -> pl.DataFrame:
    """Return action_id, action, channel, parent, variant (String), users_received,
    conversions_attributed, entries_reached (Int64), share_of_entries (Float64) [, the question's
    keys]; actions in the campaign's order.
    """
    campaign, keys = scoped.data.campaign, scoped.grouping.keys
    names = (*_NODE_METRICS, "share_of_entries")
    wanted = [
        (action.id, metric)
        for action in campaign.actions
        for metric in metrics_of(scoped, "action", action.id)
        if metric.key in names
    ]
    found = answer(scoped, "action", wanted).select(OWNER, *keys, METRIC, VALUE)
    wide = found.pivot(on=METRIC, index=[OWNER, *keys], on_columns=list(names), values=VALUE)
    actions = pl.DataFrame(
        [(a.id, a.label, a.channel, a.parent, a.variant) for a in campaign.actions],
        schema=dict.fromkeys(("action_id", "action", "channel", "parent", "variant"), pl.String),
        orient="row",
    )
    joined = actions.join(
        wide, left_on="action_id", right_on=OWNER, how="left", maintain_order="left_right"
    )
    return joined.with_columns(pl.col(_NODE_METRICS).cast(pl.Int64))


def edges(scoped: ScopedRows) -> pl.DataFrame:
    """Return source, target, trigger (String), users (Int64: received both), share, drop_off
    (Float64, of the source's users received; null where nobody received it) [, the question's
    keys]; one row per action with a parent.
    """
    campaign, keys = scoped.data.campaign, scoped.grouping.keys
    links = pl.DataFrame(
        [(a.parent, a.id, a.trigger) for a in campaign.actions if a.parent is not None],
        schema=dict.fromkeys(("source", "target", "trigger"), pl.String),
        orient="row",
    )
    received = measures.users_received(scoped).select(*keys, source=OWNER, base=VALUE)
    if keys:
        links = links.join(received.select(keys).unique().sort(keys, nulls_last=True), how="cross")
    both = measures.both_received(scoped).select(*keys, target=OWNER, users=VALUE)
    joined = links.join(
        both, on=["target", *keys], how="left", nulls_equal=True, maintain_order="left"
    )
    joined = joined.join(
        received, on=["source", *keys], how="left", nulls_equal=True, maintain_order="left"
    )
    # A roll-up that keeps users by longer cells leaves them unknown (NaN).
    users = pl.col("users").fill_null(0)
    share = pl.when(pl.col("base") > 0).then(users / pl.col("base")).fill_nan(None)
    whole = users.fill_nan(None).cast(pl.Int64).alias("users")
    return joined.select(
        "source",
        "target",
        "trigger",
        whole,
        share.alias("share"),
        (1 - share).alias("drop_off"),
        *keys,
    )


def held_back(scoped: ScopedRows) -> int | None:
    """Return how many distinct users were held back from a root, in the range; None where a roll-up does not tell."""
    users = tally(scoped, [scoped.data.codes.held_back_roots], ["user"])[USERS].sum()
    return None if math.isnan(users) else int(users)
