"""SparkPost's webhooks and the answers of its events API."""

from collections.abc import Iterator
from typing import Final

from results_widgets.exports import mail
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import Became, By
from results_widgets.exports.vendor import Record, Sample, Sign, Vendor

_SOFT: Final = ("20", "21", "22", "23", "24", "70")
_BLOCKS: Final = ("25", "50", "51", "52", "53", "54")
_BOUNCE: Final = By(
    "bounce_class",
    {
        **dict.fromkeys(_SOFT, mail.SOFT),
        **dict.fromkeys(_BLOCKS, mail.BLOCKED),
        "60": mail.REPLIED_BY_MACHINE,
        "80": mail.SUBSCRIBED,
        "90": mail.UNSUBSCRIBED,
        "100": mail.REPLIED_BY_MACHINE,
    },
    mail.BOUNCED,
)
_FIRST: Final = Became("email", "opened", "a first open, told by a pixel at the top")
_EVENTS: Final = {
    "injection": mail.SENT,
    "delivery": mail.DELIVERED,
    "delay": mail.DEFERRED,
    "bounce": _BOUNCE,
    "out_of_band": _BOUNCE,
    "policy_rejection": mail.DROPPED,
    "generation_failure": mail.UNSENT,
    "generation_rejection": mail.UNSENT,
    "spam_complaint": mail.SPAM,
    "initial_open": _FIRST,
    "open": mail.OPENED,
    "amp_initial_open": _FIRST,
    "amp_open": mail.OPENED,
    "click": mail.CLICKED,
    "amp_click": mail.CLICKED,
    "list_unsubscribe": mail.UNSUBSCRIBED,
    "link_unsubscribe": mail.UNSUBSCRIBED,
}
_CLASSES: Final = (
    *("message_event", "track_event", "unsubscribe_event", "gen_event", "relay_event"),
    "ab_test_event",
)
_OWN: Final = ("rcpt_to", "raw_rcpt_to", "transmission_id", "rcpt_meta", "msg_from")


def _events_of(record: Record) -> Iterator[Record]:
    """Return events out of ``{"msys": {"track_event": …}}``, of ``{"results": […]}``, or bare."""
    results = record.get("results")
    for one in results if isinstance(results, list) else [record]:
        outer = mail.lifted(one, "msys")
        yield mail.lifted(outer, *_CLASSES)


def _recognise(sample: Sample) -> Sign | None:
    if sample.share_where(
        lambda one: "msys" in one or any(name.startswith("msys.") for name in one)
    ):
        return Sign(0.95, "its records have msys")
    known = sample.share_where(
        lambda record: any(
            one.get("type") in _EVENTS and "rcpt_to" in one and any(name in one for name in _OWN)
            for one in _events_of(record)
        )
    )
    return Sign(0.85, "its records have rcpt_to and SparkPost's types") if known else None


VENDOR: Final = Vendor(
    key="sparkpost",
    label="SparkPost",
    versions=("Event webhooks v1",),
    formats=("JSON arrays", "JSON lines", "answers of the events API"),
    mapping=Mapping(
        user_id=("rcpt_to", "raw_rcpt_to"),
        timestamp="timestamp",
        event_column="type",
        event=_EVENTS,
        campaign_id="campaign_id",
        campaign_name="campaign_id",
        event_id="event_id",
        link="target_link_url",
        reason=("reason", "raw_reason", "fbtype"),
    ),
    recognise=_recognise,
    campaign="campaign_id",
    action="the campaign itself",
    cannot=mail.CANNOT,
    notes=("bounces count by their class: soft ones are deferred, blocks are blocked",),
    rows=lambda placed: _events_of(placed.record),
)
