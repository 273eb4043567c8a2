"""The channels that every campaign knows, one declaration each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from results_widgets.channels.events import MACHINE_EVENTS, event_of, unique_key
from results_widgets.channels.model import EMAIL_RATE_BASE, Channel, Rate


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_DELIVERY = Rate("delivery_rate", "Delivery rate", "delivered", "sent")
_BOUNCE = Rate("bounce_rate", "Bounce rate", "bounced", "sent")
_FAILURE = Rate("failure_rate", "Failure rate", "failed", "sent")
_OPEN = Rate("open_rate", "Open rate", "opened", "sent")
_UNIQUE_OPEN = Rate("unique_open_rate", "Unique open rate", "unique_opened", "sent")
_PUSH = (_DELIVERY, _OPEN, _UNIQUE_OPEN, _BOUNCE)
_PUSH_EVENTS = _words("sent delivered opened dismissed bounced held_back suppressed")
_MESSAGING = (
    _DELIVERY,
    Rate("read_rate", "Read rate", "read", "delivered"),
    Rate("click_rate", "Click rate", "clicked", "delivered"),
    Rate("unique_click_rate", "Unique click rate", "unique_clicked", "delivered"),
    Rate("reply_rate", "Reply rate", "replied", "delivered"),
    _BOUNCE,
    Rate("unsubscribe_rate", "Unsubscribe rate", "unsubscribed", "delivered"),
    _FAILURE,
)
_MESSAGING_EVENTS = _words(
    "sent delivered read clicked replied bounced unsubscribed failed held_back"
)

_BUILT_IN: Final = (
    Channel(
        "email",
        "Email",
        _words(
            "sent delivered deferred opened clicked bounced blocked dropped unsubscribed marked_as_spam"
            " held_back suppressed"
        ),
        received="sent",
        interacted=("opened", "clicked"),
        icon="email",
        rates=(
            _DELIVERY,
            Rate("open_rate", "Open rate", "opened", EMAIL_RATE_BASE),
            Rate("unique_open_rate", "Unique open rate", "unique_opened", EMAIL_RATE_BASE),
            Rate("click_rate", "Click rate (CTR)", "clicked", EMAIL_RATE_BASE),
            Rate("unique_click_rate", "Unique click rate", "unique_clicked", EMAIL_RATE_BASE),
            Rate("click_to_open_rate", "Click-to-open rate", "unique_clicked", "unique_opened"),
            _BOUNCE,
            Rate("unsubscribe_rate", "Unsubscribe rate", "unsubscribed", EMAIL_RATE_BASE),
            Rate("spam_rate", "Spam rate", "marked_as_spam", EMAIL_RATE_BASE),
        ),
        headline=_words("delivered unique_opened unique_clicked unsubscribed"),
        machine_opens=True,
        machine_clicks=True,
    ),
    Channel(
        "push",
        "Push",
        _PUSH_EVENTS,
        received="sent",
        interacted=("opened",),
        icon="push",
        rates=_PUSH,
        headline=_words("sent unique_opened bounced"),
    ),
    Channel(
        "web_push",
        "Web push",
        _PUSH_EVENTS,
        received="sent",
        interacted=("opened",),
        icon="web_push",
        rates=_PUSH,
        headline=_words("sent unique_opened bounced"),
    ),
    Channel(
        "in_app",
        "In-app",
        _words("viewed accepted cancelled dismissed selected submitted held_back suppressed"),
        received="viewed",
        interacted=_words("accepted selected submitted cancelled"),
        icon="in_app",
        rates=(
            Rate("accept_rate", "Accept rate", "accepted", "viewed"),
            Rate("unique_accept_rate", "Unique accept rate", "unique_accepted", "viewed"),
        ),
        headline=_words("viewed accepted"),
    ),
    Channel(
        "app_inbox",
        "App inbox",
        _words("sent viewed opened held_back"),
        received="sent",
        interacted=("opened",),
        icon="app_inbox",
        rates=(_OPEN, _UNIQUE_OPEN),
        headline=_words("sent unique_opened"),
    ),
    Channel(
        "sms",
        "SMS",
        _MESSAGING_EVENTS,
        received="sent",
        interacted=("clicked", "replied"),
        icon="sms",
        rates=_MESSAGING,
        headline=_words("sent delivered unique_clicked failed"),
        machine_clicks=True,
    ),
    Channel(
        "whatsapp",
        "WhatsApp",
        _MESSAGING_EVENTS,
        received="sent",
        interacted=("read", "clicked", "replied"),
        icon="whatsapp",
        rates=_MESSAGING,
        headline=_words("sent delivered read replied"),
        machine_clicks=True,
    ),
    Channel(
        "webhook",
        "Webhook",
        ("sent", "failed"),
        received="sent",
        icon="webhook",
        rates=(_FAILURE,),
        headline=("sent", "failed"),
    ),
    Channel(
        "app_function",
        "App function",
        ("sent", "failed"),
        received="sent",
        icon="app_function",
        rates=(_FAILURE,),
        headline=("sent", "failed"),
    ),
    Channel(
        "direct_mail",
        "Direct mail",
        _words("sent delivered returned redeemed"),
        received="sent",
        interacted=("redeemed",),
        icon="direct_mail",
        rates=(
            _DELIVERY,
            Rate("redemption_rate", "Redemption rate", "redeemed", "sent"),
            Rate("unique_redemption_rate", "Unique redemption rate", "unique_redeemed", "sent"),
            Rate("return_rate", "Return rate", "returned", "sent"),
        ),
        headline=_words("sent redeemed unique_redeemed"),
    ),
    Channel("exit", "Exit", ("exited",), received="exited", icon="exit"),
)

CHANNELS: Final[Mapping[str, Channel]] = MappingProxyType(
    {channel.id: channel for channel in _BUILT_IN}
)
"""The channels that are known without a declaration, by id."""


def reported(channel: Channel) -> tuple[str, ...]:
    """Return the events that a channel's numbers are made of, those made by machines included."""
    built_in = _of_same_id(channel)
    machines = {
        "opened": channel.machine_opens or built_in.machine_opens,
        "clicked": channel.machine_clicks or built_in.machine_clicks,
    }
    made = [
        own for event, own in MACHINE_EVENTS.items() if machines[event] and event in channel.events
    ]
    return (*channel.events, *made)


