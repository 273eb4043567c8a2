"""Writes CleverTap's event export: a file for each kind of event, an object a line, times as 20260302090000."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.support.exports.files import write_lines
from tests.support.exports.story import Limits, Story

LIMITS = Limits(channel="email", actions=1, variants=True, goal="Charged")
_NAMES = {
    "sent": "Notification Sent",
    "delivered": "Notification Delivered",
    "opened": "Notification Viewed",
    "clicked": "Notification Clicked",
    "bounced": "Notification Bounced",
    "unsubscribed": "Channel Unsubscribed",
}


def record(row: dict[str, Any], story: Story) -> dict[str, Any]:
    """Return one event as the export has it."""
    if row["action_id"] is None:
        name, own = "Charged", {"Amount": row["value"], "Items": [{"name": "shoe"}]}
    else:
        name = _NAMES[row["event"]]
        own = {
            "Campaign id": story.id,
            "Campaign type": "Email",
            "Campaign label": story.name,
            "wzrk_pivot": row["variant"] or "wzrk_default",
            "wzrk_id": f"{story.id}_20260302",
        }
    if row["event"] == "clicked":
        own["url"] = row["link"]
    return {
        "ts": int(row["timestamp"].strftime("%Y%m%d%H%M%S")),
        "eventName": name,
        "profile": {
            "identity": row["user_id"],
            "objectId": f"-g{row['user_id']}",
            "all_identities": [row["user_id"]],
            "platform": "iOS",
        },
        "deviceInfo": {"make": "Apple", "osVersion": "26.1"},
        "eventProps": own,
        "sessionProps": {},
    }


def write(story: Story, folder: Path) -> int:
    """Write a file for each kind of event."""
    parts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in story.rows:
        one = record(row, story)
        parts[one["eventName"]].append(one)
    for name, records in parts.items():
        write_lines(folder / f"91-1772442000-{name}-20260302-1-db.json", records)
    return len(story.rows)
