"""CleverTap: the JSON lines of its event export, whose times are local and whose channel is the campaign's type."""

import re
from collections.abc import Iterator
from typing import Any, Final

from results_widgets.exports.fields import as_text
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import GOAL, Became, By, Rule
from results_widgets.exports.vendor import Placed, Record, Sample, Sign, Vendor

_EVENTS: Final[dict[str, dict[str, str]]] = {
    "Notification Sent": {
        **dict.fromkeys(("email", "push", "web_push", "app_inbox", "sms", "whatsapp"), "sent"),
        "webhook": "sent",
    },
    "Notification Delivered": dict.fromkeys(
        ("email", "push", "web_push", "sms", "whatsapp"), "delivered"
    ),
    "Notification Viewed": {
        "email": "opened",
        "push": "delivered",
        "web_push": "delivered",
        "in_app": "viewed",
        "app_inbox": "viewed",
        "whatsapp": "read",
    },
    "Notification Clicked": {
        "email": "clicked",
        "push": "opened",
        "web_push": "opened",
        "in_app": "selected",
        "app_inbox": "opened",
        "sms": "clicked",
        "whatsapp": "clicked",
    },
    "Notification Replied": {"sms": "replied", "whatsapp": "replied"},
    "Reply Received": {"sms": "replied", "whatsapp": "replied"},
    "Notification Bounced": dict.fromkeys(("email", "push", "sms", "whatsapp"), "bounced"),
    "Channel Unsubscribed": dict.fromkeys(("email", "sms", "whatsapp"), "unsubscribed"),
}
_NOTES: Final = {
    ("push", "Notification Viewed"): "seen on the device",
    ("push", "Notification Clicked"): "a click opens a push",
    ("email", "Notification Viewed"): "a view of an email is an open",
}
_TYPES: Final = (
    ("web_push", ("webpush", "browser")),
    ("app_inbox", ("inbox",)),
    ("in_app", ("inapp", "webpopup", "exitintent", "webnative")),
    ("whatsapp", ("whatsapp",)),
    ("push", ("push",)),
    ("email", ("mail",)),
    ("sms", ("sms",)),
    ("webhook", ("webhook",)),
)
_TIME: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)")
_NO_VARIANT: Final = ("wzrk_default", "default", "-1")


def _events() -> dict[str, Rule]:
    found: dict[str, Rule] = {
        name: By(
            "_channel",
            {of: Became(of, event, _NOTES.get((of, name), "")) for of, event in events.items()},
            Became(note="of a type of campaign that has no such event, or none is named"),
        )
        for name, events in _EVENTS.items()
    }
    found["Push Impressions"] = Became("push", "delivered", "seen on the device")
    found["Charged"] = GOAL
    return found


def _key(name: str) -> str:
    return name.replace(" ", "").replace("_", "").casefold()


def _properties(record: Record) -> Record:
    """Return an event's properties by names without case and blanks: "Campaign id" is campaignid."""
    found: Record = {}
    for name, value in record.items():
        if name.startswith(("eventProps.", "event_props.")):
            found[_key(name.partition(".")[2])] = value
    for name in ("eventProps", "event_props"):
        inner = record.get(name)
        if isinstance(inner, dict):
            found |= {_key(one): value for one, value in inner.items()}
    return found


def _time(value: Any) -> Any:
    """Return 20210715101112 as a time of the account's zone, which is not said; others as they are."""
    match = _TIME.fullmatch(as_text(value) or "")
    if match is None:
        return value
    year, month, day, hour, minute, second = match.groups()
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}"


def _channel(kind: Any) -> str | None:
    text = _key(str(kind or "")).replace("-", "")
    return next((of for of, words in _TYPES if any(word in text for word in words)), None)


def _rows(placed: Placed) -> Iterator[Record]:
    record = placed.record
    own = _properties(record)
    campaign = as_text(own.get("campaignid"))
    if campaign is None and own.get("wzrkid"):
        campaign = str(own["wzrkid"]).partition("_")[0]
    variant = as_text(own.get("wzrkpivot") or own.get("variant"))
    kind = own.get("campaigntype") or own.get("campaignchannel")
    yield {
        **record,
        "_time": _time(record.get("ts")),
        "_campaign": campaign,
        "_campaign_name": own.get("campaignname") or own.get("campaignlabel"),
        "_variant": None if variant in _NO_VARIANT else variant,
        "_channel": _channel(kind),
        "_value": own.get("amount"),
        "_currency": own.get("currency"),
        "_link": own.get("url") or own.get("wzrkdl"),
    }


def _recognise(sample: Sample) -> Sign | None:
    if sample.share_with("eventName", "ts", "profile") or sample.share_with(
        "eventName", "ts", "eventProps"
    ):
        return Sign(0.95, "its records have ts, eventName, profile and eventProps")
    if sample.share_where(
        lambda one: (
            "ts" in one
            and "eventName" in one
            and any(name.startswith(("profile.", "eventProps.")) for name in one)
        )
    ):
        return Sign(0.9, "its columns are ts, eventName, profile… and eventProps…")
    return None


VENDOR: Final = Vendor(
    key="clevertap",
    label="CleverTap",
    versions=("Event export of November 2026",),
    formats=("JSON lines", "CSV with the same fields"),
    mapping=Mapping(
        user_id=(
            *("profile.identity", "profile.objectId", "profile.email", "profile.phone"),
            *("identity", "objectId"),
        ),
        timestamp="_time",
        event_column=("eventName", "event_name"),
        event=_events(),
        campaign_id="_campaign",
        campaign_name="_campaign_name",
        variant="_variant",
        value="_value",
        currency="_currency",
        link="_link",
        platform=("profile.platform", "deviceInfo.osName", "deviceInfo.make"),
        columns={"object_id": ("profile.objectId", "objectId")},
    ),
    recognise=_recognise,
    devices=("object_id",),
    campaign="Campaign id",
    action="the campaign itself",
    tells=("variants (wzrk_pivot)", "goal events"),
    cannot=(
        "ids of events",
        "the zone of its times",
        "flow",
        "machine opens and clicks",
        "held back",
    ),
    notes=("its times are of the account's zone: say it with naive_time_zone=",),
    rows=_rows,
)
