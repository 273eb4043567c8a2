"""Who can still be reached, and who is active."""

from typing import Final

import polars as pl

from results_widgets.channels import CHANNELS, GOAL_EVENTS
from results_widgets.engine.memory import InMemory

_LOST: Final = ("bounced", "unsubscribed", "marked_as_spam")
_WEEK: Final = pl.duration(days=7)

PEOPLES_OWN: Final = frozenset(
    (
        *("opened", "clicked", "dismissed", "viewed", "accepted", "cancelled", "selected"),
        *("submitted", "read", "replied", "redeemed", "unsubscribed", "marked_as_spam"),
    )
)
"""Events of built-in channels that the user makes; the others are the sender's or the network's."""

_SENDERS: Final = (
    frozenset(event for channel in CHANNELS.values() for event in channel.events)
    | frozenset(GOAL_EVENTS)
) - PEOPLES_OWN


def own_events(data: InMemory) -> pl.LazyFrame:
    """Return the rows of the event table that users made themselves; what no channel knows, apps report of users."""
    shown = {channel.received for channel in data.campaign.channels.values()} - PEOPLES_OWN
    made = ~pl.col("event").is_in([*(_SENDERS | shown)])
    return data.table.frame.filter(made & ~pl.col("machine") & pl.col("timestamp").is_not_null())


def active(data: InMemory) -> pl.LazyFrame:
    """Return the users (``user_id``) with an event of their own in the 7 days up to the newest event."""
    newest = pl.lit(data.newest).cast(pl.Datetime("us", "UTC"))
    recent = own_events(data).filter(pl.col("timestamp").is_between(newest - _WEEK, newest))
    return recent.select("user_id").unique()


def reach(data: InMemory, ids: pl.Series) -> pl.DataFrame:
    """Return the reach of some users by channel; see `Segment.reach`."""
    wanted = pl.LazyFrame({"user_id": ids})
    book = data.codes
    used = {action.channel for action in data.campaign.actions if action.channel != "exit"}
    users = data.people_of_log.lazy().select(
        "user_id", user=pl.int_range(pl.len(), dtype=pl.UInt32)
    )
    rows = data.log.rows.lazy().join(users, on="user", how="inner")
    is_active = active(data).with_columns(active=pl.lit(True))
    flags = wanted.join(is_active, on="user_id", how="left")
    parts = []
    for channel in (name for name in data.campaign.channels if name in used):
        frame, known = flags, data.campaign.channels[channel].events
        numbers = [n for n, a in enumerate(book.actions, 1) if a.channel == channel]
        for event in _LOST:
            codes = [book.code(n, event) for n in numbers] if event in known else []
            lost = rows.filter(pl.col("code").is_in(codes)).select("user_id").unique()
            frame = frame.join(
                lost.with_columns(pl.lit(True).alias(event)), on="user_id", how="left"
            )
        parts.append(_summed(frame, channel))
    return pl.concat(pl.collect_all(parts))


def _summed(frame: pl.LazyFrame, channel: str) -> pl.LazyFrame:
    lost = [pl.col(event).fill_null(False) for event in _LOST]
    open_ = ~pl.any_horizontal(lost)
    counts = {
        "users": pl.len(),
        "reachable": open_.sum(),
        **{event: flag.sum() for event, flag in zip(_LOST, lost, strict=True)},
        "active_7d": (open_ & pl.col("active").fill_null(False)).sum(),
    }
    found = frame.select(
        pl.lit(channel).alias("channel"),
        *(count.cast(pl.Int64).alias(name) for name, count in counts.items()),
    )
    # Row by row: Polars divides a whole column by one number inexactly.
    return found.with_columns(
        share=pl.when(pl.col("users") > 0).then(pl.col("reachable") / pl.col("users"))
    )
