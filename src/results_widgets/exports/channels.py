"""Which channel an action has, guessed from the events that it has and from its name."""

from collections.abc import Collection
from typing import Final

from results_widgets.channels import CHANNELS

_OWN: Final = (
    ("email", {"clicked", "deferred", "dropped", "blocked", "marked_as_spam"}),
    ("app_inbox", {"viewed", "sent"}),
    ("in_app", {"viewed", "accepted", "cancelled", "selected", "submitted"}),
    ("whatsapp", {"read"}),
    ("sms", {"replied", "failed"}),
    ("direct_mail", {"returned", "redeemed"}),
    ("push", {"dismissed", "bounced"}),
    ("exit", {"exited"}),
)
_WORDS: Final = (
    ("web_push", ("web_push", "webpush", "web-push", "browser")),
    ("push", ("push", "notification")),
    ("in_app", ("in_app", "in-app", "inapp", "iam")),
    ("whatsapp", ("whatsapp",)),
    ("sms", ("sms", "text")),
    ("app_inbox", ("inbox",)),
    ("webhook", ("webhook",)),
    ("email", ("mail",)),
)


def guess_channel(action: str, events: Collection[str]) -> str:
    """Return the likeliest channel: one that knows all the events, named so, or with events of its own."""
    seen = {*events} - {"entered", "converted"}
    fitting = [id_ for id_, channel in CHANNELS.items() if seen <= {*channel.events}]
    fitting = fitting or [
        max(CHANNELS, key=lambda id_: len(seen.intersection(CHANNELS[id_].events)))
    ]
    name = action.casefold()
    for channel, words in _WORDS:
        if channel in fitting and any(word in name for word in words):
            return channel
    for channel, own in _OWN:
        if channel in fitting and (own <= seen if channel == "app_inbox" else own & seen):
            return channel
    return next((one for one in ("email", "push") if one in fitting), fitting[0])
