"""The metrics that an action has beside those of its channel. To add one, declare it and give it
its place in `ACTION`.
"""

from typing import Final

from results_widgets.glossary.campaign import USERS
from results_widgets.glossary.metric import (
    Count,
    Difference,
    Metric,
    Ratio,
    Sum,
    Users,
)
from results_widgets.glossary.rows import Conversions, Reached, RoleEvents

USERS_RECEIVED: Final = Metric(
    "users_received",
    "Users received",
    Users(RoleEvents("received")),
    "Distinct users who received the action.",
    scope="action",
)
CONVERSIONS_ATTRIBUTED: Final = Metric(
    "conversions_attributed",
    "Conversions attributed",
    Count(Conversions()),
    "Conversions credited to the action: the last one the user interacted with or, if none, received.",
    scope="action",
    section="The walk",
)
ENTRIES_REACHED: Final = Metric(
    "entries_reached",
    "Entries reached",
    Count(Reached()),
    "Entries that received the action.",
    scope="action",
)
SHARE_OF_ENTRIES: Final = Metric(
    "share_of_entries",
    "Share of entries",
    Ratio(ENTRIES_REACHED, USERS),
    "Entries that received the action ÷ all entries.",
    scope="action",
)
CONVERSION_RATE_ATTRIBUTED: Final = Metric(
    "conversion_rate_attributed",
    "Conversion rate attributed",
    Ratio(CONVERSIONS_ATTRIBUTED, ENTRIES_REACHED),
    "Conversions credited to the action ÷ entries that received it.",
    scope="action",
    section="The walk",
)
VALUE_ATTRIBUTED: Final = Metric(
    "value_attributed",
    "Value attributed",
    Sum(Conversions(), "value"),
    "The goal's value, added up over the conversions credited to the action.",
    scope="action",
    section="The walk",
)
VALUE_ATTRIBUTED_PER_USER: Final = Metric(
    "value_attributed_per_user",
    "Value attributed per entry",
    Ratio(VALUE_ATTRIBUTED, ENTRIES_REACHED),
    "Value attributed ÷ entries that received the action.",
    scope="action",
    section="The walk",
)
PARENT_USERS_RECEIVED: Final = Metric(
    "parent_users_received",
    "Users who received the action before",
    Users(RoleEvents("received", "parent")),
    "Distinct users who received the action before this one.",
    scope="action",
    shown=False,
)
BOTH_RECEIVED: Final = Metric(
    "both_received",
    "Users received both",
    Users(RoleEvents("received", "both")),
    "Distinct users who received this action and the one before it.",
    scope="action",
    shown=False,
)
DROPPED_OFF: Final = Metric(
    "dropped_off",
    "Users dropped off",
    Difference(PARENT_USERS_RECEIVED, BOTH_RECEIVED),
    "Distinct users who received the action before this one, but not this one.",
    scope="action",
    shown=False,
)
DROP_OFF: Final = Metric(
    "drop_off",
    "Drop-off",
    Ratio(DROPPED_OFF, PARENT_USERS_RECEIVED),
    "Users who received the action before but not this one ÷ users who received the action before.",
    scope="action",
)

ACTION: Final = (
    USERS_RECEIVED,
    CONVERSIONS_ATTRIBUTED,
    ENTRIES_REACHED,
    SHARE_OF_ENTRIES,
    CONVERSION_RATE_ATTRIBUTED,
    VALUE_ATTRIBUTED,
    VALUE_ATTRIBUTED_PER_USER,
    PARENT_USERS_RECEIVED,
    BOTH_RECEIVED,
    DROPPED_OFF,
    DROP_OFF,
)
"""In reading order."""
