"""The campaign's own metrics. To add one, declare it and give it its place in `CAMPAIGN`."""

from typing import Final

from results_widgets.glossary.metric import (
    Count,
    EntriesWith,
    Median,
    Metric,
    Ratio,
    Sum,
    Users,
)
from results_widgets.glossary.rows import Conversions, Entries, Events, RoleEvents

USERS: Final = Metric(
    "users",
    "Entries",
    Count(Entries()),
    "Users enter when they receive a first action, and may enter again: each time counts.",
    key_metric=True,
    by_column=True,
)
UNIQUE_USERS: Final = Metric(
    "unique_users",
    "Unique users",
    Users(Entries()),
    "Distinct users with an entry.",
    key_metric=True,
    by_column=True,
)
UNIQUE_USERS_RATE: Final = Metric(
    "unique_users_rate",
    "Unique users rate",
    Ratio(UNIQUE_USERS, USERS),
    "Unique users ÷ entries.",
)
ENGAGED: Final = Metric(
    "engaged",
    "Engaged",
    Users(RoleEvents("interacted")),
    "Distinct users who interacted with an action.",
    defined_by="engaged",
    key_metric=True,
    by_column=True,
)
ENGAGED_BASE: Final = Metric(
    "engaged_base",
    "Unique users",
    Users(Entries()),
    "Denominator of the engagement rate: distinct users with an entry.",
    shown=False,
    defined_by="engaged_base",
)
ENGAGEMENT_RATE: Final = Metric(
    "engagement_rate",
    "Engagement rate",
    Ratio(ENGAGED, ENGAGED_BASE),
    "Engaged users ÷ unique users.",
    key_metric=True,
)
CONVERSIONS: Final = Metric(
    "conversions",
    "Conversions",
    Count(Conversions()),
    "Goal events within an entry or its attribution window.",
    section="The walk",
    key_metric=True,
    by_column=True,
)
UNIQUE_CONVERTERS: Final = Metric(
    "unique_converters",
    "Unique converters",
    Users(Conversions()),
    "Distinct users with a conversion.",
    section="The walk",
)
CONVERSION_RATE: Final = Metric(
    "conversion_rate",
    "Conversion rate",
    Ratio(CONVERSIONS, USERS),
    "Conversions ÷ entries.",
    key_metric=True,
    by_column=True,
)
CONVERTED_ENTRIES: Final = Metric(
    "converted_entries",
    "Converted entries",
    EntriesWith(Conversions()),
    "Entries with a conversion.",
    section="The walk",
)
CONVERTED_RATE: Final = Metric(
    "converted_rate",
    "Converted rate",
    Ratio(CONVERTED_ENTRIES, USERS),
    "Entries with a conversion ÷ entries.",
    section="The walk",
    key_metric=True,
)
GOAL_VALUE: Final = Metric(
    "goal_value",
    "Goal value",
    Sum(Conversions(), "value"),
    "The goal's value, added up over the conversions.",
    section="The walk",
)
VALUE_PER_USER: Final = Metric(
    "value_per_user",
    "Value per entry",
    Ratio(GOAL_VALUE, USERS),
    "Goal value ÷ entries.",
)
EXITS: Final = Metric(
    "exits",
    "Exits",
    Count(Events(("exited",))),
    "How often users exited the campaign.",
    section="The walk",
)
ENTRIES_OPEN: Final = Metric(
    "entries_open",
    "Entries still open",
    Count(Entries(open_only=True)),
    "Entries whose attribution window ends after the newest event.",
)
MEDIAN_TIME_TO_CONVERT: Final = Metric(
    "median_time_to_convert",
    "Median time to convert",
    Median(Conversions(), "taken"),
    "Median time from the start of an entry to its conversions.",
    section="The walk",
)
HELD_BACK_ENTRIES: Final = Metric(
    "held_back_entries",
    "Entries held back",
    Count(Entries(held_back=True)),
    "Entries that a first action withheld started: the control group.",
    section="The held back",
)
HELD_BACK_USERS: Final = Metric(
    "held_back_users",
    "Users held back",
    Users(Entries(held_back=True)),
    "Distinct users with an entry held back.",
    section="The held back",
)
HELD_BACK_CONVERSIONS: Final = Metric(
    "held_back_conversions",
    "Conversions held back",
    Count(Conversions(held_back=True)),
    "Conversions of entries held back; no action is credited with them.",
    section="The held back",
)
HELD_BACK_CONVERTED: Final = Metric(
    "held_back_converted",
    "Converted entries held back",
    EntriesWith(Conversions(held_back=True)),
    "Entries held back that have a conversion.",
    section="The held back",
    shown=False,
)
HELD_BACK_CONVERTED_RATE: Final = Metric(
    "held_back_converted_rate",
    "Converted rate, held back",
    Ratio(HELD_BACK_CONVERTED, HELD_BACK_ENTRIES),
    "Entries held back with a conversion ÷ entries held back.",
    section="The held back",
)

CAMPAIGN: Final = (
    USERS,
    UNIQUE_USERS,
    UNIQUE_USERS_RATE,
    ENGAGED,
    ENGAGED_BASE,
    ENGAGEMENT_RATE,
    CONVERSIONS,
    UNIQUE_CONVERTERS,
    CONVERSION_RATE,
    CONVERTED_ENTRIES,
    CONVERTED_RATE,
    GOAL_VALUE,
    VALUE_PER_USER,
    EXITS,
    ENTRIES_OPEN,
    MEDIAN_TIME_TO_CONVERT,
    HELD_BACK_ENTRIES,
    HELD_BACK_USERS,
    HELD_BACK_CONVERSIONS,
    HELD_BACK_CONVERTED,
    HELD_BACK_CONVERTED_RATE,
)
"""In reading order."""
