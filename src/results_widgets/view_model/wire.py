"""Results as the browser takes them. The shapes are mirrored in js/src/lib/wire.ts: change both together."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import polars as pl

from results_widgets.campaign import Action, Campaign
from results_widgets.engine.calendar import from_micros
from results_widgets.engine.statistics import with_interval
from results_widgets.glossary import Metric, Scope, headline_rows
from results_widgets.results import Flow, Results
from results_widgets.view_model.chart import MATURING, chart_of, chart_wire
from results_widgets.view_model.options import options_wire
from results_widgets.view_model.values import Wire, millis, to_bytes, zone_label

_MATURING: Final = MATURING

__all__ = [
    "campaign_wire",
    "chart_of",
    "chart_wire",
    "flow_wire",
    "glossary_wire",
    "metrics_frame",
    "millis",
    "options_wire",
    "status_wire",
    "to_bytes",
    "trends_wire",
    "zone_label",
]

FRESH: Final = timedelta(minutes=10)
LATE: Final = timedelta(days=1)
_TREND_POINTS: Final = 60


def campaign_wire(results: Results) -> Wire:
    """Return the campaign: who it is, its actions and what each channel's block shows."""
    campaign = results.campaign
    return {
        "id": campaign.id,
        "name": campaign.label,
        "status": campaign.status,
        "delivery": campaign.delivery,
        "started_at": millis(campaign.started_at),
        "finished_at": millis(campaign.finished_at),
        "goal": {"events": list(campaign.goal.events), "mode": campaign.goal.mode},
        "attribution_window_ms": round(campaign.attribution_window.total_seconds() * 1000),
        "holdback": campaign.holdback,
        "on_finish": campaign.on_finish,
        "variants": [
            {"id": v.id, "name": v.name or v.id, "share": v.share, "control": v.control}
            for v in campaign.variants
        ],
        "actions": [_action_wire(action) for action in campaign.actions],
        "channels": _channels_wire(campaign, results),
    }


def _action_wire(action: Action) -> Wire:
    return {
        "id": action.id,
        "name": action.label,
        "channel": action.channel,
        "template": action.template,
        "parent": action.parent,
        "trigger": action.trigger,
        "delay_ms": round(action.delay.total_seconds() * 1000),
        "variant": action.variant,
        "copy": dict(action.copy),
        "settings": dict(action.settings),
    }


def _channels_wire(campaign: Campaign, results: Results) -> list[Wire]:
    return [
        {
            "id": channel.id,
            "label": channel.label,
            "icon": channel.icon,
            "actions": sum(action.channel == channel.id for action in campaign.actions),
            "rows": [
                {"metric": m, "rate": rate}
                for m, rate in headline_rows(channel, results.definitions)
            ],
            "bar_base": channel.received,
            "events": [event for event in channel.events if event != channel.received],
            "received": channel.received,
        }
        for channel in campaign.channels.values()
    ]


def glossary_wire(results: Results) -> Wire:
    """Return the glossary by metric, and by ``channel:metric`` where channels mean different things by one name."""
    wire: dict[str, object] = {}
    for row in results._session.metrics():
        entry = _entry(row) | _accuracy(results, row)
        wire.setdefault(row.key, entry)
        if row.channel is not None and wire[row.key] != entry:
            wire[f"{row.channel}:{row.key}"] = entry
    return wire


def _entry(row: Metric) -> Wire:
    scopes: list[Scope] = ["channel", "action"] if row.scope == "channel" else [row.scope]
    groups = {
        "count": "Counts",
        "users": "Distinct users",
        "rate": "Rates",
        "amount": "Values",
        "seconds": "Times",
    }
    return {
        "label": row.label,
        "unit": row.unit,
        "scopes": scopes,
        "numerator": row.numerator,
        "denominator": row.denominator,
        "text": row.text,
        "group": groups[row.unit],
        "low_is_good": row.low_is_good,
    }


def _accuracy(results: Results, row: Metric) -> Wire:
    estimate = results._session.estimate(row)
    return {} if estimate is None else {"approximate": estimate._asdict()}


