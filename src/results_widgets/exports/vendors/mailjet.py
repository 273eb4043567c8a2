"""Mailjet's event callbacks: objects, or arrays of grouped events."""

from collections.abc import Iterator
from typing import Any, Final

from results_widgets.exports import mail
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import By
from results_widgets.exports.vendor import Placed, Record, Sample, Sign, Vendor

_HARD: Final = By("hard_bounce", {"false": mail.SOFT}, mail.BOUNCED)
_EVENTS: Final = {
    "sent": mail.DELIVERED,
    "open": mail.OPENED,
    "click": mail.CLICKED,
    "bounce": By("error", {"greylisted": mail.DEFERRED}, _HARD),
    "blocked": mail.BLOCKED,
    "spam": mail.SPAM,
    "unsub": mail.UNSUBSCRIBED,
}
_OWN: Final = ("mj_campaign_id", "mj_contact_id", "customcampaign", "Message_GUID", "MessageID")


def _given(value: Any) -> Any:
    """Return a number or name of a campaign; 0 stands for none."""
    return None if value in (0, "0", "", None) else value


def _rows(placed: Placed) -> Iterator[Record]:
    record = placed.record
    name = _given(record.get("customcampaign"))
    yield {**record, "_campaign": _given(record.get("mj_campaign_id")) or name, "_name": name}


def _recognise(sample: Sample) -> Sign | None:
    known = sample.share_where(
        lambda one: (
            one.get("event") in _EVENTS
            and "email" in one
            and any(name in one for name in _OWN)
            and "sg_event_id" not in one
        )
    )
    return Sign(0.95, "its records have mj_campaign_id and Mailjet's events") if known else None


VENDOR: Final = Vendor(
    key="mailjet",
    label="Mailjet",
    versions=("Event API",),
    formats=("JSON arrays", "JSON lines"),
    mapping=Mapping(
        user_id="email",
        timestamp="time",
        time_unit="s",
        event_column="event",
        event=_EVENTS,
        campaign_id="_campaign",
        campaign_name="_name",
        link="url",
        reason=("error", "error_related_to", "source"),
    ),
    recognise=_recognise,
    campaign="mj_campaign_id, else customcampaign",
    action="the campaign itself",
    cannot=("sends: entries start at deliveries", *mail.CANNOT),
    notes=("Mailjet's sent is a delivery: the recipient's server took the message",),
    rows=_rows,
    reads=("mj_campaign_id", "customcampaign"),
)
