"""Writes Mandrill's webhooks: arrays of events, and posts with the array as text."""

import json
from pathlib import Path
from typing import Any

from tests.support.exports.story import Limits, Story

LIMITS = Limits(actions=1, goal="")
_NAMES = {
    "sent": "send",
    "delivered": "delivered",
    "deferred": "deferral",
    "bounced": "hard_bounce",
    "dropped": "reject",
    "opened": "open",
    "clicked": "click",
    "unsubscribed": "unsub",
    "marked_as_spam": "spam",
}


def record(row: dict[str, Any], campaign: str) -> dict[str, Any]:
    """Return one event as Mandrill posts it."""
    message = {
        "ts": 1772000000,
        "_id": "exampleaaaaaaaaaaaaaaaaaaaaaaaaa",
        "email": row["user_id"],
        "sender": "sender@example.com",
        "subject": "This an example webhook message",
        "state": "sent",
        "tags": [campaign],
        "opens": [{"ts": 1772000001}],
        "clicks": [],
        "metadata": [],
    }
    found = {
        "event": _NAMES[row["event"]],
        "_id": message["_id"],
        "msg": message,
        "ts": int(row["timestamp"].timestamp()),
    }
    return found | ({"url": row["link"]} if row["link"] else {})


def write(story: Story, folder: Path) -> int:
    """Write an array, and posts as a form has them."""
    rows = [record(row, story.id) for row in story.messages]
    half = len(rows) // 2
    (folder / "events.json").write_text(json.dumps(rows[:half]))
    posts = [{"mandrill_events": json.dumps([row])} for row in rows[half:]]
    (folder / "posts.jsonl").write_text("".join(json.dumps(post) + "\n" for post in posts))
    return len(rows)
