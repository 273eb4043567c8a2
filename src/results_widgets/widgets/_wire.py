"""Results as the browser takes them. The shapes are mirrored in js/src/lib/wire.ts: change both together."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

import polars as pl

from results_widgets import charts
from results_widgets.campaign import Action, Campaign
from results_widgets.engine.intervals import with_interval
from results_widgets.engine.zones import EVERY, from_micros
from results_widgets.glossary import Metric, Scope, headline_rows
from results_widgets.results import Flow, Results
from results_widgets.widgets.selection import RANGES, Selection

Wire = dict[str, object]

FRESH: Final = timedelta(minutes=10)
LATE: Final = timedelta(days=1)
_TREND_POINTS: Final = 60
# Conversions of an entry may still come as long as its window is open; other numbers only while
# their interval lasts.
_MATURING: Final = (
    "conversions",
    "unique_converters",
    "conversion_rate",
    "goal_value",
    "value_per_user",
    "conversions_attributed",
)


def to_bytes(frame: pl.DataFrame) -> bytes:
    """Return a frame as an uncompressed Arrow stream: browsers bring no codec."""
    buffer = io.BytesIO()
    frame.write_ipc_stream(buffer, compression="uncompressed")
    return buffer.getvalue()


def millis(value: datetime | None) -> int | None:
    """Return an instant as epoch ms."""
    return None if value is None else round(value.timestamp() * 1000)


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
    for row in results.metrics():
        entry = _entry(row)
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
    found = {
        **{
            f"channel:{name}": values
            for name, values in results.series("channel", channels, every).items()
        },
        **{
            f"action:{name}": values
            for name, values in results.series("action", actions, every).items()
        },
    }
    return {name: values[-_TREND_POINTS:] for name, values in found.items()}


def trend_interval(results: Results) -> str:
    """Return the shortest interval that shows the whole range in at most sixty points."""
    first, last = results.span()
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


def options_wire(results: Results) -> Wire:
    """Return what the menus offer."""
    zones = sorted(
        zone
        for zone in available_timezones()
        if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/"))
    )
    return {
        "by": results.breakdowns,
        "time_zones": ["UTC", *zones],
        "ranges": list(RANGES),
        "every": list(EVERY),
    }


def status_wire(results: Results, code: str, toolkit: str, definitions: list[str]) -> Wire:
    """Return how fresh the data is, whose days are meant, and how to ask for the same in code."""
    newest = from_micros(results.newest, results.time_zone)
    behind = datetime.now(UTC) - newest
    finished = results.campaign.status == "finished"
    stale = "good" if behind <= FRESH or finished else "warn" if behind <= LATE else "old"
    everybody, without = (
        results.analytics(developers=flag).unique_users() for flag in (True, False)
    )
    return {
        "state": "ready" if everybody or results.lens.start or results.lens.end else "empty",
        "error": None,
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


def zone_label(zone: str, at: datetime) -> str:
    """Return a zone as people say it: the city, and the name of its time at an instant."""
    city = zone.rsplit("/", 1)[-1].replace("_", " ")
    name = at.astimezone(ZoneInfo(zone)).tzname() or ""
    return city if name == city else f"{city} ({name})"


@dataclass(frozen=True, slots=True)
class _Plot:
    """A selected metric, ready to be drawn."""

    metric: Metric
    title: str
    times: list[datetime]
    rows: pl.DataFrame
    shown: int
    groups: int


def _plot(results: Results, selection: Selection) -> _Plot:
    metric = results.describe(selection.metric, selection.action, selection.channel)
    frame = results.explore(
        selection.metric,
        selection.action,
        selection.channel,
        selection.every,
        selection.cumulative,
        selection.by,
        "previous" if selection.compare else None,
    )
    frame, shown, groups = _largest(frame, selection.by)
    open_from = _open_from(results, metric, selection)
    rows = charts.series_rows(frame, every=selection.every, by=selection.by, open_from=open_from)
    times = sorted(set(frame["time"].to_list()))
    return _Plot(metric, _title(results, metric, selection), times, rows, shown, groups)


def chart_wire(results: Results, selection: Selection) -> tuple[Wire, bytes]:
    """Return the chart of the selected metric and its rows."""
    plot = _plot(results, selection)
    keys = ("metric", "action", "channel", "every", "cumulative", "by", "compare")
    wire: Wire = {
        "key": {name: getattr(selection, name) for name in keys},
        "title": plot.title,
        "caption": " · ".join(_caption(results, selection, plot)),
        "zone_label": zone_label(results.time_zone, from_micros(results.newest, results.time_zone)),
        "spec": _chart(plot, selection, inline=False).to_dict(),
    }
    return wire, to_bytes(plot.rows)


def chart_of(results: Results, selection: Selection) -> charts.Chart:
    """Return the chart of the selected metric with its rows in it."""
    return _chart(_plot(results, selection), selection, inline=True)


def _chart(plot: _Plot, selection: Selection, *, inline: bool) -> charts.Chart:
    return charts.series_chart(
        plot.rows,
        plot.times,
        every=selection.every,
        unit=plot.metric.unit,
        description=plot.title,
        inline=inline,
    )


def _caption(results: Results, selection: Selection, plot: _Plot) -> Iterator[str]:
    yield f"{_interval_words(selection.every)} in {results.time_zone}"
    if bool(plot.rows["open"].any()):
        yield "hatched: may still grow"
    if selection.compare:
        has = plot.rows["previous"].null_count() < plot.rows.height
        yield (
            "dashed: period before"
            if has
            else "choose a range to compare it with the period before"
        )
    if plot.shown < plot.groups:
        yield f"the {plot.shown} largest of {plot.groups} groups"


def _largest(frame: pl.DataFrame, by: str | None) -> tuple[pl.DataFrame, int, int]:
    if by is None:
        return frame, 0, 0
    totals = (
        frame.group_by(by)
        .agg(pl.col("value").sum())
        .sort("value", by, descending=[True, False], nulls_last=True)
    )
    kept = totals.head(len(charts.GROUPS)).select(by)
    chosen = frame.join(kept, on=by, how="semi", nulls_equal=True, maintain_order="left")
    return chosen, kept.height, totals.height


def _open_from(results: Results, metric: Metric, selection: Selection) -> datetime | None:
    campaign, newest = results.campaign, from_micros(results.newest, results.time_zone)
    if campaign.status == "finished" and (
        campaign.on_finish == "close_windows" or metric.key not in _MATURING
    ):
        return None
    window = campaign.attribution_window if metric.key in _MATURING else timedelta()
    if campaign.status == "finished":
        # The data may end long after the last window closed: then nothing is open.
        return None if results.open_entries() == 0 else newest - window
    lengths = {
        "1h": timedelta(hours=1),
        "1d": timedelta(days=1),
        "1w": timedelta(weeks=1),
        "1mo": timedelta(days=28),
    }
    return newest - max(window, lengths[selection.every])


def _title(results: Results, metric: Metric, selection: Selection) -> str:
    of = ""
    if selection.action is not None:
        of = f", {results.campaign.action_by_id[selection.action].label}"
    elif selection.channel is not None:
        of = f", {results.campaign.channels[selection.channel].label}"
    words = {"1h": "hour", "1d": "day", "1w": "week", "1mo": "month"}[selection.every]
    return f"{metric.label}{of}, {'cumulative by' if selection.cumulative else 'per'} {words}"


def _interval_words(every: str) -> str:
    return {"1h": "Hours", "1d": "Days", "1w": "Weeks", "1mo": "Months"}[every]
