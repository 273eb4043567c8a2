"""Channels and their events: what each can report, what counts as received and what as interacted."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

GOAL_EVENTS = ("entered", "exited", "converted")
"""Lifecycle events that belong to the campaign, not to one action."""


MACHINE_OPENED = "machine_opened"
"""An open made by a machine, such as a mail privacy proxy: an open, and counted apart."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to reach a user.

    Attributes:
        id: Key used in campaigns, for example ``"email"``.
        label: Name shown on screen.
        events: Event names that the channel may report, in reading order.
        received: The event that means "the user received the action".
        interacted: Events that mean "the user interacted with the action" by default.
        icon: Key of the icon drawn beside the name.
    """

    id: str
    label: str
    events: tuple[str, ...]
    received: str
    interacted: tuple[str, ...] = ()
    icon: str = "dot"


def _channel(
    id_: str, label: str, events: str, received: str, interacted: str = "", icon: str = ""
) -> Channel:
    return Channel(
        id_, label, tuple(events.split()), received, tuple(interacted.split()), icon or id_
    )


_BUILT_IN = (
    _channel(
        "email",
        "Email",
        "sent delivered deferred opened clicked bounced blocked dropped unsubscribed marked_as_spam"
        " held_back suppressed",
        "sent",
        "opened clicked",
    ),
    _channel(
        "push",
        "Push",
        "sent delivered opened dismissed bounced held_back suppressed",
        "sent",
        "opened",
    ),
    _channel(
        "web_push",
        "Web push",
        "sent delivered opened dismissed bounced held_back suppressed",
        "sent",
        "opened",
    ),
    _channel(
        "in_app",
        "In-app",
        "viewed accepted cancelled dismissed selected submitted held_back suppressed",
        "viewed",
        "accepted selected submitted cancelled",
    ),
    _channel("app_inbox", "App inbox", "sent viewed opened held_back", "sent", "opened"),
    _channel(
        "sms",
        "SMS",
        "sent delivered read clicked replied bounced unsubscribed failed held_back",
        "sent",
        "clicked replied",
    ),
    _channel(
        "whatsapp",
        "WhatsApp",
        "sent delivered read clicked replied bounced unsubscribed failed held_back",
        "sent",
        "read clicked replied",
    ),
    _channel("webhook", "Webhook", "sent failed", "sent"),
    _channel("app_function", "App function", "sent failed", "sent"),
    _channel("direct_mail", "Direct mail", "sent delivered returned redeemed", "sent", "redeemed"),
    _channel("exit", "Exit", "exited", "exited"),
)

CHANNELS: Mapping[str, Channel] = MappingProxyType({channel.id: channel for channel in _BUILT_IN})
"""The channels known without a declaration, by id."""


def reported(channel: Channel) -> tuple[str, ...]:
    """Return the events that a channel's numbers are made of; machines open only emails."""
    machine = (MACHINE_OPENED,) if channel.id == "email" and "opened" in channel.events else ()
    return (*channel.events, *machine)
