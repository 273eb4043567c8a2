"""Writes Mailgun's webhooks: one post a line, and a page of its events API."""

import json
from pathlib import Path
from typing import Any

from tests.support.exports.story import Limits, Story

LIMITS = Limits(actions=1, goal="")
_NAMES: dict[str, dict[str, Any]] = {
    "sent": {"event": "accepted"},
    "delivered": {"event": "delivered"},
    "deferred": {"event": "failed", "severity": "temporary", "reason": "greylisted"},
    "bounced": {"event": "failed", "severity": "permanent", "reason": "bounce"},
    "dropped": {"event": "failed", "severity": "permanent", "reason": "suppress-bounce"},
    "opened": {"event": "opened"},
    "clicked": {"event": "clicked"},
    "unsubscribed": {"event": "unsubscribed"},
    "marked_as_spam": {"event": "complained"},
}


def record(row: dict[str, Any], campaign: str) -> dict[str, Any]:
    """Return one event's data."""
    user = row["user_id"]
    found = {
        **_NAMES[row["event"]],
        "id": row["event_id"],
        "timestamp": row["timestamp"].timestamp(),
        "log-level": "info",
        "recipient": user,
        "recipient-domain": user.partition("@")[2],
        "tags": [campaign, "all"],
        "campaigns": [],
        "user-variables": {"plan": "gold"},
        "message": {"headers": {"message-id": f"20260302.1.{user}", "to": user}, "size": 111},
        "flags": {"is-test-mode": False},
    }
    return found | ({"url": row["link"]} if row["event"] == "clicked" else {})


def write(story: Story, folder: Path) -> int:
    """Write two thirds as posts, and the rest as the events API answers."""
    records = [record(row, story.id) for row in story.messages]
    cut = len(records) * 2 // 3
    posts = [
        {
            "signature": {"timestamp": "1772442000", "token": f"token{n:044}", "signature": "ab"},
            "event-data": data,
        }
        for n, data in enumerate(records[:cut])
    ]
    (folder / "posts.jsonl").write_text("".join(json.dumps(post) + "\n" for post in posts))
    page = {"items": records[cut:], "paging": {"next": "https://api.example.com/next"}}
    (folder / "events.json").write_text(json.dumps(page, indent=2))
    return len(records)
