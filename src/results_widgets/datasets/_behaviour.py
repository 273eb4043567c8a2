"""What can happen to a message of each channel, as data: one line per event and its probability."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

MINUTE: Final = 60.0
HOUR: Final = 60 * MINUTE

GOAL: Final = "Purchase"
UNSUBSCRIBED: Final = "unsubscribed"

LANES: Final = ("own", "fate", "transport", "answer")
"""Names of random numbers; steps that share one (except ``own``) exclude each other."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that can happen to a message.

    Attributes:
        name: Key among the channel's steps.
        event: Name in the event table.
        after: Steps of which one must have happened; none for sending.
        low: The step happens if the random number is in [low, high).
        high: See ``low``.
        wait: Mean delay after the earlier step, in seconds.
        lane: Name of the random number.
        willing: Whether the user decides: ``high`` is multiplied by the user's boost.
        awake: Whether it waits for the morning if it falls into the user's night.
        machine: Value of the column ``machine``.
        ios_only: Whether it happens on iOS only (mail privacy proxies).
        reasons: Values of the column ``reason``, equally likely.
        linked: Whether it has a ``link``, one of the action's.
    """

    name: str
    event: str
    after: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 1.0
    wait: float = 0.0
    lane: str = "own"
    willing: bool = False
    awake: bool = False
    machine: bool | None = None
    ios_only: bool = False
    reasons: tuple[str, ...] = ()
    linked: bool = False


def _bought(name: str, after: tuple[str, ...], chance: float, hours: float) -> Step:
    return Step(name, GOAL, after, high=chance, wait=hours * HOUR, willing=True, awake=True)


def _opens(name: str, after: tuple[str, ...], chance: float, hours: float, *, mail: bool) -> Step:
    """An open by a person, during the day; rows of email also say that it was not a machine."""
    lane, machine = ("own", False) if mail else ("answer", None)
    return Step(
        name,
        "opened",
        after,
        0,
        chance,
        hours * HOUR,
        lane,
        willing=True,
        awake=True,
        machine=machine,
    )


def _act(
    name: str, after: str, chance: float, wait: float, *, keen: bool = False, linked: bool = False
) -> Step:
    """An event at any time of day, called as the step without ``_again``."""
    event = name.removesuffix("_again")
    return Step(name, event, (after,), 0, chance, wait, willing=keen, linked=linked)


_SENT: Final = ("sent",)
_DELIVERED: Final = ("delivered", "delivered_late")
_NO_MAILBOX: Final = ("mailbox does not exist", "mailbox full")
_MAIL_CAPS: Final = ("frequency cap", "no address", "unsubscribed before")
_PUSH_CAPS: Final = ("no push token", "frequency cap", "quiet hours")
_APP_CAPS: Final = ("frequency cap", "app version too old")

_EMAIL: Final = (
    Step("suppressed", "suppressed", high=0.018, lane="fate", reasons=_MAIL_CAPS),
    Step("sent", "sent", low=0.018, lane="fate"),
    Step("bounced", "bounced", _SENT, 0, 0.010, 20, "transport", reasons=_NO_MAILBOX),
    Step("blocked", "blocked", _SENT, 0.010, 0.013, 20, "transport"),
    Step("dropped", "dropped", _SENT, 0.013, 0.0145, 2, "transport"),
    Step("deferred", "deferred", _SENT, 0.0145, 0.0445, 5, "transport"),
    Step("delivered", "delivered", _SENT, 0.0445, 1, 3, "transport"),
    Step("delivered_late", "delivered", ("deferred",), wait=40 * MINUTE),
    Step("machine_open", "opened", _DELIVERED, 0, 0.15, 6, machine=True, ios_only=True),
    _opens("opened", _DELIVERED, 0.30, 4, mail=True),
    _opens("reopened", ("opened",), 0.25, 26, mail=True),
    _act("clicked", "opened", 0.17, 90, keen=True, linked=True),
    _act("clicked_again", "clicked", 0.22, 5 * MINUTE, linked=True),
    _act(UNSUBSCRIBED, "opened", 0.011, 2 * MINUTE),
    _act("marked_as_spam", "opened", 0.0015, 2 * MINUTE),
    _bought("bought_unasked", _DELIVERED, 0.010, 30),
    _bought("bought_opened", ("opened",), 0.04, 8),
    _bought("bought_clicked", ("clicked",), 0.26, 2),
)

_PUSH: Final = (
    Step("suppressed", "suppressed", high=0.03, lane="fate", reasons=_PUSH_CAPS),
    Step("sent", "sent", low=0.03, lane="fate"),
    Step("second_device", "sent", _SENT, 0, 0.04, 1),
    Step("bounced", "bounced", _SENT, 0, 0.018, 5, "transport", reasons=("token expired",)),
    Step("delivered", "delivered", _SENT, 0.018, 1, 2, "transport"),
    _opens("opened", ("delivered",), 0.088, 2, mail=False),
    Step("dismissed", "dismissed", ("delivered",), 0.35, 0.60, 2 * HOUR, "answer", awake=True),
    _bought("bought_unasked", ("delivered",), 0.006, 20),
    _bought("bought_opened", ("opened",), 0.08, 4),
)

# A boost raises the upper bound of accepted: it must stay below the lower bound of cancelled.
_IN_APP: Final = (
    Step("suppressed", "suppressed", high=0.02, lane="fate", reasons=_APP_CAPS),
    Step("viewed", "viewed", (), 0.02, 1, 14 * HOUR, "fate", awake=True),
    Step("accepted", "accepted", ("viewed",), 0, 0.178, 8, "answer", willing=True),
    Step("cancelled", "cancelled", ("viewed",), 0.45, 0.56, 6, "answer"),
    Step("dismissed", "dismissed", ("viewed",), 0.56, 0.93, 4, "answer"),
    _bought("bought_unasked", ("viewed",), 0.010, 20),
    _bought("bought_accepted", ("accepted",), 0.24, 0.7),
)

_SMS: Final = (
    Step("sent", "sent"),
    Step("bounced", "bounced", _SENT, 0, 0.006, 5, "transport", reasons=("number unknown",)),
    Step("failed", "failed", _SENT, 0.006, 0.018, 5, "transport", reasons=("carrier refused",)),
    Step("delivered", "delivered", _SENT, 0.018, 1, 8, "transport"),
    _act("clicked", "delivered", 0.05, HOUR, keen=True, linked=True),
    _act("replied", "delivered", 0.006, HOUR),
    _act(UNSUBSCRIBED, "delivered", 0.007, HOUR),
    _bought("bought_unasked", ("delivered",), 0.012, 20),
    _bought("bought_clicked", ("clicked",), 0.22, 2),
)

_WEBHOOK: Final = (
    Step("failed", "failed", high=0.012, lane="fate", reasons=("timeout", "status 503")),
    Step("sent", "sent", low=0.012, lane="fate"),
    _act("sent_again", "failed", 0.9, 30),
)

BEHAVIOUR: Final[Mapping[str, tuple[Step, ...]]] = MappingProxyType(
    {"email": _EMAIL, "push": _PUSH, "in_app": _IN_APP, "sms": _SMS, "webhook": _WEBHOOK}
)
"""The steps of each channel, each after the steps that it may follow."""
