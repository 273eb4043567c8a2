"""Amazon SES's event publishing: bare events, or text of JSON inside SNS notifications; one event, many recipients."""

from collections.abc import Iterator
from typing import Any, Final

from results_widgets.exports import mail
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import Became, By
from results_widgets.exports.same_message import COLUMN, campaign_or_wait
from results_widgets.exports.vendor import MessageId, Placed, Record, Sample, Sign, Vendor

_OF_SEVERAL: Final = Became(note="of a mail to several recipients: nobody knows whose")
_SUPPRESSED: Final = ("suppressed", "onaccountsuppressionlist")
_EVENTS: Final = {
    "Send": mail.SENT,
    "Delivery": mail.DELIVERED,
    "Open": By("_several", {"true": _OF_SEVERAL}, mail.OPENED),
    "Click": By("_several", {"true": _OF_SEVERAL}, mail.CLICKED),
    "Bounce": By(
        "_subtype",
        dict.fromkeys(_SUPPRESSED, mail.ON_LIST),
        By("_bounce", {"transient": mail.SOFT}, mail.BOUNCED),
    ),
    "Complaint": mail.SPAM,
    "Reject": mail.DROPPED,
    "Rendering Failure": mail.UNSENT,
    "DeliveryDelay": mail.DEFERRED,
    "Subscription": By("_unsubscribed", {"true": mail.UNSUBSCRIBED}, mail.SUBSCRIBED),
    "Received": mail.INBOUND,
}
_PARTS: Final = {
    "Delivery": ("delivery", "recipients"),
    "Bounce": ("bounce", "bouncedRecipients"),
    "Complaint": ("complaint", "complainedRecipients"),
    "DeliveryDelay": ("deliveryDelay", "delayedRecipients"),
    "Open": ("open", ""),
    "Click": ("click", ""),
    "Subscription": ("subscription", ""),
    "Reject": ("reject", ""),
    "Rendering Failure": ("failure", ""),
}
_TYPES: Final = ("eventType", "notificationType")


def _rows(placed: Placed) -> Iterator[Record]:
    for envelope, event in _events_of(mail.nested(placed.record)):
        kind = next((event[name] for name in _TYPES if event.get(name)), None)
        if kind is None or not isinstance(event.get("mail"), dict):
            yield {"_event": kind or envelope.get("Type") or "not an event"}
            continue
        yield from _of_event(str(kind), event, envelope)


def _events_of(record: Record) -> Iterator[tuple[Record, Record]]:
    """Return events out of what SNS, SQS, Lambda or EventBridge put around them."""
    if any(name in record for name in _TYPES):
        yield record, record
        return
    if isinstance(record.get("Records"), list):
        for one in record["Records"]:
            yield from _events_of(one)
        return
    for name in ("Message", "Sns", "detail", "Body", "body"):
        inner = mail.of_json(record.get(name))
        if isinstance(inner, dict):
            envelope = {"MessageId": record.get("id"), **record}
            for outer, event in _events_of(inner):
                yield (envelope if outer is event else outer), event
            return
    yield record, {}


def _of_event(kind: str, event: Record, envelope: Record) -> Iterator[Record]:
    message = event["mail"]
    part, named = _PARTS.get(kind, ("", ""))
    own = event.get(part)
    own = own if isinstance(own, dict) else {}
    sent_to = [*mail.recipients(message.get("destination"))]
    people = [*mail.recipients(own.get(named), "emailAddress")] if named else []
    people = people or sent_to
    several = kind in ("Open", "Click") and len(people) > 1
    time = own.get("timestamp") or message.get("timestamp")
    tags = message.get("tags")
    tag = mail.named_tag(tags, "campaign", "campaign_id", "ses:configuration-set")
    post = envelope.get("MessageId")
    for person in [""] if several or not people else people:
        yield {
            "_event": kind,
            "_user": person,
            "_time": time,
            "_campaign": campaign_or_wait(tag),
            "_message": message.get("messageId"),
            "_id": f"{post} {kind} {time} {person}" if post else own.get("feedbackId"),
            "_link": own.get("link"),
            "_bounce": own.get("bounceType"),
            "_subtype": own.get("bounceSubType"),
            "_reason": _reason(own),
            "_several": several,
            "_unsubscribed": _unsubscribed(own),
            **{name: value for name, value in event.items() if name not in _PARTS},
        }


def _reason(own: Record) -> Any:
    for name in ("bouncedRecipients", "delayedRecipients"):
        for one in own.get(name) or ():
            if isinstance(one, dict) and one.get("diagnosticCode"):
                return one["diagnosticCode"]
    names = ("bounceSubType", "complaintFeedbackType", "delayType", "reason", "errorMessage")
    return next((own[name] for name in names if own.get(name)), None)


def _unsubscribed(own: Record) -> bool:
    """Whether somebody's new preferences are to get no mail, of all topics or of one more."""
    new = own.get("newTopicPreferences")
    new = new if isinstance(new, dict) else {}
    topics = new.get("topicSubscriptionStatus") or new.get("topicPreferences") or ()
    return bool(new.get("unsubscribeAll")) or any(
        isinstance(one, dict) and one.get("subscriptionStatus") == "OptOut" for one in topics
    )


def _recognise(sample: Sample) -> Sign | None:
    def is_event(record: Record) -> bool:
        return any(
            isinstance(event.get("mail"), dict) and any(name in event for name in _TYPES)
            for _, event in _events_of(mail.nested(record))
        )

    if sample.share_where(is_event):
        return Sign(0.95, "its records hold SES events with eventType and mail")
    return None


VENDOR: Final = Vendor(
    key="ses",
    label="Amazon SES",
    aliases=("aws_ses",),
    versions=("Event publishing", "feedback notifications"),
    formats=("SNS notifications", "JSON lines of Firehose", "EventBridge events"),
    mapping=Mapping(
        user_id="_user",
        timestamp="_time",
        event_column="_event",
        event=_EVENTS,
        campaign_id="_campaign",
        campaign_name="_campaign",
        event_id="_id",
        link="_link",
        reason="_reason",
        columns={COLUMN: "_message"},
    ),
    recognise=_recognise,
    campaign="the message tag campaign, else the configuration set",
    action="the campaign itself",
    cannot=mail.CANNOT,
    notes=(
        mail.BY_MESSAGE,
        "opens and clicks of mails to several recipients are nobody's: SES does not say whose, and leaves most out",
        "transient bounces are deferred",
    ),
    rows=_rows,
    by_message=(MessageId(COLUMN),),
)
