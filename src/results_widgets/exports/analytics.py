"""Analytics tools, where customers name events themselves: those of messages are recognised by their words."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from results_widgets.exports.fields import as_text, getter
from results_widgets.exports.mapping import Fields
from results_widgets.exports.rules import GOAL, LEFT_OVER, Became, By, Rule
from results_widgets.exports.vendor import About, Record

_CHANNELS: Final = {
    "email": "email",
    "mail": "email",
    "push": "push",
    "webpush": "web_push",
    "inapp": "in_app",
    "iam": "in_app",
    "sms": "sms",
    "whatsapp": "whatsapp",
}
_SENDING: Final = {"send": "sent", "sent": "sent"}
_DELIVERY: Final = dict.fromkeys(("deliver", "delivered", "delivery"), "delivered")
_GETTING: Final = dict.fromkeys(("receive", "received"), "delivered")
_CLICKING: Final = dict.fromkeys(("click", "clicked", "tap", "tapped"), "clicked")
_OPENING: Final = dict.fromkeys(("open", "opened", "view", "viewed", "read"), "opened")
_DISMISSING: Final = dict.fromkeys(("dismiss", "dismissed", "close", "closed"), "dismissed")
_BOUNCING: Final = {"bounce": "bounced", "bounced": "bounced"}
_LEAVING: Final = dict.fromkeys(("unsubscribe", "unsubscribed"), "unsubscribed")
_FAILING: Final = {"fail": "failed", "failed": "failed"}
_SHOWING: Final = ("impression", "show", "shown", "display", "displayed", "receive", "received")
_TEXTING: Final = {
    **_SENDING,
    **_DELIVERY,
    **_CLICKING,
    **_BOUNCING,
    **_LEAVING,
    **_FAILING,
    **dict.fromkeys(("reply", "replied", "receive", "received"), "replied"),
}
_PUSHING: Final = {
    **_SENDING,
    **_DELIVERY,
    **_GETTING,
    **dict.fromkeys((*_CLICKING, *_OPENING), "opened"),
    **_DISMISSING,
    **_BOUNCING,
    "failed": "bounced",
}
_VERBS: Final[dict[str, dict[str, str]]] = {
    "email": {
        **_SENDING,
        **_DELIVERY,
        **_GETTING,
        **_CLICKING,
        **_OPENING,
        **_BOUNCING,
        **_LEAVING,
        **dict.fromkeys(("spam", "complain", "complained", "complaint"), "marked_as_spam"),
        "deferred": "deferred",
        "dropped": "dropped",
    },
    "push": _PUSHING,
    "web_push": _PUSHING,
    "in_app": {
        **dict.fromkeys((*_OPENING, *_SHOWING, *_SENDING), "viewed"),
        **dict.fromkeys(_CLICKING, "selected"),
        **_DISMISSING,
    },
    "sms": _TEXTING,
    "whatsapp": {**_TEXTING, **dict.fromkeys(_OPENING, "read")},
}
"""What the words of an event's name say about a message."""

_TOGETHER: Final = (
    *(("e mail", "email"), ("web push", "webpush")),
    *(("in app", "inapp"), ("whats app", "whatsapp")),
)
_FILLERS: Final = frozenset(
    ("notification", "message", "link", "campaign", "was", "has", "been", "user", "marked", "as")
)
_GOALS: Final = re.compile(
    r"purchase|order|checkout|convert|conversion|sign.?up|signed.?up|regist|subscription|subscribe"
    r"|trial|upgrade|payment|paid|booking|booked|lead|deposit|donat",
    re.IGNORECASE,
)


