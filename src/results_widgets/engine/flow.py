"""The campaign's flow: a node per action, an edge per parent and child, with their numbers."""

import polars as pl

from results_widgets.engine import measures
from results_widgets.engine.answers import answer, metrics_of
from results_widgets.engine.facts import Facts
from results_widgets.engine.measures import METRIC, OWNER, VALUE

_NODE_METRICS = ("users_received", "conversions_attributed", "entries_reached")


def nodes(facts: Facts) -> pl.DataFrame:
    """Return action_id, action, channel, parent, variant (String), users_received, conversions_attributed,
    entries_reached (Int64), share_of_entries (Float64); one row per action in the campaign's order."""
    campaign = facts.data.campaign
    keys = (*_NODE_METRICS, "share_of_entries")
    wanted = [
        (action.id, metric)
        for action in campaign.actions
        for metric in metrics_of(facts, "action", action.id)
        if metric.key in keys
    ]
    found = answer(facts, "action", wanted).select(OWNER, METRIC, VALUE)
    wide = found.pivot(on=METRIC, index=OWNER, on_columns=list(keys), values=VALUE)
    actions = pl.DataFrame(
        [(a.id, a.label, a.channel, a.parent, a.variant) for a in campaign.actions],
        schema={name: pl.String for name in ("action_id", "action", "channel", "parent", "variant")},
        orient="row",
    )
    joined = actions.join(wide, left_on="action_id", right_on=OWNER, how="left", maintain_order="left")
    return joined.with_columns(pl.col(_NODE_METRICS).cast(pl.Int64))


def edges(facts: Facts) -> pl.DataFrame:
    """Return source, target, trigger (String), users (Int64: received both), share, drop_off (Float64, of the source's
    users received; null where nobody received it); one row per action with a parent."""
    campaign = facts.data.campaign
    links = pl.DataFrame(
        [(a.parent, a.id, a.trigger) for a in campaign.actions if a.parent is not None],
        schema={name: pl.String for name in ("source", "target", "trigger")},
        orient="row",
    )
    both = measures.both_received(facts).select(target=OWNER, users=VALUE)
    received = measures.users_received(facts).select(source=OWNER, base=VALUE)
    joined = links.join(both, on="target", how="left", maintain_order="left")
    joined = joined.join(received, on="source", how="left", maintain_order="left")
    users = pl.col("users").fill_null(0)
    share = pl.when(pl.col("base") > 0).then(users / pl.col("base"))
    return joined.select(
        "source", "target", "trigger", users.cast(pl.Int64).alias("users"), share.alias("share"), (1 - share).alias("drop_off")
    )
