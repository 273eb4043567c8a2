"""The vocabulary of events: what each is called, whether it is good news, and whose doing it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Direction = Literal["higher", "lower"]
"""Which way a number improves."""

GOAL_EVENTS: Final = ("entered", "exited", "converted")
"""Lifecycle events, which belong to the campaign rather than to one action."""

MACHINE_OPENED: Final = "machine_opened"
"""An open made by a machine, such as a mail privacy proxy: an open, and also counted separately."""
MACHINE_CLICKED: Final = "machine_clicked"
"""A click made by a machine, such as a link scanner: a click, and also counted separately."""
MACHINE_EVENTS: Final[Mapping[str, str]] = MappingProxyType(
    {"opened": MACHINE_OPENED, "clicked": MACHINE_CLICKED}
)
"""What an event is called where a machine made it."""
OPENS: Final = ("opened", "read")
"""What is no click where a channel knows clicks as well."""


_UNIQUE: Final = "unique_"


@dataclass(frozen=True, slots=True)
class Event:
    """One kind of event.

    Attributes:
        name: Its name in the event table, and the key of the metric that counts it.
        label: What its count is called; empty: made from the name.
        users_label: What its distinct users are called; empty: made from the name.
        text: What its count means, in a sentence; empty: made from the name.
        direction: Whether more of it is better, or less.
        by_user: Whether users make it themselves, rather than the sender or the network.
        ends_reach: Whether the channel can no longer reach the user afterwards.
        detail: Column that says more about it and that its counts are listed by: ``link``, ``reason``.
        usual: Whether a source that reports it has some of it wherever the channel is used, so that none
            at all means that it is not reported. Bounces, complaints and the like may just not happen.
        once: Whether a message has at most one of it, so that its count over that of messages is a share.
    """

    name: str
    label: str = ""
    users_label: str = ""
    text: str = ""
    direction: Direction = "higher"
    by_user: bool = True
    ends_reach: bool = False
    detail: str = ""
    usual: bool = False
    once: bool = False

    @property
    def words(self) -> str:
        """The name as words."""
        return self.name.replace("_", " ")

    @property
    def count_label(self) -> str:
        """What its count is called on screen."""
        return self.label or self.words.capitalize()

    @property
    def unique_label(self) -> str:
        """What its distinct users are called on screen."""
        return self.users_label or f"Unique {self.words}"


def _sender(
    name: str,
    label: str = "",
    users_label: str = "",
    text: str = "",
    *,
    usual: bool = False,
    once: bool = False,
) -> Event:
    """Declare an event of the sender or the network."""
    return Event(name, label, users_label, text, by_user=False, usual=usual, once=once)


def _failure(
    name: str,
    label: str = "",
    users_label: str = "",
    *,
    ends_reach: bool = False,
    detail: str = "",
    once: bool = True,
) -> Event:
    """Declare an event of the sender or the network that is bad news."""
    return Event(
        name,
        label,
        users_label,
        direction="lower",
        by_user=False,
        ends_reach=ends_reach,
        detail=detail,
        once=once,
    )


def _complaint(name: str, label: str, users_label: str) -> Event:
    """Declare an event by which a user wants no more of a channel."""
    return Event(name, label, users_label, direction="lower", ends_reach=True, once=True)


def unique_key(event: str) -> str:
    """Return the key of the metric that counts an event's distinct users."""
    return f"{_UNIQUE}{event}"


def is_unique(key: str) -> bool:
    """Whether a metric's key is that of an event's distinct users."""
    return key.startswith(_UNIQUE)


def event_of(key: str) -> str:
    """Return the event that a metric's key, of its count or of its distinct users, is about."""
    return key.removeprefix(_UNIQUE)


_BY_PROXY: Final = (
    "Opens by a machine, such as a mail privacy proxy; part of opens unless left out."
)
_BY_SCANNER: Final = "Clicks by a machine, such as a link scanner; part of clicks unless left out."

# Tables list events in this order.
_VOCABULARY: Final = (
    _sender("sent", "Sent", "Users sent to", usual=True),
    _sender("held_back", "Held back", "Users held back"),
    _failure("suppressed", "Suppressed", "Users suppressed", detail="reason"),
    _sender("delivered", "Delivered", "Unique delivered", usual=True, once=True),
    _failure("deferred", "Deferred", "Unique deferred", once=False),
    _failure("bounced", "Bounced", "Unique bounces", ends_reach=True, detail="reason"),
    _failure("blocked", "Blocked", "Unique blocked"),
    _failure("dropped", "Dropped", "Unique dropped"),
    _failure("failed", detail="reason"),
    _failure("returned"),
    Event("opened", "Opens", "Unique opens", usual=True),
    Event("clicked", "Clicks", "Unique clicks", detail="link", usual=True),
    _complaint("unsubscribed", "Unsubscribed", "Unique unsubscribes"),
    _complaint("marked_as_spam", "Marked as spam", "Unique spam reports"),
    Event("viewed", "Views", "Unique views", usual=True),
    Event("accepted", "Accepted", "Unique accepts", once=True),
    Event("cancelled", once=True),
    Event("dismissed", direction="lower", once=True),
    Event("selected", once=True),
    Event("submitted", once=True),
    Event("read", once=True),
    Event("replied"),
    Event("redeemed", "Redemptions", "Unique redeemers"),
    *map(_sender, GOAL_EVENTS),
    _sender(MACHINE_OPENED, "Machine opens", "Users with machine opens", _BY_PROXY),
    _sender(MACHINE_CLICKED, "Machine clicks", "Users with machine clicks", _BY_SCANNER),
)

EVENTS: Final[Mapping[str, Event]] = MappingProxyType({event.name: event for event in _VOCABULARY})
"""The events that are known without a declaration, by name."""
