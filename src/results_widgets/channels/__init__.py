"""Channels and their events: one declaration each says what a channel reports, means and shows.

To add a channel, add its row to `built_in`; an event that `events` does not know needs a row there.
"""

from results_widgets.channels.built_in import CHANNELS, headline_of, rates_of, reported
from results_widgets.channels.events import (
    EVENTS,
    GOAL_EVENTS,
    MACHINE_CLICKED,
    MACHINE_EVENTS,
    MACHINE_OPENED,
    OPENS,
    Direction,
    Event,
    is_unique,
    unique_key,
)
from results_widgets.channels.model import EMAIL_RATE_BASE, Channel, Rate

__all__ = [
    "CHANNELS",
    "EMAIL_RATE_BASE",
    "EVENTS",
    "GOAL_EVENTS",
    "MACHINE_CLICKED",
    "MACHINE_EVENTS",
    "MACHINE_OPENED",
    "OPENS",
    "Channel",
    "Direction",
    "Event",
    "Rate",
    "headline_of",
    "is_unique",
    "rates_of",
    "reported",
    "unique_key",
]
