"""Every metric as one row of one table: what it is called, what it divides and what it means.

The queries, the tooltips of the widgets and the glossary page are made from these rows.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from results_widgets.channels import MACHINE_OPENED, Channel, reported
from results_widgets.definitions import Definitions

Scope = Literal["campaign", "channel", "action"]
Unit = Literal["count", "users", "rate", "amount", "seconds"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One row of the glossary.

    Attributes:
        key: Name in every frame.
        label: Name on screen.
        scope: What it is computed for; a channel's metrics are also its actions'.
        unit: ``count`` of events, ``users`` (distinct), ``rate``, ``amount`` or ``seconds``.
        text: What it means, in one sentence.
        channel: Channel it belongs to, None for all.
        numerator: Key of the metric above the line, None for plain numbers.
        denominator: Key of the metric below the line, None for plain numbers.
        low_is_good: Whether less of it is better.
    """

    key: str
    label: str
    scope: Scope
    unit: Unit
    text: str
    channel: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    low_is_good: bool = False


def _m(
    key: str, label: str, unit: Unit, text: str, over: str = "", *, scope: Scope = "campaign"
) -> Metric:
    numerator, _, denominator = over.partition("/")
    return Metric(key, label, scope, unit, text, None, numerator or None, denominator or None)


CAMPAIGN: tuple[Metric, ...] = (
    _m(
        "users",
        "Users",
        "count",
        "Entries: a user enters when he receives a first action, and may enter again.",
    ),
    _m("unique_users", "Unique users", "users", "Distinct users with an entry."),
    _m(
        "unique_users_rate",
        "Unique users rate",
        "rate",
        "Unique users of entries.",
        "unique_users/users",
    ),
    _m(
        "engaged",
        "Engaged",
        "users",
        "Users who interacted with an action, as the definition set says.",
    ),
    _m(
        "engagement_rate",
        "Engagement rate",
        "rate",
        "Engaged of the definition set's base.",
        "engaged/engaged_base",
    ),
    _m(
        "conversions",
        "Conversions",
        "count",
        "Goal events inside an entry or its attribution window.",
    ),
    _m("unique_converters", "Unique converters", "users", "Distinct users with a conversion."),
    _m(
        "conversion_rate", "Conversion rate", "rate", "Conversions of entries.", "conversions/users"
    ),
    _m("goal_value", "Goal value", "amount", "Sum of the goal's value over conversions."),
    _m("value_per_user", "Value per user", "amount", "Goal value of entries.", "goal_value/users"),
    _m("exits", "Exits", "count", "Exit events."),
    _m(
        "entries_open",
        "Entries still open",
        "count",
        "Entries whose window has not ended at the newest event.",
    ),
    _m(
        "median_time_to_convert",
        "Median time to convert",
        "seconds",
        "From an entry's start to its conversions.",
    ),
)

ACTION: tuple[Metric, ...] = (
    _m(
        "users_received",
        "Users received",
        "users",
        "Distinct users who received the action.",
        scope="action",
    ),
    _m(
        "conversions_attributed",
        "Conversions attributed",
        "count",
        "Conversions whose last action interacted with, or else last received, is this one.",
        scope="action",
    ),
    _m(
        "entries_reached",
        "Entries reached",
        "count",
        "Entries that received the action.",
        scope="action",
    ),
    _m(
        "share_of_entries",
        "Share of entries",
        "rate",
        "Entries that received the action, of all entries.",
        "entries_reached/users",
        scope="action",
    ),
    _m(
        "drop_off",
        "Drop-off",
        "rate",
        "Users who received the action before this one but not this one.",
        "dropped_off/parent_users_received",
        scope="action",
    ),
)

_LABELS = {
    "sent": ("Sent", "Users sent to"),
    "delivered": ("Delivered", "Unique delivered"),
    "deferred": ("Deferred", "Unique deferred"),
    "opened": ("Opens", "Unique opens"),
    "clicked": ("Clicks", "Unique clicks"),
    "bounced": ("Bounced", "Unique bounces"),
    "blocked": ("Blocked", "Unique blocked"),
    "dropped": ("Dropped", "Unique dropped"),
    "unsubscribed": ("Unsubscribed", "Unique unsubscribes"),
    "marked_as_spam": ("Marked as spam", "Unique spam reports"),
    "viewed": ("Views", "Unique views"),
    "accepted": ("Accepted", "Unique accepts"),
    "held_back": ("Held back", "Users held back"),
    "suppressed": ("Suppressed", "Users suppressed"),
    "redeemed": ("Redemptions", "Unique redeemers"),
    MACHINE_OPENED: ("Machine opens", "Users with machine opens"),
}
_BAD = frozenset(
    [
        "deferred",
        "bounced",
        "blocked",
        "dropped",
        "unsubscribed",
        "marked_as_spam",
        "failed",
        "suppressed",
        "returned",
        "dismissed",
    ]
)

