"""What Leanplum's message events are called, per channel, and which channel a message has."""

import re
from typing import Any, Final

from results_widgets.exports.rules import GOAL, LEFT_OVER, Became, By, Rule
from results_widgets.exports.vendor import Record

MESSAGE: Final = re.compile(r"^\.m(?:__held_back__)?(?P<id>\d+)(?:\s+(?P<event>.+))?$")

_COMMON: Final = {
    "held back": "held_back",
    "message suppressed": "suppressed",
    "sent": "sent",
    "send": "sent",
}
EVENTS: Final[dict[str, dict[str, str]]] = {
    "email": {
        **_COMMON,
        "": "sent",
        "delivered": "delivered",
        "deferred": "deferred",
        "open": "opened",
        "click": "clicked",
        "bounce": "bounced",
        "block": "blocked",
        "dropped": "dropped",
        "unsubscribe": "unsubscribed",
        "marked as spam": "marked_as_spam",
    },
    "push": {
        **_COMMON,
        "": "sent",
        "open": "opened",
        "bounce": "bounced",
        "dismiss": "dismissed",
        "delivered": "delivered",
    },
    "in_app": {
        **{name: event for name, event in _COMMON.items() if event != "sent"},
        "": "viewed",
        "view": "viewed",
        "accept": "accepted",
        "cancel": "cancelled",
        "dismiss": "dismissed",
        "submit": "submitted",
        "select": "selected",
        "select button 1": "selected",
        "select button 2": "selected",
    },
    "app_inbox": {**_COMMON, "": "sent", "view": "viewed", "open": "opened"},
    "webhook": {"": "sent", "sent": "sent", "send": "sent"},
    "sms": {
        **_COMMON,
        "": "sent",
        "delivered": "delivered",
        "click": "clicked",
        "bounce": "bounced",
    },
}
_TYPES: Final = (
    ("push pre-permission", "in_app"),
    ("push", "push"),
    ("email", "email"),
    ("inbox", "app_inbox"),
    ("webhook", "webhook"),
    ("sms", "sms"),
)
LINKS: Final = ("URL", "url", "Clicked URL", "clicked_url", "link")
IDS: Final = ("messageId", "messageID", "message_id", "Message ID")
DELIVERED: Final = "Push Delivered"


def rules() -> dict[str, Rule]:
    """Return what an event means by the field that `leanplum` adds for it."""
    cases: dict[str, Rule] = {
        f"{channel} {event}": Became(channel, event)
        for channel, events in EVENTS.items()
        for event in events.values()
    }
    notes = {
        "session": "a session of the app",
        "unknown": "an event of a message that its channel does not know",
        "repeated": "told by the message's own event as well",
    }
    left = {name: Became(note=note) for name, note in notes.items()}
    return {"*": By("_became", {**cases, **left, "goal": GOAL}, LEFT_OVER)}


def channel_of(message: Record) -> str:
    """Return the channel of a message by its type; custom templates are in-app."""
    kind = str(message.get("messageType") or "").casefold().removeprefix("__")
    return next((channel for word, channel in _TYPES if word in kind), "in_app")


def guessed_channel(suffixes: set[str]) -> str:
    """Return the channel of a message that the API says nothing of, by the names of its events."""
    own = ("push", "in_app", "email", "app_inbox")
    return max(own, key=lambda channel: len(suffixes & {*EVENTS[channel]}))


def tails(suffix: str) -> list[str]:
    """Return what an event may be called: nested actions have the names of their parents in front."""
    words = suffix.strip().casefold().split()
    return [" ".join(words[start:]) for start in range(len(words))] or [""]


def note_suffix(seen: dict[str, set[str]], name: Any) -> None:
    """Take down which events a message has."""
    found = MESSAGE.match(str(name or ""))
    if found:
        seen[found["id"]].update(tails(found["event"] or ""))
