"""Which users a channel can still reach, and which are active."""

from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.channels import CHANNELS, EVENTS, GOAL_EVENTS
from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.calendar import DAY
from results_widgets.engine.frames import Rows, collect, count

_LOST: Final = tuple(event.name for event in EVENTS.values() if event.ends_reach)
"""Events with a column of their own."""
_WEEK: Final = 7 * DAY

_SCHEMA: Final = {
    "channel": pl.String,
    "users": pl.Int64,
    "reachable": pl.Int64,
    **dict.fromkeys(_LOST, pl.Int64),
    "active_7d": pl.Int64,
    "share": pl.Float64,
}


def own_events(data: UserBackend) -> Rows:
    """Return the rows of the event table that users made themselves.

    Events that no channel knows are an app's reports about its users.
    """
    channels = (*CHANNELS.values(), *data.campaign.channels.values())
    others = [e for channel in channels for e in channel.events if not channel.event(e).by_user]
    others = list(dict.fromkeys((*GOAL_EVENTS, *others)))
    made = ~nw.col("event").is_in(others)
    return data.source_rows.filter(made, ~nw.col("machine"), ~nw.col("time").is_null())


def active(data: UserBackend) -> Rows:
    """Return the users (``user_id``) with an event of their own in the 7 days up to the newest event."""
    newest, time = data.clocks.newest, nw.col("time")
    recent = own_events(data).filter(time >= newest - _WEEK, time <= newest)
    return recent.select("user_id").unique()


def reach(data: UserBackend, ids: Rows) -> pl.DataFrame:
    """Return how many of some users (``user_id``, distinct) each channel can reach; see `Segment.reach`."""
    is_active = ids.join(active(data), on="user_id", how="semi")
    users, active_users = (count(rows) for rows in (ids, is_active))
    lost = _lost(data).join(ids, on="user_id", how="semi")
    lost = lost.join(is_active.with_columns(active_7d=nw.lit(1)), on="user_id", how="left")
    # Unreachable users are counted and subtracted: most users are in no such row.
    sums = [nw.col(name).sum().alias(name) for name in (*_LOST, "active_7d")]
    found = collect(lost.group_by("channel").agg(nw.len().alias("users"), *sums))
    counts = {row["channel"]: row for row in found.to_dicts()}
    rows = []
    for channel in _used(data):
        own = {
            name: int(count or 0)
            for name, count in counts.get(channel, {}).items()
            if name != "channel"
        }
        reachable = users - own.get("users", 0)
        rows.append(
            (
                channel,
                users,
                reachable,
                *(own.get(event, 0) for event in _LOST),
                active_users - own.get("active_7d", 0),
                reachable / users if users else None,
            )
        )
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _used(data: UserBackend) -> list[str]:
    used = {action.channel for action in data.campaign.actions if action.channel != "exit"}
    return [channel for channel in data.campaign.channels if channel in used]


def _lost(data: UserBackend) -> Rows:
    """Return the users whom a channel can no longer reach: user_id, channel, 1 for each event that is a reason."""
    codes, channels = data.codes, data.campaign.channels
    reasons = [
        (codes.code(number, event), action.channel, event)
        for number, action in enumerate(codes.actions, 1)
        for event in channels[action.channel].events
        if channels[action.channel].event(event).ends_reach
    ]
    known = pl.DataFrame(reasons, schema=["code", "channel", "event"], orient="row")
    flags = [(pl.col("event") == event).cast(pl.Int64).alias(event) for event in _LOST]
    by_code = known.select(pl.col("code").cast(pl.Int64), pl.col("channel").cast(pl.String), *flags)
    # Filtered before the join: few events end the reach.
    ending = data.events(None).filter(nw.col("code").is_in(known["code"].to_list()))
    ending = ending.select("user", code=nw.col("code").cast(nw.Int64))
    rows = ending.join(data.upload(by_code), on="code", how="inner")
    per_user = rows.group_by("user", "channel").agg(*(nw.col(event).max() for event in _LOST))
    return data.with_ids(per_user)
