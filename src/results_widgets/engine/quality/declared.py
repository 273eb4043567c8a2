"""Every finding about the events, in the order in which they are listed; see docs/quality.md, which is made from it."""

from typing import Final

from results_widgets.engine.quality.finding import (
    ENGAGED,
    EVERYONE,
    NEVER,
    SENT,
    VALUE,
    WALK,
    Finding,
)
from results_widgets.engine.quality.row_findings import ROW_FINDINGS

_PATHS: Final = (
    Finding(
        "interaction without receipt",
        "a user interacted with an action never received before",
        "Counts as engaged and in its action's numbers; it starts no entry, so that it mostly stands in none, and no "
        "conversion is credited to it then. Sends are missing, or their times are late.",
        ENGAGED,
        'events.remove(\n    {answered}\n    & (\n        pl.col("timestamp")\n'
        '        < pl.col("timestamp").filter({received}).min().over("user_id", "action_id")\n    ).fill_null(True)\n)',
    ),
    Finding(
        "interaction before receipt",
        "interactions without receipt whose receipt comes later, such as opened before it was sent",
        "Counts as engaged, mostly outside of the entry that it belongs to. Since the receipt is there, it is times "
        "that are wrong, and not rows that are missing.",
        ENGAGED,
        'events.remove(\n    {answered}\n    & (\n        pl.col("timestamp")\n'
        '        < pl.col("timestamp").filter({received}).min().over("user_id", "action_id")\n    )\n)',
    ),
    Finding(
        "click within seconds",
        "clicked within 5 seconds of being sent or delivered, as security scanners do that follow every link",
        "Clicks, engaged and the rates on them are too high, and conversions are credited to what nobody clicked.",
        ("clicked", "unique_clicked", "click_rate", "click_to_open_rate", *ENGAGED),
        'events.remove(\n    {clicked}\n    & (\n        pl.col("timestamp")\n        - pl.when({delivered})\n'
        '        .then("timestamp")\n        .forward_fill()\n'
        '        .over("user_id", "action_id", order_by=["timestamp", {clicked}])\n'
        "        <= pl.duration(seconds={soon})\n    ).fill_null(False)\n)",
        warning=0.05,
        serious=0.3,
    ),
    Finding(
        "action without entry",
        "received before any entry, as where the data starts in the middle: counted in actions and channels only",
        "These users have not entered by then: users, and conversions after these messages, are too low.",
        WALK,
        'events.remove(\n    {received}\n    & (\n        pl.col("timestamp")\n'
        '        < pl.col("timestamp").filter({roots}).min().over("user_id")\n    ).fill_null(True)\n)',
    ),
)

_USERS: Final = (
    Finding(
        "unknown user",
        "users of the events that the users table does not have",
        "They count, without attributes: by a column of the users they stand under null, and developers among them "
        "are not known.",
        (),
        'events.join(users, on="user_id", how="semi")',
        counts="users",
        warning=0.01,
        serious=0.5,
    ),
    Finding(
        "two variants",
        "users seen in more than one variant",
        "By variant they count in each; an experiment leaves them out. Assignment is not stable, or the ids are not.",
        ("unique_users", "converted_rate"),
        'events.remove(pl.col("variant").drop_nulls().n_unique().over("user_id") > 1)',
        counts="users",
        warning=0,
        serious=0.02,
    ),
    Finding(
        "developers",
        "events of users marked as developers",
        "They count in results and not in the view of analytics, so that the two differ by them.",
        EVERYONE,
        "results.analytics()",
        warning=0.05,
        serious=0.3,
    ),
)

_GOALS: Final = (
    Finding(
        "goal without value",
        "goal events whose value is missing, though the events have a column of it",
        "They count as conversions and are worth nothing: values are too low.",
        VALUE,
        'events.remove(pl.col("event").is_in({converts}) & pl.col({value}).is_null())',
        warning=0.05,
        serious=0.5,
    ),
)

_FLOW: Final = (
    Finding(
        "action never received",
        "actions that nobody received, though at least 50 came to the point that leads to them",
        "They show 0 everywhere. Their sends are missing in the events, or they were never switched on.",
        ("users_received", "share_of_entries", "drop_off"),
        counts="actions",
        warning=0,
        serious=0.5,
    ),
)

_DAYS: Final = (
    Finding(
        "missing day",
        "days of UTC without any event of an action, between days that have many",
        "Counts of these days are missing, and entries may lack the messages and conversions of them. Usually a file "
        "that was not exported.",
        (*EVERYONE, *SENT),
        "results.between({calm})",
        counts="days",
        warning=0,
        serious=0.1,
    ),
    Finding(
        "sudden change of volume",
        "days of UTC with over five times, or under a fifth, of the events of the weeks around them, and days on which "
        "such a level begins",
        "Perhaps nothing: a large audience was added. Or a part of the events is missing or twice there: lines over "
        "time show it, totals hide it.",
        SENT,
        "results.between({steady})",
        counts="days",
        warning=0.2,
        serious=NEVER,
    ),
)

BY_LOG: Final = (*(*ROW_FINDINGS, *_PATHS, *_USERS, *_GOALS, *_FLOW, *_DAYS),)
"""What is looked for in the events; see `quality`."""

OUTSIDE_ENTRIES: Final = Finding(
    "outside any entry",
    "outside any entry, so there is no day of entry to count it on: left out by the clock of entries",
    "Counts by the clock of entries are lower by these than by the clock of events.",
    SENT,
    'results.with_clock("event")',
    kept=False,
    warning=0.05,
    serious=0.5,
)
UNREAD_FILE: Final = Finding(
    "unread file",
    "files that cannot be read now: what was read of them before still counts",
    "Whatever these files hold is missing.",
    EVERYONE,
    kept=False,
    counts="files",
    warning=0,
    serious=NEVER,
)

FINDINGS: Final = (*BY_LOG, OUTSIDE_ENTRIES, UNREAD_FILE)
"""All findings."""
