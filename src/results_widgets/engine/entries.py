"""The walk over a log held in memory: which rows take part, in which order, and what comes out."""

from dataclasses import dataclass
from typing import Any

import narwhals as nw
import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.definitions import Definitions
from results_widgets.engine import walk
from results_widgets.engine.log import Log
from results_widgets.engine.windows import FIRST, Ordered


@dataclass(frozen=True, eq=False)
class Journeys:
    """What the walk gives.

    Attributes:
        entries: user, entry, started_at, last_action_at, ended_at (Int64 µs), start_row, held_back.
        conversions: user, entry, time (Int64 µs), row, action (number or null), attributed_by,
            value (Float64).
        reached: user, entry, action: the actions that each entry received, once each.
        rules: What decided.
    """

    entries: pl.DataFrame
    conversions: pl.DataFrame
    reached: pl.DataFrame
    rules: walk.Rules


def rules_of(log: Log, campaign: Campaign, definitions: Definitions) -> walk.Rules:
    """Read the rules from the campaign, and from the log what its source knows better."""
    given = log.codes.named("converted")
    as_given = log.rows.select(pl.col("code").is_in(given).any()).item()
    by_source = has_entry_ids(log, definitions, given if as_given else log.codes.goals)
    return walk.Rules.of(campaign, as_given=as_given, by_source=by_source)


def walk_log(
    log: Log, campaign: Campaign, definitions: Definitions, rules: walk.Rules | None = None
) -> Journeys:
    """Walk every user's events by the rules; those of the log itself, where none are given."""
    rules = rules_of(log, campaign, definitions) if rules is None else rules
    goals = log.codes.named("converted") if rules.as_given else log.codes.goals
    rows = _number(_in_order(_roles(log, definitions, goals, rules), log), log, rules)
    entries = walk.sum_up(rows, rules)
    conversions = walk.count_conversions(rows, entries, rules)
    entries = walk.end_entries(entries, conversions, rules)
    attributed = walk.attribute(_touched(rows, conversions), entries, rules)
    columns = ("user", "entry", "time", "row", "action", "attributed_by")
    counted = attributed.select(*columns).to_native().sort("user", "time", "row")
    return Journeys(
        entries.to_native().drop("limit", "exited_at").sort("user", "entry"),
        counted.with_columns(log.column("value", counted["row"]).alias("value")),
        _reached(rows.to_native()),
        rules,
    )


def _roles(
    log: Log, definitions: Definitions, goals: tuple[int, ...], rules: walk.Rules
) -> pl.LazyFrame:
    """Return the rows that decide anything, once per role they play.

    Only users with a root can have an entry, and interactions matter only for those who may
    convert.
    """
    rows, codes = log.rows.lazy(), log.codes
    code = pl.col("code")
    received = rows.filter(code.is_in([*codes.received, *codes.held_back_roots]))
    # Where the source numbers its entries, any received action may start one.
    starting = received if rules.by_source else rows.filter(code.is_in(codes.roots))
    entrants = starting.select("user").unique()
    goal = rows.filter(code.is_in(goals))
    if not rules.as_given:
        goal = goal.join(entrants, on="user", how="semi")
    touched = rows.filter(code.is_in(codes.interacted(definitions)))
    interacted = touched.join(goal.select("user").unique(), on="user", how="semi")
    exited = rows.filter(code.is_in(codes.named("exited"))).join(entrants, on="user", how="semi")
    parts = [
        part.select("user", "time", "code", "row", role=pl.lit(role, pl.Int8))
        for role, part in (
            (walk.RECEIVED, received),
            (walk.INTERACTED, interacted),
            (walk.GOAL, goal),
            (walk.EXITED, exited),
        )
    ]
    return pl.concat(parts)


def has_entry_ids(log: Log, definitions: Definitions, goals: tuple[int, ...]) -> bool:
    """Whether the source numbers entries: a value on any row that plays a role in the walk."""
    if not log.table.has("entry_id"):
        return False
    codes = log.codes
    ends = codes.named("exited")
    played = {
        *codes.received,
        *codes.held_back_roots,
        *codes.interacted(definitions),
        *goals,
        *ends,
    }
    rows = log.rows.filter(pl.col("code").is_in(sorted(played)))["row"]
    return log.column("entry_id", rows).null_count() < len(rows)


