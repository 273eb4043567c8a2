"""Writes Segment's track calls, an object a line, and the tables of its warehouse."""

from pathlib import Path
from typing import Any

import polars as pl

from tests.support.exports.files import write_lines
from tests.support.exports.story import Limits, Story

LIMITS = Limits(goal="Order Completed")
_EVENTS = {
    "sent": "Email Sent",
    "delivered": "Email Delivered",
    "opened": "Email Opened",
    "clicked": "Email Link Clicked",
    "bounced": "Email Bounced",
    "marked_as_spam": "Email Marked as Spam",
    "unsubscribed": "Unsubscribed",
}


def record(row: dict[str, Any], story: Story, library: str) -> dict[str, Any]:
    """Return one event as a track call."""
    names = {id_: name for id_, name, _ in story.actions}
    if row["action_id"] is None:
        properties = {"order_id": "o1", "revenue": row["value"], "currency": "EUR", "products": []}
    else:
        properties = {
            "email_id": row["action_id"],
            "email_subject": names[row["action_id"]],
            "campaign_id": story.id,
            "campaign_name": story.name,
        }
    if row["event"] == "clicked":
        properties |= {"link_id": "l1", "link_url": row["link"]}
    return {
        "type": "track",
        "event": "Order Completed" if row["action_id"] is None else _EVENTS[row["event"]],
        "messageId": row["event_id"],
        "userId": row["user_id"],
        "anonymousId": None,
        "timestamp": row["timestamp"].strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "receivedAt": "2026-04-01T00:00:00.000Z",
        "context": {
            "library": {"name": library, "version": "5.0.0"},
            "traits": {"email": row["user_id"]},
        },
        "properties": properties,
    }


def write(story: Story, folder: Path, library: str = "analytics-node") -> int:
    """Write the calls, half of them in two files; the specification knows no sends."""
    story.rows[:] = [row for row in story.rows if row["event"] != "sent"]
    calls = [record(row, story, library) for row in story.rows]
    half = len(calls) // 2
    write_lines(folder / "1.jsonl", calls[:half])
    write_lines(folder / "2.jsonl", calls[half:])
    return len(calls)


def write_tables(story: Story, folder: Path) -> None:
    """Write a table for each event, and the one of all tracks, which has no properties."""
    tables: dict[str, list[dict[str, Any]]] = {"tracks": []}
    for row in story.rows:
        call = record(row, story, "")
        base = {
            "id": call["messageId"],
            "user_id": call["userId"],
            "event": call["event"].lower().replace(" ", "_"),
            "event_text": call["event"],
            "timestamp": row["timestamp"],
            "received_at": row["timestamp"],
            "original_timestamp": row["timestamp"],
            "context_traits_email": call["userId"],
        }
        own = {name: value for name, value in call["properties"].items() if name != "products"}
        tables["tracks"].append(base)
        tables.setdefault(base["event"], []).append({**base, **own})
    for name, rows in tables.items():
        pl.DataFrame(rows, infer_schema_length=None).write_parquet(folder / f"{name}.parquet")
