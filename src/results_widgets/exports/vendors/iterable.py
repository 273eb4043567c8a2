"""Iterable: system webhooks as JSON lines, and the CSV or JSON files of its data export."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from results_widgets.exports.fields import as_text, getter
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import GOAL, LEFT_OVER, Became, By, Rule
from results_widgets.exports.vendor import Placed, Record, Sample, Sign, Vendor

_EVENTS: Final[dict[str, dict[str, str]]] = {
    "email": {
        "emailSend": "sent",
        "emailDelivered": "delivered",
        "emailOpen": "opened",
        "emailClick": "clicked",
        "emailBounce": "bounced",
        "emailComplaint": "marked_as_spam",
        "emailUnSubscribe": "unsubscribed",
        "emailSendSkip": "suppressed",
    },
    "push": {
        "pushSend": "sent",
        "pushOpen": "opened",
        "pushBounce": "bounced",
        "pushSendSkip": "suppressed",
    },
    "web_push": {
        "webPushSend": "sent",
        "webPushClick": "opened",
        "webPushBounce": "bounced",
        "webPushSendSkip": "suppressed",
    },
    "in_app": {
        "inAppOpen": "viewed",
        "inAppClick": "selected",
        "inAppClose": "dismissed",
        "inAppSendSkip": "suppressed",
    },
    "sms": {
        "smsSend": "sent",
        "smsDelivered": "delivered",
        "smsClick": "clicked",
        "smsReceived": "replied",
        "smsBounce": "bounced",
        "smsSendSkip": "suppressed",
    },
    "whatsapp": {
        "whatsAppSend": "sent",
        "whatsAppDelivered": "delivered",
        "whatsAppSeen": "read",
        "whatsAppRead": "read",
        "whatsAppClick": "clicked",
        "whatsAppReceived": "replied",
        "whatsAppBounce": "bounced",
        "whatsAppSendSkip": "suppressed",
    },
    "embedded": {
        "embeddedSend": "sent",
        "embeddedReceived": "delivered",
        "embeddedImpression": "viewed",
        "embeddedClick": "clicked",
        "embeddedSendSkip": "suppressed",
    },
}
_NOTES: Final = {
    "hostedUnsubscribeClick": "the unsubscribe that follows it counts",
    "inAppSend": "handed to the app; in the app a message counts from its first view on",
    "inAppDelete": "taken out of the app's inbox",
    "emailSubscribe": "of a list, not of a message",
    "pushUninstall": "of the app, not of a message",
}
_SAID: Final = {
    "webPushClick": "a click opens a push",
    "smsReceived": "an answer",
    "whatsAppReceived": "an answer",
    "inAppOpen": "an open in the app is a view",
}


def _events() -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for channel, events in _EVENTS.items():
        held_back = Became(channel, "held_back", "skipped: the hold-out of an experiment")
        for theirs, ours in events.items():
            rule: Rule = Became(channel, ours, _SAID.get(theirs, ""))
            if ours == "suppressed":
                rule = By("_hold_out", {"true": held_back}, rule)
            found[theirs] = rule
    found |= {theirs: Became(note=note) for theirs, note in _NOTES.items()}
    found |= {"journeyExit": Became(None, "exited"), "purchase": GOAL}
    found["*"] = By("_kind", {"custom": GOAL}, LEFT_OVER)
    return found


def _plain(name: object) -> str:
    """Return a name without case, blanks and underscores: "Email Send" is emailSend."""
    return str(name or "").replace(" ", "").replace("_", "").casefold()


def _field(*names: str) -> tuple[str, ...]:
    """Return where fields stand: in the data of a webhook, or in a row of a file."""
    return tuple(f"{part}{name}" for name in names for part in ("dataFields.", ""))


_KNOWN: Final = {_plain(name): name for name in _events() if name != "*"}
_CUSTOM: Final = "customevent"
_NAME: Final = getter(("eventName", "event_name", "eventType", "dataTypeName"))
_REASON: Final = getter(_field("reason"))
_CAMPAIGN: Final = getter(_field("campaignId"))
_WORKFLOW: Final = getter(_field("workflowId"))
_EXPERIMENT: Final = getter(_field("experimentId"))
_TEMPLATE: Final = getter(_field("templateId"))
_WORDS: Final = re.compile(r"[A-Za-z]+")


def _name(record: Record, file: str) -> tuple[str, bool]:
    """Return the event's name, and whether it is one of the customer's own.

    The export's files hold one kind of event each, which their name says if no column does.
    """
    said = as_text(_NAME(record))
    of_file = next(
        (one for word in _WORDS.findall(Path(file).name) if (one := word.casefold()) in _KNOWN), ""
    )
    if said is None:
        return _KNOWN.get(of_file, ""), False
    known = _KNOWN.get(_plain(said))
    is_custom = _plain(record.get("eventType")) == _CUSTOM or _CUSTOM in _plain(Path(file).name)
    return (known, False) if known and not is_custom else (said, is_custom)


def _rows(placed: Placed) -> Iterator[Record]:
    record = placed.record
    name, is_custom = _name(record, placed.file)
    workflow, campaign = _id(_WORKFLOW(record)), _id(_CAMPAIGN(record))
    yield {
        **record,
        "_name": name,
        "_kind": "custom" if is_custom else None,
        "_hold_out": "true" if "holdout" in _plain(_REASON(record)) else None,
        "_campaign": workflow or campaign,
        "_campaign_kind": "workflow" if workflow else "blast" if campaign else None,
        "_action": campaign,
        "_variant": _TEMPLATE(record) if _id(_EXPERIMENT(record)) else None,
    }


def _id(value: Any) -> str | None:
    """Return an id; 0 stands for none."""
    text = as_text(value)
    return None if text == "0" else text


def _recognise(sample: Sample) -> Sign | None:
    if sample.share_where(lambda one: "dataFields" in one and _plain(_NAME(one)) in _KNOWN):
        return Sign(0.95, "its records have eventName and dataFields, as Iterable's webhooks")
    columns = {"templateId", "messageId", "workflowId", "messageTypeId", "messageBusId"}
    telling = sample.share_where(
        lambda one: "campaignId" in one and len(columns & one.keys()) > 1 and "createdAt" in one
    )
    if telling and _name(sample.records[0], sample.file)[0]:
        return Sign(
            0.9, "its columns are those of Iterable's export, such as campaignId, templateId"
        )
    if sample.share_where(lambda one: any(name.startswith("itblInternal") for name in one)):
        return Sign(0.9, "it has the columns itblInternal of Iterable's export")
    if sample.share_with("createdAt") and _name({}, sample.file)[0]:
        return Sign(0.7, "its file is called like a kind of event of Iterable's, and has createdAt")
    return None


VENDOR: Final = Vendor(
    key="iterable",
    label="Iterable",
    versions=("System webhooks and export of November 2026",),
    formats=("JSON lines of webhooks", "CSV and JSON of the data export"),
    mapping=Mapping(
        user_id=("userId", "email", *_field("userId", "email")),
        timestamp=_field("createdAt", "eventCreatedAt"),
        event_column="_name",
        event=_events(),
        campaign_id="_campaign",
        campaign_kind="_campaign_kind",
        campaign_name=_field("workflowName", "campaignName"),
        action_id="_action",
        action_name=_field("campaignName"),
        variant="_variant",
        machine=_field("isBot"),
        value=_field("total", "value"),
        currency=_field("currency"),
        link=_field("url", "linkUrl", "clickedUrl"),
        reason=_field("reason", "bounceMessage", "recipientState"),
        platform=_field("platform", "userAgentDevice"),
        columns={"message_id": _field("messageId")},
    ),
    recognise=_recognise,
    campaign="workflowId, else a blast's campaignId",
    action="campaignId",
    tells=(
        "variants (templates of an experiment)",
        "held back (hold-outs) and suppressed, with the reason",
        "exits of journeys",
        "bots, where isBot is there",
    ),
    cannot=("flow", "ids of events: a webhook that is posted twice counts twice"),
    notes=(
        "skips with reason ExperimentHoldOut are held back, all other skips are suppressed",
        "a person is the userId, else the email; Mapping(user_id=…) says otherwise",
    ),
    rows=_rows,
    reads=(
        *("eventName", "event_name", "eventType", "dataTypeName"),
        *_field("reason", "campaignId", "workflowId", "experimentId", "templateId"),
    ),
    machine=("email",),
    flags_each=True,
)
