"""Writes Dittofeed's events as ClickHouse dumps them: CSV with the properties as text, empty text for nothing."""

import csv
import json
from pathlib import Path
from typing import Any

from tests.support.exports.story import Limits, Story

LIMITS = Limits(goal="order_completed")
_NAMES = {
    "sent": "DFInternalMessageSent",
    "delivered": "DFEmailDelivered",
    "opened": "DFEmailOpened",
    "clicked": "DFEmailClicked",
    "bounced": "DFEmailBounced",
    "dropped": "DFEmailDropped",
    "unsubscribed": "DFSubscriptionChange",
    "marked_as_spam": "DFEmailMarkedSpam",
}
_HEADER = (
    *("event_type", "event", "event_time", "message_id", "user_id", "anonymous_id", "properties"),
    *("template_id", "broadcast_id", "journey_id", "channel_type", "origin_message_id", "hidden"),
)


def record(row: dict[str, Any], story: Story, sends: dict[tuple[str, str], str]) -> dict[str, Any]:
    """Return one event; only the send names the journey, others the send."""
    base = {
        "event_type": "track",
        "event_time": row["timestamp"].strftime("%Y-%m-%d %H:%M:%S.000"),
        "message_id": row["event_id"],
        "user_id": row["user_id"],
    }
    if row["action_id"] is None:
        return {**base, "event": row["event"], "properties": json.dumps({"total": row["value"]})}
    own = {"url": row["link"], "action": "Unsubscribe"}
    found = {**base, "event": _NAMES[row["event"]], "properties": json.dumps(own)}
    key = row["user_id"], row["action_id"]
    if row["event"] == "sent":
        sends[key] = row["event_id"]
        journey = {"journey_id": story.id, "template_id": row["action_id"], "channel_type": "Email"}
        return {**found, **journey}
    return {**found, "origin_message_id": sends[key]}


def write(story: Story, folder: Path) -> int:
    """Write the dump."""
    sends: dict[tuple[str, str], str] = {}
    with (folder / "internal_events.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, _HEADER, restval="")
        writer.writeheader()
        writer.writerows(record(row, story, sends) for row in story.rows)
    return len(story.rows)
