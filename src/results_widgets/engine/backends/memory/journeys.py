"""The walk over a log held in memory: which rows take part, in which order, and what comes out.

Users are independent of each other and lie together in the log, so it is walked in parts of whole
users, on all cores and within bounded memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.definitions import Definitions
from results_widgets.engine.backends.memory.event_log import Log, by_user
from results_widgets.engine.backends.memory.positional import Walked, summed_up
from results_widgets.engine.encoding.bitmask import BitMasks
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.encoding.user_ids import differs, on_all_cores
from results_widgets.engine.journeys import rules as walk
from results_widgets.engine.journeys.windows import FIRST, Ordered, Partitioned

_PART: Final = 1 << 21
"""Rows of the log that are walked at a time, about."""


@dataclass(frozen=True, eq=False)
class Journeys:
    """What the walk gives, each sorted by user.

    Attributes:
        entries: user, entry, started_at, last_action_at, ended_at (Int64 µs), start_row, held_back,
            and the words of ``actions``: which of them the entry received.
        conversions: user, entry, time (Int64 µs), row, action (number or null), attributed_by,
            value (Float64), started_at and start_row of the entry (null outside of one).
        rules: What they were walked by.
        actions: The bits of the actions' numbers.
    """

    entries: pl.DataFrame
    conversions: pl.DataFrame
    rules: walk.Rules
    actions: BitMasks

    @property
    def reached(self) -> pl.LazyFrame:
        """The actions that each entry received, once each: user, entry, action (number)."""
        entries = self.entries.lazy()
        return pl.concat(
            entries.filter(self.actions.any_of([number])).select(
                *walk.ENTRY, action=pl.lit(number, pl.Int32)
            )
            for number in self.actions.members
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What the walk goes by: the codes of each role, and the rules."""

    codes: EventCodes
    roles: Mapping[int, tuple[int, ...]]
    rules: walk.Rules

    @property
    def actions(self) -> BitMasks:
        """The bits of the actions' numbers."""
        return BitMasks(tuple(range(1, len(self.codes.actions) + 1)))


def walk_log(
    log: Log, campaign: Campaign, definitions: Definitions, rules: walk.Rules | None = None
) -> Journeys:
    """Walk every user's events by the rules of the campaign and the definition set.

    Args:
        log: The events.
        campaign: The campaign.
        definitions: The definition set.
        rules: What `rules_of` gives, where the log is part of another.
    """
    rules = rules_of(log, campaign, definitions) if rules is None else rules
    plan = Plan(log.codes, walk.roles(log.codes, definitions, as_given=rules.as_given), rules)
    entries, conversions = _walk(log, plan)
    value = log.column("value", conversions["row"])
    return Journeys(entries, conversions.with_columns(value.alias("value")), rules, plan.actions)


def attributed(journeys: Journeys, log: Log, definitions: Definitions) -> Journeys:
    """Return the journeys under another definition set whose rules are the same.

    What a user interacted with decides about the action that a conversion is attributed to and
    nothing else, so only those who converted are walked again.
    """
    known = journeys.conversions
    if known.is_empty():
        return journeys
    converted = pl.repeat(False, len(log.user_ids), eager=True).scatter(known["user"], True)
    own = log.rows.filter(converted.gather(log.rows["user"]))
    rules = journeys.rules
    plan = Plan(log.codes, walk.roles(log.codes, definitions, as_given=rules.as_given), rules)
    _, conversions = _walk(replace(log, rows=own), plan)
    return replace(journeys, conversions=conversions.with_columns(known["value"]))


def _walk(log: Log, plan: Plan) -> Walked:
    ordered = on_all_cores(partial(_in_order, plan=plan), _parts(by_user(log.rows)))
    ordered = _without_ties(ordered, log)
    if plan.rules.by_source:
        numbered = _numbered_by_source(pl.concat(ordered), log, plan)
        return summed_up(numbered, plan.rules, plan.actions)
    entries, conversions = zip(*on_all_cores(partial(_walked, plan=plan), ordered), strict=True)
    return pl.concat(entries), pl.concat(conversions)


def rules_of(log: Log, campaign: Campaign, definitions: Definitions) -> walk.Rules:
    """Return the rules by which a log is walked; the source decides where it knows better."""
    given = log.codes.named("converted")
    as_given = log.rows.select(pl.col("code").is_in(given).any()).item()
    roles = walk.roles(log.codes, definitions, as_given=as_given)
    by_source = _has_entry_ids(log, {code for codes in roles.values() for code in codes})
    return walk.Rules.of(campaign, as_given=as_given, by_source=by_source)


def _has_entry_ids(log: Log, played: set[int]) -> bool:
    """Whether the source numbers entries: a value on any row that plays a role in the walk."""
    if not log.table.has("entry_id"):
        return False
    rows = log.rows.filter(pl.col("code").is_in(sorted(played)))["row"]
    return log.column("entry_id", rows).null_count() < len(rows)


