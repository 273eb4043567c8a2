"""Properties of a story's events, as customers track them in analytics tools."""

from typing import Any

from tests.support.exports.story import Limits, Story

LIMITS = Limits(variants=True, machine=True, goal="Order Completed")
NAMES = {
    "sent": "Email Sent",
    "delivered": "email_delivered",
    "deferred": "email_deferred",
    "dropped": "email dropped",
    "opened": "emailOpened",
    "clicked": "Email Link Clicked",
    "bounced": "[Tool] Email Bounced",
    "unsubscribed": "email_unsubscribed",
    "marked_as_spam": "Email Marked as Spam",
}


def name_of(row: dict[str, Any]) -> str:
    """Return what a customer calls an event."""
    return row["event"] if row["action_id"] is None else NAMES[row["event"]]


def properties(row: dict[str, Any], story: Story) -> dict[str, Any]:
    """Return what a customer tracks with an event."""
    if row["action_id"] is None:
        return {"revenue": row["value"], "currency": "EUR"}
    names = {id_: name for id_, name, _ in story.actions}
    found = {
        "campaign_id": story.id,
        "campaign_name": story.name,
        "action_id": row["action_id"],
        "action_name": names[row["action_id"]],
        "variant": row["variant"],
        "link": row["link"],
    }
    if row["event"] == "opened":
        found["machine_open"] = row["machine"]
    return {key: value for key, value in found.items() if value is not None}
