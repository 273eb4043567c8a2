"""Writes Postmark's webhooks: one post a line, times with seven fractional digits."""

import json
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

from tests.support.exports.story import Limits, Story

LIMITS = Limits(actions=1, goal="")
_ZONE = timezone(timedelta(hours=-5))
_OF: dict[str, tuple[str, str, dict[str, Any]]] = {
    "delivered": ("Delivery", "DeliveredAt", {}),
    "opened": ("Open", "ReceivedAt", {"FirstOpen": True, "Platform": "Desktop", "ReadSeconds": 5}),
    "clicked": ("Click", "ReceivedAt", {"ClickLocation": "HTML", "Platform": "Mobile"}),
    "bounced": ("Bounce", "BouncedAt", {"Type": "HardBounce", "TypeCode": 1, "Inactive": True}),
    "blocked": ("Bounce", "BouncedAt", {"Type": "Blocked", "TypeCode": 100006}),
    "deferred": ("Bounce", "BouncedAt", {"Type": "Transient", "TypeCode": 2}),
    "dropped": ("Bounce", "BouncedAt", {"Type": "SMTPApiError", "TypeCode": 100007}),
    "marked_as_spam": ("SpamComplaint", "BouncedAt", {"Type": "SpamComplaint"}),
    "unsubscribed": (
        "SubscriptionChange",
        "ChangedAt",
        {"SuppressSending": True, "SuppressionReason": "ManualSuppression", "Origin": "Recipient"},
    ),
}


def record(row: dict[str, Any], campaign: str, number: int) -> dict[str, Any]:
    """Return one event as Postmark posts it."""
    kind, time, more = _OF[row["event"]]
    at = row["timestamp"].astimezone(_ZONE).strftime("%Y-%m-%dT%H:%M:%S") + ".0000000-05:00"
    is_bounce = time == "BouncedAt"
    return {
        "RecordType": kind,
        "MessageID": "00000000-0000-0000-0000-000000000000",
        "Email" if is_bounce else "Recipient": row["user_id"],
        "Tag": campaign,
        "Metadata": {"plan": "gold"},
        "ServerID": 23,
        "MessageStream": "broadcast",
        time: at,
        **more,
        **({"ID": number} if is_bounce else {}),
        **({"OriginalLink": row["link"]} if row["link"] else {}),
    }


def write(story: Story, folder: Path) -> int:
    """Write the posts."""
    rows = [record(row, story.id, n) for n, row in enumerate(story.messages)]
    (folder / "posts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return len(rows)
