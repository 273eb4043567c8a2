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
from results_widgets.engine.counting.dispatch import goal_value, tally, tally_both
from results_widgets.engine.counting.group_by import grouped
from results_widgets.engine.frames import collect
from results_widgets.engine.query import BUCKET
from results_widgets.engine.scoped import COUNT, DAY_KEY, SET, STILL_OPEN, USERS, Kind, ScopedRows

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


def entries(scoped: ScopedRows) -> Tall:
    """users, unique_users, entries_open; the base of several others, so they are kept."""
    return scoped.cached("entries", lambda: _entries(scoped))


def _entries(scoped: ScopedRows) -> Tall:
    q = scoped.grouping
    frame = tally(scoped, [(0, STILL_OPEN), (STILL_OPEN,)], ["user"], "entries")
    every, still_open = frame.filter(pl.col(SET) == 0), frame.filter(pl.col(SET) == 1)
    return pl.concat(
        [
            _tall(every, q.keys, None, {COUNT: "users", USERS: "unique_users"}),
            _tall(still_open, q.keys, None, {COUNT: "entries_open"}),
        ]
    )


def conversions(scoped: ScopedRows) -> Tall:
    """conversions, unique_converters, goal_value."""
    q = scoped.grouping
    # Number 0 stands for those attributed to no action.
    every = tuple(range(len(scoped.data.campaign.actions) + 1))
    frame = tally(scoped, [every], ["user"], "conversions")
    total = goal_value(scoped)
    return pl.concat(
        [
            _tall(frame, q.keys, None, {COUNT: "conversions", USERS: "unique_converters"}),
            _tall(total, q.keys, None, {"goal_value": "goal_value"}),
        ]
    )


def median_time(scoped: ScopedRows) -> Tall:
    """median_time_to_convert, in seconds; cumulative: of all conversions up to each interval."""
    q = scoped.grouping
    if not scoped.data.has_users:
        # Sums of cells say nothing of their middle.
        nothing = pl.DataFrame(schema=dict.fromkeys([*q.keys, "median"], pl.Int64))
        return _tall(nothing, q.keys, None, {"median": "median_time_to_convert"})
    seconds = (nw.col("taken") / 1_000_000).median().alias("median")
    if not q.cumulative:
        frame = collect(grouped(scoped.conversions, q.keys, seconds))
        return _tall(frame, q.keys, None, {"median": "median_time_to_convert"})
    found = scoped.conversions
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


def engaged(scoped: ScopedRows) -> Tall:
    """engaged: distinct users who interacted, or what the definition set adds up."""
    terms = scoped.query.definitions.engaged
    if terms:
        return _added(scoped, terms, "engaged")
    q = scoped.grouping
    codes = scoped.data.codes.interacted(scoped.query.definitions)
    frame = tally(scoped, [codes], ["user"])
    return _tall(frame, q.keys, None, {USERS: "engaged"})


def engaged_base(scoped: ScopedRows) -> Tall:
    """engaged_base: unique users, or what the definition set adds up."""
    terms = scoped.query.definitions.engaged_base
    if terms:
        return _added(scoped, terms, "engaged_base")
    unique = entries(scoped).filter(pl.col(METRIC) == "unique_users")
    return unique.with_columns(pl.lit("engaged_base").alias(METRIC))


def exits(scoped: ScopedRows) -> Tall:
    """exits: exit events."""
    q = scoped.grouping
    frame = tally(scoped, [scoped.data.codes.named("exited")], [])
    return _tall(frame, q.keys, None, {COUNT: "exits"})


def _added(scoped: ScopedRows, terms: Iterable[tuple[str, str]], metric: str) -> Tall:
    """Add up metrics of single actions, as older definition sets do."""
    actions = scoped.data.campaign.actions
    wanted = {(a.id, key) for a in actions for channel, key in terms if a.channel == channel}
    named = pl.DataFrame(
        list(wanted), schema=[(OWNER, pl.String), (METRIC, pl.String)], orient="row"
    )
    rows = action_events(scoped, wanted).join(named, on=[OWNER, METRIC], how="semi")
    keys = scoped.grouping.keys
    summed = (
        rows.group_by(keys).agg(pl.col(VALUE).sum()) if keys else rows.select(pl.col(VALUE).sum())
    )
    return _tall(summed.rename({VALUE: "sum"}), keys, None, {"sum": metric})


Wanted = set[tuple[str, str]]
"""Owners and metrics."""


def action_events(scoped: ScopedRows, wanted: Wanted) -> Tall:
    """The wanted events' counts and distinct users, per action."""
    return _events(scoped, scoped.data.codes.sets(scoped.query.definitions), wanted)


def channel_events(scoped: ScopedRows, wanted: Wanted) -> Tall:
    """The wanted events' counts and distinct users, per channel."""
    channel = {action.id: action.channel for action in scoped.data.campaign.actions}
    merged: dict[tuple[str, str], tuple[int, ...]] = {}
    for (action, event), codes in scoped.data.codes.sets(scoped.query.definitions).items():
        key = channel[action], event
        merged[key] = (*merged.get(key, ()), *codes)
    return _events(scoped, merged, wanted)


