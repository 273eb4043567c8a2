"""What may be wrong with single rows: what they lack, what they name, their times, and that they are there twice."""

from typing import Final

from results_widgets.engine.quality.finding import ENGAGED, EVERYONE, NEVER, SENT, VALUE, Finding

_INCOMPLETE: Final = (
    Finding(
        "no user",
        "user_id is missing",
        "Left out of everything, so counts, users and conversions are too low.",
        EVERYONE,
        'events.remove(pl.col("user_id").is_null())',
        kept=False,
        warning=0,
        serious=0.05,
    ),
    Finding(
        "no event",
        "event is missing",
        "Left out of everything, so the counts of these events, whatever they were, are too low.",
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
        "Left out of everything. If the times are in another form, pass naive_time_zone= or time_unit= to rw.Results.",
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
        "Left out, as it should be, unless the events use another id for this campaign; then give the campaign that "
        "id.",
        (),
        'events.remove(pl.col("campaign_id") != {campaign})',
        kept=False,
        warning=1.0,
        serious=1.0,
    ),
    Finding(
        "unknown action",
        "action_id is not an action of the campaign",
        "Left out: nothing that users did with these messages counts, and users who received only these messages "
        "did not enter. If the actions belong to the campaign, add them to it.",
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
        "Left out. If it is another name for an event or for the goal, that number is too low; pass event_names= to "
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
        "Counts in totals, and makes time axes begin too early. The cause is tests before the start, or a wrong "
        "started_at or time zone.",
        ("users", "unique_users"),
        'events.remove({known} & (pl.col("timestamp") < {started}))',
        warning=0,
    ),
    Finding(
        "in the future",
        "timestamp lies after the moment of reading",
        "Counts in totals; windows stay open, and the data looks newer than it is. Often local times were taken for "
        "UTC.",
        ("entries_open",),
        'events.remove(pl.col("timestamp") > datetime.now(UTC))',
        warning=0,
    ),
    Finding(
        "repeated hour",
        "local time, without a zone, in the hour that a clock change repeats: taken for the first of the two",
        "What happened in the second stands an hour too early: counts of these two hours are wrong, and where "
        "something else lies between, another action may be credited. Write times with their zone, or in UTC.",
        ("conversions_attributed", "value_attributed"),
    ),
    Finding(
        "wrong clock",
        "time far outside the campaign: counted in totals, but shown on no time axis and never taken as the newest "
        "event",
        "Rates in a range or by interval leave these rows out; totals include them.",
        (),
        "events{outside}",
        warning=0.001,
        serious=0.05,
    ),
    Finding(
        "clock skew",
        "one in twenty or more of a channel's events come before their message was received, by up to a day: their "
        "clock or zone differs from that of the sends",
        "Events before the receipt belong to no entry or to the previous one: conversions are not credited to the "
        "action that caused them, and counts by hour and day do not line up.",
        (*ENGAGED, "median_time_to_convert"),
        'events.with_columns(\n    pl.col("timestamp")\n    + {shifts}\n)',
        warning=0,
        serious=0.05,
    ),
    Finding(
        "tied times",
        "events of one user at the same instant whose order matters, as where times are whole seconds: two "
        "interactions, or a goal or an exit together with another event",
        "A fixed order decides instead of the time: received, interacted, goal, exited. Another action may be "
        "credited, and an entry may end before or after its conversion.",
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
        "the same event_id appears more than once; it is counted once",
        "Nothing: the numbers are those without the repeats. Many repeats suggest that an export was read twice.",
        (),
        'events.sort("timestamp", maintain_order=True).remove(\n'
        '    pl.col("event_id").is_not_null() & ~pl.col("event_id").is_first_distinct()\n)',
        kept=False,
        warning=0.5,
        serious=NEVER,
    ),
    Finding(
        "repeated but for its id",
        "equal to another row in everything but event_id: perhaps the same event twice; each row counts",
        "Counts of events are too high by these rows, and so are rates based on them, conversions in multiple mode "
        "and their values; users and unique counts are right.",
        (*SENT, "clicked", *VALUE),
        'events.unique(pl.selectors.exclude("event_id"), keep="first", maintain_order=True)',
        warning=0.005,
        serious=0.05,
    ),
    Finding(
        "ids alike",
        "user ids that differ only in upper and lower case, or in surrounding blanks",
        "One person counts as several users: unique users are too high, and messages received under one id are not "
        "linked to what was done under another. Correct the users table in the same way.",
        ("unique_users", "unique_users_rate", "engaged", "engagement_rate", "conversion_rate"),
        'events.with_columns(pl.col("user_id").str.strip_chars().str.to_lowercase())',
        counts="users",
        warning=0,
        serious=0.05,
    ),
)

ROW_FINDINGS: Final = (*_INCOMPLETE, *_UNKNOWN, *_TIMES, *_REPEATED)
"""What may be wrong with single rows."""
