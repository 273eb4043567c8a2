"""Writes Amazon SES's events: text of JSON inside SNS notifications, one a line; sends of one second share an event."""

import json
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from tests.support.exports.story import Limits, Story

LIMITS = Limits(actions=1, goal="")
_KINDS = {
    "sent": "Send",
    "delivered": "Delivery",
    "deferred": "DeliveryDelay",
    "opened": "Open",
    "clicked": "Click",
    "bounced": "Bounce",
    "dropped": "Reject",
    "unsubscribed": "Subscription",
    "marked_as_spam": "Complaint",
}


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _part(kind: str, at: str, people: list[str], link: str | None) -> dict[str, Any]:
    """Return what an event says of its own."""
    new = {"unsubscribeAll": True, "topicSubscriptionStatus": []}
    named = [{"emailAddress": one} for one in people]
    bounce = {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": named}
    parts: dict[str, dict[str, Any]] = {
        "Send": {"send": {}},
        "Delivery": {"delivery": {"timestamp": at, "recipients": people, "smtpResponse": "250"}},
        "DeliveryDelay": {"deliveryDelay": {"timestamp": at, "delayedRecipients": named}},
        "Open": {"open": {"timestamp": at, "ipAddress": "192.0.2.1", "userAgent": "Mozilla"}},
        "Click": {"click": {"timestamp": at, "link": link, "linkTags": None}},
        "Bounce": {"bounce": {**bounce, "timestamp": at, "feedbackId": f"f-{at}-{people[0]}"}},
        "Reject": {"reject": {"reason": "Bad content"}},
        "Subscription": {"subscription": {"timestamp": at, "newTopicPreferences": new}},
        "Complaint": {"complaint": {"timestamp": at, "complainedRecipients": named}},
    }
    return parts[kind]


def record(kind: str, at: datetime, people: list[str], link: str | None, campaign: str) -> str:
    """Return one event as text."""
    message = {
        # A rejected message has no time but that of its sending.
        "timestamp": _time(at) if kind in ("Send", "Reject") else "2026-03-02T08:00:00.000Z",
        "messageId": f"0000-{people[0]}",
        "source": "sender@example.com",
        "destination": people,
        "tags": {"ses:configuration-set": ["ConfigSet"], "campaign": [campaign]},
    }
    return json.dumps({"eventType": kind, "mail": message, **_part(kind, _time(at), people, link)})


def write(story: Story, folder: Path) -> int:
    """Write notifications, and the last third bare, as Firehose keeps them."""

    def together(row: dict[str, Any]) -> tuple[Any, ...]:
        alone = row["event_id"] if row["event"] in ("opened", "clicked") else ""
        return row["timestamp"], row["event"], alone

    rows = sorted(story.messages, key=lambda row: (*map(str, together(row)), row["user_id"]))
    texts = []
    for (at, event, _), own in groupby(rows, together):
        some = [*own]
        people = [row["user_id"] for row in some]
        texts.append(record(_KINDS[event], at, people, some[0]["link"], story.id))
    cut = len(texts) * 2 // 3
    posts = [
        {
            "Type": "Notification",
            "MessageId": f"sns-{n}",
            "TopicArn": "arn:aws:sns:eu-west-1:123456789012:mail",
            "Message": text,
            "Timestamp": "2026-03-20T00:00:00.000Z",
        }
        for n, text in enumerate(texts[:cut])
    ]
    (folder / "sns.jsonl").write_text("".join(json.dumps(post) + "\n" for post in posts))
    (folder / "firehose.jsonl").write_text("\n".join(texts[cut:]))
    return len(rows)