_Rate = tuple[str, str, str, str]
_MESSAGING: tuple[_Rate, ...] = (
    ("delivery_rate", "Delivery rate", "delivered", "sent"),
    ("read_rate", "Read rate", "read", "delivered"),
    ("click_rate", "Click rate", "clicked", "delivered"),
    ("unique_click_rate", "Unique click rate", "unique_clicked", "delivered"),
    ("reply_rate", "Reply rate", "replied", "delivered"),
    ("bounce_rate", "Bounce rate", "bounced", "sent"),
    ("unsubscribe_rate", "Unsubscribe rate", "unsubscribed", "delivered"),
    ("failure_rate", "Failure rate", "failed", "sent"),
)
_PUSH: tuple[_Rate, ...] = (
    ("delivery_rate", "Delivery rate", "delivered", "sent"),
    ("open_rate", "Open rate", "opened", "sent"),
    ("unique_open_rate", "Unique open rate", "unique_opened", "sent"),
    ("bounce_rate", "Bounce rate", "bounced", "sent"),
)
_FAILURE: tuple[_Rate, ...] = (("failure_rate", "Failure rate", "failed", "sent"),)
_BASE = "email_rate_base"
_RATES: dict[str, tuple[_Rate, ...]] = {
    "email": (
        ("delivery_rate", "Delivery rate", "delivered", "sent"),
        ("open_rate", "Open rate", "opened", _BASE),
        ("unique_open_rate", "Unique open rate", "unique_opened", _BASE),
        ("click_rate", "Click rate (CTR)", "clicked", _BASE),
        ("unique_click_rate", "Unique click rate", "unique_clicked", _BASE),
        ("click_to_open_rate", "Click-to-open rate", "unique_clicked", "unique_opened"),
        ("bounce_rate", "Bounce rate", "bounced", "sent"),
        ("unsubscribe_rate", "Unsubscribe rate", "unsubscribed", _BASE),
        ("spam_rate", "Spam rate", "marked_as_spam", _BASE),
    ),
    "push": _PUSH,
    "web_push": _PUSH,
    "in_app": (
        ("accept_rate", "Accept rate", "accepted", "viewed"),
        ("unique_accept_rate", "Unique accept rate", "unique_accepted", "unique_viewed"),
    ),
    "app_inbox": (
        ("open_rate", "Open rate", "opened", "sent"),
        ("unique_open_rate", "Unique open rate", "unique_opened", "sent"),
    ),
    "sms": _MESSAGING,
    "whatsapp": _MESSAGING,
    "webhook": _FAILURE,
    "app_function": _FAILURE,
    "direct_mail": (
        ("delivery_rate", "Delivery rate", "delivered", "sent"),
        ("redemption_rate", "Redemption rate", "redeemed", "sent"),
        ("unique_redemption_rate", "Unique redemption rate", "unique_redeemed", "sent"),
        ("return_rate", "Return rate", "returned", "sent"),
    ),
}


@lru_cache(maxsize=256)
def channel_metrics(channel: Channel, definitions: Definitions) -> tuple[Metric, ...]:
    """Return a channel's rows of the glossary: each event, its distinct users, then the rates."""
    rows = [row for event in reported(channel) for row in _event_rows(channel, event)]
    return (*rows, *_rate_rows(channel, definitions))


def _event_rows(channel: Channel, event: str) -> tuple[Metric, Metric]:
    words = event.replace("_", " ")
    label, unique = _LABELS.get(event, (words.capitalize(), f"Unique {words}"))
    count, users = f"Events '{words}'.", f"Distinct users with an event '{words}'."
    if event == MACHINE_OPENED:
        count = "Opens by a machine, such as a mail privacy proxy; part of opens unless left out."
    id_, bad = channel.id, event in _BAD
    return (
        Metric(event, label, "channel", "count", count, id_, low_is_good=bad),
        Metric(f"unique_{event}", unique, "channel", "users", users, id_, low_is_good=bad),
    )


def _rate_rows(channel: Channel, definitions: Definitions) -> list[Metric]:
    rows = []
    for key, label, numerator, base in _RATES.get(channel.id) or _own_rates(channel):
        denominator = definitions.email_rate_base if base == _BASE else base
        text = f"{_words(numerator)} of {_words(denominator).lower()}."
        bad = numerator.removeprefix("unique_") in _BAD
        rows.append(
            Metric(key, label, "channel", "rate", text, channel.id, numerator, denominator, bad)
        )
    return rows


def _own_rates(channel: Channel) -> list[_Rate]:
    rates = []
    for event in channel.interacted:
        words = event.replace("_", " ")
        rates.append((f"{event}_rate", f"{words.capitalize()} rate", event, channel.received))
        rates.append(
            (f"unique_{event}_rate", f"Unique {words} rate", f"unique_{event}", channel.received)
        )
    return rates


def _words(key: str) -> str:
    event = key.removeprefix("unique_")
    words = event.replace("_", " ")
    count, unique = _LABELS.get(event, (words.capitalize(), f"Unique {words}"))
    return count if event == key else unique


def headline_rows(channel: Channel, definitions: Definitions) -> list[tuple[str, str | None]]:
    """Return what a channel's block shows, in order: a metric and the rate beside it, or None."""
    rates = {row.numerator: row.key for row in reversed(_rate_rows(channel, definitions))}
    wanted = {
        "email": ("delivered", "unique_opened", "unique_clicked", "unsubscribed"),
        "push": ("sent", "unique_opened", "bounced"),
        "web_push": ("sent", "unique_opened", "bounced"),
        "in_app": ("viewed", "accepted"),
        "app_inbox": ("sent", "unique_opened"),
        "sms": ("sent", "delivered", "unique_clicked", "failed"),
        "whatsapp": ("sent", "delivered", "read", "replied"),
        "webhook": ("sent", "failed"),
        "app_function": ("sent", "failed"),
        "direct_mail": ("sent", "redeemed", "unique_redeemed"),
    }.get(channel.id, (channel.received, *(f"unique_{event}" for event in channel.interacted)))
    return [(key, rates.get(key)) for key in wanted]
