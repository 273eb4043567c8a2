"""The Python expressions for a campaign's actions, events and times in the code that fixes a finding."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from results_widgets.campaign import Action, Campaign
from results_widgets.channels import GOAL_EVENTS, Channel

SOON_SECONDS: Final = 5
"""A click within this many seconds of its message was hardly made by a person."""

EventsOf = Callable[[Channel], tuple[str, ...]]

_EXIT: Final = "exit"


def places(campaign: Campaign) -> Mapping[str, str]:
    """Return what `Finding.fix` may name: conditions and values as Python, by the name of their place."""
    goals = list(campaign.goal.events)
    started = campaign.started_at
    return {
        "campaign": literal(campaign.id),
        "actions": literal([action.id for action in campaign.actions]),
        "goals": literal(goals),
        "free": literal([*goals, *GOAL_EVENTS]),
        "known": _each(campaign, lambda channel: channel.events),
        "received": _each(campaign, lambda channel: (channel.received,), without=_EXIT),
        "answered": _each(campaign, answers, without=_EXIT),
        "clicked": _each(campaign, lambda channel: ("clicked",) if is_clicked(channel) else ()),
        "delivered": _each(campaign, arrivals, without=_EXIT),
        "roots": _roots(campaign),
        "started": "None" if started is None else instant(started),
        "soon": str(SOON_SECONDS),
    }


def is_clicked(channel: Channel) -> bool:
    """Whether a channel's messages have links that a scanner may follow."""
    return "clicked" in channel.events


def arrivals(channel: Channel) -> tuple[str, ...]:
    """Return the events after which a message can be clicked."""
    delivered = ("delivered",) if "delivered" in channel.events else ()
    return tuple(dict.fromkeys((channel.received, *delivered)))


def answers(channel: Channel) -> tuple[str, ...]:
    """Return the interactions that a receipt should come before; none where the source tells of no receipt."""
    return () if channel.received in channel.not_reported else channel.interacted


def literal(value: object) -> str:
    """Return text or a list of texts as Python."""
    return json.dumps(value, ensure_ascii=False)


def instant(at: datetime) -> str:
    """Return an instant as an expression of Polars."""
    at = at.astimezone(UTC)
    parts = (at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond)
    return f'pl.datetime({", ".join(map(str, parts))}, time_zone="UTC")'


def pair(actions: Iterable[str], events: Iterable[str]) -> str:
    """Return the condition that a row is one of these events of one of these actions."""
    ids, names = literal(list(actions)), literal(list(events))
    return f'(pl.col("action_id").is_in({ids}) & pl.col("event").is_in({names}))'


def _any(pairs: list[str]) -> str:
    """Return the condition that one of some holds; a row without action or event is none of them."""
    if not pairs:
        return "pl.lit(False)"
    return f"pl.any_horizontal({', '.join(pairs)}).fill_null(False)"


def _each(campaign: Campaign, events_of: EventsOf, without: str = "") -> str:
    found = [
        pair(ids, events)
        for channel, ids in campaign.actions_by_channel
        if ids and channel.id != without and (events := events_of(channel))
    ]
    return _any(found)


def _roots(campaign: Campaign) -> str:
    roots = [one for one in campaign.actions if one.parent is None and one.channel != _EXIT]
    return _any([pair([one.id], _starts(campaign, one)) for one in roots])


def _starts(campaign: Campaign, action: Action) -> list[str]:
    channel = campaign.channels[action.channel]
    return [one for one in (channel.received, "held_back") if one in channel.events]
