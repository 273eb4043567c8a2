"""What stands beside a widget where no JavaScript runs: the same numbers as plain HTML and as text."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

import polars as pl

from results_widgets.glossary import Metric, headline_rows
from results_widgets.results import Results

_SMALL_RATE: Final = 0.01
KEY_METRICS: Final = (
    "users",
    "unique_users",
    "engaged",
    "engagement_rate",
    "conversions",
    "conversion_rate",
)
"""What a summary in words shows, in order."""


def as_text(results: Results) -> str:
    """Return the overview in one line per metric."""
    rows = [f"{label}: {value}" for label, value in overview_rows(results)]
    lines = [f"{results.campaign.label}, {results.time_zone}", *rows, estimated(results)]
    return "\n".join(filter(None, lines))


def as_html(results: Results) -> str:
    """Return overview, channels and flow as tables; everything from data is escaped."""
    parts = [
        _table("Overview", ("Metric", "Value"), overview_rows(results)),
        _table("Channels", ("Channel", "Metric", "Count", "Rate"), channel_rows(results)),
        _table(
            "Flow",
            ("Action", "Channel", "After", "Users received", "Conversions"),
            flow_rows(results),
        ),
    ]
    head = f"<p><strong>{escape(results.campaign.label)}</strong> · days of {escape(results.time_zone)}</p>"
    note = estimated(results)
    foot = f"<p>{escape(note)}</p>" if note else ""
    return f'<div class="rw-static">{head}{"".join(parts)}{foot}</div>'


def as_note(text: str) -> str:
    """Return a sentence in place of the tables, escaped."""
    return f'<div class="rw-static"><p>{escape(text)}</p></div>'


def audience_as_text(audience: Mapping[str, Any]) -> str:
    """Return segments and their sizes in one line each."""
    return "\n".join(f"{name}: {users} users" for name, users, *_ in set_rows(audience))


def audience_as_html(audience: Mapping[str, Any]) -> str:
    """Return segments, their overlap and their reach as tables; everything from data is escaped."""
    parts = [_table("Users", ("Segment", "Users", "Share", "Rule"), set_rows(audience))]
    if audience["overlap"]:
        parts.append(_table("Overlap", ("In", "Not in", "Users"), overlap_rows(audience)))
    head = ("Segment", "Channel", "Reachable", "Share", "Active in the last 7 days")
    parts.append(_table("Reach", head, reach_rows(audience)))
    return f'<div class="rw-static">{"".join(parts)}</div>'


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


def number(value: float | None, unit: str) -> str:
    """Return a number in words: thousands apart, rates in per cent, a dash where there is none."""
    if value is None:
        return "–"
    if unit == "rate":
        return f"{value:.2%}" if 0 < abs(value) < _SMALL_RATE else f"{value:.1%}"
    if unit == "seconds":
        return duration(value)
    return f"{value:,.2f}" if unit == "amount" else f"{value:,.0f}"


def marked(value: float | None, unit: str, estimate: object) -> str:
    """Return a number in words, marked where it is an estimate; of nobody there is nothing to estimate."""
    return ("≈ " if value and estimate else "") + number(value, unit)


def shown(results: Results, metric: Metric, value: float | None) -> str:
    """Return a metric's value in words, marked where it is an estimate."""
    return marked(value, metric.unit, results.estimate(metric))


def estimated(results: Results) -> str:
    """Return in a sentence what the mark of estimates means; empty where nothing is one."""
    found = [results.estimate(metric) for metric in results.metrics() if metric.unit == "users"]
    return f"≈ distinct users are estimated: {found[0].within}." if found and found[0] else ""


def duration(seconds: float) -> str:
    """Return seconds in the largest unit that leaves a number over one."""
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {name}"
    return f"{seconds:.0f} s"


def overview_rows(results: Results) -> list[tuple[str, str]]:
    """Return label and value of the campaign's key metrics."""
    units = {metric.key: metric for metric in results.metrics() if metric.scope == "campaign"}
    values = dict(results.overview().select("metric", "value").iter_rows())
    return [(units[key].label, shown(results, units[key], values[key])) for key in KEY_METRICS]


def channel_rows(results: Results) -> list[tuple[str, ...]]:
    """Return channel, metric, count and rate, as the channels' blocks show them."""
    labels = {(metric.channel, metric.key): metric for metric in results.metrics()}
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
    received = next((m for m in results.metrics() if m.key == "users_received"), None)
    estimate = received and results.estimate(received)
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


def _table(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    def line(cells: tuple[str, ...], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f"<table><caption>{escape(title)}</caption><thead>{line(head, 'th')}</thead><tbody>{body}</tbody></table>"
