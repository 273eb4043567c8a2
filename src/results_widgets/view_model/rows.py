"""Rows of the tables that stand in for a widget: names and values in words, in reading order."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from results_widgets.glossary import headline_rows
from results_widgets.results import Results
from results_widgets.view_model.words import KEY_METRICS, marked, number, shown


def overview_rows(results: Results) -> list[tuple[str, str]]:
    """Return label and value of the campaign's key metrics."""
    units = {
        metric.key: metric for metric in results._session.metrics() if metric.scope == "campaign"
    }
    values = dict(results.overview().select("metric", "value").iter_rows())
    return [(units[key].label, shown(results, units[key], values[key])) for key in KEY_METRICS]


def channel_rows(results: Results) -> list[tuple[str, ...]]:
    """Return channel, metric, count and rate, as the channels' blocks show them."""
    labels = {(metric.channel, metric.key): metric for metric in results._session.metrics()}
    frame = results.channels()
    rows: list[tuple[str, ...]] = []
    for channel in results.campaign.channels.values():
        values = dict(
            frame.filter(pl.col("channel") == channel.id).select("metric", "value").iter_rows()
        )
        for key, rate in headline_rows(channel, results.definitions):
            row = labels[channel.id, key]
            share = shown(results, labels[channel.id, rate], values[rate]) if rate else ""
            rows.append((channel.label, row.label, shown(results, row, values[key]), share))
    return rows


def flow_rows(results: Results) -> list[tuple[str, ...]]:
    """Return action, channel, what it comes after, users received and conversions attributed, per card."""
    labels = {action.id: action.label for action in results.campaign.actions}
    received = next((m for m in results._session.metrics() if m.key == "users_received"), None)
    estimate = received and results._session.estimate(received)
    return [
        (
            row["action"],
            results.campaign.channels[row["channel"]].label,
            labels.get(row["parent"] or "", "entry"),
            marked(row["users_received"], "count", estimate),
            number(row["conversions_attributed"], "count"),
        )
        for row in results.flow().nodes.iter_rows(named=True)
    ]


def set_rows(audience: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return name, users, share of the campaign and rule, per segment."""
    return [
        (one["name"], number(one["size"], "count"), number(_entered(one), "rate"), one["rule"])
        for one in audience["sets"]
    ]


def _entered(one: Mapping[str, Any]) -> float | None:
    campaign = one["campaign"]
    return campaign["entered"] / campaign["users"] if campaign and campaign["users"] else None


def overlap_rows(audience: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return the segments that users are in, those that they are not in, and how many they are."""

    def names(parts: Sequence[bool], *, inside: bool) -> str:
        sides = zip(audience["sets"], parts, strict=True)
        return ", ".join(one["name"] for one, part in sides if part is inside)

    return [
        (
            names(row["parts"], inside=True),
            names(row["parts"], inside=False),
            number(row["users"], "count"),
        )
        for row in audience["overlap"]
    ]


def reach_rows(audience: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return segment, channel, users who can be reached, their share, and how many were active."""
    return [
        (
            one["name"],
            row["label"],
            number(row["reachable"], "count"),
            number(row["share"], "rate"),
            number(row["active_7d"], "count"),
        )
        for one in audience["sets"]
        for row in one.get("reach", ())
    ]
