"""Writes REES46's data: a wide row a message with booleans t and f and times without a zone, and its campaigns."""

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.support.exports.story import Limits, Story

LIMITS = Limits(actions=1, goal="purchased", campaign="bulk/63")
_STEPS = {
    "opened": ("is_opened", ("opened_first_time_at", "opened_last_time_at")),
    "clicked": ("is_clicked", ("clicked_first_time_at", "clicked_last_time_at")),
    "unsubscribed": ("is_unsubscribed", ("unsubscribed_at",)),
    "bounced": ("is_hard_bounced", ("hard_bounced_at",)),
    "deferred": ("is_soft_bounced", ("soft_bounced_at",)),
    "marked_as_spam": ("is_complained", ("complained_at",)),
    "blocked": ("is_blocked", ("blocked_at",)),
    "purchased": ("is_purchased", ("purchased_at",)),
}
HEADER = (
    *("id", "message_id", "campaign_id", "message_type", "client_id", "channel", "category"),
    *("platform", "email_provider", "stream", "date", "sent_at"),
    *(name for flag, times in _STEPS.values() for name in (flag, *times)),
    *("created_at", "updated_at"),
)


def write(story: Story, folder: Path) -> int:
    """Write both files, with the first of each event of a user only: more no wide row can hold."""
    story.rows = _first_of_each(story.rows)
    messages: dict[str, dict[str, Any]] = defaultdict(lambda: dict.fromkeys(HEADER, ""))
    count = 0
    for row in story.rows:
        user, at = row["user_id"], row["timestamp"].strftime("%Y-%m-%d %H:%M:%S")
        line = messages[user]
        line |= {"client_id": user, "campaign_id": "63", "message_type": "bulk"}
        line |= {"id": line["id"] or len(messages), "channel": "email", "message_id": f"m-{user}"}
        count += 1
        if row["event"] == "sent":
            line |= {"sent_at": at, "date": at[:10]}
            continue
        flag, times = _STEPS[row["event"]]
        line |= {flag: "t", **dict.fromkeys(times, at)}
    for line in messages.values():
        line |= {flag: line[flag] or "f" for flag, _ in _STEPS.values()}
    with (folder / "messages.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, HEADER)
        writer.writeheader()
        writer.writerows(messages.values())
    (folder / "campaigns.csv").write_text(
        "id,campaign_type,channel,topic,total_count\n63,bulk,email,sale out,30\n63,trigger,email,cart,9\n"
    )
    return count


def _first_of_each(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the events that a wide row can hold."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        found.setdefault((row["user_id"], row["event"]), {**row, "value": None})
    return [*found.values()]
