"""MoEngage Streams: envelopes with many events each, or an event a line."""

from collections.abc import Iterator
from typing import Final

from results_widgets.exports.fields import as_text, getter
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import GOAL, LEFT_OVER, Became, By, Rule
from results_widgets.exports.vendor import About, Placed, Record, Sample, Sign, Vendor

_SOFT: Final = ("deferred", "a soft bounce")
_SEEN: Final = ("delivered", "received by the device")
_EVENTS: Final[dict[str, dict[str, str | tuple[str, str]]]] = {
    "email": {
        "MOE_EMAIL_SENT": "sent",
        "MOE_EMAIL_DEFERRED": "deferred",
        "MOE_EMAIL_DELIVERED": "delivered",
        "MOE_EMAIL_DROP": "dropped",
        "MOE_EMAIL_HARD_BOUNCE": "bounced",
        "MOE_EMAIL_SOFT_BOUNCE": _SOFT,
        "MOE_EMAIL_OPEN": "opened",
        "MOE_EMAIL_CLICK": "clicked",
        "MOE_EMAIL_UNSUBSCRIBE": "unsubscribed",
        "MOE_EMAIL_SPAM": "marked_as_spam",
    },
    "sms": {
        "SMS_SENT": "sent",
        "SMS_DELIVERED": "delivered",
        "SMS_CLICKED": "clicked",
        "SMS_DELIVERY_FAILURE": "failed",
    },
    "push": {
        "n_i_s": ("sent", "sent to an iOS device"),
        "NOTIFICATION_SENT_MOE": "sent",
        "NOTIFICATION_SENT_ANDROID_MOE": "sent",
        "NOTIFICATION_SENT_IOS_MOE": "sent",
        "NOTIFICATION_RECEIVED_MOE": _SEEN,
        "NOTIFICATION_RECEIVED_IOS_MOE": _SEEN,
        "NOTIFICATION_CLICKED_MOE": "opened",
        "NOTIFICATION_CLICKED_IOS_MOE": "opened",
        "NOTIFICATION_CLEARED_MOE": "dismissed",
        "NOTIFICATION_DISMISSED_IOS_MOE": "dismissed",
    },
    "web_push": {
        "NOTIFICATION_SENT_WEB_MOE": "sent",
        "NOTIFICATION_RECEIVED_WEB_MOE": _SEEN,
        "NOTIFICATION_CLICKED_WEB_MOE": "opened",
        "NOTIFICATION_CLOSED_WEB_MOE": "dismissed",
    },
    "in_app": {
        "MOE_IN_APP_SHOWN": "viewed",
        "MOE_IN_APP_CLICKED": "selected",
        "MOE_IN_APP_DISMISSED": "dismissed",
        "MOE_IN_APP_CLOSED": "dismissed",
        "MOE_ONSITE_MESSAGE_SHOWN": ("viewed", "on the site"),
        "MOE_ONSITE_MESSAGE_CLICKED": ("selected", "on the site"),
    },
    "whatsapp": {
        "MOE_WHATSAPP_SENT": "sent",
        "MOE_WHATSAPP_DELIVERED": "delivered",
        "MOE_WHATSAPP_READ": "read",
        "MOE_WHATSAPP_CLICKED": "clicked",
        "MOE_WHATSAPP_FAILED": "failed",
    },
}


def _events() -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for channel, events in _EVENTS.items():
        for code, event in events.items():
            ours, note = event if isinstance(event, tuple) else (event, "")
            found[code] = Became(channel, ours, note)
    found["USER ENTERED FLOW"] = Became(None, "entered")
    found["USER EXITED FLOW"] = Became(None, "exited")
    found["*"] = By("_own", {"true": GOAL}, LEFT_OVER)
    return found


_RULES: Final = _events()
_CODES: Final = frozenset(code.casefold() for code in _RULES if code != "*")
_CODE: Final = getter(("event_code", "event_name"))
_USER: Final = ("uid", "user_id", "customer_id", "email_id", "mobile_number", "push_id", "moe_id")


def _field(*names: str) -> tuple[str, ...]:
    """Return where attributes stand: in those of an event, or flat."""
    return tuple(f"{part}{name}" for name in names for part in ("event_attributes.", ""))


def _rows(placed: Placed) -> Iterator[Record | About]:
    record = placed.record
    inner = record.get("events")
    for one in inner if isinstance(inner, list) else [record]:
        user, attributes = as_text(one.get("uid")), one.get("user_attributes")
        if user is not None and isinstance(attributes, dict) and attributes:
            yield About("user", user, facts=_plain(attributes))
        is_own = str(one.get("event_type") or "").upper() == "USER_ACTION_EVENT"
        yield {
            **one,
            "_code": _code(one),
            "_own": "true" if is_own else None,
            "_campaign_kind": _KIND(one),
        }


_KIND: Final = getter(_field("campaign_type"))


def _code(event: Record) -> str | None:
    """Return an event's code if it is one that is known, else its name."""
    code = as_text(event.get("event_code"))
    if code is not None and code.casefold() in _CODES:
        return code
    return as_text(event.get("event_name")) or code


def _plain(attributes: Record) -> Record:
    return {
        name: value
        for name, value in attributes.items()
        if isinstance(value, str | bool | int | float)
    }


def _recognise(sample: Sample) -> Sign | None:
    if sample.share_where(lambda one: "moe_request_id" in one and isinstance(one["events"], list)):
        return Sign(0.95, "its records have moe_request_id and events")
    if sample.share_where(
        lambda one: "event_attributes" in one and bool({"event_code", "event_uuid"} & one.keys())
    ):
        return Sign(0.9, "its records have event_code or event_uuid, and event_attributes")
    if sample.share_where(lambda one: str(_CODE(one)).casefold() in _CODES):
        return Sign(0.8, "it has MoEngage's codes, such as MOE_EMAIL_SENT")
    return None


VENDOR: Final = Vendor(
    key="moengage",
    label="MoEngage",
    versions=("Streams of November 2026",),
    formats=("JSON lines of envelopes", "JSON lines of events"),
    mapping=Mapping(
        user_id=_USER,
        timestamp=("event_time", "event_timestamp"),
        event_column="_code",
        event=_RULES,
        campaign_id=_field("flow_id", "parent_flow_id", "campaign_id"),
        campaign_name=_field("flow_name", "parent_flow_name", "campaign_name"),
        campaign_kind="_campaign_kind",
        action_id=_field("campaign_id"),
        action_name=_field("campaign_name"),
        variant=_field("variation_id", "variation"),
        event_id="event_uuid",
        value=_field("amount", "revenue", "value"),
        currency=_field("currency"),
        link=_field("url", "clicked_url", "link"),
        reason=_field("reason", "failure_reason", "bounce_reason"),
        platform=("device_attributes.moengage_device_os", "event_source"),
    ),
    recognise=_recognise,
    campaign="campaign_id; of a flow's messages flow_id, where it is there",
    action="campaign_id",
    tells=("variants (variation_id)", "users' attributes", "goal events"),
    cannot=(
        "flow",
        "machine opens and clicks",
        "held back",
        "sends to Android devices, unless streamed",
    ),
    notes=("an event of the user's own (USER_ACTION_EVENT) may be the goal",),
    rows=_rows,
)
