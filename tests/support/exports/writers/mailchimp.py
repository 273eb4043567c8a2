"""Writes Mailchimp's tables as Fivetran has them: recipients, their activity, unsubscribes, the campaign."""

from pathlib import Path
from typing import Any

from tests.support.exports.files import write_table
from tests.support.exports.story import START, Limits, Story

LIMITS = Limits(actions=1, variants=True, goal="")
_ACTIONS = {"opened": "open", "clicked": "click", "bounced": "bounce", "deferred": "bounce"}
_SYNCED = {"_fivetran_synced": "2026-04-14 21:27:44.224", "list_id": "8e423a4179"}


def write(story: Story, folder: Path) -> int:
    """Write the tables; all are sent to at one time, which is that of the campaign."""
    recipients, activity, unsubscribed = [], [], []
    for row in story.messages:
        at = row["timestamp"].strftime("%Y-%m-%d %H:%M:%S")
        base = {"campaign_id": story.id, "member_id": row["user_id"], **_SYNCED}
        if row["event"] == "sent":
            row["timestamp"] = START
            recipients.append({**base, "combination_id": row["variant"]})
        elif row["event"] == "unsubscribed":
            row["variant"] = None
            unsubscribed.append({**base, "reason": "", "timestamp": at})
        elif row["event"] == "marked_as_spam":
            activity.append(_activity(base, "abuse", row, at))
        else:
            activity.append(_activity(base, _ACTIONS[row["event"]], row, at))
    write_table(folder / "campaign_recipient.csv", recipients)
    write_table(folder / "campaign_recipient_activity.csv", activity)
    write_table(folder / "unsubscribe.csv", unsubscribed)
    campaign = {"id": story.id, "send_time": START.strftime("%Y-%m-%d %H:%M:%S")}
    write_table(
        folder / "campaign.csv", [{**campaign, "subject_line": "Hello", "title": story.name}]
    )
    return len(story.messages)


def _activity(base: dict[str, Any], action: str, row: dict[str, Any], at: str) -> dict[str, Any]:
    kind = {"bounced": "hard", "deferred": "soft"}.get(row["event"])
    more = {"bounce_type": kind, "combination_id": row["variant"], "url": row["link"], "ip": ""}
    return {"action": action, **base, "timestamp": at, **more}
