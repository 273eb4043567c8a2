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
        "_severity",
        {"temporary": mail.DEFERRED},
        By("_reason", dict.fromkeys(_SUPPRESSED, mail.ON_LIST), mail.BOUNCED),
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


def _field(*names: str) -> tuple[str, ...]:
    """Return where fields stand: in the data of a webhook, or on top."""
    return tuple(f"{part}{name}" for name in names for part in ("event-data.", ""))


_TOKEN: Final = ("signature.token", *_field("token"))
_TIME: Final = (*_field("timestamp"), "signature.timestamp")
_TAGS: Final = ("tags", "tag", "X-Mailgun-Tag", "campaigns")
_FIND_TAGS: Final = tuple(getter(_field(name)) for name in _TAGS)
_FIND_TOKEN, _FIND_TIME, _FIND_ID = getter(_TOKEN), getter(_TIME), getter(_field("id"))
_SEVERITY, _REASON = getter(_field("severity")), getter(_field("reason"))


def _rows(placed: Placed) -> Iterator[Record]:
    items = placed.record.get("items")
    for record in items if isinstance(items, list) else [placed.record]:
        tags = (find(record) for find in _FIND_TAGS)
        tag = next((found for one in tags if (found := mail.first_tag(one))), None)
        yield {
            **record,
            "_severity": _SEVERITY(record),
            "_reason": _REASON(record),
            "_campaign": campaign_or_wait(tag),
            "_id": _id(record),
        }


def _id(record: Record) -> str | None:
    """Return what tells repeats where there is no token of a post: an event's id is unique within a day only."""
    own = _FIND_ID(record)
    if _FIND_TOKEN(record) is not None or own is None:
        return None
    try:
        day = datetime.fromtimestamp(float(_FIND_TIME(record)), UTC).date()
    except (TypeError, ValueError, OverflowError):
        return str(own)
    return f"{own} of {day}"


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
        user_id=_field("recipient"),
        timestamp=_TIME,
        time_unit="s",
        event_column=_field("event"),
        event=_EVENTS,
        campaign_id="_campaign",
        campaign_name="_campaign",
        event_id=(*_TOKEN, "_id"),
        link=_field("url"),
        reason=_field("reason", "delivery-status.description", "delivery-status.message"),
        platform=_field("client-info.device-type"),
        columns={COLUMN: _field("message.headers.message-id", "Message-Id", "message-id")},
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
    reads=_field(*_TAGS, "severity", "reason"),
    apart=("items",),
    apart_without=_TOKEN,
    by_message=(MessageId(COLUMN),),
)
