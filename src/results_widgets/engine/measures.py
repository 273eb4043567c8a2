"""The base numbers: counts, distinct users, sums. Each is computed here and nowhere else.

Every function returns a tall frame: owner (channel, action id or ""), the question's keys, metric,
value (Float64).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import narwhals as nw
import polars as pl

from results_widgets.engine.codes import Codes
from results_widgets.engine.facts import BUCKET, DAY_KEY, Facts, Rows
from results_widgets.glossary import MACHINE_OPENED

OWNER: Final = "_owner"
METRIC: Final = "metric"
VALUE: Final = "value"
COUNT: Final = "_count"
USERS: Final = "_users"

Tall = pl.DataFrame


def _collect(rows: Rows) -> pl.DataFrame:
    native: Any = rows.to_native()
    frame = native.collect()
    assert isinstance(frame, pl.DataFrame)
    return frame


def counted(rows: Rows, keys: list[str], unit: list[str], *, cumulative: bool) -> pl.DataFrame:
    """Return the keys with the number of rows and of distinct units (users, or users and days).

    Cumulative: a unit counts in the first interval it is seen in, so that sums over intervals are
        distinct counts.
    """
    if not cumulative and unit == ["user"]:
        return _collect(
            _grouped(rows, keys, nw.len().alias(COUNT), nw.col("user").n_unique().alias(USERS))
        )
    steady = [key for key in keys if key != BUCKET]
    if cumulative and BUCKET in keys:
        firsts = rows.group_by(*steady, *unit).agg(nw.col(BUCKET).min())
    else:
        firsts = rows.select(*keys, *unit).unique()
    counts = _collect(_grouped(rows, keys, nw.len().alias(COUNT)))
    users = _collect(_grouped(firsts, keys, nw.len().alias(USERS)))
    if not keys:
        return pl.concat([counts, users], how="horizontal")
    return counts.join(users, on=keys, how="full", coalesce=True, nulls_equal=True)


def _grouped(rows: Rows, keys: list[str], *aggregates: nw.Expr) -> Rows:
    return rows.group_by(*keys).agg(*aggregates) if keys else rows.select(*aggregates)


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


# --- the campaign
#
#
#
#
#
#
#
#
#
#
#
# ---------------------------------------------------------------------------------------------------


def entries(facts: Facts) -> Tall:
    """users, unique_users, entries_open."""
    q = facts.question
    frame = counted(facts.entries, q.keys, ["user"], cumulative=q.cumulative)
    still = facts.entries.filter(nw.col("ended_at") > facts.data.newest)
    open_ = counted(still, q.keys, ["user"], cumulative=q.cumulative)
    return pl.concat(
        [
            _tall(frame, q.keys, None, {COUNT: "users", USERS: "unique_users"}),
            _tall(open_, q.keys, None, {COUNT: "entries_open"}),
        ]
    )


def conversions(facts: Facts) -> Tall:
    """conversions, unique_converters, goal_value."""
    q = facts.question
    frame = counted(facts.conversions, q.keys, ["user"], cumulative=q.cumulative)
    total = _collect(_grouped(facts.conversions, q.keys, nw.col("value").sum().alias("goal_value")))
    return pl.concat(
        [
            _tall(frame, q.keys, None, {COUNT: "conversions", USERS: "unique_converters"}),
            _tall(total, q.keys, None, {"goal_value": "goal_value"}),
        ]
    )


def median_time(facts: Facts) -> Tall:
    """median_time_to_convert, in seconds; cumulative: of all conversions up to each interval."""
    q = facts.question
    seconds = (nw.col("taken") / 1_000_000).median().alias("median")
    if not q.cumulative:
        frame = _collect(_grouped(facts.conversions, q.keys, seconds))
        return _tall(frame, q.keys, None, {"median": "median_time_to_convert"})
    found = facts.conversions
    buckets = _collect(found.select(BUCKET).unique())[BUCKET].sort()
    steady = [key for key in q.keys if key != BUCKET]
    parts = [
        _collect(_grouped(found.filter(nw.col(BUCKET) <= bucket), steady, seconds)).with_columns(
            pl.lit(bucket).alias(BUCKET)
        )
        for bucket in buckets
    ]
    frame = pl.concat(parts) if parts else _collect(_grouped(found, q.keys, seconds))
    return _tall(frame, q.keys, None, {"median": "median_time_to_convert"})


def engaged(facts: Facts) -> Tall:
    """engaged: distinct users who interacted, or what the definition set adds up."""
    terms = facts.lens.definitions.engaged
    if terms:
        return _added(facts, terms, "engaged")
    q = facts.question
    codes = facts.data.log.codes.interacted(facts.lens.definitions)
    frame = counted(
        human_events(facts).filter(nw.col("code").is_in(codes)),
        q.keys,
        ["user"],
        cumulative=q.cumulative,
    )
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
    rows = facts.events.filter(nw.col("code").is_in(facts.data.log.codes.named("exited")))
    return _tall(counted(rows, q.keys, ["user"], cumulative=False), q.keys, None, {COUNT: "exits"})


def _added(facts: Facts, terms: Iterable[tuple[str, str]], metric: str) -> Tall:
    """Add up metrics of single actions, as older definition sets do."""
    channel = {action.id: action.channel for action in facts.data.campaign.actions}
    wanted = {f"{channel_id} {key}" for channel_id, key in terms}
    named = pl.format("{} {}", pl.col(OWNER).replace_strict(channel, default=""), pl.col(METRIC))
    rows = action_events(facts).filter(named.is_in(list(wanted)))
    keys = facts.question.keys
    summed = (
        rows.group_by(keys).agg(pl.col(VALUE).sum()) if keys else rows.select(pl.col(VALUE).sum())
    )
    return _tall(summed.rename({VALUE: "sum"}), keys, None, {"sum": metric})


# --- channels and actions
# -------------------------------------------------------------------------------------------


def human_events(facts: Facts) -> Rows:
    """Events without machine opens, where the definition set leaves them out."""
    if facts.lens.definitions.machine_opens == "counted":
        return facts.events
    opened = facts.data.log.codes.named("opened")
    return facts.events.filter(~(nw.col("machine") & nw.col("code").is_in(opened)))


def action_events(facts: Facts) -> Tall:
    """Each event's count and distinct users, per action."""
    return _events(facts, lambda codes, code: codes.actions[code // codes.width - 1].id)


def channel_events(facts: Facts) -> Tall:
    """Each event's count and distinct users, per channel."""
    return _events(facts, lambda codes, code: codes.actions[code // codes.width - 1].channel)


def _events(facts: Facts, owner: Callable[[Codes, int], str]) -> Tall:
    codes = facts.data.log.codes
    book = {code: (owner(codes, code), codes.event_of(code)) for code in codes.channel_events}
    plain = _by_owner(facts, human_events(facts).filter(nw.col("code").is_in(list(book))), book)
    opened = {
        code: (name, MACHINE_OPENED) for code, (name, event) in book.items() if event == "opened"
    }
    machine = facts.events.filter(nw.col("machine"), nw.col("code").is_in(list(opened)))
    return pl.concat([plain, _by_owner(facts, machine, opened)])


def _by_owner(facts: Facts, rows: Rows, book: Mapping[int, tuple[str, str]]) -> Tall:
    """Count rows by owner and event; codes of one owner and event share a group."""
    q = facts.question
    groups = list(dict.fromkeys(book.values()))
    number = {code: groups.index(group) for code, group in book.items()}
    names = pl.DataFrame(
        {
            "_group": range(len(groups)),
            OWNER: [o for o, _ in groups],
            "_event": [e for _, e in groups],
        },
        schema={"_group": pl.Int64, OWNER: pl.String, "_event": pl.String},
    )
    if not groups:
        return _tall(names, [], OWNER, {"_group": ""}).clear().select(OWNER, METRIC, VALUE)
    grouped = rows.with_columns(
        nw.col("code")
        .replace_strict(list(number), list(number.values()), return_dtype=nw.Int64)
        .alias("_group")
    )
    unit = ["user", DAY_KEY] if facts.lens.definitions.unique == "user_day" else ["user"]
    frame = counted(grouped, ["_group", *q.keys], unit, cumulative=q.cumulative).join(
        names, on="_group"
    )
    value = {"": COUNT, "unique_": USERS}
    return pl.concat(
        [
            frame.select(
                OWNER,
                *q.keys,
                pl.format(prefix + "{}", "_event").alias(METRIC),
                pl.col(column).cast(pl.Float64).alias(VALUE),
            )
            for prefix, column in value.items()
        ]
    )


def conversions_attributed(facts: Facts) -> Tall:
    """conversions_attributed, per action."""
    q = facts.question
    rows = facts.conversions.filter(~nw.col("action").is_null())
    frame = counted(rows, ["action", *q.keys], ["user"], cumulative=False)
    return _tall(_action_ids(facts, frame), q.keys, OWNER, {COUNT: "conversions_attributed"})


def entries_reached(facts: Facts) -> Tall:
    """entries_reached, per action."""
    q = facts.question
    frame = counted(facts.reached, ["action", *q.keys], ["user"], cumulative=False)
    return _tall(_action_ids(facts, frame), q.keys, OWNER, {COUNT: "entries_reached"})


def action_users(facts: Facts) -> Tall:
    """Users (all entries, the base of an action's share), repeated for each action."""
    totals = entries(facts).filter(pl.col(METRIC) == "users").drop(OWNER)
    actions = pl.DataFrame({OWNER: [action.id for action in facts.data.campaign.actions]})
    return actions.join(totals, how="cross").select(OWNER, *facts.question.keys, METRIC, VALUE)


def received(facts: Facts) -> Rows:
    """Return who received what: user, action (number), keys; one row per receipt."""
    codes = facts.data.log.codes
    wanted = [
        codes.code(n, facts.data.campaign.channels[a.channel].received)
        for n, a in enumerate(codes.actions, 1)
    ]
    rows = facts.events.filter(nw.col("code").is_in(wanted))
    return rows.select(
        "user", (nw.col("code") // codes.width).alias("action"), *facts.question.keys
    )


def users_received(facts: Facts) -> Tall:
    """users_received, per action: always distinct users, so that a card's number is the size of its segment."""
    q = facts.question
    frame = counted(received(facts), ["action", *q.keys], ["user"], cumulative=q.cumulative)
    return _tall(_action_ids(facts, frame), q.keys, OWNER, {USERS: "users_received"})


def drop_off(facts: Facts) -> Tall:
    """parent_users_received and dropped_off, per action that has a parent."""
    q = facts.question
    actions = facts.data.campaign.actions
    parent = {action.id: action.parent for action in actions if action.parent is not None}
    totals = users_received(facts)
    of_parent = pl.DataFrame(
        {OWNER: list(parent), "_parent": list(parent.values())},
        schema_overrides={"_parent": pl.String},
    )
    bases = of_parent.join(totals, left_on="_parent", right_on=OWNER).select(
        OWNER, *q.keys, "metric", VALUE
    )
    both = both_received(facts).rename({VALUE: "_both"}).drop(METRIC)
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


def both_received(facts: Facts) -> Tall:
    """both_received, per action that has a parent: distinct users who received it and its parent."""
    q = facts.question
    codes = facts.data.log.codes
    steady = [key for key in q.keys if key != BUCKET]
    rows = received(facts)
    firsts = (
        rows.group_by("user", "action", *steady).agg(nw.col(BUCKET).min())
        if q.cumulative and q.every
        else rows.unique()
    )
    links = pl.DataFrame(
        {
            "action": [n for n, a in enumerate(codes.actions, 1) if a.parent is not None],
            "_parent": [
                codes.action_number(a.parent) for a in codes.actions if a.parent is not None
            ],
        },
        schema={"action": pl.Int32, "_parent": pl.Int32},
    )
    children = firsts.join(nw.from_native(links.lazy()), on="action", how="inner")
    on = ["user", *steady, *([BUCKET] if q.every and not q.cumulative else [])]
    parents = firsts.rename({"action": "_parent"})
    if q.cumulative and q.every:
        parents = parents.rename({BUCKET: "_parent_bucket"})
    # A null value of the breakdown is a group like any other, but would not match itself in a join.
    both = _null_safe(children, parents, ["_parent", *on], steady)
    if q.cumulative and q.every:
        both = both.with_columns(nw.max_horizontal(BUCKET, "_parent_bucket").alias(BUCKET))
    frame = counted(both, ["action", *q.keys], ["user"], cumulative=False)
    return _tall(_action_ids(facts, frame), q.keys, OWNER, {COUNT: "both_received"})


def _null_safe(left: Rows, right: Rows, on: list[str], nullable: list[str]) -> Rows:
    if not nullable:
        return left.join(right, on=on, how="inner")
    native: Any = left.to_native().join(right.to_native(), on=on, how="inner", nulls_equal=True)
    joined: Rows = nw.from_native(native)
    return joined


def _action_ids(facts: Facts, frame: pl.DataFrame) -> pl.DataFrame:
    ids = {n: action.id for n, action in enumerate(facts.data.campaign.actions, 1)}
    owner = (
        pl.col("action").cast(pl.Int64).replace_strict(ids, default=None, return_dtype=pl.String)
    )
    return frame.with_columns(owner.alias(OWNER))
