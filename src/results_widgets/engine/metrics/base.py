"""The base numbers: counts, distinct users, sums. Each is computed here and nowhere else.

Every function returns a tall frame: owner (channel, action id or ""), the question's keys, metric,
value (Float64).
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.campaign import Action
from results_widgets.engine.counting.dispatch import (
    COUNT,
    SET,
    STILL_OPEN,
    USERS,
    Kind,
    goal_value,
    grouped,
    tally,
    tally_both,
)
from results_widgets.engine.frames import collect
from results_widgets.engine.rollup.dataset import RolledUp
from results_widgets.engine.scoped import BUCKET, DAY_KEY, Facts

OWNER: Final = "_owner"
METRIC: Final = "metric"
VALUE: Final = "value"

Tall = pl.DataFrame


def _tall(
    frame: pl.DataFrame, keys: list[str], owner: str | None, names: Mapping[str, str]
) -> Tall:
    """Turn columns into metrics: ``names`` maps a column to its metric's key."""
    owned = frame.with_columns((pl.lit("") if owner is None else pl.col(owner)).alias(OWNER))
    parts = [
        owned.select(
            OWNER, *keys, pl.lit(metric).alias(METRIC), pl.col(column).cast(pl.Float64).alias(VALUE)
        )
        for column, metric in names.items()
    ]
    return pl.concat(parts)


def entries(facts: Facts) -> Tall:
    """users, unique_users, entries_open; the base of several others, so they are kept."""
    return facts.cached("entries", lambda: _entries(facts))


def _entries(facts: Facts) -> Tall:
    q = facts.question
    frame = tally(facts, [(0, STILL_OPEN), (STILL_OPEN,)], ["user"], "entries")
    every, still_open = frame.filter(pl.col(SET) == 0), frame.filter(pl.col(SET) == 1)
    return pl.concat(
        [
            _tall(every, q.keys, None, {COUNT: "users", USERS: "unique_users"}),
            _tall(still_open, q.keys, None, {COUNT: "entries_open"}),
        ]
    )


def conversions(facts: Facts) -> Tall:
    """conversions, unique_converters, goal_value."""
    q = facts.question
    # Number 0 stands for those attributed to no action.
    every = tuple(range(len(facts.data.campaign.actions) + 1))
    frame = tally(facts, [every], ["user"], "conversions")
    total = goal_value(facts)
    return pl.concat(
        [
            _tall(frame, q.keys, None, {COUNT: "conversions", USERS: "unique_converters"}),
            _tall(total, q.keys, None, {"goal_value": "goal_value"}),
        ]
    )


def median_time(facts: Facts) -> Tall:
    """median_time_to_convert, in seconds; cumulative: of all conversions up to each interval."""
    q = facts.question
    if isinstance(facts.data, RolledUp):
        # Sums of cells say nothing of their middle.
        nothing = pl.DataFrame(schema=dict.fromkeys([*q.keys, "median"], pl.Int64))
        return _tall(nothing, q.keys, None, {"median": "median_time_to_convert"})
    seconds = (nw.col("taken") / 1_000_000).median().alias("median")
    if not q.cumulative:
        frame = collect(grouped(facts.conversions, q.keys, seconds))
        return _tall(frame, q.keys, None, {"median": "median_time_to_convert"})
    found = facts.conversions
    buckets = collect(found.select(BUCKET).unique())[BUCKET].sort()
    steady = [key for key in q.keys if key != BUCKET]
    parts = [
        collect(grouped(found.filter(nw.col(BUCKET) <= bucket), steady, seconds)).with_columns(
            pl.lit(bucket, pl.Int64).alias(BUCKET)
        )
        for bucket in buckets
    ]
    frame = pl.concat(parts) if parts else collect(grouped(found, q.keys, seconds))
    return _tall(frame, q.keys, None, {"median": "median_time_to_convert"})


