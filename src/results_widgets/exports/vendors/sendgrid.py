"""SendGrid's event webhooks: arrays of objects, or one object a line."""

from collections.abc import Iterator
from typing import Final

from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import Became, By
from results_widgets.exports.same_message import COLUMN, campaign_or_wait
from results_widgets.exports.vendor import MessageId, Placed, Record, Sample, Sign, Vendor

_BY_MESSAGE: Final = (MessageId(COLUMN, r"\.(?:filter|recvd)"), MessageId("smtp_id"))
"""The id has a suffix that differs between events; where it is missing, the header Message-ID may be there."""

_EVENTS: Final = {
    "processed": Became("email", "sent"),
    "delivered": Became("email", "delivered"),
    "deferred": Became("email", "deferred"),
    "open": Became("email", "opened"),
    "click": Became("email", "clicked"),
    "bounce": By(
        "type",
        {"blocked": Became("email", "blocked", "a bounce of type blocked")},
        Became("email", "bounced"),
    ),
    "blocked": Became("email", "blocked"),
    "dropped": Became("email", "dropped"),
    "spamreport": Became("email", "marked_as_spam"),
    "unsubscribe": Became("email", "unsubscribed"),
    "group_unsubscribe": Became("email", "unsubscribed", "of a group"),
    "group_resubscribe": Became(note="a user subscribed again"),
}


def _rows(placed: Placed) -> Iterator[Record]:
    record = placed.record
    category = record.get("category")
    if isinstance(category, list):
        category = next((one for one in category if one), None)
    campaign = record.get("marketing_campaign_id") or category
    name = record.get("marketing_campaign_name") or category
    # A bounce that comes later than the answer of the server names none.
    yield {**record, "campaign": campaign_or_wait(campaign), "campaign_name": name}


def _recognise(sample: Sample) -> Sign | None:
    if sample.share_with("sg_event_id", "event"):
        return Sign(0.95, "its records have sg_event_id and event")
    known = sample.share_where(lambda one: one.get("event") in _EVENTS)
    if known and sample.share_with("email", "timestamp", "smtp-id"):
        return Sign(0.8, "its records have email, timestamp, smtp-id and SendGrid's events")
    return None


VENDOR: Final = Vendor(
    key="sendgrid",
    label="SendGrid",
    versions=("Event Webhook v3",),
    formats=("JSON arrays", "JSON lines"),
    mapping=Mapping(
        user_id="email",
        timestamp="timestamp",
        time_unit="s",
        event_column="event",
        event=_EVENTS,
        campaign_id="campaign",
        campaign_name="campaign_name",
        event_id="sg_event_id",
        machine="sg_machine_open",
        link="url",
        reason=("reason", "response"),
        columns={COLUMN: "sg_message_id", "smtp_id": "smtp-id"},
    ),
    recognise=_recognise,
    campaign="marketing_campaign_id, else the first category, else that of another event of its message",
    action="the campaign itself",
    tells=("machine opens",),
    cannot=("flow", "variants", "held back", "conversions", "machine clicks"),
    by_message=_BY_MESSAGE,
    rows=_rows,
    machine_clicks=(),
    flags_each=True,
    reads=("category", "marketing_campaign_id", "marketing_campaign_name"),
)
