"""The tables of the domain: what channels know, what received and interacted mean, which rates."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Channel(NamedTuple):
    """The events a channel knows, the one that means received, those that mean interacted."""

    events: list[str]
    received: str
    interacted: list[str]


def _channel(events: str, received: str, interacted: str = "") -> Channel:
    return Channel(events.split(), received, interacted.split())


EMAIL = _channel(
    "sent delivered deferred opened clicked bounced blocked dropped unsubscribed marked_as_spam"
    " held_back suppressed",
    "sent",
    "opened clicked",
)
PUSH = _channel("sent delivered opened dismissed bounced held_back suppressed", "sent", "opened")
MESSAGE = "sent delivered read clicked replied bounced unsubscribed failed held_back"

CHANNELS = {
    "email": EMAIL,
    "push": PUSH,
    "web_push": PUSH,
    "in_app": _channel(
        "viewed accepted cancelled dismissed selected submitted held_back suppressed",
        "viewed",
        "accepted selected submitted cancelled",
    ),
    "app_inbox": _channel("sent viewed opened held_back", "sent", "opened"),
    "sms": _channel(MESSAGE, "sent", "clicked replied"),
    "whatsapp": _channel(MESSAGE, "sent", "read clicked replied"),
    "webhook": _channel("sent failed", "sent"),
    "app_function": _channel("sent", "sent"),
    "direct_mail": _channel("sent delivered returned redeemed", "sent", "redeemed"),
}

INTERACTED: dict[str, dict[str, list[str]]] = {
    "default": {},
    "leanplum": {
        "email": ["opened"],
        "push": ["opened"],
        "web_push": ["opened"],
        "in_app": ["accepted", "cancelled", "selected", "submitted"],
    },
    "leanplum-v2": {"email": ["clicked"], "push": ["opened"], "in_app": ["accepted"]},
    "people only": {},
    "onesignal": {"email": ["clicked"], "push": ["opened"], "web_push": ["opened"]},
    "braze": {},
    "iterable": {},
    "customerio": {},
    "klaviyo": {},
    "clevertap": {},
    "moengage": {},
}

_HOUR = 3600 * 1_000_000

# Sets that are like the default, but credit conversions otherwise: the model, and how old a touch may be.
CREDITED: dict[str, tuple[str, int | None]] = {
    "first touch": ("first_touch", None),
    "first touch within 7h": ("first_touch", 7 * _HOUR),
    "last touch": ("last_touch", None),
    "last touch within 1h": ("last_touch", _HOUR),
    "last click": ("last_click", None),
    "last click within 1d": ("last_click", 24 * _HOUR),
    "last interaction within 1h": ("last_interaction", _HOUR),
}
INTERACTED |= {name: {} for name in CREDITED}
MODELS: dict[str, tuple[str, int | None]] = {**CREDITED, "onesignal": ("last_touch", None)}

# What machines may do in a channel, which is counted apart as well; and the sets that leave it out.
BY_MACHINES = {
    ("email", "opened"),
    ("email", "clicked"),
    ("sms", "clicked"),
    ("whatsapp", "clicked"),
}
WITHOUT_MACHINES = {"people only"}

# Whether rates in a range follow the entries that started in it, or divide what happened in it.
BY_EVENTS = {"leanplum", "leanplum-v2", "braze"}
FOLLOWS_ENTRIES = {name: name not in BY_EVENTS for name in INTERACTED}

OF_SENT = {"leanplum", "leanplum-v2", "clevertap"}
EMAIL_BASE = {name: "sent" if name in OF_SENT else "delivered" for name in INTERACTED}

# Definition sets that count a user once on each local day.
PER_DAY = {"leanplum-v2", "braze"}

# Of these there are always some where a channel is used, if they are reported at all.
USUAL = {"sent", "delivered", "opened", "clicked", "viewed"}

# Definition sets that keep the held back apart, and that divide people by people.
APART = {name: not name.startswith("leanplum") for name in INTERACTED}
OF_PEOPLE = {"default", "people only", "klaviyo", "moengage", *CREDITED}
PEOPLE_OVER_PEOPLE = {name: name in OF_PEOPLE for name in INTERACTED}

EMAIL_RATES = {
    "delivery_rate": ("delivered", "sent"),
    "open_rate": ("opened", "base"),
    "unique_open_rate": ("unique_opened", "base"),
    "click_rate": ("clicked", "base"),
    "unique_click_rate": ("unique_clicked", "base"),
    "click_to_open_rate": ("unique_clicked", "unique_opened"),
    "bounce_rate": ("bounced", "sent"),
    "unsubscribe_rate": ("unsubscribed", "base"),
    "spam_rate": ("marked_as_spam", "base"),
}
PUSH_RATES = {
    "open_rate": ("opened", "sent"),
    "unique_open_rate": ("unique_opened", "sent"),
    "bounce_rate": ("bounced", "sent"),
}
RATES = {
    "email": EMAIL_RATES,
    "push": PUSH_RATES,
    "web_push": PUSH_RATES,
    "in_app": {
        "accept_rate": ("accepted", "viewed"),
        "unique_accept_rate": ("unique_accepted", "viewed"),
    },
}


def channel(campaign: Mapping[str, Any], name: str) -> Channel:
    """A channel of the campaign's own, or one that everybody knows; knowing nothing otherwise."""
    own = campaign.get("channels", {}).get(name)
    if own is not None:
        return Channel(list(own["events"]), own["received"], list(own["interacted"]))
    return CHANNELS.get(name, Channel([], "", []))


def interacted(campaign: Mapping[str, Any], name: str, definitions: str) -> list[str]:
    """The events of a channel that mean interacted under a definition set."""
    return INTERACTED[definitions].get(name, channel(campaign, name).interacted)


def rates(name: str, definitions: str, reported: set[str]) -> dict[str, tuple[str, str]]:
    """The rates of a channel: numerator and denominator by the metric's key.

    Args:
        name: The channel.
        definitions: The definition set.
        reported: The events that the source reports of the channel.
    """
    base = EMAIL_BASE[definitions] if "delivered" in reported else "sent"
    found = {}
    for key, (above, below) in RATES.get(name, {}).items():
        under = base if below == "base" else below
        if PEOPLE_OVER_PEOPLE[definitions] and above.startswith("unique_"):
            under = "unique_" + under.removeprefix("unique_")
        found[key] = (above, under)
    return found