def engaged(facts: Facts) -> Tall:
    """engaged: distinct users who interacted, or what the definition set adds up."""
    terms = facts.lens.definitions.engaged
    if terms:
        return _added(facts, terms, "engaged")
    q = facts.question
    codes = facts.data.codes.interacted(facts.lens.definitions)
    frame = tally(facts, [codes], ["user"])
    return _tall(frame, q.keys, None, {USERS: "engaged"})


def engaged_base(facts: Facts) -> Tall:
    """engaged_base: unique users, or what the definition set adds up."""
    terms = facts.lens.definitions.engaged_base
    if terms:
        return _added(facts, terms, "engaged_base")
    unique = entries(facts).filter(pl.col(METRIC) == "unique_users")
    return unique.with_columns(pl.lit("engaged_base").alias(METRIC))


def exits(facts: Facts) -> Tall:
    """exits: exit events."""
    q = facts.question
    frame = tally(facts, [facts.data.codes.named("exited")], [])
    return _tall(frame, q.keys, None, {COUNT: "exits"})


def _added(facts: Facts, terms: Iterable[tuple[str, str]], metric: str) -> Tall:
    """Add up metrics of single actions, as older definition sets do."""
    actions = facts.data.campaign.actions
    wanted = {(a.id, key) for a in actions for channel, key in terms if a.channel == channel}
    named = pl.DataFrame(
        list(wanted), schema=[(OWNER, pl.String), (METRIC, pl.String)], orient="row"
    )
    rows = action_events(facts, wanted).join(named, on=[OWNER, METRIC], how="semi")
    keys = facts.question.keys
    summed = (
        rows.group_by(keys).agg(pl.col(VALUE).sum()) if keys else rows.select(pl.col(VALUE).sum())
    )
    return _tall(summed.rename({VALUE: "sum"}), keys, None, {"sum": metric})


Wanted = set[tuple[str, str]]
"""Owners and metrics."""


def action_events(facts: Facts, wanted: Wanted) -> Tall:
    """The wanted events' counts and distinct users, per action."""
    return _events(facts, facts.data.codes.sets(facts.lens.definitions), wanted)


def channel_events(facts: Facts, wanted: Wanted) -> Tall:
    """The wanted events' counts and distinct users, per channel."""
    channel = {action.id: action.channel for action in facts.data.campaign.actions}
    merged: dict[tuple[str, str], tuple[int, ...]] = {}
    for (action, event), codes in facts.data.codes.sets(facts.lens.definitions).items():
        key = channel[action], event
        merged[key] = (*merged.get(key, ()), *codes)
    return _events(facts, merged, wanted)


def _events(facts: Facts, every: Mapping[tuple[str, str], tuple[int, ...]], wanted: Wanted) -> Tall:
    sets = {
        (owner, event): codes
        for (owner, event), codes in every.items()
        if (owner, event) in wanted or (owner, f"unique_{event}") in wanted
    }
    unit = ["user", DAY_KEY] if facts.lens.definitions.unique == "user_day" else ["user"]
    counts = tally(facts, list(sets.values()), unit)
    names = pl.DataFrame(
        [(place, *name) for place, name in enumerate(sets)],
        schema={SET: pl.Int64, OWNER: pl.String, "_event": pl.String},
        orient="row",
    )
    frame = counts.join(names, on=SET)
    columns = {"{}": COUNT, "unique_{}": USERS}
    parts = [
        frame.select(
            OWNER,
            *facts.question.keys,
            pl.format(name, "_event").alias(METRIC),
            pl.col(column).cast(pl.Float64).alias(VALUE),
        )
        for name, column in columns.items()
    ]
    return pl.concat(parts)


Owners = frozenset[str] | None
"""The actions asked for; None: all of them."""


def _asked(facts: Facts, owners: Owners) -> list[Action]:
    return [a for a in facts.data.campaign.actions if owners is None or a.id in owners]


def _parents(facts: Facts, owners: Owners) -> dict[str, str]:
    """Return the parent of each action asked for that has one."""
    return {a.id: a.parent for a in _asked(facts, owners) if a.parent is not None}


