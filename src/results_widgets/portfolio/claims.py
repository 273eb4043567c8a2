"""Which campaigns claim a goal event as a conversion of theirs, and which of them it is credited to.

A goal event is one and the same in two campaigns if user, event and ``event_id`` are equal or, where a row
has no ``event_id``, if user, event and instant are; of several such rows of one instant, the first of one
campaign is the first of another. A source's own ``converted`` carry an id for each campaign, so these are
told by user and instant alone.
"""

from typing import Final, Literal, get_args

import narwhals as nw
import polars as pl

from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.frames import Rows
from results_widgets.engine.query import QueryScope
from results_widgets.errors import QueryError
from results_widgets.portfolio.members import CAMPAIGN, Members, alike_ids, with_users
from results_widgets.results import Results

Rule = Literal["last", "first", "shared"]
"""Which of the campaigns that claim a goal event it is credited to."""

GOAL_EVENT: Final = ("user_id", "event", "id")
"""The columns that tell goal events apart."""

_INTERACTED: Final = "interaction"
_RECEIVED: Final = "receipt"


def check_rule(rule: Rule) -> Rule:
    """Return a rule of credit.

    Raises:
        QueryError: There is no such rule.
    """
    if rule not in get_args(Rule):
        raise QueryError.unknown("rule of credit", rule, get_args(Rule))
    return rule


def all_claims(members: Members, rule: Rule) -> pl.DataFrame:
    """Return one row for each campaign and goal event that it claims.

    Returns:
        campaign, place (of the campaign in the portfolio), user_id, event, id, time (epoch µs), value,
        touched_by, touched_at (epoch µs), claims (campaigns that claim it), credit, tied.
    """
    check_rule(rule)
    parts = [
        _claims_of(one, data).select(
            pl.lit(name).alias(CAMPAIGN), pl.lit(place, pl.Int64).alias("place"), pl.all()
        )
        for place, (name, one, data) in enumerate(with_users(members, "credit"))
    ]
    return _credited(pl.concat(alike_ids(parts)), rule)


def is_counted(query: QueryScope) -> bool:
    """Whether conversions of entries that were held back count as the campaign's."""
    return query.definitions.held_back == "counted"


def _claims_of(results: Results, data: UserBackend) -> pl.DataFrame:
    """Return the conversions that the campaign's headline counts, with what they touched."""
    session = results._session
    query = session.query
    rows = session.scoped().listed_conversions
    rows = rows if is_counted(query) else rows.filter(~nw.col("held_back"))
    columns = ("user", "row", "time", "action", "attributed_by", "value", "taken")
    found = data.collect_with_ids(rows.select(*columns))
    who = rows.select("user").unique()
    named = named_goals(data, query, who)
    found = found.with_columns(pl.col("row").cast(pl.Int64), pl.col("action").cast(pl.Int64))
    claims = found.join(named, on=["user_id", "row"], how="left")
    return _touched(claims, data, query, who).select(
        *GOAL_EVENT,
        "time",
        "value",
        "touched_by",
        "touched_at",
        (pl.col("time") - pl.col("taken")).alias("started_at"),
    )


def named_goals(data: UserBackend, query: QueryScope, who: Rows) -> pl.DataFrame:
    """Return the goal events of some users: user_id, row, event, and the id that tells them apart."""
    rows = data.goals(query.definitions).join(who, on="user", how="semi")
    found = data.collect_with_ids(rows.select("user", "row", "time", "order", "code", "event_id"))
    codes = data.codes
    names = {code: codes.event_of(code) for code in (*codes.goals, *codes.named("converted"))}
    event = pl.col("code").cast(pl.Int64).replace_strict(names, return_dtype=pl.String)
    found = found.with_columns(pl.col("row").cast(pl.Int64), event=event).sort("user_id", "order")
    at = ["user_id", "event", "time"]
    nth = pl.int_range(pl.len()).over(at)
    has_id = pl.col("event_id").is_not_null() & (pl.col("event") != "converted")
    by_id, by_time = pl.format("id {}", "event_id"), pl.format("at {} {}", "time", nth)
    # Rows that have an id do not count where rows without one are numbered.
    found = pl.concat(
        [
            found.filter(has_id).with_columns(id=by_id),
            found.filter(~has_id).with_columns(id=by_time),
        ]
    )
    return found.select("user_id", "row", "event", "id")


