"""Mailgun's webhooks, the answers of its events API, and the form posts of its first webhooks."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from results_widgets.exports import mail
from results_widgets.exports.fields import getter
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import Became, By
from results_widgets.exports.same_message import COLUMN, campaign_or_wait
from results_widgets.exports.vendor import MessageId, Placed, Record, Sample, Sign, Vendor

_SUPPRESSED: Final = ("suppress-bounce", "suppress-complaint", "suppress-unsubscribe")
_EVENTS: Final = {
    "accepted": mail.SENT,
    "delivered": mail.DELIVERED,
    "failed": By(
        "severity",
        {"temporary": mail.DEFERRED},
        By("reason", dict.fromkeys(_SUPPRESSED, mail.ON_LIST), mail.BOUNCED),
    ),
    "rejected": mail.DROPPED,
    "opened": mail.OPENED,
    "clicked": mail.CLICKED,
    "unsubscribed": mail.UNSUBSCRIBED,
    "complained": mail.SPAM,
    "stored": Became(note="a message was kept for fetching"),
    "bounced": mail.BOUNCED,
    "dropped": mail.DROPPED,
}
_OWN: Final = (
    *("message", "recipient-domain", "log-level", "delivery-status", "client-info", "flags"),
    *("user-variables", "envelope", "geolocation", "signature", "body-plain", "Message-Id"),
)

_MESSAGE: Final = getter(("message.headers.message-id", "Message-Id", "message-id"))


def _rows(placed: Placed) -> Iterator[Record]:
    items = placed.record.get("items")
    for record in items if isinstance(items, list) else [placed.record]:
        row = mail.lifted(record, "event-data", "signature")
        inner = record.get("event-data")
        if isinstance(inner, dict):
            row |= inner
        for name, value in record.items():
            if name.startswith("event-data."):
                row[name.removeprefix("event-data.")] = value
        row["_message"] = _MESSAGE(row)
        tags = (row.get(name) for name in ("tags", "tag", "X-Mailgun-Tag", "campaigns"))
        tag = next((found for one in tags if (found := mail.first_tag(one))), None)
        row["_campaign"] = campaign_or_wait(tag)
        yield {**row, "_id": _id(row)}


def _id(row: Record) -> str | None:
    """Return what tells repeats: the post's token, since an event's id is unique within a day only."""
    if row.get("token"):
        return str(row["token"])
    if not row.get("id"):
        return None
    try:
        day = datetime.fromtimestamp(float(row["timestamp"]), UTC).date()
    except (KeyError, TypeError, ValueError, OverflowError):
        return str(row["id"])
    return f"{row['id']} of {day}"


def _recognise(sample: Sample) -> Sign | None:
    enveloped = sample.share_where(
        lambda one: "event-data" in one or any(name.startswith("event-data.") for name in one)
    )
    if enveloped:
        return Sign(0.95, "its records have event-data")
    items = [
        one
        for record in sample.records
        for one in (record["items"] if isinstance(record.get("items"), list) else [record])
        if isinstance(one, dict)
    ]
    known = [one for one in items if one.get("event") in _EVENTS and "recipient" in one]
    if known and any(name in one for one in known for name in _OWN):
        return Sign(0.85, "its records have recipient and Mailgun's events and fields")
    return None


VENDOR: Final = Vendor(
    key="mailgun",
    label="Mailgun",
    versions=("Webhooks and Events API v3", "form posts before 2018"),
    formats=("JSON lines", "JSON arrays", "answers of the events API"),
    mapping=Mapping(
        user_id="recipient",
        timestamp="timestamp",
        time_unit="s",
        event_column="event",
        event=_EVENTS,
        campaign_id="_campaign",
        campaign_name="_campaign",
        event_id="_id",
        link="url",
        reason=("reason", "delivery-status.description", "delivery-status.message"),
        platform="client-info.device-type",
        columns={COLUMN: "_message"},
    ),
    recognise=_recognise,
    campaign="the first tag",
    action="the campaign itself",
    cannot=mail.CANNOT,
    notes=(
        mail.BY_MESSAGE,
        "temporary failures are deferred; failures of suppressed addresses are dropped",
    ),
    rows=_rows,
    by_message=(MessageId(COLUMN),),
)
