"""Writes SparkPost's webhooks: arrays of events, each in the class of its kind."""

import json
from pathlib import Path
from typing import Any

from tests.support.exports.story import Limits, Story

LIMITS = Limits(actions=1, goal="")
_OF: dict[str, tuple[str, str, dict[str, Any]]] = {
    "sent": ("message_event", "injection", {}),
    "delivered": ("message_event", "delivery", {}),
    "deferred": ("message_event", "delay", {"bounce_class": "20"}),
    "bounced": ("message_event", "bounce", {"bounce_class": "10", "error_code": "550"}),
    "blocked": ("message_event", "out_of_band", {"bounce_class": "51"}),
    "dropped": ("message_event", "policy_rejection", {"bounce_class": "25"}),
    "opened": ("track_event", "open", {"user_agent": "Mozilla"}),
    "clicked": ("track_event", "click", {"target_link_name": "shop"}),
    "unsubscribed": ("unsubscribe_event", "list_unsubscribe", {}),
    "marked_as_spam": ("message_event", "spam_complaint", {"fbtype": "abuse"}),
}


def record(row: dict[str, Any], campaign: str) -> dict[str, Any]:
    """Return one event as SparkPost posts it."""
    kind, name, more = _OF[row["event"]]
    event = {
        "type": name,
        "event_id": row["event_id"],
        "campaign_id": campaign,
        "rcpt_to": row["user_id"],
        "raw_rcpt_to": row["user_id"].title(),
        "rcpt_meta": {"plan": "gold"},
        "rcpt_tags": ["male", "US"],
        "template_id": "templ-1234",
        "timestamp": str(int(row["timestamp"].timestamp())),
        "transmission_id": "65832150921904138",
        **more,
        **({"target_link_url": row["link"]} if row["link"] else {}),
    }
    return {"msys": {kind: event}}


def write(story: Story, folder: Path) -> int:
    """Write two arrays, and the empty post by which SparkPost tries an address."""
    rows = [record(row, story.id) for row in story.messages]
    half = len(rows) // 2
    (folder / "batch-1.json").write_text(json.dumps(rows[:half]))
    (folder / "batch-2.json").write_text(json.dumps([*rows[half:], {"msys": {}}], indent=1))
    return len(rows) + 1
