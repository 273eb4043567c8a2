"""Writes Resend's webhooks, one post a line."""

import json
from pathlib import Path
from typing import Any

from tests.support.exports.story import Limits, Story

LIMITS = Limits(actions=1, goal="")
_NAMES = {
    "sent": "email.sent",
    "delivered": "email.delivered",
    "deferred": "email.delivery_delayed",
    "bounced": "email.bounced",
    "dropped": "email.failed",
    "opened": "email.opened",
    "clicked": "email.clicked",
    "marked_as_spam": "email.complained",
}


def record(row: dict[str, Any], story: Story) -> dict[str, Any]:
    """Return one event as Resend posts it."""
    at = row["timestamp"].strftime("%Y-%m-%dT%H:%M:%S.000Z")
    if row["event"] == "unsubscribed":
        contact = {"id": "c1", "email": row["user_id"], "unsubscribed": True, "tags": {}}
        contact["broadcast_id"] = story.id
        return {"type": "contact.updated", "created_at": at, "data": contact}
    data: dict[str, Any] = {
        "broadcast_id": story.id,
        "created_at": "2026-03-01 23:41:11.894719+00",
        "email_id": "56761188-7520-42d8-8898-ff6fc54ce618",
        "from": "Acme <onboarding@example.com>",
        "to": [f"Somebody <{row['user_id']}>"],
        "subject": "Sending this example",
        "tags": {"category": "confirm_email"},
    }
    if row["link"]:
        data["click"] = {"link": row["link"], "ipAddress": "122.115.53.11", "timestamp": at}
    if row["event"] == "bounced":
        data["bounce"] = {"message": "…", "subType": "General", "type": "Permanent"}
    return {"type": _NAMES[row["event"]], "created_at": at, "data": data}


def write(story: Story, folder: Path) -> int:
    """Write the posts."""
    rows = [record(row, story) for row in story.messages]
    (folder / "posts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return len(rows)
