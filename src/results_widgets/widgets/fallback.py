"""What stands beside a widget where no JavaScript runs: the same numbers as plain HTML and as text."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from results_widgets.results import Results
from results_widgets.view_model.rows import (
    channel_rows,
    flow_rows,
    overlap_rows,
    overview_rows,
    reach_rows,
    set_rows,
)
from results_widgets.view_model.words import estimated


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


def _table(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    def line(cells: tuple[str, ...], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f"<table><caption>{escape(title)}</caption><thead>{line(head, 'th')}</thead><tbody>{body}</tbody></table>"
