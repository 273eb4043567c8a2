"""Writes MoEngage's streams: envelopes of up to 20 events each, one a line."""

from pathlib import Path
from typing import Any

from tests.support.exports.files import write_lines
from tests.support.exports.story import Limits, Story

LIMITS = Limits(actions=1, variants=True, goal="Order Placed")
_CODES = {
    "sent": "MOE_EMAIL_SENT",
    "delivered": "MOE_EMAIL_DELIVERED",
    "deferred": "MOE_EMAIL_DEFERRED",
    "dropped": "MOE_EMAIL_DROP",
    "bounced": "MOE_EMAIL_HARD_BOUNCE",
    "opened": "MOE_EMAIL_OPEN",
    "clicked": "MOE_EMAIL_CLICK",
    "unsubscribed": "MOE_EMAIL_UNSUBSCRIBE",
    "marked_as_spam": "MOE_EMAIL_SPAM",
}


def record(row: dict[str, Any], story: Story) -> dict[str, Any]:
    """Return one event of a stream."""
    is_goal = row["action_id"] is None
    code = "Order Placed" if is_goal else _CODES[row["event"]]
    attributes = {"amount": row["value"], "currency": "EUR"}
    if not is_goal:
        attributes = {
            "campaign_id": story.id,
            "campaign_name": story.name,
            "campaign_type": "Smart Trigger",
            "campaign_channel": "Email",
            "variation_id": row["variant"],
        }
    if row["event"] == "clicked":
        attributes["url"] = row["link"]
    return {
        "event_name": "Order Placed" if is_goal else code.removeprefix("MOE_").title(),
        "event_code": code,
        "event_uuid": row["event_id"],
        "event_time": int(row["timestamp"].timestamp()),
        "event_type": "USER_ACTION_EVENT" if is_goal else "CAMPAIGN_EVENT",
        "event_source": "MOENGAGE",
        "push_id": "",
        "email_id": row["user_id"],
        "mobile_number": "",
        "uid": row["user_id"],
        "event_attributes": attributes,
        "user_attributes": {},
        "device_attributes": {},
    }


def write(story: Story, folder: Path) -> int:
    """Write the envelopes."""
    events = [record(row, story) for row in story.rows]
    envelope = {"app_name": "Shop", "source": "MOENGAGE", "moe_request_id": "r1"}
    parts = [events[n : n + 20] for n in range(0, len(events), 20)]
    write_lines(folder / "stream.jsonl", [{**envelope, "events": part} for part in parts])
    return len(events)
