"""Mixpanel's raw export: an event a line, with all else in its properties."""

from collections.abc import Iterator
from typing import Final

from results_widgets.exports import analytics as own
from results_widgets.exports.fields import as_text, getter
from results_widgets.exports.mail import of_json
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import Became, By, Rule
from results_widgets.exports.vendor import About, Placed, Record, Sample, Sign, Vendor

_IN: Final = "properties."
_CHANNEL: Final = getter(own.fields(_IN, *own.CHANNEL))


def _of_messages(email: str, push: str | None = None) -> Rule:
    """Return what an event of Mixpanel's own messages means, by the channel of the message."""
    pushed = Became("push", push) if push else Became()
    texted = Became("sms", "clicked" if email == "opened" else email)
    return By(
        "_channel",
        {"push": pushed, "sms": texted, "email": Became("email", email)},
        Became("email", email),
    )


_OWN: Final[dict[str, Rule]] = {
    "$campaign_delivery": _of_messages("sent", "sent"),
    "$campaign_open": _of_messages("opened", "opened"),
    "$campaign_link_click": _of_messages("clicked", "opened"),
    "$campaign_bounced": _of_messages("bounced", "bounced"),
    "$campaign_marked_spam": Became("email", "marked_as_spam"),
    "$campaign_unsubscribe": Became("email", "unsubscribed"),
    "$campaign_received": Became("push", "delivered"),
    "$identify": Became(note="joins ids of a person"),
    "$create_alias": Became(note="joins ids of a person"),
    "$merge": Became(note="joins ids of a person"),
}


_JOINED: Final = {
    "$identify": ("$anon_id", "$anon_distinct_id", "$identified_id", "distinct_id"),
    "$create_alias": ("alias", "$alias", "distinct_id"),
    "$merge": ("$distinct_ids",),
}
_DEVICE: Final = getter(own.fields(_IN, "$device_id"))


def _rows(placed: Placed) -> Iterator[Record | About]:
    record = placed.record
    row = {**record, "properties": of_json(record.get("properties"))}
    channel, device = _CHANNEL(row), as_text(_DEVICE(row))
    yield from own.aliases(row, _JOINED)
    more = {"_channel": channel, "_device": device and f"$device:{device}"}
    yield {**own.told(row, row.get("event"), channel), **more}


def _recognise(sample: Sample) -> Sign | None:
    def is_event(record: Record) -> bool:
        properties = of_json(record.get("properties"))
        nested = isinstance(properties, dict) and {"time", "distinct_id"} <= properties.keys()
        return "event" in record and (nested or "properties.distinct_id" in record)

    if sample.share_where(is_event) and not sample.share_with("distinct_id"):
        return Sign(0.95, "its records have event, and distinct_id and time in their properties")
    return None


VENDOR: Final = Vendor(
    key="mixpanel",
    label="Mixpanel",
    versions=("Raw event export API 2.0",),
    formats=("JSON lines",),
    mapping=Mapping(
        user_id=(*own.fields(_IN, "$user_id", "distinct_id"), "distinct_id"),
        timestamp=("properties.time", "time"),
        event_column="event",
        event=own.events(**_OWN),
        campaign_id=own.fields(_IN, *own.CAMPAIGN),
        campaign_name=own.fields(_IN, *own.CAMPAIGN_NAME),
        action_id=own.fields(_IN, *own.ACTION),
        action_name=own.fields(_IN, *own.ACTION_NAME),
        variant=own.fields(_IN, *own.VARIANT),
        event_id=own.fields(_IN, "$insert_id"),
        machine=own.fields(_IN, *own.MACHINE),
        value=own.fields(_IN, "$amount", *own.VALUE),
        currency=own.fields(_IN, "currency"),
        link=own.fields(_IN, *own.LINK),
        reason=own.fields(_IN, "reason"),
        platform=own.fields(_IN, "$os", "platform"),
        columns={"device_id": own.fields(_IN, "$device_id"), "device": "_device"},
    ),
    recognise=_recognise,
    campaign=own.OF_CAMPAIGN,
    action=own.OF_ACTION,
    tells=("goal events",),
    cannot=("flow", "held back", "events of messages that are not tracked"),
    notes=(
        "events of messages are told by their names, such as email_sent or Push Opened; a mapping= says others",
        "older projects export times as if their own zone were UTC: all times are shifted alike",
        "a person is the $user_id, else the distinct_id; ids that an event joins, or a device's, are one person's",
    ),
    rows=_rows,
    devices=("device_id", "device"),
    as_seen=True,
    flags_each=True,
)
