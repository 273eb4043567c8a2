"""Rows of the tables that replace a widget where no JavaScript runs: labels and values as text."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from results_widgets.glossary import Metric, headline_rows
from results_widgets.glossary.action import CONVERSIONS_ATTRIBUTED, USERS_RECEIVED
from results_widgets.locales import locale_of
from results_widgets.results import Results
from results_widgets.results.formatting import (
    base_of,
    format_behind,
    format_estimate,
    format_metric,
)
from results_widgets.results.intervals import LEVEL
from results_widgets.view_model.formatting import key_metrics


def overview_rows(results: Results) -> list[tuple[str, str]]:
    """Return label and value of each of the `key_metrics`, of a rate with its base and interval."""
    found = results.overview(interval=LEVEL)
    values = {row["metric"]: row for row in found.iter_rows(named=True)}
    return [
        (metric.label, _with_base(results, metric, values[metric.key]))
        for metric in key_metrics(results)
    ]


def channel_rows(results: Results) -> list[tuple[str, ...]]:
    """Return channel, metric, count and rate, as the channels' blocks list them."""
    metrics = {(metric.channel, metric.key): metric for metric in results._session.metrics()}
    frame = results.channels(interval=LEVEL)
    rows: list[tuple[str, ...]] = []
    for channel in results.campaign.channels.values():
        own = frame.filter(pl.col("channel") == channel.id)
        values = {row["metric"]: row for row in own.iter_rows(named=True)}
        for key, rate_key in headline_rows(channel, results.definitions):
            metric, rate = metrics[channel.id, key], ""
            if rate_key:
                rate = _with_interval(results, metrics[channel.id, rate_key], values[rate_key])
            count = format_metric(results._session, metric, values[key]["value"])
            rows.append((channel.label, metric.label, count, rate))
    return rows


def _with_base(results: Results, metric: Metric, row: Mapping[str, Any]) -> str:
    """Return a metric's value as text, of a rate also what it is of, and its interval."""
    session, base = results._session, base_of(metric, row["denominator"])
    text = format_metric(session, metric, row["value"])
    if metric.missing or not base or row["denominator"] is None or " per " in text:
        return text
    text += f" of {format_metric(session, metric.sides[1], row['denominator'])} {base}"
    said = format_behind(None, row["low"], row["high"], session.locale)
    return f"{text} ({said})" if said else text


def _with_interval(results: Results, metric: Metric, row: Mapping[str, Any]) -> str:
    """Return a metric's value as text, with the interval of a rate and its base where that is small."""
    text = format_metric(results._session, metric, row["value"])
    if metric.unit != "rate" or metric.missing:
        return text
    said = format_behind(row["denominator"], row["low"], row["high"], results._session.locale)
    return f"{text} ({said})" if said else text


def flow_rows(results: Results) -> list[tuple[str, ...]]:
    """Return action, channel, parent action, users received and conversions attributed, per action."""
    labels = {action.id: action.label for action in results.campaign.actions}
    estimate, locale = results._session.estimate(USERS_RECEIVED), results._session.locale
    return [
        (
            row["action"],
            results.campaign.channels[row["channel"]].label,
            labels.get(row["parent"] or "", "entry"),
            format_estimate(row[USERS_RECEIVED.key], "count", estimate, locale),
            locale.value(row[CONVERSIONS_ATTRIBUTED.key], "count"),
        )
        for row in results.flow().nodes.iter_rows(named=True)
    ]


def segment_rows(audience: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return name, users, share of the campaign and rule of each segment.

    Args:
        audience: The value of ``_audience``.
    """
    locale = locale_of(audience["locale"]["name"])
    return [
        (
            segment["name"],
            locale.value(segment["size"], "count"),
            locale.value(_share(segment["campaign"]), "rate"),
            segment["rule"],
        )
        for segment in audience["sets"]
    ]


def _share(campaign: Mapping[str, Any] | None) -> float | None:
    return campaign["entered"] / campaign["users"] if campaign and campaign["users"] else None


def overlap_rows(audience: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return the segments that users are in, those that they are not in, and the number of users."""

    def names(membership: Sequence[bool], *, inside: bool) -> str:
        pairs = zip(audience["sets"], membership, strict=True)
        return ", ".join(segment["name"] for segment, value in pairs if value is inside)

    locale = locale_of(audience["locale"]["name"])
    return [
        (
            names(row["parts"], inside=True),
            names(row["parts"], inside=False),
            locale.value(row["users"], "count"),
        )
        for row in audience["overlap"]
    ]


def reach_rows(audience: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return segment, channel, reachable users, their share, and users active in the last 7 days."""
    locale = locale_of(audience["locale"]["name"])
    return [
        (
            segment["name"],
            row["label"],
            locale.value(row["reachable"], "count"),
            locale.value(row["share"], "rate"),
            locale.value(row["active_7d"], "count"),
        )
        for segment in audience["sets"]
        for row in segment.get("reach", ())
    ]


CAMPAIGN_HEADS: Final = (
    *("Campaign", "Channels", "Entries", "Converted", "Lift over held back"),
    *("Value", "Ripe"),
)


def campaign_rows(campaigns: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return the cells of `CAMPAIGN_HEADS` of each campaign; where there are no numbers, why.

    Args:
        campaigns: The value of ``_campaigns``.
    """
    return [(row["name"], *_campaign_cells(row)) for row in campaigns["rows"]]


def _campaign_cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    found = row["numbers"]
    if found is None:
        return ("", row["trouble"], "", "", "", "")
    lift = found["lift"]
    return (
        ", ".join(one["label"] for one in found["channels"]),
        found["entries_text"],
        _beside(found["rate_text"], found["interval_text"]),
        found["no_lift"] if lift is None else _beside(lift["text"], lift["interval"]),
        found["value_text"],
        _beside(found["ripe_text"], found["windows"]),
    )


def _beside(text: str, more: str) -> str:
    return f"{text} ({more})" if more else text