def _in_order(rows: pl.LazyFrame, log: Log) -> pl.DataFrame:
    keys = ["user", "time", "role"]
    ordered = rows.sort(*keys, "row").collect()
    if log.table.has("event_id"):
        same = pl.all_horizontal(pl.col(key) == pl.col(key).shift(1) for key in keys).fill_null(
            False
        )
        tied = ordered.select("row", tied=same | same.shift(-1, fill_value=False)).filter("tied")[
            "row"
        ]
        if len(tied):
            ids = log.column("event_id", tied)
            # Ranks give text and integers one order; rows without an id come after those with one.
            ties = pl.DataFrame({"row": tied, "tie": ids.rank("dense")}).unique("row")
            joined = ordered.lazy().join(ties.lazy(), on="row", how="left")
            ordered = joined.sort(*keys, "tie", "row", nulls_last=True).drop("tie").collect()
    return ordered


def _number(rows: pl.DataFrame, log: Log, rules: walk.Rules) -> nw.DataFrame[Any]:
    codes = log.codes
    frame = rows.with_columns(
        pl.int_range(pl.len()).alias("step"),
        (pl.col("code") // codes.width).alias("number"),
        ((pl.col("role") == walk.RECEIVED) & pl.col("code").is_in(codes.roots)).alias("root"),
        ((pl.col("role") == walk.RECEIVED) & pl.col("code").is_in(codes.held_back_roots)).alias(
            "held_back"
        ),
        (pl.col("user") != pl.col("user").shift(1)).fill_null(True).alias(FIRST),
    ).drop("code")
    if rules.by_source:
        frame = frame.with_columns(log.column("entry_id", frame["row"]).alias("entry_id"))
        return _number_by_source(frame, rules)
    return walk.number_entries(nw.from_native(frame, eager_only=True), Ordered(), rules)


def _number_by_source(rows: pl.DataFrame, rules: walk.Rules) -> nw.DataFrame[Any]:
    """The source's ``entry_id`` decides: its first received row starts an entry, rows without one join the latest."""
    key = ["user", "entry_id"]
    named = pl.col("entry_id").is_not_null()
    received = named & (pl.col("role") == walk.RECEIVED)
    firsts = (
        rows.filter(received)
        .group_by(key)
        .agg(pl.col("step").min())
        .select("step", starts=pl.lit(True))
    )
    started = (
        rows.join(firsts, on="step", how="left")
        .sort("step")
        .with_columns(pl.col("starts").fill_null(False))
    )
    numbered = nw.from_native(started, eager_only=True)
    numbered = numbered.with_columns(running=Ordered().total(nw.col("starts").cast(nw.Int64)) - 1)
    running = numbered.to_native()
    own = running.filter("starts").select(*key, own=pl.col("running"), begin=pl.col("step"))
    latest = pl.when(pl.col("running") >= 0).then(pl.col("running"))
    # What carries an entry's id but happened before the entry began lies in no entry; only what the
    # source itself calls a conversion of that entry stays one.
    given = (pl.col("role") == walk.GOAL) & rules.as_given
    within = named & ((pl.col("step") >= pl.col("begin")) | given)
    entry = pl.when(within).then("own").when(~named).then(latest).alias("entry")
    placed = running.join(own, on=key, how="left").with_columns(entry).sort("step")
    return nw.from_native(placed.drop("running", "own", "begin", "entry_id"), eager_only=True)


def _touched(rows: nw.DataFrame[Any], conversions: nw.DataFrame[Any]) -> nw.DataFrame[Any]:
    """Add the last touches to the conversions, looking only at the entries that hold one."""
    key = ["user", "entry"]
    native = rows.to_native()
    converting = conversions.to_native().select(key).drop_nulls().unique()
    ordered = native.join(converting, on=key, how="semi").sort(*key, "step")
    same = pl.all_horizontal(pl.col(name) == pl.col(name).shift(1) for name in key)
    framed = nw.from_native(
        ordered.with_columns((~same).fill_null(True).alias(FIRST)), eager_only=True
    )
    touches = walk.last_touches(framed, Ordered()).filter(nw.col("role") == walk.GOAL)
    return conversions.join(touches.select("step", "interaction", "receipt"), on="step", how="left")


def _reached(rows: pl.DataFrame) -> pl.DataFrame:
    received = (
        (pl.col("role") == walk.RECEIVED) & ~pl.col("held_back") & pl.col("entry").is_not_null()
    )
    return (
        rows.lazy()
        .filter(received)
        .select("user", "entry", action=pl.col("number"))
        .unique()
        .collect()
    )