@lru_cache(maxsize=10_000)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name, without parts in brackets: ``[Tool] emailSent`` is email, sent."""
    text = re.sub(r"\[[^\]]*\]", " ", name)
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    text = re.sub(r"[^A-Za-z0-9]+", " ", text).casefold()
    for apart, together in _TOGETHER:
        text = re.sub(rf"\b{apart}\b", together, text)
    return tuple(text.split())


def message_of(name: str | None, channel: Any = None) -> str | None:
    """Return what an event says about a message, as ``email opened``; None if it is not about one.

    Args:
        name: The event's name, which names a channel and what happened, and nothing more.
        channel: The channel, for events such as ``message_sent`` that do not say it.
    """
    if name is None:
        return None
    words = words_of(name)
    rest = [word for word in words if word not in _FILLERS]
    named = [_CHANNELS[word] for word in rest if word in _CHANNELS]
    verbs = [word for word in rest if word not in _CHANNELS]
    if not named and {"message", "notification", "campaign"} & {*words}:
        said = as_text(channel) or ("push" if "notification" in words else "")
        named = [_CHANNELS[word] for word in words_of(said) if word in _CHANNELS]
    if len(named) != 1 or len(verbs) != 1 or verbs[0] not in _VERBS[named[0]]:
        return None
    return f"{named[0]} {_VERBS[named[0]][verbs[0]]}"


def events(**known: Rule) -> dict[str, Rule]:
    """Return what events mean: those that the tool itself names, then by the words of their names.

    Args:
        known: Name in the export → what it means.
    """
    pairs = [(channel, event) for channel, own in _VERBS.items() for event in own.values()]
    cases = {f"{channel} {event}": Became(channel, event) for channel, event in pairs}
    return {**known, "*": By("_message", cases, By("_may_be_goal", {"true": GOAL}, LEFT_OVER))}


def told(record: Record, name: Any, channel: Any = None) -> Record:
    """Return a record with what its name says of a message, and whether it may be a goal."""
    text = as_text(name)
    message = message_of(text, channel)
    may_be = message is None and text is not None and bool(_GOALS.search(text))
    return {**record, "_message": message, "_may_be_goal": may_be}


def aliases(record: Record, joined: Mapping[str, tuple[str, ...]]) -> Iterator[About]:
    """Yield the ids that an event joins, the one that the person goes by now last.

    Args:
        record: The record, with its ``properties``.
        joined: Event → the properties that hold the ids, or lists of them.
    """
    names = joined.get(str(record.get("event")), ())
    ids: list[str] = []
    for name in names:
        value = getter((f"properties.{name}", name))(record)
        for one in value if isinstance(value, list) else [value]:
            text = None if isinstance(one, dict | list) else as_text(one)
            ids += [text] if text is not None and text not in ids else []
    for id_ in ids[:-1]:
        yield About("alias", id_, ids[-1])


def fields(part: str, *names: str) -> Fields:
    """Return where properties stand: within a part of the record, or on top."""
    return tuple(f"{part}{name}" for name in names)


CAMPAIGN: Final = (
    "campaign_id",
    "campaignId",
    "campaign",
    "campaign_name",
    "campaignName",
    "utm_campaign",
)
CAMPAIGN_NAME: Final = ("campaign_name", "campaignName", "campaign")
ACTION: Final = (
    *("action_id", "actionId", "step_id", "message_id", "messageId", "email_id", "template_id"),
    *("message_name", "email_name", "template_name"),
)
ACTION_NAME: Final = (
    *("action_name", "step_name", "message_name", "email_name", "template_name"),
    *("email_subject", "subject", "title"),
)
VARIANT: Final = ("variant", "variant_id", "variation", "variation_id", "variant_name")
VALUE: Final = ("revenue", "value", "total", "amount", "price")
LINK: Final = ("link", "url", "link_url", "href")
CHANNEL: Final = ("channel", "message_type", "medium")

OF_ACTION: Final = (
    "the property action_id, else message_id, email_id, template_id; else the campaign itself"
)
"""What an action is in these tools, in words."""

OF_CAMPAIGN: Final = "the property campaign_id, else campaign, campaign_name, utm_campaign"
"""What a campaign is in these tools, in words."""

MACHINE: Final = ("machine", "is_bot", "machine_open")