def rates_of(channel: Channel) -> tuple[Rate, ...]:
    """Return a channel's rates as declared, in reading order.

    A campaign's own version of a built-in channel has the built-in's rates, as far as it reports
    their events.
    """
    if channel.rates:
        return channel.rates
    events = (*reported(channel), EMAIL_RATE_BASE)
    inherited = tuple(
        rate
        for rate in _of_same_id(channel).rates
        if event_of(rate.numerator) in events and event_of(rate.denominator) in events
    )
    return inherited or tuple(
        rate for event in channel.interacted for rate in _per_received(channel, event)
    )


def headline_of(channel: Channel) -> tuple[str, ...]:
    """Return the keys of the metrics that a channel's block shows, in order."""
    if channel.headline:
        return channel.headline
    events = reported(channel)
    inherited = tuple(key for key in _of_same_id(channel).headline if event_of(key) in events)
    return inherited or (channel.received, *map(unique_key, channel.interacted))


def _of_same_id(channel: Channel) -> Channel:
    return CHANNELS.get(channel.id, channel)


def _per_received(channel: Channel, event: str) -> tuple[Rate, Rate]:
    words = channel.event(event).words
    return (
        Rate(f"{event}_rate", f"{words.capitalize()} rate", event, channel.received),
        Rate(f"unique_{event}_rate", f"Unique {words} rate", unique_key(event), channel.received),
    )