def conversions_attributed(facts: Facts, owners: Owners = None) -> Tall:
    """conversions_attributed, per action."""
    return _of_actions(facts, "conversions", "conversions_attributed", owners)


def entries_reached(facts: Facts, owners: Owners = None) -> Tall:
    """entries_reached, per action."""
    find = partial(_of_actions, facts, "reached", "entries_reached", owners)
    return facts.cached(("entries reached", owners), find)


def _of_actions(facts: Facts, kind: Kind, metric: str, owners: Owners) -> Tall:
    asked = [action.id for action in _asked(facts, owners)]
    frame = tally(facts, [(facts.data.codes.action_number(action),) for action in asked], [], kind)
    return _tall(_named(frame, asked), facts.question.keys, OWNER, {COUNT: metric})


def action_users(facts: Facts, owners: Owners = None) -> Tall:
    """Users (all entries, the base of an action's share), repeated for each action."""
    totals = entries(facts).filter(pl.col(METRIC) == "users").drop(OWNER)
    actions = pl.DataFrame({OWNER: [action.id for action in _asked(facts, owners)]})
    return actions.join(totals, how="cross").select(OWNER, *facts.question.keys, METRIC, VALUE)


def received_sets(facts: Facts) -> dict[str, tuple[int, ...]]:
    """Return the codes that mean received, by action id."""
    codes, channels = facts.data.codes, facts.data.campaign.channels
    return {
        action.id: (codes.code(number, channels[action.channel].received),)
        for number, action in enumerate(codes.actions, 1)
    }


def users_received(facts: Facts, owners: Owners = None) -> Tall:
    """users_received, per action: always distinct users, so that a card's number is its segment's size."""
    return facts.cached(("users received", owners), lambda: _users_received(facts, owners))


def _users_received(facts: Facts, owners: Owners) -> Tall:
    asked, sets = [action.id for action in _asked(facts, owners)], received_sets(facts)
    frame = tally(facts, [sets[action] for action in asked], ["user"])
    return _tall(_named(frame, asked), facts.question.keys, OWNER, {USERS: "users_received"})


def _named(frame: pl.DataFrame, owners: list[str]) -> pl.DataFrame:
    names = pl.DataFrame(
        list(enumerate(owners)), schema={SET: pl.Int64, OWNER: pl.String}, orient="row"
    )
    return frame.join(names, on=SET)


def drop_off(facts: Facts, owners: Owners = None) -> Tall:
    """parent_users_received and dropped_off, per action that has a parent."""
    q = facts.question
    parent = _parents(facts, owners)
    totals = users_received(facts, None if owners is None else frozenset(parent.values()))
    of_parent = pl.DataFrame(
        {OWNER: list(parent), "_parent": list(parent.values())},
        schema_overrides={"_parent": pl.String},
    )
    bases = of_parent.join(totals, left_on="_parent", right_on=OWNER).select(
        OWNER, *q.keys, "metric", VALUE
    )
    both = both_received(facts, owners).rename({VALUE: "_both"}).drop(METRIC)
    joined = bases.join(both, on=[OWNER, *q.keys], how="left", nulls_equal=True)
    lost = joined.select(
        OWNER, *q.keys, METRIC, (pl.col(VALUE) - pl.col("_both").fill_null(0)).alias(VALUE)
    )
    return pl.concat(
        [
            bases.with_columns(pl.lit("parent_users_received").alias(METRIC)),
            lost.with_columns(pl.lit("dropped_off").alias(METRIC)),
        ]
    )


def both_received(facts: Facts, owners: Owners = None) -> Tall:
    """both_received, per action that has a parent: distinct users who received it and its parent."""
    return facts.cached(("both received", owners), lambda: _both_received(facts, owners))


def _both_received(facts: Facts, owners: Owners) -> Tall:
    sets = received_sets(facts)
    parent = _parents(facts, owners)
    frame = tally_both(facts, [(sets[child], sets[own]) for child, own in parent.items()])
    named = _named(frame, [*parent])
    return _tall(named, facts.question.keys, OWNER, {USERS: "both_received"})
