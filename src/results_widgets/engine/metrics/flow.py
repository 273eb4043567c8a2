"""The campaign's flow: a node per action, an edge per parent and child, with their numbers."""

from typing import Final

import polars as pl

from results_widgets.engine.metrics.base import VALUE, numbers
from results_widgets.engine.metrics.plan import METRIC, OWNER
from results_widgets.engine.metrics.table import answer
from results_widgets.engine.scoped import ScopedRows
from results_widgets.glossary import Metric, by_entry
from results_widgets.glossary.action import (
    BOTH_RECEIVED,
    CONVERSIONS_ATTRIBUTED,
    ENTRIES_REACHED,
    SHARE_OF_ENTRIES,
    USERS_RECEIVED,
)

_ON_CARDS: Final = (USERS_RECEIVED, CONVERSIONS_ATTRIBUTED, ENTRIES_REACHED, SHARE_OF_ENTRIES)


def nodes(scoped: ScopedRows) -> pl.DataFrame:
    """Return action_id, action, channel, parent, variant (String), users_received,
    conversions_attributed, entries_reached (Int64), share_of_entries (Float64) [, the grouping's
    keys]; actions in the campaign's order.
    """
    campaign, keys = scoped.data.campaign, scoped.grouping.keys
    names = [metric.key for metric in _ON_CARDS]
    cards = [_counted(scoped, metric) for metric in _ON_CARDS]
    wanted = [(action.id, metric) for action in campaign.actions for metric in cards]
    found = answer(scoped, "action", wanted).select(OWNER, *keys, METRIC, VALUE)
    wide = found.pivot(on=METRIC, index=[OWNER, *keys], on_columns=names, values=VALUE)
    actions = pl.DataFrame(
        [(a.id, a.label, a.channel, a.parent, a.variant) for a in campaign.actions],
        schema=dict.fromkeys(("action_id", "action", "channel", "parent", "variant"), pl.String),
        orient="row",
    )
    joined = actions.join(
        wide, left_on="action_id", right_on=OWNER, how="left", maintain_order="left_right"
    )
    counts = [metric.key for metric in _ON_CARDS if metric.is_count]
    return joined.with_columns(pl.col(counts).cast(pl.Int64))


def edges(scoped: ScopedRows) -> pl.DataFrame:
    """Return source, target, trigger (String), users (Int64: received both), share, drop_off
    (Float64, of the source's users received; null where nobody received it) [, the grouping's
    keys]; one row per action with a parent.
    """
    campaign, keys = scoped.data.campaign, scoped.grouping.keys
    links = pl.DataFrame(
        [(a.parent, a.id, a.trigger) for a in campaign.actions if a.parent is not None],
        schema=dict.fromkeys(("source", "target", "trigger"), pl.String),
        orient="row",
    )
    received = _of_actions(scoped, USERS_RECEIVED, [action.id for action in campaign.actions])
    received = received.select(*keys, source=OWNER, base=VALUE)
    if keys:
        links = links.join(received.select(keys).unique().sort(keys, nulls_last=True), how="cross")
    both = received.select(*keys, target="source", users="base").clear()
    if links.height:
        both = _of_actions(
            scoped, BOTH_RECEIVED, links["target"].unique(maintain_order=True).to_list()
        )
        both = both.select(*keys, target=OWNER, users=VALUE)
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


def _of_actions(scoped: ScopedRows, metric: Metric, actions: list[str]) -> pl.DataFrame:
    counted = _counted(scoped, metric)
    return numbers(scoped, "action", [(action, counted) for action in actions])


def _counted(scoped: ScopedRows, metric: Metric) -> Metric:
    """Return a metric by the clock that is asked for."""
    return by_entry(metric) if scoped.query.clock == "entry" else metric
