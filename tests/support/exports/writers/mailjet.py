"""Writes Mailjet's event callbacks: arrays of grouped events."""

import json
from pathlib import Path
from typing import Any

from tests.support.exports.story import Limits, Story

LIMITS = Limits(actions=1, goal="")
_OF: dict[str, tuple[str, dict[str, Any]]] = {
    "delivered": ("sent", {"smtp_reply": "sent (250 2.0.0 OK)"}),
    "deferred": ("bounce", {"hard_bounce": False, "error": "greylisted", "blocked": False}),
    "bounced": ("bounce", {"hard_bounce": True, "error": "user unknown", "blocked": False}),
    "blocked": ("blocked", {"error_related_to": "recipient", "error": "preblocked"}),
    "opened": ("open", {"ip": "127.0.0.1", "geo": "FR", "agent": "Mozilla"}),
    "clicked": ("click", {"ip": "127.0.0.1"}),
    "unsubscribed": ("unsub", {"mj_list_id": 1}),
    "marked_as_spam": ("spam", {"source": "JMRPP"}),
}


def record(row: dict[str, Any], story: Story) -> dict[str, Any]:
    """Return one event as Mailjet posts it."""
    name, more = _OF[row["event"]]
    return {
        "event": name,
        "time": int(row["timestamp"].timestamp()),
        "MessageID": 19421777835146490,
        "Message_GUID": "1ab23cd4-e567-8901-2345-6789f0gh1i2j",
        "email": row["user_id"],
        "mj_campaign_id": 0,
        "mj_contact_id": 4,
        "customcampaign": story.id,
        "CustomID": "",
        "Payload": "",
        **more,
        **({"url": row["link"]} if row["link"] else {}),
    }


def write(story: Story, folder: Path) -> int:
    """Write arrays, one a line."""
    rows = [record(row, story) for row in story.messages]
    groups = [rows[n : n + 7] for n in range(0, len(rows), 7)]
    (folder / "callbacks.json").write_text("\n".join(map(json.dumps, groups)))
    return len(rows)
