"""Airship's real-time data streams: an event a line."""

from collections.abc import Iterator
from typing import Final

from results_widgets.exports.fields import as_text, getter
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import GOAL, Became, By, Rule
from results_widgets.exports.vendor import Placed, Record, Sample, Sign, Vendor

_PUSH: Final = ("push", "web_push")
_ALL: Final = (*_PUSH, "email", "sms")


def _by_channel(event: str, channels: tuple[str, ...], note: str = "") -> Rule:
    """Return what means the same in some channels, and is left over in others."""
    return By("_channel", {one: Became(one, event, note) for one in channels})


_ABORTED: Final = _by_channel("suppressed", _ALL, "not sent")
_EVENTS: Final[dict[str, Rule]] = {
    "SEND": _by_channel("sent", _ALL),
    "OPEN": By(
        "_direct",
        {"true": _by_channel("opened", _PUSH, "an open of the app by the push")},
        Became(note="an open of the app, by no push"),
    ),
    "WEB_CLICK": Became("web_push", "opened"),
    "SHORT_LINK_CLICK": Became("sms", "clicked"),
    "MOBILE_ORIGINATED": Became("sms", "replied"),
    "SEND_ABORTED": _ABORTED,
    "SEND_REJECTED": _by_channel("bounced", _ALL, "rejected by the device's push service"),
    "CONTROL": Became(None, "held_back", "the control group of an experiment"),
    "RICH_DELIVERY": Became("app_inbox", "sent"),
    "RICH_READ": Became("app_inbox", "opened"),
    "IN_APP_MESSAGE_DISPLAY": Became("in_app", "viewed"),
    "IN_APP_MESSAGE_RESOLUTION": By(
        "_resolution",
        {
            "button_click": Became("in_app", "selected"),
            "message_click": Became("in_app", "selected", "the message itself"),
            "clicked": Became("in_app", "selected"),
            "user_dismissed": Became("in_app", "dismissed"),
            "dismissed": Became("in_app", "dismissed"),
        },
        Became(note="it went away by itself"),
    ),
    "IN_APP_MESSAGE_EXPIRATION": Became(note="it went away by itself"),
    "RICH_DELETE": Became(note="taken out of the inbox"),
    "PUSH_BODY": Became(note="what was sent, not to whom"),
    "CLOSE": Became(note="of the app, not of a message"),
    "FIRST_OPEN": Became(note="of the app, not of a message"),
    "UNINSTALL": Became(note="of the app, not of a message"),
    "TAG_CHANGE": Became(note="of a user, not of a message"),
    "REGION": Became(note="of a place, not of a message"),
    "LOCATION": Became(note="of a place, not of a message"),
    "CUSTOM": GOAL,
    "*": By("_kind", {"custom": GOAL}),
}
_TYPES: Final = frozenset(name for name in _EVENTS if name != "*")
_TYPE: Final = getter(("type", "event_type"))
_BODY: Final = getter(("body",))
_DEVICE: Final = getter(("device.device_type", "device.platform", "device_type"))
_RESOLUTION: Final = getter(("body.type", "body.resolution.type"))
_NAME: Final = getter(("body.name",))
_DIRECT: Final = ("body.triggering_push.group_id", "body.triggering_push.push_id")
_OWN: Final = ("body.group_id", "body.push_id")
_OF_OPEN: Final = getter((*_DIRECT, *_OWN))
_OF_OTHERS: Final = getter((*_OWN, *_DIRECT))
_VARIANT: Final = getter(("body.variant_id",))
_DIRECT_VARIANT: Final = getter(("body.triggering_push.variant_id", "body.variant_id"))
_CHANNEL_WORDS: Final = (
    *(("email", "email"), ("sms", "sms"), ("mms", "sms"), ("web", "web_push"), ("open", "open")),
)


def _channel(record: Record) -> str:
    kind = str(_DEVICE(record) or "").casefold()
    device = record.get("device")
    if not kind and isinstance(device, dict) and device.get("web_channel"):
        kind = "web"
    return next((ours for word, ours in _CHANNEL_WORDS if word in kind), "push")


def _rows(placed: Placed) -> Iterator[Record]:
    record = placed.record
    kind = str(_TYPE(record) or "").upper()
    row: Record = {**record, "_name": kind, "_channel": _channel(record)}
    if kind == "CUSTOM":
        row |= {"_name": as_text(_NAME(record)) or kind, "_kind": "custom"}
    elif kind == "OPEN":
        campaign = _OF_OPEN(record)
        row |= {"_campaign": campaign, "_variant": _DIRECT_VARIANT(record)}
        row["_direct"] = "true" if campaign else None
    else:
        row |= {"_campaign": _OF_OTHERS(record), "_variant": _VARIANT(record)}
        row["_resolution"] = as_text(_RESOLUTION(record))
    yield row


def _recognise(sample: Sample) -> Sign | None:
    known = sample.share_where(lambda one: str(_TYPE(one)).upper() in _TYPES)
    if known and sample.share_where(lambda one: {"offset", "occurred"} <= one.keys()):
        return Sign(0.95, "its records have type, offset and occurred, as in Airship's streams")
    if known and sample.share_where(lambda one: "occurred" in one or "body" in one):
        return Sign(0.85, "its records have Airship's types, such as SEND, and occurred or body")
    return None


VENDOR: Final = Vendor(
    key="airship",
    label="Airship",
    versions=("Real-time data streaming of November 2026",),
    formats=("JSON lines",),
    mapping=Mapping(
        user_id=(
            *("device.named_user_id", "named_user_id", "device.channel", "device.channel_id"),
            *("device.ios_channel", "device.android_channel", "device.amazon_channel"),
            *("device.web_channel", "device.delivery_address"),
        ),
        timestamp=("occurred", "processed"),
        event_column="_name",
        event=_EVENTS,
        campaign_id="_campaign",
        variant="_variant",
        event_id="id",
        value="body.value",
        link="body.url",
        reason=("body.reason", "body.abort_reason"),
        platform=("device.device_type", "device.platform"),
        columns={"channel_id": ("device.channel", "device.channel_id")},
    ),
    recognise=_recognise,
    devices=("channel_id",),
    campaign="group_id, else push_id",
    action="the campaign itself",
    tells=("variants (variant_id)", "held back (CONTROL)", "goal events (CUSTOM)"),
    cannot=("deliveries of push", "names of campaigns", "flow", "machine opens and clicks"),
    notes=("an open counts for the push that it names as triggering_push, and for none otherwise",),
    rows=_rows,
)
