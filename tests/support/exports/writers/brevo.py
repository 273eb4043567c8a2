"""Writes Brevo's webhooks, one post a line: half as of transactional mail, half as of a campaign."""

import json
from pathlib import Path
from typing import Any

from tests.support.exports.story import Limits, Story

LIMITS = Limits(actions=1, goal="")
_NAMES = {
    "sent": "request",
    "delivered": "delivered",
    "deferred": "deferred",
    "bounced": "hard_bounce",
    "blocked": "blocked",
    "dropped": "error",
    "opened": "opened",
    "clicked": "click",
    "unsubscribed": "unsubscribed",
    "marked_as_spam": "spam",
}


def record(row: dict[str, Any], story: Story, number: int) -> dict[str, Any]:
    """Return one event as Brevo posts it."""
    at = int(row["timestamp"].timestamp())
    found = {
        "event": _NAMES[row["event"]],
        "email": row["user_id"],
        "id": 9999999,
        "date": "2020-01-01 00:00:00",
        "ts": 1577836800,
        "ts_event": at,
    }
    if number % 2:
        found |= {"camp_id": story.id, "campaign name": story.name, "segment_ids": [1]}
    else:
        tag = json.dumps([story.id, "all"])
        found |= {"ts_epoch": at * 1000, "message-id": "<1@relay.example.com>", "tag": tag}
    return found | ({"link": row["link"]} if row["link"] else {})


def write(story: Story, folder: Path) -> int:
    """Write the posts."""
    rows = [record(row, story, n) for n, row in enumerate(story.messages)]
    (folder / "posts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return len(rows)
