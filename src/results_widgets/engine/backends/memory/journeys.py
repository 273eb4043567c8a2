"""Journeys in memory: each user's rows are put in time order and aggregated to entries and conversions.

Users are independent of one another and contiguous in the log, so the log is processed in chunks of
whole users, on all cores and in bounded memory.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.definitions import Definitions
from results_widgets.engine.backends.memory.event_log import EventLog, sort_by_user
from results_widgets.engine.backends.memory.positional import EntriesAndConversions, aggregate
from results_widgets.engine.encoding.bitmask import BitMasks
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.encoding.user_ids import differs, map_parallel
from results_widgets.engine.journeys import rules as journeys
from results_widgets.engine.journeys.windows import FIRST, Ordered, Partitioned

_CHUNK: Final = 1 << 21
"""About how many rows of the log are processed at a time."""


@dataclass(frozen=True, eq=False)
class Journeys:
    """Entries and conversions, each sorted by user.

    Attributes:
        entries: user, entry, started_at, last_action_at, ended_at (Int64 µs), start_row (row number
            in the source), held_back (Boolean), and the words of ``actions`` (Int64): the bits of
            the actions that the entry received.
        conversions: user, entry, time (Int64 µs), row (row number in the source), action (number or
            null), attributed_by, value (Float64), started_at and start_row of the entry (null
            outside of one), held_back (Boolean: whether the entry was).
        rules: The rules that they were found by.
        actions: The bits of the actions.
    """

    entries: pl.DataFrame
    conversions: pl.DataFrame
    rules: journeys.Rules
    actions: BitMasks

    @property
    def reached(self) -> pl.LazyFrame:
        """The actions that each entry received, once each: user, entry, action (number)."""
        entries = self.entries.lazy()
        return pl.concat(
            entries.filter(self.actions.any_of([number])).select(
                *journeys.ENTRY, action=pl.lit(number, pl.Int32)
            )
            for number in self.actions.numbers
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """How a log's rows are processed: the codes of each role, and the rules."""

    codes: EventCodes
    roles: Mapping[int, tuple[int, ...]]
    rules: journeys.Rules

    @property
    def actions(self) -> BitMasks:
        """The bits of the actions."""
        return BitMasks(tuple(range(1, len(self.codes.actions) + 1)))


def find_journeys(
    log: EventLog, campaign: Campaign, definitions: Definitions, known: Iterable[Journeys]
) -> Journeys:
    """Return a log's journeys under a definition set, made of known ones if the rules are the same."""
    rules = rules_of(log, campaign, definitions)
    for other in known:
        if other.rules == rules:
            return reattribute(other, log, definitions)
    return build_journeys(log, campaign, definitions, rules)


def build_journeys(
    log: EventLog, campaign: Campaign, definitions: Definitions, rules: journeys.Rules | None = None
) -> Journeys:
    """Find entries and conversions by the rules of the campaign and the definition set.

    Args:
        log: The events.
        campaign: The campaign.
        definitions: The definition set.
        rules: What `rules_of` returns for the whole log, if this is part of one; None: of this log.
    """
    rules = rules_of(log, campaign, definitions) if rules is None else rules
    plan = Plan(
        log.codes,
        journeys.roles(log.codes, definitions, conversions_given=rules.conversions_given),
        rules,
    )
    entries, conversions = _aggregated(log, plan)
    value = log.column("value", conversions["row"])
    return Journeys(entries, conversions.with_columns(value.alias("value")), rules, plan.actions)


def reattribute(known: Journeys, log: EventLog, definitions: Definitions) -> Journeys:
    """Return known journeys under another definition set, whose rules are the same.

    What counts as an interaction only decides to which action a conversion is attributed, so only
    the rows of users who converted are processed again.
    """
    before, rules = known.conversions, known.rules
    if before.is_empty():
        return known
    converted = pl.repeat(False, len(log.user_ids), eager=True).scatter(before["user"], True)
    own = log.rows.filter(converted.gather(log.rows["user"]))
    plan = Plan(
        log.codes,
        journeys.roles(log.codes, definitions, conversions_given=rules.conversions_given),
        rules,
    )
    _, conversions = _aggregated(replace(log, rows=own), plan)
    return replace(known, conversions=conversions.with_columns(before["value"]))


def _aggregated(log: EventLog, plan: Plan) -> EntriesAndConversions:
    ordered = map_parallel(partial(_in_order, plan=plan), _chunks(sort_by_user(log.rows)))
    ordered = _with_ties_ordered(ordered, log)
    if plan.rules.entries_given:
        numbered = _with_given_entries(pl.concat(ordered), log, plan)
        return aggregate(numbered, plan.rules, plan.actions)
    entries, conversions = zip(
        *map_parallel(partial(_aggregated_chunk, plan=plan), ordered), strict=True
    )
    return pl.concat(entries), pl.concat(conversions)


def rules_of(log: EventLog, campaign: Campaign, definitions: Definitions) -> journeys.Rules:
    """Return the campaign's rules, and what of entries and conversions the source itself gives."""
    given = log.codes.named("converted")
    conversions_given = log.rows.select(pl.col("code").is_in(given).any()).item()
    roles = journeys.roles(log.codes, definitions, conversions_given=conversions_given)
    entries_given = _has_entry_ids(log, {code for codes in roles.values() for code in codes})
    return journeys.Rules.of(
        campaign, conversions_given=conversions_given, entries_given=entries_given
    )


