"""Writes SendGrid's event webhook: arrays of objects, as they are posted, one after another."""

import json
from pathlib import Path
from typing import Any

from tests.support.exports.story import Limits, Story

LIMITS = Limits(actions=1, machine=True, goal="")
_NAMES = {
    "sent": "processed",
    "delivered": "delivered",
    "deferred": "deferred",
    "opened": "open",
    "clicked": "click",
    "bounced": "bounce",
    "blocked": "bounce",
    "dropped": "dropped",
    "unsubscribed": "unsubscribe",
    "marked_as_spam": "spamreport",
}


def record(row: dict[str, Any], campaign: str) -> dict[str, Any]:
    """Return one event as SendGrid posts it."""
    found = {
        "email": row["user_id"],
        "timestamp": int(row["timestamp"].timestamp()),
        "smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd-555>",
        "event": _NAMES[row["event"]],
        "category": [campaign],
        "sg_event_id": row["event_id"],
        "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
    }
    if row["event"] == "opened":
        found["sg_machine_open"] = row["machine"]
    if row["event"] == "clicked":
        found["url"] = row["link"]
    if row["event"] in ("bounced", "blocked"):
        found |= {"type": "blocked" if row["event"] == "blocked" else "bounce", "reason": "500"}
    return found


def write(story: Story, folder: Path) -> int:
    """Write the posts of two days into two files."""
    records = [record(row, story.id) for row in story.messages]
    half = len(records) // 2
    (folder / "posts-1.json").write_text(json.dumps(records[:half], indent=2))
    posts = [records[half : half + 5], records[half + 5 :]]
    (folder / "posts-2.json").write_text("\n".join(map(json.dumps, posts)))
    return len(records)
