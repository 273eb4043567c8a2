"""Plain Polars: group-bys, distinct counts and windows, straight from the manual."""

from pathlib import Path

import polars as pl

from benchmarks.peers.workload import ZONE, Numbers, Workload, read_workload
from results_widgets.channels import CHANNELS

ORDER = ["t", "role", "event_id"]
RECEIVED, INTERACTED, GOAL, EXITED = range(4)


def first_paint(folder: Path) -> Numbers:
    """Everything a dashboard needs to appear."""
    work = read_workload(folder)
    events = _read(work).collect()
    walked = _walk(events, work)
    entries, conversions = _entries(walked, work)
    only_held = entries.group_by("user_id").agg(pl.col("held").all()).filter("held")
    engaged = events.filter("interacted").join(only_held, on="user_id", how="anti")
    numbers = _totals(entries, conversions)
    numbers["engaged"] = engaged["user_id"].n_unique()
    numbers |= _counts(events, "action_id") | _counts(events, "channel")
    numbers |= _flow(events, conversions, work)
    day = pl.col("t").dt.convert_time_zone(ZONE).dt.date()
    daily = engaged.group_by(day).agg(pl.col("user_id").n_unique())
    return numbers | {f"engaged on {date}": users for date, users in daily.iter_rows()}


def _read(work: Workload) -> pl.LazyFrame:
    book = pl.LazyFrame(
        [
            (
                action,
                channel,
                event,
                event == work.received[action],
                event in work.interacted[action],
            )
            for action, channel in work.channel.items()
            for event in CHANNELS[channel].events
        ],
        schema={
            "action_id": pl.String,
            "channel": pl.String,
            "event": pl.String,
            "got": pl.Boolean,
            "interacted": pl.Boolean,
        },
        orient="row",
    )
    columns = ["user_id", "action_id", "event", "timestamp", "event_id", "campaign_id"]
    rows = pl.scan_parquet(work.events).select(columns).unique("event_id", keep="any")
    ours = pl.col("campaign_id").is_null() | (pl.col("campaign_id") == work.campaign)
    held = pl.col("event") == "held_back"
    root = pl.col("action_id").is_in(work.roots).fill_null(False)
    got = pl.col("got").fill_null(False)
    return (
        rows.filter(ours)
        .join(book, on=["action_id", "event"], how="left")
        .filter(pl.col("channel").is_not_null() | pl.col("event").is_in([work.goal, "exited"]))
        .select(
            "user_id",
            "action_id",
            "event",
            "channel",
            "event_id",
            pl.col("timestamp").alias("t"),
            (got | (held & root)).alias("received"),
            (root & (got | held)).alias("root"),
            pl.col("interacted").fill_null(False),
            held.alias("held"),
        )
    )


def _walk(events: pl.DataFrame, work: Workload) -> pl.DataFrame:
    goalers = events.filter(pl.col("event") == work.goal).select("user_id").unique()
    touches = events.filter("interacted").join(goalers, on="user_id", how="semi")
    rest = events.filter(pl.col("received") | pl.col("event").is_in(["exited", work.goal]))
    role = (
        pl.when(pl.col("event") == "exited")
        .then(EXITED)
        .when(pl.col("event") == work.goal)
        .then(GOAL)
        .when("received")
        .then(RECEIVED)
        .otherwise(INTERACTED)
    )
    rows = pl.concat([rest, touches]).with_columns(role.alias("role")).sort("user_id", *ORDER)
    by_user = "user_id"
    rows = rows.with_columns(
        pl.when(pl.col("role") == RECEIVED)
        .then("t")
        .forward_fill()
        .shift(1)
        .over(by_user)
        .alias("last"),
        (pl.col("role") >= GOAL).cum_sum().over(by_user).alias("closers"),
    ).with_columns(
        pl.when("root").then("closers").forward_fill().shift(1).over(by_user).alias("then"),
    )
    long_ago = pl.col("t") - pl.col("last") > pl.duration(days=work.window_days)
    fresh = pl.col("then").is_null() | (pl.col("closers") > pl.col("then")) | long_ago
    starts = (pl.col("root") & fresh).fill_null(False)
    return rows.with_columns(
        starts.cum_sum().over(by_user).alias("entry"), pl.int_range(pl.len()).alias("step")
    )


def _entries(walked: pl.DataFrame, work: Workload) -> tuple[pl.DataFrame, pl.DataFrame]:
    inside = walked.filter(pl.col("entry") > 0)
    received = pl.col("role") == RECEIVED
    key = ["user_id", "entry"]
    entries = (
        inside.group_by(key)
        .agg(
            pl.col("held").filter(received).first(),
            (pl.col("t").filter(received).max() + pl.duration(days=work.window_days)).alias(
                "limit"
            ),
            pl.col("t").filter(pl.col("role") == EXITED).min().alias("exit"),
        )
        .with_columns(pl.min_horizontal("limit", "exit").alias("ends"))
    )
    goals = inside.filter(pl.col("role") == GOAL).join(
        entries.select(*key, "ends", held_entry="held"), on=key
    )
    first = (
        goals.filter(pl.col("t") <= pl.col("ends"))
        .group_by(key)
        .agg(pl.col("step").min().alias("goal_step"), pl.col("held_entry").first())
    )
    before = inside.join(first, on=key).filter(pl.col("step") < pl.col("goal_step")).sort("step")
    real = received & ~pl.col("held")
    conversions = before.group_by(key).agg(
        pl.coalesce(
            pl.col("action_id").filter(pl.col("role") == INTERACTED).last(),
            pl.col("action_id").filter(real).last(),
        ).alias("action_id"),
        pl.col("held_entry").first(),
    )
    credited = pl.when(~pl.col("held_entry")).then("action_id").alias("action_id")
    return entries, conversions.with_columns(credited)


def _totals(entries: pl.DataFrame, conversions: pl.DataFrame) -> Numbers:
    """The campaign's numbers without the held back, and theirs."""
    held, mailed = entries.filter("held"), entries.filter(~pl.col("held"))
    converted = conversions.filter(~pl.col("held_entry"))
    return {
        "users": mailed.height,
        "unique_users": mailed["user_id"].n_unique(),
        "conversions": converted.height,
        "unique_converters": converted["user_id"].n_unique(),
        "converted_entries": converted.height,
        "held_back_entries": held.height,
        "held_back_users": held["user_id"].n_unique(),
        "held_back_conversions": conversions.height - converted.height,
    }


def _counts(events: pl.DataFrame, column: str) -> Numbers:
    rows = events.lazy().filter(pl.col("channel").is_not_null()).group_by(column, "event")
    found = rows.agg(pl.len(), pl.col("user_id").n_unique().alias("users")).collect()
    numbers: Numbers = {}
    for owner, event, count, users in found.iter_rows():
        numbers[f"{column} {owner} {event}"] = count
        numbers[f"{column} {owner} unique_{event}"] = users
    return numbers


def _flow(events: pl.DataFrame, conversions: pl.DataFrame, work: Workload) -> Numbers:
    numbers: Numbers = {f"attributed {action}": 0 for action in work.channel}
    credited = conversions.drop_nulls("action_id").group_by("action_id").len()
    numbers |= {f"attributed {action}": count for action, count in credited.iter_rows()}
    got = (
        events.filter(pl.col("received") & ~pl.col("held")).select("user_id", "action_id").unique()
    )
    users = {
        action: got.filter(pl.col("action_id") == action).select("user_id")
        for action in work.channel
    }
    for child, parent in work.parent.items():
        numbers[f"both {child}"] = users[child].join(users[parent], on="user_id", how="semi").height
    return numbers
