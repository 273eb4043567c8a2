"""Writes HubSpot's tables as Fivetran has them: all events in one, what is special of some kinds in others."""

from pathlib import Path

from tests.support.exports.files import write_table
from tests.support.exports.story import Limits, Story

LIMITS = Limits(actions=1, machine=True, machine_clicks=True, goal="")
_TYPES = {
    "sent": "SENT",
    "delivered": "DELIVERED",
    "deferred": "DEFERRED",
    "opened": "OPEN",
    "clicked": "CLICK",
    "bounced": "BOUNCE",
    "dropped": "DROPPED",
    "unsubscribed": "STATUSCHANGE",
    "marked_as_spam": "SPAMREPORT",
}


def write(story: Story, folder: Path) -> int:
    """Write the tables."""
    events, clicks, changes = [], [], []
    for row in story.messages:
        one = {"id": row["event_id"], "_fivetran_synced": "2026-04-14 21:27:44.224"}
        event = {
            **one,
            "app_id": 2286,
            "created": row["timestamp"].strftime("%Y-%m-%d %H:%M:%S.000"),
            "email_campaign_id": story.id,
            "obsoleted_by_id": "",
            "portal_id": 4727653,
            "sent_by_id": "",
            "type": _TYPES[row["event"]],
            "filtered_event": str(bool(row["machine"])).lower(),
            "recipient": row["user_id"],
        }
        events.append(event)
        if row["event"] == "clicked":
            clicks.append({**one, "referer": "", "url": row["link"], "user_agent": ""})
        if row["event"] == "unsubscribed":
            changes.append({**one, "bounced": "", "portal_subscription_status": "UNSUBSCRIBED"})
    write_table(folder / "email_event.csv", events)
    write_table(folder / "email_event_click.csv", clicks)
    write_table(folder / "email_event_status_change.csv", changes)
    campaign = {"id": story.id, "app_id": 2286, "app_name": "x", "num_included": 3}
    write_table(
        folder / "email_campaign.csv", [{**campaign, "name": story.name, "subject": "Hello"}]
    )
    return len(events)