def _touched(claims: pl.DataFrame, data: UserBackend, query: QueryScope, who: Rows) -> pl.DataFrame:
    """Add what a conversion is attributed by, and when that was: the last such event of its action."""
    roles = _roles(data, query)
    rows = data.counted_events(None).filter(nw.col("code").is_in(roles["code"].unique().to_list()))
    rows = rows.join(who, on="user", how="semi").select("user", "time", "code")
    events = data.collect_with_ids(rows).with_columns(pl.col("code").cast(pl.Int64))
    events = events.join(roles, on="code").with_columns(at="time").sort("time")
    claims = claims.sort("time")
    for role in (_INTERACTED, _RECEIVED):
        own = events.filter(role=role).select("user_id", "action", "time", pl.col("at").alias(role))
        claims = claims.join_asof(
            own, on="time", by=["user_id", "action"], strategy="backward", check_sortedness=False
        )
    by = pl.col("attributed_by")
    # What a source attributes itself, it does by an interaction where there was one.
    told = (
        pl.when(pl.col(_INTERACTED).is_not_null())
        .then(pl.lit(_INTERACTED))
        .when(pl.col(_RECEIVED).is_not_null())
        .then(pl.lit(_RECEIVED))
    )
    claims = claims.with_columns(touched_by=pl.when(by == "source").then(told).otherwise(by))
    touched = pl.col("touched_by")
    at = pl.when(touched == _INTERACTED).then(_INTERACTED)
    return claims.with_columns(touched_at=at.when(touched == _RECEIVED).then(_RECEIVED))


def _roles(data: UserBackend, query: QueryScope) -> pl.DataFrame:
    """Return the codes of receipts and interactions: code, action (its number), role."""
    codes = data.codes
    every = {_INTERACTED: codes.interacted(query.definitions), _RECEIVED: codes.received}
    rows = [(code, code // codes.width, role) for role, own in every.items() for code in own]
    return pl.DataFrame(rows, ["code", "action", "role"], orient="row").cast(
        {"code": pl.Int64, "action": pl.Int64, "role": pl.String}
    )


def _credited(claims: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """Add how many campaigns claim the same goal event, the credit, and whether the order decided."""
    count = pl.len().over(GOAL_EVENT).cast(pl.Int64)
    claims = claims.with_columns(claims=count)
    if rule == "shared":
        return claims.with_columns(credit=1 / pl.col("claims"), tied=False)
    first = pl.col("started_at")
    rank = (
        [pl.col("touched_by") == _INTERACTED, pl.col("touched_at")] if rule == "last" else [first]
    )
    marks = {f"_{number}": mark for number, mark in enumerate(rank)}
    claims = claims.with_columns(**marks)
    ahead = claims.sort(
        *GOAL_EVENT,
        *marks,
        "place",
        descending=[*(False,) * len(GOAL_EVENT), *(rule == "last",) * len(marks), False],
        nulls_last=True,
    )
    best = [pl.col(mark).first().over(GOAL_EVENT) for mark in marks]
    as_good = pl.all_horizontal(
        pl.col(mark).eq_missing(top) for mark, top in zip(marks, best, strict=True)
    )
    ahead = ahead.with_columns(
        credit=(pl.int_range(pl.len()).over(GOAL_EVENT) == 0).cast(pl.Float64), _as_good=as_good
    )
    level = pl.col("_as_good").sum().over(GOAL_EVENT) > 1
    return ahead.with_columns(tied=pl.col("_as_good") & level).drop(*marks, "_as_good")
