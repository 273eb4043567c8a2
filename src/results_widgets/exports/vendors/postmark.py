"""Postmark's webhooks, one object a line, or gathered in arrays."""

from collections.abc import Iterator
from typing import Final

from results_widgets.exports import mail
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import Became, By
from results_widgets.exports.same_message import COLUMN, campaign_or_wait
from results_widgets.exports.vendor import MessageId, Placed, Record, Sample, Sign, Vendor

_REFUSED: Final = (
    "blocked",
    "dmarcpolicy",
    "bademailaddress",
    "manuallydeactivated",
    "unconfirmed",
)
_BOUNCES: Final = {
    "transient": mail.DEFERRED,
    "dnserror": mail.DEFERRED,
    "openrelaytest": mail.DEFERRED,
    "softbounce": mail.SOFT,
    "unsubscribe": mail.UNSUBSCRIBED,
    "manualsuppression": mail.UNSUBSCRIBED,
    "spamnotification": mail.SPAM,
    "spamcomplaint": mail.SPAM,
    "subscribe": mail.SUBSCRIBED,
    "autoresponder": mail.REPLIED_BY_MACHINE,
    "addresschange": mail.REPLIED_BY_MACHINE,
    "challengeverification": mail.REPLIED_BY_MACHINE,
    "smtpapierror": mail.UNSENT,
    "templaterenderingfailed": mail.UNSENT,
    **dict.fromkeys(_REFUSED, mail.BLOCKED),
}
_CHANGES: Final = {
    "hardbounce": Became(note="suppressed after a bounce, which is a record of its own"),
    "spamcomplaint": Became(note="suppressed after a complaint, which is a record of its own"),
}
_EVENTS: Final = {
    "Delivery": mail.DELIVERED,
    "Open": mail.OPENED,
    "Click": mail.CLICKED,
    "Bounce": By("Type", _BOUNCES, mail.BOUNCED),
    "SpamComplaint": mail.SPAM,
    "SubscriptionChange": By(
        "SuppressSending",
        {"false": mail.SUBSCRIBED},
        By("SuppressionReason", _CHANGES, mail.UNSUBSCRIBED),
    ),
    "Inbound": mail.INBOUND,
}


def _rows(placed: Placed) -> Iterator[Record]:
    yield {**placed.record, "_campaign": campaign_or_wait(placed.record.get("Tag"))}


def _recognise(sample: Sample) -> Sign | None:
    if sample.share_where(lambda one: one.get("RecordType") in _EVENTS):
        return Sign(0.95, "its records have RecordType and Postmark's events")
    return None


VENDOR: Final = Vendor(
    key="postmark",
    label="Postmark",
    versions=("Modular webhooks",),
    formats=("JSON lines", "JSON arrays"),
    mapping=Mapping(
        user_id=("Recipient", "Email"),
        timestamp=("DeliveredAt", "ReceivedAt", "BouncedAt", "ChangedAt"),
        event_column="RecordType",
        event=_EVENTS,
        campaign_id="_campaign",
        campaign_name="_campaign",
        event_id="ID",  # of bounces and complaints, a number among these; others have none
        link="OriginalLink",
        reason=("Name", "Description", "SuppressionReason"),
        platform="Platform",
        columns={COLUMN: "MessageID"},
    ),
    recognise=_recognise,
    campaign="the tag",
    action="the campaign itself",
    cannot=("sends: entries start at deliveries", *mail.CANNOT),
    notes=(mail.BY_MESSAGE,),
    rows=_rows,
    reads=("Tag",),
    by_message=(MessageId(COLUMN),),
)
