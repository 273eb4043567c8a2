"""Braze Currents: Avro in folders by event and date, JSON lines, and the form of its HTTP connector."""

import re
from collections.abc import Iterator
from typing import Any, Final

from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import GOAL, LEFT_OVER, Became, By, Rule
from results_widgets.exports.vendor import (
    SCHEMA_NAME,
    About,
    Placed,
    Record,
    Sample,
    Sign,
    Vendor,
)

_NAME: Final = re.compile(
    r"users\.(?:messages|canvas|canvasstep|campaigns|behaviors)\.[A-Za-z]+(?:\.[A-Za-z]+)?"
)
_UNIONS: Final = frozenset(
    ("string", "boolean", "int", "long", "float", "double", "bytes", "array", "map")
)
_CUSTOM: Final = "users.behaviors.CustomEvent"
_PROGRESSION: Final = "users.canvasstep.Progression"

_ABORTED: Final = ("suppressed", "aborted before it was sent")
_MESSAGES: Final[dict[str, tuple[str, dict[str, str | tuple[str, str]]]]] = {
    "email": (
        "email",
        {
            "Send": "sent",
            "Delivery": "delivered",
            "Open": "opened",
            "Click": "clicked",
            "SoftBounce": ("deferred", "a soft bounce"),
            "Deferral": "deferred",
            "MarkAsSpam": "marked_as_spam",
            "Unsubscribe": "unsubscribed",
            "Abort": _ABORTED,
        },
    ),
    "pushnotification": (
        "push",
        {"Send": "sent", "Open": "opened", "Bounce": "bounced", "Abort": _ABORTED},
    ),
    "inappmessage": (
        "in_app",
        {"Impression": "viewed", "Click": "selected", "Abort": _ABORTED},
    ),
    "banner": (
        "in_app",
        {"Impression": "viewed", "Click": "selected", "Dismiss": "dismissed", "Abort": _ABORTED},
    ),
    "contentcard": (
        "app_inbox",
        {
            "Send": "sent",
            "Impression": "viewed",
            "Click": "opened",
            "Dismiss": "dismissed",
            "Abort": _ABORTED,
        },
    ),
    "newsfeedcard": ("app_inbox", {"Impression": "viewed", "Click": "opened", "Abort": _ABORTED}),
    "sms": (
        "sms",
        {
            "Send": "sent",
            "Delivery": "delivered",
            "ShortLinkClick": "clicked",
            "InboundReceive": "replied",
            "DeliveryFailure": "failed",
            "Rejection": "bounced",
            "Abort": _ABORTED,
        },
    ),
    "rcs": (
        "rcs",
        {
            "Send": "sent",
            "Delivery": "delivered",
            "Read": "read",
            "Click": "clicked",
            "InboundReceive": "replied",
            "Rejection": "bounced",
            "Abort": _ABORTED,
        },
    ),
    "whatsapp": (
        "whatsapp",
        {
            "Send": "sent",
            "Delivery": "delivered",
            "Read": "read",
            "Click": "clicked",
            "InboundReceive": "replied",
            "Failure": "failed",
            "Abort": _ABORTED,
        },
    ),
    "line": (
        "line",
        {"Send": "sent", "Click": "clicked", "InboundReceive": "replied", "Abort": _ABORTED},
    ),
    "webhook": ("webhook", {"Send": "sent", "Failure": "failed", "Abort": _ABORTED}),
    "liveactivity": ("live_activity", {"Send": "sent"}),
}


_LEFT_OVER: Final = {
    _PROGRESSION: "says which step follows which",
    "users.canvas.experimentstep.Conversion": "repeats the canvas's conversion for an experiment step",
    "users.canvas.experimentstep.SplitEntry": "which path of an experiment step",
    "users.messages.pushnotification.IosForeground": "a push that arrived while the app was open",
    "users.messages.sms.CarrierSend": "the carrier's receipt, between sent and delivered",
    **{
        f"users.messages.{channel}.Retry": "another try to send, which tells nothing of its own"
        for channel in ("email", "line", "pushnotification", "sms", "webhook", "whatsapp")
    },
}


def _events() -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for theirs, (channel, events) in _MESSAGES.items():
        for name, event in events.items():
            ours, note = event if isinstance(event, tuple) else (event, "")
            found[f"users.messages.{theirs}.{name}"] = Became(channel, ours, note)
    found["users.messages.email.Bounce"] = By(
        "is_drop",
        {"true": Became("email", "dropped", "a bounce that is a drop")},
        Became("email", "bounced"),
    )
    held_back = Became(None, "held_back", "the control group, held back at the root")
    found |= {
        "users.campaigns.Conversion": Became(None, "converted"),
        "users.canvas.Conversion": Became(None, "converted"),
        "users.campaigns.EnrollInControl": held_back,
        "users.canvas.Entry": By("in_control_group", {"true": held_back}, Became(None, "entered")),
        "users.canvas.exit.MatchedAudience": Became(None, "exited"),
        "users.canvas.exit.PerformedEvent": Became(None, "exited"),
        **{name: Became(note=note) for name, note in _LEFT_OVER.items()},
        "users.behaviors.Purchase": GOAL,
        "*": By("_kind", {"custom": GOAL}, LEFT_OVER),
    }
    return found


