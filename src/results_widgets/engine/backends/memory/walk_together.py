"""The journeys of several campaigns, found in one walk over all their rows.

A small campaign's walk takes as long as it takes to plan and start it. Here a user of two campaigns is
two users, rows of several sources are numbered one source after the other, and each row's window and end are
its campaign's, so that one walk finds what each alone would.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from typing import Final

import polars as pl

from results_widgets.definitions import Definitions
from results_widgets.engine.backends.memory.dataset import LOG, MemoryBackend
from results_widgets.engine.backends.memory.event_log import EventLog
from results_widgets.engine.backends.memory.journeys import Journeys, aggregated, rules_of
from results_widgets.engine.backends.memory.purchases import ReadTogether
from results_widgets.engine.backends.memory.walk import Plan, action_bits
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.journeys import rules as journeys
from results_widgets.engine.journeys.crediting import Credit, JourneysKey, journeys_key
from results_widgets.progress import phase

SMALL: Final = 200_000
"""Rows of a campaign from which on its own walk takes far longer than to start one."""

_MOST: Final = 2_000_000
"""Rows that are walked over together, which bounds the memory that they take once more."""


_ROW_NUMBERS: Final = 2**32 - 1
"""The highest number that a row can have."""

_CREDIT: Final = Credit()


@dataclass(frozen=True, slots=True)
class _Member:
    """A campaign whose journeys are wanted."""

    data: MemoryBackend
    log: EventLog
    definitions: Definitions
    rules: journeys.Rules
    rows: pl.DataFrame

    @property
    def source(self) -> int:
        """What tells the rows that its row numbers are of from others."""
        return id(self.log.reading if isinstance(self.log, ReadTogether) else self.log)

    @property
    def roles(self) -> dict[int, tuple[int, ...]]:
        given = self.rules.conversions_given
        return {**journeys.roles(self.log.codes, self.definitions, conversions_given=given)}


def walk_together(asked: Iterable[tuple[MemoryBackend, Definitions]]) -> None:
    """Find the journeys of campaigns whose events were read, those that are not known yet.

    Large campaigns, those whose source numbers entries itself, and conversions credited by another model than
    the last interaction are left to walk alone.
    """
    groups: defaultdict[tuple[bool, bool], list[_Member]] = defaultdict(list)
    seen: set[tuple[int, JourneysKey]] = set()
    for data, definitions in asked:
        log, key = data.cache.known(LOG), journeys_key(data.codes, definitions)
        if type(data) is not MemoryBackend or log is None or (id(data), key) in seen:
            continue
        seen.add((id(data), key))
        usual = Credit.of(data.codes, definitions) == _CREDIT
        if data.known_journeys or log.counted_rows.height > SMALL or not usual:
            continue
        rules = rules_of(log, data.campaign, definitions)
        if not rules.entries_given:
            alike = rules.single, rules.conversions_given
            groups[alike].append(_Member(data, log, definitions, rules, log.walked(rules)))
    for group in groups.values():
        # Sources follow one another.
        for members in _portions(sorted(group, key=lambda one: one.source)):
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
    """The rows of several campaigns, whose users and sources follow one another.

    Attributes:
        rows: As those of an `EventLog`.
        logs: A log of each source.
        starts: By how much the row numbers of each source are higher here (Int64).
    """

    rows: pl.DataFrame
    logs: Sequence[EventLog]
    starts: pl.Series

    def has(self, column: str) -> bool:
        """See `Walked`."""
        return any(log.has(column) for log in self.logs)

    def walked(self, rules: journeys.Rules) -> pl.DataFrame:  # noqa: ARG002
        """See `Walked`."""
        return self.rows

    def column(self, name: str, rows: pl.Series) -> pl.Series:
        """See `Walked`; values of one source by their ranks, since those of two need not be of one type."""
        source = self.starts.search_sorted(rows.cast(pl.Int64), side="right")
        numbers = pl.Series(range(1, len(self.logs) + 2), dtype=source.dtype)
        cuts = source.search_sorted(numbers).to_list()
        found = [pl.Series(name, dtype=pl.UInt32)]
        for log, start, (first, end) in zip(self.logs, self.starts, pairwise(cuts), strict=True):
            own = rows.slice(first, end - first) - start
            nothing = pl.repeat(None, len(own), dtype=pl.UInt32, eager=True)
            values = log.column(name, own).rank("dense") if log.has(name) else nothing
            found.append(values.cast(pl.UInt32).alias(name))
        return pl.concat(found)


def _walk(members: Sequence[_Member]) -> None:
    every = [one.log.codes for one in members]
    blocks = _blocks(every)
    users = [0, *accumulate(one.log.user_count for one in members)]
    sources = {one.source: one.log for one in members}
    starts = _starts(members)
    if max(starts.values()) + _most_row(members) > _ROW_NUMBERS:
        return
    parts = [
        one.rows.with_columns(
            (pl.col("user") + first).cast(pl.UInt32),
            (pl.col("row").cast(pl.Int64) + starts[one.source]).cast(pl.UInt32),
            block.moved().cast(pl.Int32).alias("code"),
            pl.lit(one.rules.window, pl.Int64).alias(journeys.WINDOW),
            pl.lit(one.rules.finish, pl.Int64).alias(journeys.FINISH),
        )
        for one, block, first in zip(members, blocks, users, strict=False)
    ]
    plan = _plan(members, blocks)
    log = _Log(
        pl.concat(parts, rechunk=True),
        [*sources.values()],
        pl.Series([*starts.values()], dtype=pl.Int64),
    )
    rows = [starts[one.source] for one in members]
    found = aggregated(log, plan)
    by_member = zip(*(_apart(frame, users, rows) for frame in found), strict=True)
    for one, (entries, conversions) in zip(members, by_member, strict=True):
        _keep(one, entries, conversions, plan.actions.words)


def _starts(members: Sequence[_Member]) -> dict[int, int]:
    """Return by how much the row numbers of each source are higher where all follow one another."""
    starts: dict[int, int] = {}
    free = 0
    for source, own in groupby(members, key=lambda one: one.source):
        starts[source] = free
        free += _most_row([*own]) + 1
    return starts


def _most_row(members: Sequence[_Member]) -> int:
    """Return the highest row number of some campaigns; -1 without rows."""
    found = [one.rows["row"].max() for one in members]
    return max((row for row in found if isinstance(row, int)), default=-1)


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


def _apart(
    frame: pl.DataFrame, users: Sequence[int], rows: Sequence[int]
) -> Iterator[pl.DataFrame]:
    """Yield each campaign's rows of a frame that is sorted by user, with its own numbers of users and rows."""
    cuts = frame["user"].search_sorted(pl.Series(users, dtype=pl.UInt32), side="left").to_list()
    numbered = [name for name in ("row", "start_row") if name in frame.columns]
    for first, row, (start, end) in zip(users, rows, pairwise(cuts), strict=False):
        part = frame.slice(start, end - start)
        yield part.with_columns(
            (pl.col("user") - first).cast(pl.UInt32),
            *((pl.col(name).cast(pl.Int64) - row).cast(pl.UInt32) for name in numbered),
        )


def _keep(
    one: _Member, entries: pl.DataFrame, conversions: pl.DataFrame, words: Sequence[str]
) -> None:
    """Give a campaign its journeys, as if it had walked alone."""
    actions = action_bits(len(one.log.codes.actions))
    unused = [word for word in words if word not in actions.words]
    value = one.log.column("value", conversions["row"]).alias("value")
    found = Journeys(entries.drop(unused), conversions.with_columns(value), one.rules, actions)
    one.data.known_journeys[journeys_key(one.data.codes, one.definitions)] = found
