"""An export's campaigns: their names, channels, times, and how many people each has, in bounded memory."""

from typing import Final

import polars as pl

from results_widgets.channels import CHANNELS
from results_widgets.exports.reading import Reading

_TOGETHER: Final = 5_000_000
"""Of so many rows the people are told apart at once; of more, part by part, each with its share of the people."""

_AT: Final = "campaign_id"
_USER: Final = "user_id"


def campaigns(reading: Reading) -> pl.DataFrame:
    """Return an export's campaigns; for the columns see `Export.campaigns`."""
    rows = reading.rows.filter(pl.col("event").is_not_null() & pl.col(_AT).is_not_null())
    received = pl.any_horizontal(
        (pl.col("channel") == channel) & (pl.col("event") == event)
        for channel, event in _receipts(rows)
    )
    # No step needs more memory than there are campaigns: the rows may be many more.
    sums = rows.group_by(_AT).agg(
        first=pl.col("time").min(),
        last=pl.col("time").max(),
        received=received.sum().cast(pl.Int64),
        counted=received.any(),
    )
    seen = rows.select(_AT, "channel").drop_nulls().unique().group_by(_AT)
    named = [_latest(rows, name) for name in ("campaign_name", "campaign_kind")]
    parts = [sums, seen.agg(channels=pl.col("channel").sort()), *named]
    own, *more = pl.collect_all(parts, engine="streaming")
    for part in (*more, *_people(reading, rows)):
        own = own.join(part, on=_AT, how="left")
    instant = pl.Datetime("us", "UTC" if not has_naive(reading.rows) else None)
    return (
        own.join(_said(reading), on=_AT, how="left")
        .select(
            _AT,
            pl.coalesce("_name", "campaign_name").alias("name"),
            pl.coalesce("_kind", "campaign_kind").alias("kind"),
            pl.col("channels").fill_null([]),
            pl.col("first", "last").cast(instant),
            pl.when("counted").then("received").alias("received"),
            "users",
            pl.col("goals").fill_null([]),
        )
        .sort("last", _AT, descending=[True, False])
    )


def has_naive(rows: pl.LazyFrame) -> bool:
    """Whether any time names no zone."""
    found = rows.filter(~pl.col("is_zoned")).select("time").head(1)
    return not found.collect(engine="streaming").is_empty()


def _latest(rows: pl.LazyFrame, name: str) -> pl.LazyFrame:
    """Return the last value of each campaign."""
    found = rows.drop_nulls(name).group_by(_AT, name).agg(pl.col("time").max())
    return found.group_by(_AT).agg(pl.col(name).sort_by("time", name).last())


def _said(reading: Reading) -> pl.DataFrame:
    """Return what the export says of campaigns apart from their events."""
    said = {one.id: one for one in reading.about if one.kind == "campaign"}
    return pl.DataFrame(
        [(id_, one.name or None, one.facts.get("kind")) for id_, one in said.items()],
        schema=dict.fromkeys((_AT, "_name", "_kind"), pl.String),
        orient="row",
    )


def _receipts(rows: pl.LazyFrame) -> list[tuple[str, str]]:
    """Return the events that mean received, by channel: delivered where the export has no receipt."""
    found = []
    pairs = rows.select("channel", "event").drop_nulls().unique().collect(engine="streaming")
    ordered = pairs.sort("channel", "event")
    for (id_,), own in ordered.group_by(["channel"], maintain_order=True):
        channel = CHANNELS.get(str(id_))
        event = "sent" if channel is None else channel.received
        if event not in own["event"] and "delivered" in own["event"]:
            event = "delivered"
        found.append((str(id_), event))
    return found or [("", "")]


def _people(reading: Reading, rows: pl.LazyFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return how many people each campaign has, and the names of their goal events and of its own conversions.

    The people are counted, not estimated. Where there are many rows, one part of them after another is looked at:
    those whose id has one remainder, who are all of their people.
    """
    # What was counted while reading is how many rows there are.
    size = sum(tally.rows for tally in reading.tallies.values())
    may_be_goals = any(key[3] and tally.rows for key, tally in reading.tallies.items())
    goals = reading.rows.filter("is_goal")
    own = rows.filter(pl.col("event") == "converted").select(_AT, "name").unique()
    counts, names = [], [own.collect(engine="streaming")]
    count = 1 + size // _TOGETHER
    for part in range(count):
        is_here = [pl.col(_USER).hash() % count == part] if count > 1 else []
        here = rows.filter(*is_here).select(_AT, _USER).unique().collect(engine="streaming")
        counts.append(here.group_by(_AT).agg(users=pl.len().cast(pl.Int64)))
        if may_be_goals:
            theirs = goals.filter(*is_here).select(_USER, "name").unique()
            of = here.lazy().join(theirs, on=_USER).select(_AT, "name")
            names.append(of.unique().collect(engine="streaming"))
    users = pl.concat(counts).group_by(_AT).agg(pl.col("users").sum())
    found = pl.concat(names).drop_nulls().unique().group_by(_AT)
    return users, found.agg(goals=pl.col("name").sort())
