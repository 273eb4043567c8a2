"""How many messages users get over all campaigns, and what they do then."""

from typing import Final, Literal, get_args

import narwhals as nw
import polars as pl

from results_widgets.engine.backends.base import UserBackend
from results_widgets.errors import QueryError
from results_widgets.portfolio.claims import is_counted
from results_widgets.portfolio.members import (
    HasMembers,
    Members,
    alike_ids,
    counted,
    the_zone,
    with_users,
)
from results_widgets.results import Results
from results_widgets.segments import Segment

Period = Literal["1d", "1w", "1mo"]
By = Literal["period", "message"]

RESPONSES: Final = ("opened", "unsubscribed", "marked_as_spam", "converted")
"""What is counted of users, beside the messages that they get."""

_MESSAGE: Final = "message"
_OWNER: Final = ("user_id", "place", "action")


def pressure(self: HasMembers, every: Period = "1w", by: By = "period") -> pl.DataFrame:
    """Return how users respond by the number of messages they get, over all campaigns together.

    A message is an action received on a channel that people can respond to, so not a webhook or an app function.
    Machine opens count as the definition set says. Conversions are those that the campaigns count; one that
    several campaigns claim is one response of one user. Events count on the day they happened, whatever the clock.

    Args:
        every: ``"1d"``, ``"1w"`` or ``"1mo"``, of the time zone; a week starts on Monday.
        by: ``"period"``: by the number of messages that a user gets in one day, week or month.
            ``"message"``: by the n-th message of a user in the range, and how the user responds to it: opens,
            unsubscribes and spam reports of the same action until it is received again, and conversions attributed
            to it.

    Returns:
        messages (Int64): How many messages a user got in the period; or the number n of the message.
        users (Int64): User-periods with that many messages, leaving out periods without a message; or users who
            got at least that many.
        opened (Int64): Those with an open; null where no campaign's channel reports opens.
        unsubscribed (Int64): Those who unsubscribed, likewise.
        marked_as_spam (Int64): Those who marked one as spam, likewise.
        converted (Int64): Those with a conversion.
        opened_rate (Float64): Opened ÷ users.
        unsubscribed_rate (Float64): Unsubscribed ÷ users.
        marked_as_spam_rate (Float64): Marked as spam ÷ users.
        converted_rate (Float64): Converted ÷ users.

    Raises:
        QueryError: The period is not known, the campaigns are in several time zones, or one is a roll-up, which
            holds no users.

    Examples:
        >>> portfolio.pressure().select("messages", "users", "opened", "converted").head(3)
        shape: (3, 4)
        ┌──────────┬───────┬────────┬───────────┐
        │ messages ┆ users ┆ opened ┆ converted │
        │ ---      ┆ ---   ┆ ---    ┆ ---       │
        │ i64      ┆ i64   ┆ i64    ┆ i64       │
        ╞══════════╪═══════╪════════╪═══════════╡
        │ 1        ┆ 113   ┆ 15     ┆ 8         │
        │ 2        ┆ 161   ┆ 80     ┆ 14        │
        │ 3        ┆ 136   ┆ 42     ┆ 22        │
        └──────────┴───────┴────────┴───────────┘
    """
    if by not in get_args(By):
        raise QueryError.unknown("way to count messages", by, get_args(By))
    events = _events_of(self._members)
    if by == "message":
        keyed = _by_message(events)
    else:
        keyed = _by_period(events, check_period(every), the_zone(self._members, "pressure"))
    rates = [(pl.col(name) / pl.col("users")).alias(f"{name}_rate") for name in RESPONSES]
    silent = [name for name in RESPONSES if name not in _reported(self._members)]
    absent = [pl.lit(None, pl.Int64).alias(name) for name in silent]
    tallied = keyed.group_by("messages").agg(
        pl.len().cast(pl.Int64).alias("users"), pl.col(*RESPONSES).sum().cast(pl.Int64)
    )
    return tallied.with_columns(absent).with_columns(rates).sort("messages")


def over_cap(self: HasMembers, cap: int, every: Period = "1w") -> Segment:
    """Return the users who got more messages than a cap in any one day, week or month, over all campaigns.

    Args:
        cap: The most messages that a user should get.
        every: ``"1d"``, ``"1w"`` or ``"1mo"``, of the time zone.

    Returns:
        The users, sorted by ``user_id``; a table of ids, which cannot be refreshed.

    Raises:
        QueryError: The cap is negative or not a whole number; otherwise as for `pressure`.

    Examples:
        >>> portfolio.over_cap(2).rule
        'more than 2 messages in one week of UTC, over 2 campaigns (whole campaign; definitions default; days of UTC)'
    """
    if type(cap) is not int or cap < 0:
        raise QueryError(f"over_cap({cap!r}): pass a whole number of messages, 0 or more")
    zone = the_zone(self._members, "a cap")
    events = _events_of(self._members)
    periods = _by_period(events, check_period(every), zone)
    users = periods.filter(pl.col("messages") > cap).select("user_id").unique().sort("user_id")
    word = {"1d": "day", "1w": "week", "1mo": "month"}[every]
    scopes = {one._session.query.words for one in self._members.values()}
    scope = scopes.pop() if len(scopes) == 1 else "each in its own scope"
    most = "1 message" if cap == 1 else f"{cap} messages"
    rule = f"more than {most} in one {word} of {zone}, over {counted(self._members)} ({scope})"
    return Segment(users, name=f"More than {most} in a {word}", rule=rule)


