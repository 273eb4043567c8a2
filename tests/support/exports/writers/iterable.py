"""Writes Iterable's system webhooks, an object a line, and its export: a CSV file for each kind of event."""

from pathlib import Path
from typing import Any

import polars as pl

from tests.support.exports.files import write_lines
from tests.support.exports.story import Limits, Story

LIMITS = Limits(variants=True, machine=True, machine_clicks=True, goal="purchase")
_NAMES = {
    "sent": "emailSend",
    "delivered": "emailDelivered",
    "opened": "emailOpen",
    "clicked": "emailClick",
    "bounced": "emailBounce",
    "marked_as_spam": "emailComplaint",
    "unsubscribed": "emailUnSubscribe",
    "held_back": "emailSendSkip",
}


def record(row: dict[str, Any], story: Story) -> dict[str, Any]:
    """Return one event as Iterable posts it."""
    created = row["timestamp"].strftime("%Y-%m-%d %H:%M:%S +00:00")
    base = {"email": row["user_id"], "userId": None}
    if row["action_id"] is None:
        fields = {"total": row["value"], "createdAt": created, "shoppingCartItems": []}
        return {**base, "eventName": "purchase", "dataFields": fields}
    names = {id_: name for id_, name, _ in story.actions}
    fields = {
        "campaignId": row["action_id"],
        "campaignName": names[row["action_id"]],
        "workflowId": story.id,
        "workflowName": story.name,
        "templateId": row["variant"],
        "experimentId": 9,
        "messageId": f"d0aa7801f91f4824997a631f3ed583c3-{row['user_id']}",
        "messageTypeId": 27,
        "channelId": 24,
        "createdAt": created,
    }
    if row["event"] == "opened":
        fields |= {"isBot": row["machine"], "proxySource": "Apple", "userAgent": "Mozilla/5.0"}
    if row["event"] == "clicked":
        fields |= {"url": row["link"], "hrefIndex": 0, "linkId": "x", "isBot": row["machine"]}
    if row["event"] == "bounced":
        fields |= {"recipientState": "HardBounce"}
    if row["event"] == "held_back":
        fields |= {"reason": "ExperimentHoldOut"}
    return {**base, "eventName": _NAMES[row["event"]], "dataFields": fields}


def write(story: Story, folder: Path) -> int:
    """Write the webhooks of all days into one file."""
    write_lines(folder / "webhooks.jsonl", [record(row, story) for row in story.rows])
    return len(story.rows)


def write_export(story: Story, folder: Path) -> None:
    """Write a CSV file for each kind of event, which only its name says."""
    records = [record(row, story) for row in story.rows]
    for name in sorted({one["eventName"] for one in records}):
        own = [one for one in records if one["eventName"] == name]
        rows = [
            {
                "email": one["email"],
                **{
                    key: value
                    for key, value in one["dataFields"].items()
                    if key != "shoppingCartItems"
                },
                "itblInternal.documentCreatedAt": one["dataFields"]["createdAt"],
                "transactionalData": "{}",
            }
            for one in own
        ]
        pl.DataFrame(rows, infer_schema_length=None).write_csv(folder / f"{name}.csv")
