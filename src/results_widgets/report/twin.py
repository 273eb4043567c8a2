"""The page's numbers as plain tables, made from the very state that its widgets draw."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import polars as pl

from results_widgets.widgets.static import number

Row = tuple[str, ...]


def tables(state: Mapping[str, Any], metrics: pl.DataFrame) -> str:
    """Return overview, channels, flow and actions as tables; everything from data is escaped.

    Args:
        state: ``_campaign``, ``_glossary``, ``_flow`` as the widgets take them.
        metrics: The metrics' frame of the widgets.
    """
    campaign, glossary = state["_campaign"], state["_glossary"]
    return "".join(
        [
            _table("Overview", ("Metric", "Value"), _overview(metrics, glossary)),
            _table(
                "Channels", ("Channel", "Metric", "Value"), _channels(campaign, metrics, glossary)
            ),
            _table(
                "Flow",
                ("Action", "Channel", "After", "Users received", "Conversions"),
                _flow(state),
            ),
            _table("Actions", ("Action", "Metric", "Value"), _actions(campaign, metrics, glossary)),
        ]
    )


def _overview(metrics: pl.DataFrame, glossary: Mapping[str, Any]) -> list[Row]:
    rows = metrics.filter(pl.col("scope") == "campaign")
    return [_words(glossary, "", key, value) for key, value in _pairs(rows)]


def _channels(
    campaign: Mapping[str, Any], metrics: pl.DataFrame, glossary: Mapping[str, Any]
) -> list[Row]:
    rows = metrics.filter(pl.col("scope") == "channel")
    return [
        (channel["label"], *_words(glossary, channel["id"], key, value))
        for channel in campaign["channels"]
        for key, value in _pairs(rows.filter(pl.col("channel") == channel["id"]))
    ]


def _actions(
    campaign: Mapping[str, Any], metrics: pl.DataFrame, glossary: Mapping[str, Any]
) -> list[Row]:
    rows = metrics.filter(pl.col("scope") == "action")
    return [
        (action["name"], *_words(glossary, action["channel"], key, value))
        for action in campaign["actions"]
        for key, value in _pairs(rows.filter(pl.col("action_id") == action["id"]))
    ]


def _flow(state: Mapping[str, Any]) -> list[Row]:
    campaign = state["_campaign"]
    actions = {action["id"]: action for action in campaign["actions"]}
    labels = {channel["id"]: channel["label"] for channel in campaign["channels"]}
    rows = []
    for node in state["_flow"]["arms"][0]["nodes"]:
        action = actions[node["action_id"]]
        after = actions[action["parent"]]["name"] if action["parent"] in actions else "entry"
        counts = (number(node[name], "count") for name in ("users_received", "conversions"))
        rows.append((action["name"], labels[action["channel"]], after, *counts))
    return rows


def _pairs(rows: pl.DataFrame) -> Iterable[tuple[str, float | None]]:
    return rows.select("metric", "value").iter_rows()


def _words(glossary: Mapping[str, Any], channel: str, key: str, value: float | None) -> Row:
    entry = glossary.get(f"{channel}:{key}") or glossary[key]
    return entry["label"], number(value, entry["unit"])


def _table(title: str, head: Row, rows: Iterable[Row]) -> str:
    def line(cells: Row, tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    body = "".join(line(row, "td") for row in rows)
    return (
        f"<table><caption>{escape(title)}</caption>"
        f"<thead>{line(head, 'th')}</thead><tbody>{body}</tbody></table>"
    )
