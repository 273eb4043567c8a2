"""Writes pages of Klaviyo's events API, each with the metrics that it includes."""

import json
from pathlib import Path
from typing import Any

from tests.support.exports.story import Limits, Story

LIMITS = Limits(variants=True, machine=True, goal="Placed Order")
_METRICS = {
    "sent": "Received Email",
    "opened": "Opened Email",
    "clicked": "Clicked Email",
    "bounced": "Bounced Email",
    "dropped": "Dropped Email",
    "marked_as_spam": "Marked Email as Spam",
    "unsubscribed": "Unsubscribed",
}


def metric_of(row: dict[str, Any]) -> str:
    """Return the name of an event's metric."""
    return "Placed Order" if row["action_id"] is None else _METRICS[row["event"]]


def metric_id(name: str) -> str:
    """Return a metric's id."""
    return f"M{sum(map(ord, name))}"


def record(row: dict[str, Any], story: Story) -> dict[str, Any]:
    """Return one event as the API has it."""
    names = {id_: name for id_, name, _ in story.actions}
    if row["action_id"] is None:
        properties = {"$value": row["value"], "Items": ["shoe"], "$currency_code": "EUR"}
    else:
        properties = {
            "Subject": "Hello",
            "Campaign Name": names[row["action_id"]],
            "$message": row["action_id"],
            "$flow": story.id,
            "$variation": row["variant"],
            "Email Domain": "example.com",
        }
    if row["event"] == "opened":
        properties |= {"Machine Open": row["machine"], "Client Type": "Email Client"}
    if row["event"] == "clicked":
        properties |= {"URL": row["link"]}
    name = metric_of(row)
    return {
        "type": "event",
        "id": row["event_id"],
        "attributes": {
            "timestamp": int(row["timestamp"].timestamp()),
            "datetime": row["timestamp"].isoformat(),
            "uuid": row["event_id"],
            "event_properties": properties,
        },
        "relationships": {
            "profile": {"data": {"type": "profile", "id": row["user_id"]}},
            "metric": {"data": {"type": "metric", "id": metric_id(name)}},
        },
        "links": {"self": "https://a.klaviyo.com/api/events/x/"},
    }


def metrics(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the metrics of events as the API has them."""
    return [
        {"type": "metric", "id": metric_id(name), "attributes": {"name": name}}
        for name in sorted({metric_of(row) for row in rows})
    ]


def write(story: Story, folder: Path) -> int:
    """Write a page of 50 events in each line, and the flow."""
    pages = [story.rows[n : n + 50] for n in range(0, len(story.rows), 50)]
    lines = [
        json.dumps({"data": [record(row, story) for row in page], "included": metrics(page)})
        for page in pages
    ]
    (folder / "events.jsonl").write_text("\n".join(lines))
    flow = {"type": "flow", "id": story.id, "attributes": {"name": story.name}}
    (folder / "flows.json").write_text(json.dumps({"data": [flow]}))
    return len(story.rows)
