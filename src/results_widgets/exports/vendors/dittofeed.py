"""Dittofeed's own events, dumped from ClickHouse: user_events_v2 or internal_events."""

from collections.abc import Iterator
from typing import Final

from results_widgets.exports import mail
from results_widgets.exports.fields import as_text, getter
from results_widgets.exports.kept import Kept
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import GOAL, LEFT_OVER, Became, By, Rule
from results_widgets.exports.vendor import Files, Placed, Record, Sample, Sign, Vendor

_CHANNELS: Final = {
    "email": "email",
    "sms": "sms",
    "mobilepush": "push",
    "webhook": "webhook",
}


def _by_channel(events: dict[str, str], note: str = "") -> Rule:
    """Return what an event means by the message's channel; where none is named, an email's."""
    cases = {
        theirs: Became(ours, events[ours], note)
        for theirs, ours in _CHANNELS.items()
        if ours in events
    }
    return By("_channel", cases, Became("email", events["email"], note))


_SENT: Final = _by_channel(dict.fromkeys(_CHANNELS.values(), "sent"))
_EVENTS: Final[dict[str, Rule]] = {
    "DFInternalMessageSent": _SENT,
    "DFMessageSent": _SENT,
    "DFMessageSkipped": _by_channel({"email": "suppressed", "push": "suppressed"}, "skipped"),
    "DFMessageFailure": _by_channel(
        {"email": "dropped", "sms": "failed", "push": "bounced", "webhook": "failed"}, "not sent"
    ),
    "DFEmailProcessed": Became(note="follows the send, which counts"),
    "DFEmailDelivered": mail.DELIVERED,
    "DFEmailOpened": mail.OPENED,
    "DFEmailClicked": mail.CLICKED,
    "DFEmailBounced": mail.BOUNCED,
    "DFEmailDropped": mail.DROPPED,
    "DFEmailMarkedSpam": mail.SPAM,
    "DFSmsDelivered": Became("sms", "delivered"),
    "DFSmsFailed": Became("sms", "failed"),
    "DFJourneyNodeProcessed": Became(note="a step of a journey; messages have events of their own"),
    "DFJourneyEarlyExit": Became(None, "exited"),
    "DFSubscriptionChange": By("_change", {"unsubscribe": mail.UNSUBSCRIBED}, mail.SUBSCRIBED),
    "*": By("_is_track", {"true": GOAL}, LEFT_OVER),
}
_KEYS: Final = ("journey_id", "broadcast_id", "template_id")
_CAMEL: Final = {
    "journey_id": "journeyId",
    "broadcast_id": "broadcastId",
    "template_id": "templateId",
}
_ORIGIN: Final = getter(("origin_message_id", "properties.messageId", "properties.originMessageId"))
_CHANGE: Final = getter(("properties.action", "properties.subscriptionAction"))
_TYPE: Final = getter(("channel_type", "properties.channelType", "properties.variant.type"))


def _flat(record: Record) -> Record:
    properties = mail.of_json(record.get("properties"))
    row = {**record, "properties": properties}
    of = properties if isinstance(properties, dict) else {}
    for name in _KEYS:
        # ClickHouse writes what is not there as empty text.
        row[name] = record.get(name) or of.get(_CAMEL[name])
    return row


def _rows(placed: Placed) -> Iterator[Record]:
    row = _flat(placed.record)
    channel = as_text(_TYPE(row)) or ""
    yield {
        **row,
        "_channel": channel.replace("_", "").casefold(),
        "_change": _CHANGE(row),
        "_is_track": row.get("event_type") == "track",
    }


def _read(files: Files) -> Iterator[Placed]:
    """Return the records; an open or click that names no journey gets that of its send."""
    sends = Kept()

    def keep(placed: Placed) -> tuple[()]:
        row = _flat(placed.record)
        if row.get("event") in ("DFInternalMessageSent", "DFMessageSent"):
            sends[str(row.get("message_id"))] = tuple(row[name] for name in _KEYS)
        return ()

    def joined(placed: Placed) -> tuple[Placed]:
        row = _flat(placed.record)
        known = sends.get(str(_ORIGIN(row)))
        if known and not row["journey_id"] and not row["broadcast_id"]:
            row |= dict(zip(_KEYS, known, strict=True))
        return (placed._replace(record=row),)

    for path in files.paths:
        for placed in files.quiet(path):
            files.tried(placed, keep, quietly=True)
    yield from files.each(files.paths, joined)


def _recognise(sample: Sample) -> Sign | None:
    if sample.share_where(lambda one: str(one.get("event") or "").startswith("DF")):
        return Sign(0.9, "its events have names such as DFInternalMessageSent")
    if sample.share_with("event_time", "message_id", "user_or_anonymous_id"):
        return Sign(0.8, "its columns are those of Dittofeed's events")
    return None


VENDOR: Final = Vendor(
    key="dittofeed",
    label="Dittofeed",
    versions=("user_events_v2 and internal_events of 2026",),
    formats=("the database itself, by an open connection", "CSV or JSON lines of the tables"),
    mapping=Mapping(
        user_id=("user_id", "user_or_anonymous_id", "anonymous_id"),
        timestamp=("event_time", "processing_time"),
        time_zone="UTC",
        event_column="event",
        event=_EVENTS,
        campaign_id=("journey_id", "broadcast_id"),
        action_id=("template_id",),
        event_id="message_id",
        value=("properties.revenue", "properties.value", "properties.total"),
        currency="properties.currency",
        link=("properties.url", "properties.link"),
        reason=("properties.type", "properties.reason"),
    ),
    recognise=_recognise,
    campaign="journey_id, else broadcast_id",
    action="template_id, else the campaign itself",
    tells=("exits", "goal events"),
    cannot=("flow", "variants", "held back", "machine opens and clicks", "names"),
    notes=("an open that names no journey is of its send's (origin_message_id)",),
    rows=_rows,
    read=_read,
)
