"""OneSignal: event streams, whose body each customer writes, and the wide CSV of a message's audience."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from results_widgets.exports.fields import as_text, getter
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import Became, Rule
from results_widgets.exports.vendor import Placed, Record, Sample, Sign, Vendor

_UNSUBSCRIBED: Final = ("unsubscribed", "not delivered, since the device is unsubscribed")
_EVENTS: Final[dict[str, dict[str, str | tuple[str, str]]]] = {
    "push": {
        "sent": "sent",
        "received": ("delivered", "received by the device"),
        "delivered": "delivered",
        "clicked": ("opened", "a click opens a push"),
        "failed": "failed",
        "unsubscribed": _UNSUBSCRIBED,
    },
    "email": {
        "sent": "sent",
        "received": ("delivered", "received by the mailbox"),
        "delivered": "delivered",
        "opened": "opened",
        "clicked": "clicked",
        "unsubscribed": "unsubscribed",
        "reported_as_spam": "marked_as_spam",
        "bounced": "bounced",
        "hard_bounced": "bounced",
        "soft_bounced": ("deferred", "a soft bounce"),
        "failed": "failed",
        "suppressed": "suppressed",
        "supressed": "suppressed",
    },
    "sms": {
        "sent": "sent",
        "delivered": "delivered",
        "received": ("delivered", "received by the device"),
        "clicked": "clicked",
        "undelivered": ("bounced", "not delivered by the carrier"),
        "failed": "failed",
        "unsubscribed": "unsubscribed",
    },
    "iam": {
        "impression": "viewed",
        "displayed": "viewed",
        "clicked": "selected",
        "dismissed": "dismissed",
        "page_displayed": ("", "a page of a message whose view counts"),
    },
    "live_activity": {
        "sent": "sent",
        "received": "delivered",
        "delivered": "delivered",
        "confirmed_delivery": ("", "confirms a delivery that counts"),
        "clicked": "clicked",
        "failed": "failed",
        "unsubscribed": "unsubscribed",
    },
}
_OURS: Final = {"iam": "in_app"}


def _events() -> dict[str, Rule]:
    """Return the kinds in the spellings that occur: with and without ``message.`` and underscores."""
    found: dict[str, Rule] = {}
    for channel, events in _EVENTS.items():
        for action, event in events.items():
            ours, note = event if isinstance(event, tuple) else (event, "")
            rule = Became(_OURS.get(channel, channel), ours, note) if ours else Became(note=note)
            for theirs in {f"{channel}.{action}", f"{channel}.{action}".replace("_", "")}:
                found[theirs] = found[f"message.{theirs}"] = rule
    return found


_RULES: Final = _events()
_KINDS: Final = ("event.kind", "event_kind", "kind", "event.type", "event")
_TITLES: Final = ("message.title", "message_title")
_KIND, _TITLE = getter(_KINDS), getter(_TITLES)
_USER: Final = (
    *("event.external_id", "user.external_id", "external_id", "external_user_id"),
    *("event.onesignal_id", "user.onesignal_id", "user.id", "onesignal_id"),
    *("event.subscription_id", "subscription.id", "subscription_id", "player_id"),
)
_FILE: Final = re.compile(
    r"audience-activity-(.+)-([a-z_]*(?:push|email|sms))(?:-|\.)", re.IGNORECASE
)
_WIDE: Final = {
    **{name: name for name in ("sent", "delivered", "received", "opened", "clicked", "failed")},
    **{name: name for name in ("unsubscribed", "bounced", "suppressed", "reported_as_spam")},
}
_NOTHING: Final = "no time in any column"
_CHANNELS: Final = {"email": "email", "sms": "sms", "push": "push", "iam": "iam"}


def _is_wide(record: Record) -> bool:
    return "subscription_id" in record and len({"sent", "delivered", "clicked"} & {*record}) > 1


def _rows(placed: Placed) -> Iterator[Record]:
    if _is_wide(placed.record) and _KIND(placed.record) is None:
        yield from _unpivoted(placed)
        return
    kind = as_text(_KIND(placed.record))
    title = _TITLE(placed.record)
    if isinstance(title, dict):  # by language
        title = next((one for one in title.values() if one), None)
    yield {**placed.record, "_kind": kind, "_title": title}


def _unpivoted(placed: Placed) -> Iterator[Record]:
    """Turn a subscription's row into its events: each column that holds a time is one."""
    record = placed.record
    named = _FILE.search(Path(placed.file).name)
    message = named[1] if named else record.get("message_id")
    of = named[2].lower() if named else str(record.get("device_type") or "").lower()
    channel = next((ours for word, ours in _CHANNELS.items() if word in of), "push")
    found = False
    for column in _WIDE:
        at = record.get(column)
        if at in (None, "", False) or str(at).strip().lower() in ("0", "false", "null"):
            continue
        found = True
        reason = record.get("failure_message") if column == "failed" else None
        yield {
            **{name: value for name, value in record.items() if name not in _WIDE},
            "_kind": f"{channel}.{column}",
            "message.id": message,
            "event.timestamp": at,
            "failure_message": reason,
        }
    if not found:
        yield {**record, "_kind": _NOTHING}


def _recognise(sample: Sample) -> Sign | None:
    known = sample.share_where(lambda one: str(_KIND(one) or "").lower() in _RULES)
    if known:
        return Sign(0.95, "its events have OneSignal's kinds, such as message.push.sent")
    if sample.share_where(_is_wide) and sample.share_where(
        lambda one: "onesignal_id" in one or "external_user_id" in one
    ):
        return Sign(0.9, "its columns are those of OneSignal's audience activity")
    return None


VENDOR: Final = Vendor(
    key="onesignal",
    label="OneSignal",
    versions=("Event streams and audience activity of November 2026",),
    formats=("JSON lines of event streams, flat or nested", "CSV of audience activity"),
    mapping=Mapping(
        user_id=_USER,
        timestamp=(
            *("event.timestamp", "event.datetime", "event_timestamp", "event_datetime"),
            *("timestamp", "datetime"),
        ),
        event_column="_kind",
        event={**_RULES, _NOTHING: Became(note="a subscription that nothing happened to")},
        campaign_id=("message.id", "message_id", "event.message_id"),
        campaign_name=("message.name", "message_name", "_title"),
        event_id=("event.id", "event_id"),
        link=("event.data.url", "event.data.target_url", "event.data.link", "event.data.link_url"),
        reason=(
            *("event.data.failure_message", "event.data.failure_reason", "event.data.reason"),
            *("event.data.error", "failure_message"),
        ),
        platform=("event.subscription_device_type", "subscription.device_type", "device_type"),
        columns={"onesignal_id": ("event.onesignal_id", "user.onesignal_id", "onesignal_id")},
    ),
    recognise=_recognise,
    devices=("onesignal_id",),
    campaign="message id",
    action="the campaign itself",
    cannot=(
        "flow",
        "machine opens and clicks",
        "variants",
        "held back",
        "conversions",
        "in the CSV: repeats, since each column has one time",
    ),
    notes=(
        "events of more than 30 days after their message have its id alone; names come from its sends",
        "a person is the external_id, else OneSignal's id, else the subscription",
    ),
    rows=_rows,
    reads=(*_KINDS, *_TITLES),
    apart=tuple(_WIDE),
)