def metrics_frame(results: Results) -> pl.DataFrame:
    """Return every number of the screen: scope, action_id, channel, metric (String), value,
    numerator, denominator, low, high (95 % Wilson), previous (Float64: of the period before a
    bounded range).
    """
    current, before = _all_metrics(results), results.previous()
    if before is None:
        current = current.with_columns(previous=pl.lit(None, pl.Float64))
    else:
        keys = ["scope", "action_id", "channel", "metric"]
        earlier = _all_metrics(before).select(*keys, previous="value")
        current = current.join(
            earlier, on=keys, how="left", nulls_equal=True, maintain_order="left"
        )
    return with_interval(current).select(
        "scope",
        "action_id",
        "channel",
        "metric",
        "value",
        "numerator",
        "denominator",
        "low",
        "high",
        "previous",
    )


def _all_metrics(results: Results) -> pl.DataFrame:
    none = pl.lit(None, pl.String)
    frames = {
        "campaign": results.overview().with_columns(none.alias("action_id"), none.alias("channel")),
        "channel": results.channels().with_columns(none.alias("action_id")),
        "action": results.actions().drop("action"),
    }
    columns = ("action_id", "channel", "metric", "value", "numerator", "denominator")
    return pl.concat(
        [frame.select(pl.lit(scope).alias("scope"), *columns) for scope, frame in frames.items()]
    )


def flow_wire(results: Results) -> Wire:
    """Return the flow of everybody and of each variant."""
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


def _arm(id_: str | None, label: str, flow: Flow, totals: Mapping[str, float]) -> Wire:
    attributed = flow.nodes["conversions_attributed"].sum()
    conversions = int(totals.get("conversions", 0))
    return {
        "id": id_,
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


def trends_wire(results: Results) -> Wire:
    """Return small series of what was received, per channel and action, at most sixty points each."""
    every = trend_interval(results)
    channels = [(channel.id, channel.received) for channel in results.campaign.channels.values()]
    actions = [(action.id, "users_received") for action in results.campaign.actions]
    if results._session.missing_users(None, every):
        # Their shape is all that is shown: messages have the same one.
        names = results.campaign.channels
        actions = [(a.id, names[a.channel].received) for a in results.campaign.actions]
    found = {
        **{
            f"channel:{name}": values
            for name, values in results._session.series("channel", channels, every).items()
        },
        **{
            f"action:{name}": values
            for name, values in results._session.series("action", actions, every).items()
        },
    }
    return {name: values[-_TREND_POINTS:] for name, values in found.items()}


def trend_interval(results: Results) -> str:
    """Return the shortest interval that shows the whole range in at most sixty points."""
    first, last = results._session.span()
    length = timedelta(microseconds=last - first)
    if length <= timedelta(days=2):
        return "1h"
    return (
        "1d"
        if length <= timedelta(days=_TREND_POINTS)
        else "1w"
        if length <= timedelta(weeks=_TREND_POINTS)
        else "1mo"
    )


def computing_wire(results: Results, toolkit: str, definitions: list[str]) -> Wire:
    """Return the status while the first numbers are on their way."""
    return {
        "state": "computing",
        "error": None,
        "newest_ms": None,
        "read_ms": millis(results.read_at),
        "stale": "good",
        "zone": results.time_zone,
        "zone_label": results.time_zone,
        "users_with_developers": 0,
        "users_without_developers": 0,
        "definitions": definitions,
        "toolkit": toolkit,
        "code": "",
    }


def status_wire(results: Results, code: str, toolkit: str, definitions: list[str]) -> Wire:
    """Return how fresh the data is, whose days are meant, and how to ask for the same in code."""
    newest = from_micros(results._session.newest, results.time_zone)
    behind = datetime.now(UTC) - newest
    finished = results.campaign.status == "finished"
    stale = "good" if behind <= FRESH or finished else "warn" if behind <= LATE else "old"
    views = [results.analytics(developers=flag) for flag in (True, False)]
    everybody, without = (
        None if view._session.refusal() else view.unique_users() for view in views
    )
    nobody = everybody == 0 and not (results._session.query.start or results._session.query.end)
    return {
        "state": "empty" if nobody else "ready",
        "error": None,
        "note": " ".join(filter(None, [results._session.unread(), _dashes(results)])),
        "newest_ms": millis(newest),
        "read_ms": millis(results.read_at),
        "stale": stale,
        "zone": results.time_zone,
        "zone_label": zone_label(results.time_zone, newest),
        "users_with_developers": everybody,
        "users_without_developers": without,
        "definitions": definitions,
        "toolkit": toolkit,
        "code": code,
    }


def _dashes(results: Results) -> str:
    """Return why users are dashes in this range; empty where they are not."""
    why = results._session.missing_users()
    return f"{why[0].upper()}{why[1:]}. A dash stands for them here." if why else ""