def check_period(every: Period) -> Period:
    """Return a period that messages are counted in.

    Raises:
        QueryError: There is no such period.
    """
    if every not in get_args(Period):
        raise QueryError.unknown("period", every, get_args(Period))
    return every


def _by_period(events: pl.DataFrame, every: Period, zone: str) -> pl.DataFrame:
    """Return users and periods with a message: user_id, messages, and whether each response is there."""
    # Without its zone, so that a midnight that a clock change skips is one all the same.
    local = pl.col("time").cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(zone)
    period = local.dt.replace_time_zone(None).dt.truncate(every)
    is_there = [(pl.col("kind") == name).any().alias(name) for name in RESPONSES]
    messages = (pl.col("kind") == _MESSAGE).sum().cast(pl.Int64).alias("messages")
    found = events.group_by("user_id", period.alias("period")).agg(messages, *is_there)
    return found.filter(pl.col("messages") > 0)


def _by_message(events: pl.DataFrame) -> pl.DataFrame:
    """Return messages: user_id, messages (which one it is of the user's), and whether each response is there."""
    messages = events.filter(kind=_MESSAGE).sort("user_id", "time", "place", "action")
    numbered = messages.select(
        *_OWNER, "time", (pl.int_range(pl.len()).over("user_id") + 1).alias("messages")
    )
    found = numbered
    for name in RESPONSES:
        own = events.filter(kind=name).drop_nulls("action").select(*_OWNER, "time").sort("time")
        # A response belongs to the latest message of its action; of several at once, to the last.
        met = own.join_asof(
            numbered.sort("time", "messages"),
            on="time",
            by=[*_OWNER],
            strategy="backward",
            check_sortedness=False,
        )
        heard = met.select("user_id", "messages").drop_nulls().unique()
        heard = heard.with_columns(pl.lit(True).alias(name))
        found = found.join(heard, on=["user_id", "messages"], how="left")
    return found.with_columns(pl.col(*RESPONSES).fill_null(False))


def _reported(members: Members) -> set[str]:
    """Return the responses that the source of any campaign reports."""
    found = {"converted"}
    for one in members.values():
        data = one._session.data
        found.update(*data.codes.reported(data.reported).values())
    return found


def _events_of(members: Members) -> pl.DataFrame:
    """Return messages and responses of all campaigns: user_id, time (µs), place, action (number), kind."""
    parts = [
        _campaign_events(one, data).select(
            "user_id", "time", pl.lit(place, pl.Int64).alias("place"), "action", "kind"
        )
        for place, (_, one, data) in enumerate(with_users(members, "pressure"))
    ]
    return pl.concat(alike_ids(parts))


def _campaign_events(results: Results, data: UserBackend) -> pl.DataFrame:
    scoped = results._session.scoped()
    kinds = _kinds(results, data)
    rows = scoped.counted_events.filter(nw.col("code").is_in(kinds["code"].unique().to_list()))
    found = data.collect_with_ids(rows.select("user", "time", "code"))
    events = found.with_columns(pl.col("code").cast(pl.Int64)).join(kinds, on="code")
    rows = scoped.conversions
    rows = rows if is_counted(scoped.query) else rows.filter(~nw.col("held_back"))
    converted = data.collect_with_ids(rows.select("user", "time", "action"))
    converted = converted.with_columns(
        pl.col("action").cast(pl.Int64), pl.lit("converted").alias("kind")
    )
    columns = ("user_id", "time", "action", "kind")
    return pl.concat([events.select(columns), converted.select(columns)])


def _kinds(results: Results, data: UserBackend) -> pl.DataFrame:
    """Return what the codes of a campaign stand for: code, action (its number), kind."""
    codes, campaign = data.codes, results.campaign
    sets = codes.sets(results.definitions)
    rows = []
    for number, action in enumerate(campaign.actions, 1):
        channel = campaign.channels[action.channel]
        if not channel.interacted:
            continue
        events = {_MESSAGE: channel.received} | {name: name for name in RESPONSES[:-1]}
        rows += [
            (code, number, kind)
            for kind, event in events.items()
            for code in sets.get((action.id, event), ())
        ]
    schema = {"code": pl.Int64(), "action": pl.Int64(), "kind": pl.String()}
    return pl.DataFrame(rows, schema, orient="row")