def _has_entry_ids(log: EventLog, codes: set[int]) -> bool:
    """Whether the source numbers entries: an ``entry_id`` on any row with one of some codes."""
    if not log.table.has("entry_id"):
        return False
    rows = log.rows.filter(pl.col("code").is_in(sorted(codes)))["row"]
    return log.column("entry_id", rows).null_count() < len(rows)


def _chunks(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """Cut the log into chunks of whole users."""
    users = rows["user"]
    places = pl.int_range(_CHUNK, rows.height, _CHUNK, eager=True)
    cuts = users.search_sorted(users.gather(places), side="left").unique().sort()
    edges = [0, *(cut for cut in cuts if cut), rows.height]
    return [rows[start:end] for start, end in pairwise(edges)]


def _in_order(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Return the rows that matter, once for each role they have, in time order but for ties.

    Only users with a root action can have an entry, and interactions matter only for users who have
    a goal event.
    """
    by_role = [
        rows.with_columns(role.gather(rows["code"]).alias("role")).drop_nulls("role")
        for role in _role_tables(plan.roles, rows["code"])
    ]
    together = pl.concat(by_role)
    role, received = together["role"], together["role"] == journeys.RECEIVED
    # Where the source numbers its entries, any received action may start one.
    starting = received
    if not plan.rules.entries_given:
        starting = received & together["code"].is_in(pl.Series(plan.codes.roots).implode())
    started = _of_users(together["user"], starting)
    goal = (role == journeys.GOAL) & (started | plan.rules.conversions_given)
    has_goal = _of_users(together["user"], goal)
    others = ((role == journeys.INTERACTED) & has_goal) | ((role == journeys.EXITED) & started)
    kept = together.filter(received | goal | others)
    return kept.sort(_ORDER) if len(by_role) > 1 else _in_time(kept)


def _role_tables(roles: Mapping[int, tuple[int, ...]], code: pl.Series) -> list[pl.Series]:
    """Return lookup tables from code to role (Int8, null for none): one, or more if codes have several roles."""
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
    """Return whether each row's user has a chosen row, by a lookup table over the dense user numbers."""
    if users.is_empty():
        return chosen
    first, last = users.min(), users.max()
    assert isinstance(first, int)
    assert isinstance(last, int)
    own = users - first
    found = pl.repeat(False, last - first + 1, eager=True)
    return found.scatter(own.filter(chosen), True).gather(own)


_MOMENT: Final = pl.col("time") * 4 + pl.col("role")
# Simultaneous rows of one role keep the order of the source if they have no event_id.
_ORDER: Final = (pl.col("user"), _MOMENT, pl.col("row"))


def _in_time(rows: pl.DataFrame) -> pl.DataFrame:
    """Sort rows that are sorted by user and row number by time: only users with late rows need it."""
    again = pl.col("user") == pl.col("user").shift(1)
    late = rows.select((again & (_MOMENT.shift(1) > _MOMENT)).fill_null(False)).to_series()
    if not late.any():
        return rows
    places = _of_users(rows["user"], late).arg_true()
    ordered = rows[places].sort(_ORDER)
    return rows.with_columns(
        rows[name].scatter(places, ordered[name]) for name in rows.columns if name != "user"
    )


_KEYS: Final = ("user", "time", "role")


def _with_ties_ordered(parts: list[pl.DataFrame], log: EventLog) -> list[pl.DataFrame]:
    """Order rows of equal user, time and role by their event_id."""
    if not log.table.has("event_id"):
        return parts
    same = pl.all_horizontal(pl.col(key) == pl.col(key).shift(1) for key in _KEYS)
    tied = same.fill_null(False) | same.shift(-1, fill_value=False)
    places = [part.select(tied.arg_true()).to_series() for part in parts]
    rows = pl.concat(part["row"].gather(at) for part, at in zip(parts, places, strict=True))
    if rows.is_empty():
        return parts
    # Ranks make text and integers comparable alike; rows without an id come last.
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


def _aggregated_chunk(rows: pl.DataFrame, plan: Plan) -> EntriesAndConversions:
    framed = nw.from_native(_as_steps(rows, plan.codes), eager_only=True)
    numbered = journeys.number_entries(framed, Ordered(), plan.rules).to_native()
    return aggregate(numbered, plan.rules, plan.actions)


def _as_steps(rows: pl.DataFrame, codes: EventCodes) -> pl.DataFrame:
    code, received = pl.col("code"), pl.col("role") == journeys.RECEIVED
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


def _with_given_entries(rows: pl.DataFrame, log: EventLog, plan: Plan) -> pl.DataFrame:
    """Number entries by the source's ``entry_id``; see `number_given_entries`."""
    ids = log.column("entry_id", rows["row"]).alias("entry_id")
    rows = _as_steps(rows, plan.codes).with_columns(ids)
    framed = nw.from_native(rows, eager_only=True)
    own = Partitioned(journeys.ENTRY_ID, [])
    placed = journeys.number_given_entries(framed, Ordered(), own, plan.rules).to_native()
    placed = placed.sort("user", "entry", "step").with_columns(
        differs("user", "entry").alias(FIRST)
    )
    time = nw.when(nw.col("role") == journeys.RECEIVED).then(nw.col("time"))
    framed = nw.from_native(placed, eager_only=True)
    found: pl.DataFrame = framed.with_columns(received_at=Ordered().latest(time)).to_native()
    return found