def _unwrapped(value: Any) -> Any:
    """Return a value without the ``{"string": …}`` that Avro's JSON puts around unions."""
    if isinstance(value, dict) and len(value) == 1:
        ((kind, inner),) = value.items()
        return inner if kind in _UNIONS else value
    return value


def _type(record: Record, file: str) -> str | None:
    """Return which event a record is: named in it, in its Avro schema, or in its folder or file."""
    for name in ("event_type", "event_name", SCHEMA_NAME):
        found = _NAME.search(str(record.get(name) or ""))
        if found:
            return found[0]
    named = [found[0] for part in reversed(file.split("/")) if (found := _NAME.search(part))]
    if not named:
        return None
    kind = named[0]
    for ending in (".avro", ".json", ".jsonl", ".ndjson", ".gz"):
        kind = kind.removesuffix(ending)
    return kind


def _flat(record: Record) -> Record:
    flat = {name: _unwrapped(value) for name, value in record.items()}
    for part in ("properties", "user"):
        inner = flat.get(part)
        if isinstance(inner, dict):
            flat |= {name: value for name, value in inner.items() if flat.get(name) is None}
    return flat


def _rows(placed: Placed) -> Iterator[Record | About]:
    posted = placed.record.get("events")
    if isinstance(posted, list):
        for one in posted:
            yield from _rows(placed._replace(record=one))
        return
    row = _flat(placed.record)
    kind = _type(row, placed.file)
    row["_type"] = kind
    if kind is not None and not kind.startswith("users.messages."):
        # Of a canvas's own events only the message's variation is an arm of its messages.
        row["canvas_variation_id"] = row["canvas_variation_name"] = None
    if kind == _CUSTOM:
        row["_type"], row["_kind"] = row.get("name") or kind, "custom"
    row["campaign_kind"] = "canvas" if row.get("canvas_id") else "campaign"
    if kind == _PROGRESSION and row.get("next_step_id"):
        canvas, step = row.get("canvas_id"), row.get("canvas_step_id")
        before = (str(step),) if step else ()
        yield About("action", str(row["next_step_id"]), campaign_id=canvas, parents=before)
    yield row


def _recognise(sample: Sample) -> Sign | None:
    def is_event(record: Record) -> bool:
        posted = record.get("events")
        if isinstance(posted, list):
            return any(map(is_event, posted))
        own = {name: _unwrapped(value) for name, value in record.items()}
        return "time" in own and _type(own, sample.file) is not None

    if not sample.share_where(is_event):
        return None
    return Sign(
        0.95, "its records or folders name Currents events such as users.messages.email.Send"
    )


VENDOR: Final = Vendor(
    key="braze",
    label="Braze Currents",
    versions=("Currents, samples of 29 June 2026",),
    formats=("Avro by event and date", "JSON lines", "posts of the Custom HTTP connector"),
    mapping=Mapping(
        user_id=("user_id", "external_user_id"),
        timestamp="time",
        time_unit="s",
        event_column="_type",
        event=_events(),
        campaign_id=("canvas_id", "campaign_id"),
        campaign_name=("canvas_name", "campaign_name"),
        campaign_kind="campaign_kind",
        action_id="canvas_step_id",
        action_name="canvas_step_name",
        variant=("message_variation_id", "canvas_variation_id", "canvas_step_message_variation_id"),
        variant_name=("message_variation_name", "canvas_variation_name"),
        event_id="id",
        machine=("machine_open", "is_suspected_bot_click"),
        value="price",
        currency="currency",
        link=("url", "link_url"),
        reason=("bounce_reason", "abort_type", "error", "exit_reason"),
        platform="platform",
        columns={"external_user_id": "external_user_id"},
    ),
    recognise=_recognise,
    campaign="canvas_id, else campaign_id",
    action="canvas_step_id, else the campaign itself",
    tells=(
        "flow (step progression)",
        "variants (message variations)",
        "held back (control groups)",
        "machine opens, suspected bot clicks",
        "conversions A to D",
    ),
    cannot=("deliveries of push",),
    notes=(
        "all user_ids that go with one external_user_id are one person, who goes by the latest",
        "every conversion behaviour, A to D, counts as a conversion unless goal= names an event",
    ),
    rows=_rows,
    reads=(
        *("event_type", "event_name", SCHEMA_NAME, "name", "canvas_id", "canvas_step_id"),
        *("next_step_id", "canvas_variation_id", "canvas_variation_name"),
    ),
    apart=("properties", "user", "events"),
    person_keys=("external_user_id",),
    machine=("email",),
    machine_clicks=("email", "sms"),
)