def _events(
    scoped: ScopedRows, every: Mapping[tuple[str, str], tuple[int, ...]], wanted: Wanted
) -> Tall:
    sets = {
        (owner, event): codes
        for (owner, event), codes in every.items()
        if (owner, event) in wanted or (owner, f"unique_{event}") in wanted
    }
    unit = ["user", DAY_KEY] if scoped.query.definitions.unique == "user_day" else ["user"]
    counts = tally(scoped, list(sets.values()), unit)
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
            *scoped.grouping.keys,
            pl.format(name, "_event").alias(METRIC),
            pl.col(column).cast(pl.Float64).alias(VALUE),
        )
        for name, column in columns.items()
    ]
    return pl.concat(parts)


Owners = frozenset[str] | None
"""The actions asked for; None: all of them."""


def _asked(scoped: ScopedRows, owners: Owners) -> list[Action]:
    return [a for a in scoped.data.campaign.actions if owners is None or a.id in owners]


def _parents(scoped: ScopedRows, owners: Owners) -> dict[str, str]:
    """Return the parent of each action asked for that has one."""
    return {a.id: a.parent for a in _asked(scoped, owners) if a.parent is not None}


def conversions_attributed(scoped: ScopedRows, owners: Owners = None) -> Tall:
    """conversions_attributed, per action."""
    return _of_actions(scoped, "conversions", "conversions_attributed", owners)


def entries_reached(scoped: ScopedRows, owners: Owners = None) -> Tall:
    """entries_reached, per action."""
    find = partial(_of_actions, scoped, "reached", "entries_reached", owners)
    return scoped.cached("entries reached", find, owners)


def _of_actions(scoped: ScopedRows, kind: Kind, metric: str, owners: Owners) -> Tall:
    asked = [action.id for action in _asked(scoped, owners)]
    frame = tally(
        scoped, [(scoped.data.codes.action_number(action),) for action in asked], [], kind
    )
    return _tall(_named(frame, asked), scoped.grouping.keys, OWNER, {COUNT: metric})


def action_users(scoped: ScopedRows, owners: Owners = None) -> Tall:
    """Users (all entries, the base of an action's share), repeated for each action."""
    totals = entries(scoped).filter(pl.col(METRIC) == "users").drop(OWNER)
    actions = pl.DataFrame({OWNER: [action.id for action in _asked(scoped, owners)]})
    return actions.join(totals, how="cross").select(OWNER, *scoped.grouping.keys, METRIC, VALUE)


def received_sets(scoped: ScopedRows) -> dict[str, tuple[int, ...]]:
    """Return the codes that mean received, by action id."""
    codes, channels = scoped.data.codes, scoped.data.campaign.channels
    return {
        action.id: (codes.code(number, channels[action.channel].received),)
        for number, action in enumerate(codes.actions, 1)
    }


def users_received(scoped: ScopedRows, owners: Owners = None) -> Tall:
    """users_received, per action: always distinct users, so that a card's number is its segment's size."""
    return scoped.cached("users received", lambda: _users_received(scoped, owners), owners)


def _users_received(scoped: ScopedRows, owners: Owners) -> Tall:
    asked, sets = [action.id for action in _asked(scoped, owners)], received_sets(scoped)
    frame = tally(scoped, [sets[action] for action in asked], ["user"])
    return _tall(_named(frame, asked), scoped.grouping.keys, OWNER, {USERS: "users_received"})


def _named(frame: pl.DataFrame, owners: list[str]) -> pl.DataFrame:
    names = pl.DataFrame(
        list(enumerate(owners)), schema={SET: pl.Int64, OWNER: pl.String}, orient="row"
    )
    return frame.join(names, on=SET)


def drop_off(scoped: ScopedRows, owners: Owners = None) -> Tall:
    """parent_users_received and dropped_off, per action that has a parent."""
    q = scoped.grouping
    parent = _parents(scoped, owners)
    totals = users_received(scoped, None if owners is None else frozenset(parent.values()))
    of_parent = pl.DataFrame(
        {OWNER: list(parent), "_parent": list(parent.values())},
        schema_overrides={"_parent": pl.String},
    )
    bases = of_parent.join(totals, left_on="_parent", right_on=OWNER).select(
        OWNER, *q.keys, "metric", VALUE
    )
    both = both_received(scoped, owners).rename({VALUE: "_both"}).drop(METRIC)
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


def both_received(scoped: ScopedRows, owners: Owners = None) -> Tall:
    """both_received, per action that has a parent: distinct users who received it and its parent."""
    return scoped.cached("both received", lambda: _both_received(scoped, owners), owners)


def _both_received(scoped: ScopedRows, owners: Owners) -> Tall:
    sets = received_sets(scoped)
    parent = _parents(scoped, owners)
    frame = tally_both(scoped, [(sets[child], sets[own]) for child, own in parent.items()])
    named = _named(frame, [*parent])
    return _tall(named, scoped.grouping.keys, OWNER, {USERS: "both_received"})
