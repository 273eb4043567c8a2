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
        "Counts as engaged and in the numbers of its action. It starts no entry, so it usually belongs to none, and "
        "then no conversion is credited to it. Sends are missing, or their times are too late.",
        ENGAGED,
        'events.remove(\n    {answered}\n    & (\n        pl.col("timestamp")\n'
        '        < pl.col("timestamp").filter({received}).min().over("user_id", "action_id")\n    ).fill_null(True)\n)',
    ),
    Finding(
        "interaction before receipt",
        "interactions without receipt whose receipt comes later, such as a message opened before it was sent",
        "Counts as engaged, usually outside the entry that it belongs to. Since the receipt is there, the times are "
        "wrong; no rows are missing.",
        ENGAGED,
        'events.remove(\n    {answered}\n    & (\n        pl.col("timestamp")\n'
        '        < pl.col("timestamp").filter({received}).min().over("user_id", "action_id")\n    )\n)',
    ),
    Finding(
        "click within seconds",
        "clicked within 5 seconds of being sent or delivered, which is typical of security scanners that follow "
        "every link",
        "Clicks, engaged users and the rates based on them are too high, and conversions are credited to messages "
        "that nobody clicked.",
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
        "received before any entry, for example because the data starts mid-campaign: counted in actions and "
        "channels only",
        "These users had not entered by then, so users, and conversions after these messages, are too low.",
        WALK,
        'events.remove(\n    {received}\n    & (\n        pl.col("timestamp")\n'
        '        < pl.col("timestamp").filter({roots}).min().over("user_id")\n    ).fill_null(True)\n)',
    ),
)

_USERS: Final = (
    Finding(
        "unknown user",
        "users in the events who are missing from the users table",
        "They count, but have no attributes: in a breakdown by a column of the users table they appear under null, "
        "and developers among them are not recognised.",
        (),
        'events.join(users, on="user_id", how="semi")',
        counts="users",
        warning=0.01,
        serious=0.5,
    ),
    Finding(
        "two variants",
        "users seen in more than one variant",
        "Numbers by variant count them in each; an experiment leaves them out. Either the assignment or the ids are "
        "not stable.",
        ("unique_users", "converted_rate"),
        'events.remove(pl.col("variant").drop_nulls().n_unique().over("user_id") > 1)',
        counts="users",
        warning=0,
        serious=0.02,
    ),
    Finding(
        "developers",
        "events of users marked as developers",
        "They count in the results but not in the Analytics view, so the two differ by these events.",
        EVERYONE,
        "results.analytics()",
        warning=0.05,
        serious=0.3,
    ),
)

_GOALS: Final = (
    Finding(
        "goal without value",
        "goal events without a value, although the events have a column for it",
        "They count as conversions worth nothing, so values are too low.",
        VALUE,
        'events.remove(pl.col("event").is_in({converts}) & pl.col({value}).is_null())',
        warning=0.05,
        serious=0.5,
    ),
)

_FLOW: Final = (
    Finding(
        "action never received",
        "actions that nobody received, although at least 50 users reached the step that leads to them",
        "They show 0 everywhere. Their sends are missing from the events, or they were never switched on.",
        ("users_received", "share_of_entries", "drop_off"),
        counts="actions",
        warning=0,
        serious=0.5,
    ),
)

_DAYS: Final = (
    Finding(
        "missing day",
        "UTC days without any event of an action, between days with many",
        "Counts of these days are missing, and entries may lack messages and conversions of these days. The usual "
        "cause is a file that was not exported.",
        (*EVERYONE, *SENT),
        "results.between({calm})",
        counts="days",
        warning=0,
        serious=0.1,
    ),
    Finding(
        "sudden change of volume",
        "UTC days with more than five times, or less than a fifth, of the events usual in the weeks around them, "
        "and days on which such a level begins",
        "Possibly nothing, if a large audience was added. Otherwise some events are missing or duplicated; lines "
        "over time show it, totals hide it.",
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
    "events outside any entry: they have no day of entry, so counts by day of entry leave them out",
    "Counts by day of entry are lower by these events than counts by day of the event.",
    SENT,
    'results.with_clock("event")',
    kept=False,
    warning=0.05,
    serious=0.5,
)
UNREAD_FILE: Final = Finding(
    "unread file",
    "files that cannot be read now; rows read from them earlier still count",
    "Rows of these files that were not read earlier are missing.",
    EVERYONE,
    kept=False,
    counts="files",
    warning=0,
    serious=NEVER,
)

FINDINGS: Final = (*BY_LOG, OUTSIDE_ENTRIES, UNREAD_FILE)
"""All findings."""
