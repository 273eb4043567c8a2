"""The walk in memory: each user's rows in time order, with the entry that each belongs to.

Users are independent of one another and contiguous in the log, so the log is processed in chunks of
whole users, on all cores and in bounded memory.
"""

from collections.abc import Mapping, Sized
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Final, Protocol

import narwhals as nw
import polars as pl

from results_widgets.definitions import Definitions
from results_widgets.engine.backends.memory.event_log import EventLog, sort_by_user
from results_widgets.engine.encoding.bitmask import BitMasks
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.encoding.user_ids import differs, map_parallel
from results_widgets.engine.journeys import rules as journeys
from results_widgets.engine.journeys.crediting import Credit
from results_widgets.engine.journeys.windows import FIRST, Ordered, Partitioned

_CHUNK: Final = 1 << 21
"""About how many rows of the log are processed at a time."""


class WalkCodes(Protocol):
    """What the walk asks of codes: those of one campaign, or of several beside one another."""

    @property
    def actions(self) -> Sized:
        """The actions, or as many as the largest of several campaigns has."""

    @property
    def roots(self) -> tuple[int, ...]:
        """See `EventCodes`."""

    @property
    def held_back_roots(self) -> tuple[int, ...]:
        """See `EventCodes`."""

    def action_of(self, code: pl.Expr) -> pl.Expr:
        """See `EventCodes`."""


class Walked(Protocol):
    """What the walk asks of a log."""

    @property
    def rows(self) -> pl.DataFrame:
        """See `EventLog`."""

    def has(self, column: str) -> bool:
        """See `EventLog`."""

    def walked(self, rules: journeys.Rules) -> pl.DataFrame:
        """See `EventLog`."""

    def column(self, name: str, rows: pl.Series) -> pl.Series:
        """See `EventLog`."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a log's rows are processed.

    Attributes:
        codes: The codes of events.
        roles: The codes of each role.
        rules: The campaign's rules.
        credit: How conversions are credited.
        whole: Whether all interactions are wanted, with their codes; else only those of users who have a
            goal event, without.
    """

    codes: WalkCodes
    roles: Mapping[int, tuple[int, ...]]
    rules: journeys.Rules
    credit: Credit
    whole: bool = False

    @classmethod
    def of(
        cls,
        codes: EventCodes,
        definitions: Definitions,
        rules: journeys.Rules,
        *,
        whole: bool = False,
    ) -> "Plan":
        """Return how rows are processed under a definition set."""
        own = journeys.roles(codes, definitions, conversions_given=rules.conversions_given)
        return cls(codes, own, rules, Credit.of(codes, definitions), whole)

    @property
    def actions(self) -> BitMasks:
        """The bits of the actions."""
        return action_bits(len(self.codes.actions))


def action_bits(count: int) -> BitMasks:
    """Return the bits of so many actions."""
    return BitMasks(tuple(range(1, count + 1)))


def in_order(log: Walked, plan: Plan) -> list[pl.DataFrame]:
    """Return the rows that matter in the order of the walk, in chunks of whole users."""
    rows = log.rows if plan.whole else log.walked(plan.rules)
    parts = map_parallel(partial(_in_order, plan=plan), _chunks(sort_by_user(rows)))
    return _with_ties_ordered(parts, log)


def numbered(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Return rows in order with their entries, numbered by the rules."""
    framed = nw.from_native(as_steps(rows, plan), eager_only=True)
    found: pl.DataFrame = journeys.number_entries(framed, Ordered(), plan.rules).to_native()
    return found


def _chunks(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """Cut the log into chunks of whole users."""
    users = rows["user"]
    places = pl.int_range(_CHUNK, rows.height, _CHUNK, eager=True)
    cuts = users.search_sorted(users.gather(places), side="left").unique().sort()
    edges = [0, *(cut for cut in cuts if cut), rows.height]
    return [rows[start:end] for start, end in pairwise(edges)]


def _in_order(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Return the rows that matter, once for each role they have, in time order but for ties.

    Only users with a root action can have an entry, and where only attribution is asked for, interactions
    matter only for users who have a goal event.
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
    acting = started if plan.whole else has_goal
    others = ((role == journeys.INTERACTED) & acting) | ((role == journeys.EXITED) & started)
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


def _with_ties_ordered(parts: list[pl.DataFrame], log: Walked) -> list[pl.DataFrame]:
    """Order rows of equal user, time and role by their event_id."""
    if not log.has("event_id"):
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


def as_steps(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Return rows in order with what the rules ask of each: number (of its action), root, held_back, `FIRST`."""
    code, received, codes = pl.col("code"), pl.col("role") == journeys.RECEIVED, plan.codes
    return rows.select(
        "user",
        "time",
        "role",
        "row",
        *(["code"] if plan.whole or plan.credit.by_click else []),
        *plan.rules.own,
        pl.int_range(pl.len()).alias("step"),
        codes.action_of(code).alias("number"),
        (received & code.is_in(codes.roots)).alias("root"),
        (received & code.is_in(codes.held_back_roots)).alias("held_back"),
        differs("user").alias(FIRST),
    )


def numbered_as_given(rows: pl.DataFrame, log: Walked, plan: Plan) -> pl.DataFrame:
    """Return rows in order with their entries, numbered by the source's ``entry_id``."""
    ids = log.column("entry_id", rows["row"]).alias("entry_id")
    rows = as_steps(rows, plan).with_columns(ids)
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


def of_users(log: EventLog, users: pl.Series) -> EventLog:
    """Return a log with the rows of some users, who may repeat."""
    wanted = pl.repeat(False, log.user_count, eager=True).scatter(users, True)
    return log.with_rows(log.rows.filter(wanted.gather(log.rows["user"])))


def steps_in_entries(log: EventLog, plan: Plan) -> pl.DataFrame:
    """Return what was received, interacted with or reached as a goal within entries, in the order of the walk.

    Args:
        log: The events.
        plan: How they are processed, for the `whole`.

    Returns:
        user, entry, step (numbers all rows, those of an entry one after the other), time, role, row, code,
        held_back.
    """
    parts = in_order(log, plan)
    if plan.rules.entries_given:
        found = _within_entries(numbered_as_given(pl.concat(parts), log, plan))
    else:
        own = map_parallel(lambda rows: _within_entries(numbered(rows, plan)), parts)
        found = pl.concat(own)
    return found.with_columns(step=pl.int_range(pl.len()))


def _within_entries(rows: pl.DataFrame) -> pl.DataFrame:
    kept = pl.col("entry").is_not_null() & (pl.col("role") != journeys.EXITED)
    columns = ("user", "entry", "step", "time", "role", "row", "code", "held_back")
    return rows.filter(kept).select(columns)