def _parts(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """Cut the log between users."""
    users = rows["user"]
    places = pl.int_range(_PART, rows.height, _PART, eager=True)
    cuts = users.search_sorted(users.gather(places), side="left").unique().sort()
    edges = [0, *(cut for cut in cuts if cut), rows.height]
    return [rows[start:end] for start, end in pairwise(edges)]


def _in_order(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Return the rows that decide anything, once per role they play, in walk order but for ties.

    Only users with a root can have an entry, and interactions matter only for those who may
    convert.
    """
    played = [
        rows.with_columns(role.gather(rows["code"]).alias("role")).drop_nulls("role")
        for role in _castings(plan.roles, rows["code"])
    ]
    together = pl.concat(played)
    role, received = together["role"], together["role"] == walk.RECEIVED
    # Where the source numbers its entries, any received action may start one.
    starting = received
    if not plan.rules.by_source:
        starting = received & together["code"].is_in(pl.Series(plan.codes.roots).implode())
    started = _of_users(together["user"], starting)
    goal = (role == walk.GOAL) & (started | plan.rules.as_given)
    tempted = _of_users(together["user"], goal)
    others = ((role == walk.INTERACTED) & tempted) | ((role == walk.EXITED) & started)
    kept = together.filter(received | goal | others)
    return kept.sort(_WALK) if len(played) > 1 else _in_time(kept)


def _castings(roles: Mapping[int, tuple[int, ...]], code: pl.Series) -> list[pl.Series]:
    """Return tables of roles by code (Int8, null for none); one, unless a code plays several roles."""
    top = code.max()
    tables: list[list[int | None]] = [[None] * ((top if isinstance(top, int) else 0) + 1)]
    for role, codes in roles.items():
        for own in (one for one in codes if one < len(tables[0])):
            free = next((table for table in tables if table[own] is None), None)
            if free is None:
                free = list[int | None]([None] * len(tables[0]))
                tables.append(free)
            free[own] = role
    return [pl.Series(table, dtype=pl.Int8) for table in tables]


def _of_users(users: pl.Series, chosen: pl.Series) -> pl.Series:
    """Whether a row's user has a chosen row; numbers are dense, so a look-up by place does."""
    if users.is_empty():
        return chosen
    first, last = users.min(), users.max()
    assert isinstance(first, int)
    assert isinstance(last, int)
    own = users - first
    found = pl.repeat(False, last - first + 1, eager=True)
    return found.scatter(own.filter(chosen), True).gather(own)


_MOMENT: Final = pl.col("time") * 4 + pl.col("role")
# Rows of one role stand as in the source, which is what decides between them without an id.
_WALK: Final = (pl.col("user"), _MOMENT, pl.col("row"))


def _in_time(rows: pl.DataFrame) -> pl.DataFrame:
    """Put rows that lie by user and place into walk order: only those of users who have one out of it are sorted."""
    again = pl.col("user") == pl.col("user").shift(1)
    late = rows.select((again & (_MOMENT.shift(1) > _MOMENT)).fill_null(False)).to_series()
    if not late.any():
        return rows
    places = _of_users(rows["user"], late).arg_true()
    ordered = rows[places].sort(_WALK)
    return rows.with_columns(
        rows[name].scatter(places, ordered[name]) for name in rows.columns if name != "user"
    )


_KEYS: Final = ("user", "time", "role")


def _without_ties(parts: list[pl.DataFrame], log: Log) -> list[pl.DataFrame]:
    """Put rows that agree in user, time and role into the order of their event_id."""
    if not log.table.has("event_id"):
        return parts
    same = pl.all_horizontal(pl.col(key) == pl.col(key).shift(1) for key in _KEYS)
    tied = same.fill_null(False) | same.shift(-1, fill_value=False)
    places = [part.select(tied.arg_true()).to_series() for part in parts]
    rows = pl.concat(part["row"].gather(at) for part, at in zip(parts, places, strict=True))
    if rows.is_empty():
        return parts
    # Ranks give text and integers one order; rows without an id come after those with one.
    ranks = log.column("event_id", rows).rank("dense")
    found, start = [], 0
    for part, at in zip(parts, places, strict=True):
        own = part[at].with_columns(tie=ranks.slice(start, len(at)))
        own = own.sort(*_KEYS, "tie", "row", nulls_last=True)
        found.append(
            part.with_columns(part[name].scatter(at, own[name]) for name in ("code", "row"))
        )
        start += len(at)
    return found


def _walked(rows: pl.DataFrame, plan: Plan) -> Walked:
    framed = nw.from_native(_framed(rows, plan.codes), eager_only=True)
    numbered = walk.number_entries(framed, Ordered(), plan.rules).to_native()
    return summed_up(numbered, plan.rules, plan.actions)


def _framed(rows: pl.DataFrame, codes: EventCodes) -> pl.DataFrame:
    code, received = pl.col("code"), pl.col("role") == walk.RECEIVED
    return rows.select(
        "user",
        "time",
        "role",
        "row",
        pl.int_range(pl.len()).alias("step"),
        (code // codes.width).alias("number"),
        (received & code.is_in(codes.roots)).alias("root"),
        (received & code.is_in(codes.held_back_roots)).alias("held_back"),
        differs("user").alias(FIRST),
    )


def _numbered_by_source(rows: pl.DataFrame, log: Log, plan: Plan) -> pl.DataFrame:
    """The source's ``entry_id`` decides: its first received row starts an entry, rows without one join the latest."""
    ids = log.column("entry_id", rows["row"]).alias("entry_id")
    rows = _framed(rows, plan.codes).with_columns(ids)
    framed = nw.from_native(rows, eager_only=True)
    own = Partitioned(walk.BY_SOURCE, [])
    placed = walk.number_by_source(framed, Ordered(), own, plan.rules).to_native()
    placed = placed.sort("user", "entry", "step").with_columns(
        differs("user", "entry").alias(FIRST)
    )
    time = nw.when(nw.col("role") == walk.RECEIVED).then(nw.col("time"))
    framed = nw.from_native(placed, eager_only=True)
    found: pl.DataFrame = framed.with_columns(received_at=Ordered().latest(time)).to_native()
    return found
