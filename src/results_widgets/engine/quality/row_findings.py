"""What may be wrong with single rows: what they lack, what they name, their times, and that they are there twice."""

from typing import Final

from results_widgets.engine.quality.finding import ENGAGED, EVERYONE, NEVER, SENT, VALUE, Finding

_INCOMPLETE: Final = (
    Finding(
        "no user",
        "user_id is missing",
        "Left out of everything: counts, users and conversions are too low by these rows.",
        EVERYONE,
        'events.remove(pl.col("user_id").is_null())',
        kept=False,
        warning=0,
        serious=0.05,
    ),
    Finding(
        "no event",
        "event is missing",
        "Left out of everything: counts are too low by what these rows were.",
        EVERYONE,
        'events.remove(pl.col("event").is_null())',
        kept=False,
        warning=0,
        serious=0.05,
    ),
    Finding(
        "no time",
        "timestamp is missing, cannot be read, lies outside the years 1900 to 2199, or in an hour "
        "that a clock change skips",
        "Left out of everything. If times were written otherwise, pass naive_time_zone= or time_unit= to rw.Results.",
        EVERYONE,
        'events.remove(pl.col("timestamp").is_null())',
        kept=False,
        warning=0,
        serious=0.05,
    ),
)

_UNKNOWN: Final = (
    Finding(
        "other campaign",
        "campaign_id is another campaign's",
        "Left out, as it should be, unless this campaign is called otherwise in the events: then give it that id.",
        (),
        'events.remove(pl.col("campaign_id") != {campaign})',
        kept=False,
        warning=1.0,
        serious=1.0,
    ),
    Finding(
        "unknown action",
        "action_id is no action of the campaign",
        "Left out: what users did with these messages counts nowhere, and who got only these did not enter. Add the "
        "actions to the campaign if they are its own.",
        (*EVERYONE, "users_received"),
        'events.remove(\n    pl.col("action_id").is_not_null()\n    & ~pl.col("action_id").is_in({actions})\n'
        '    & ~pl.col("event").is_in({free})\n)',
        kept=False,
        warning=0,
        serious=0.05,
    ),
    Finding(
        "unknown event",
        "the action's channel does not know this event, and it is not the goal",
        "Left out: if it is another name of an event or of the goal, that number is too low. Pass event_names= to "
        "rw.Results.",
        (*ENGAGED, "conversions"),
        'events.remove(\n    (pl.col("action_id").is_null() | pl.col("action_id").is_in({actions}))\n'
        '    & ~pl.col("event").is_in({free})\n    & ~{known}\n)',
        kept=False,
        warning=0,
        serious=0.05,
    ),
)

_TIMES: Final = (
    Finding(
        "before the campaign",
        "an action's event lies before the campaign's start",
        "Counts in totals, and makes time axes begin early. Tests before the start, or a wrong started_at or zone.",
        ("users", "unique_users"),
        'events.remove({known} & (pl.col("timestamp") < {started}))',
        warning=0,
    ),
    Finding(
        "in the future",
        "timestamp lies after the moment of reading",
        "Counts in totals; windows stay open, and the data looks newer than it is. Often a zone taken for UTC.",
        ("entries_open",),
        'events.remove(pl.col("timestamp") > datetime.now(UTC))',
        warning=0,
    ),
    Finding(
        "wrong clock",
        "time far outside the campaign: counted in totals, on no time axis, not taken for the newest",
        "Rates in a range or by interval do not have these rows; totals do.",
        (),
        "events{outside}",
        warning=0.001,
        serious=0.05,
    ),
    Finding(
        "clock skew",
        "one in twenty or more of a channel's events come before their message was received, by up to a day: their "
        "clock or zone differs from that of the sends",
        "What happened before the receipt stands in no entry or in the one before: conversions lose the action they "
        "are due to, and counts by hour and day stand beside one another wrongly.",
        (*ENGAGED, "median_time_to_convert"),
        'events.with_columns(\n    pl.col("timestamp")\n    + {shifts}\n)',
        warning=0,
        serious=0.05,
    ),
    Finding(
        "tied times",
        "events of one user at one instant whose order decides, as where times are whole seconds: two interactions, or "
        "a goal or an exit beside something else",
        "The rule decides instead of time: received, interacted, goal, exited. Another action may be credited, an "
        "entry may end before or after its conversion.",
        ("conversions_attributed", "value_attributed"),
        'events.with_columns(\n    pl.col("timestamp")\n'
        '    + pl.duration(microseconds=pl.int_range(pl.len()).over("user_id", "timestamp"))\n)',
        warning=0.05,
        serious=0.5,
    ),
)

_REPEATED: Final = (
    Finding(
        "repeated event id",
        "event_id is there more than once; it is counted once",
        "Nothing: numbers are those without the repeats. Many of them say that an export was read twice.",
        (),
        'events.sort("timestamp", maintain_order=True).remove(\n'
        '    pl.col("event_id").is_not_null() & ~pl.col("event_id").is_first_distinct()\n)',
        kept=False,
        warning=0.5,
        serious=NEVER,
    ),
    Finding(
        "repeated but for its id",
        "equal to another row in all but event_id: perhaps the same event twice; each counts",
        "Counts of events are too high by these rows, and so are the rates on them, conversions in multiple mode and "
        "their values; users and unique counts are right.",
        (*SENT, "clicked", *VALUE),
        'events.unique(pl.selectors.exclude("event_id"), keep="first", maintain_order=True)',
        warning=0.005,
        serious=0.05,
    ),
    Finding(
        "ids alike",
        "ids of users that differ only in upper and lower case, or in blanks around them",
        "One person counts as several: unique users are too many, and what was received under one id does not go with "
        "what was done under another. Mend the users table likewise.",
        ("unique_users", "unique_users_rate", "engaged", "engagement_rate", "conversion_rate"),
        'events.with_columns(pl.col("user_id").str.strip_chars().str.to_lowercase())',
        counts="users",
        warning=0,
        serious=0.05,
    ),
)

ROW_FINDINGS: Final = (*_INCOMPLETE, *_UNKNOWN, *_TIMES, *_REPEATED)
"""What may be wrong with single rows."""
