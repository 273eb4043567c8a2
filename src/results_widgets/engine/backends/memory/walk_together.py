"""The journeys of several campaigns that were read together, found in one walk over all their rows.

A small campaign's walk takes as long as it takes to plan and start it. Here a user of two campaigns is
two users, and each row's window and end are its campaign's, so that one walk finds what each alone would.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import polars as pl

from results_widgets.definitions import Definitions
from results_widgets.engine.backends.memory.dataset import LOG, MemoryBackend
from results_widgets.engine.backends.memory.journeys import Journeys, aggregated, rules_of
from results_widgets.engine.backends.memory.purchases import ReadTogether
from results_widgets.engine.backends.memory.walk import Plan, action_bits
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.journeys import rules as journeys
from results_widgets.engine.journeys.crediting import Credit, journeys_key
from results_widgets.progress import phase
from results_widgets.tables.events import EventTable

_SMALL: Final = 200_000
"""Rows of a campaign from which on its own walk takes far longer than to start one."""

_MOST: Final = 2_000_000
"""Rows that are walked over together, which bounds the memory that they take once more."""


_CREDIT: Final = Credit()


@dataclass(frozen=True, slots=True)
class _Member:
    """A campaign whose journeys are wanted."""

    data: MemoryBackend
    log: ReadTogether
    definitions: Definitions
    rules: journeys.Rules
    rows: pl.DataFrame

    @property
    def roles(self) -> dict[int, tuple[int, ...]]:
        given = self.rules.conversions_given
        return {**journeys.roles(self.log.codes, self.definitions, conversions_given=given)}


def walk_together(asked: Iterable[tuple[MemoryBackend, Definitions]]) -> None:
    """Find the journeys of campaigns that were read together, those that are not known yet.

    Large campaigns, those whose source numbers entries itself, and conversions credited by another model than
    the last interaction are left to walk alone.
    """
    groups: defaultdict[tuple[object, bool, bool], list[_Member]] = defaultdict(list)
    for data, definitions in asked:
        log = data.cache.known(LOG)
        if type(data) is not MemoryBackend or not isinstance(log, ReadTogether):
            continue
        usual = Credit.of(data.codes, definitions) == _CREDIT
        if data.known_journeys or log.counted_rows.height > _SMALL or not usual:
            continue
        rules = rules_of(log, data.campaign, definitions)
        if not rules.entries_given:
            key = id(log.reading), rules.single, rules.conversions_given
            groups[key].append(_Member(data, log, definitions, rules, log.walked(rules)))
    for group in groups.values():
        for members in _portions(group):
            if len(members) > 1:
                with phase("walking"):
                    _walk(members)


def _portions(members: Sequence[_Member]) -> Iterator[list[_Member]]:
    portion: list[_Member] = []
    rows = 0
    for one in members:
        if portion and rows + one.rows.height > _MOST:
            yield portion
            portion, rows = [], 0
        portion.append(one)
        rows += one.rows.height
    yield portion


@dataclass(frozen=True)
class _Codes:
    """The codes of several campaigns: each has a block of as many as the largest needs.

    Attributes:
        actions: As many as the largest has.
        width: How many codes belong to one action.
        roots: Codes that may start an entry.
        held_back_roots: Codes of a root held back.
    """

    actions: range
    width: int
    roots: tuple[int, ...]
    held_back_roots: tuple[int, ...]

    def action_of(self, code: pl.Expr) -> pl.Expr:
        """See `WalkCodes`."""
        return code // self.width % (len(self.actions) + 1)


@dataclass(frozen=True)
class _Block:
    """Where a campaign's codes stand among those of all."""

    start: int
    own: int
    width: int

    def place(self, codes: Iterable[int]) -> tuple[int, ...]:
        return tuple(self.start + c // self.own * self.width + c % self.own for c in codes)

    def moved(self) -> pl.Expr:
        code = pl.col("code")
        return self.start + code // self.own * self.width + code % self.own


def _blocks(every: Sequence[EventCodes]) -> list[_Block]:
    width = max(codes.width for codes in every)
    size = width * (1 + max(len(codes.actions) for codes in every))
    return [_Block(size * place, codes.width, width) for place, codes in enumerate(every)]


@dataclass(frozen=True)
class _Log:
    """The rows of several campaigns of one table, whose users follow one another."""

    rows: pl.DataFrame
    first: ReadTogether

    @property
    def table(self) -> EventTable:
        """See `Walked`."""
        return self.first.table

    def walked(self, rules: journeys.Rules) -> pl.DataFrame:  # noqa: ARG002
        """See `Walked`."""
        return self.rows

    def column(self, name: str, rows: pl.Series) -> pl.Series:
        """See `Walked`."""
        return self.first.column(name, rows)


def _walk(members: Sequence[_Member]) -> None:
    every = [one.log.codes for one in members]
    blocks = _blocks(every)
    users = [0]
    for one in members:
        users.append(users[-1] + one.log.user_count)
    parts = [
        one.rows.with_columns(
            (pl.col("user") + first).cast(pl.UInt32),
            block.moved().cast(pl.Int32).alias("code"),
            pl.lit(one.rules.window, pl.Int64).alias(journeys.WINDOW),
            pl.lit(one.rules.finish, pl.Int64).alias(journeys.FINISH),
        )
        for one, block, first in zip(members, blocks, users, strict=False)
    ]
    plan = _plan(members, blocks)
    found = aggregated(_Log(pl.concat(parts, rechunk=True), members[0].log), plan)
    by_member = zip(*(_apart(frame, users) for frame in found), strict=True)
    for one, (entries, conversions) in zip(members, by_member, strict=True):
        _keep(one, entries, conversions, plan.actions.words)


def _plan(members: Sequence[_Member], blocks: Sequence[_Block]) -> Plan:
    placed = [*zip(members, blocks, strict=True)]
    codes = _Codes(
        range(max(len(one.log.codes.actions) for one in members)),
        blocks[0].width,
        tuple(c for one, block in placed for c in block.place(one.log.codes.roots)),
        tuple(c for one, block in placed for c in block.place(one.log.codes.held_back_roots)),
    )
    roles: dict[int, tuple[int, ...]] = {}
    for one, block in placed:
        for role, own in one.roles.items():
            roles[role] = (*roles.get(role, ()), *block.place(own))
    alike = members[0].rules
    rules = journeys.RulesByRow(0, alike.single, 0, alike.conversions_given)
    return Plan(codes, roles, rules, _CREDIT)


def _apart(frame: pl.DataFrame, users: Sequence[int]) -> Iterator[pl.DataFrame]:
    """Yield each campaign's rows of a frame that is sorted by user, with its own users' numbers."""
    cuts = frame["user"].search_sorted(pl.Series(users, dtype=pl.UInt32), side="left").to_list()
    for first, (start, end) in zip(users, pairwise(cuts), strict=False):
        part = frame.slice(start, end - start)
        yield part.with_columns((pl.col("user") - first).cast(pl.UInt32))


def _keep(
    one: _Member, entries: pl.DataFrame, conversions: pl.DataFrame, words: Sequence[str]
) -> None:
    """Give a campaign its journeys, as if it had walked alone."""
    actions = action_bits(len(one.log.codes.actions))
    unused = [word for word in words if word not in actions.words]
    value = one.log.column("value", conversions["row"]).alias("value")
    found = Journeys(entries.drop(unused), conversions.with_columns(value), one.rules, actions)
    one.data.known_journeys[journeys_key(one.data.codes, one.definitions)] = found
