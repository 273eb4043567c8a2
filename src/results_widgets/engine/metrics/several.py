"""Metrics of several small campaigns, counted at once: in place of actions or channels, campaigns own them.

A small campaign's numbers take as long as it takes to write and start the queries. What is counted, and
how, its declarations say as they do of one campaign.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import narwhals as nw
import polars as pl

from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.backends.memory.several import PLACE, SeveralBackend
from results_widgets.engine.counting.dispatch import summed
from results_widgets.engine.frames import MANY, Rows
from results_widgets.engine.journeys.crediting import journeys_key
from results_widgets.engine.metrics.plan import OWNER
from results_widgets.engine.metrics.rows import RowCodes, codes_of
from results_widgets.engine.metrics.table import SPAN, active_span, answer, intervals_of
from results_widgets.engine.money import is_mixed
from results_widgets.engine.query import BUCKET, Grouping, QueryScope
from results_widgets.engine.scoped import SET, ActionCodes, CodeSet, Kind, ScopedRows
from results_widgets.glossary import Metric, Rows as Declared, Scope, Total

_OF_ENTRIES: tuple[Kind, ...] = ("entries", "entry_converted", "entry_engaged")
_OF_CONVERSIONS: tuple[Kind, ...] = ("conversions", "converted", "entry_conversions")
_ENTRY_CODES = 4
"""How many codes entries have."""

Answer = tuple[ScopedRows, pl.DataFrame]


@dataclass(frozen=True)
class SeveralRows(ScopedRows):
    """The rows of several campaigns in one scope.

    Attributes:
        members: Those of each campaign.
    """

    members: tuple[ScopedRows, ...]

    @property
    def several(self) -> SeveralBackend:
        """The backend that has the rows of all."""
        assert isinstance(self.data, SeveralBackend)
        return self.data

    @property
    def action_codes(self) -> ActionCodes:
        """See `ScopedRows`."""
        return ActionCodes(self.several.actions[-1])

    def coded(self, kind: Kind) -> Rows:
        """See `ScopedRows`."""
        rows = super().coded(kind)
        if kind in _OF_ENTRIES:
            return rows.with_columns(code=nw.col("code") + nw.col(PLACE) * _ENTRY_CODES)
        return rows

    def moved(self, place: int, kind: Kind, codes: CodeSet) -> CodeSet:
        """Return the codes that those of the campaign at a place are here."""
        if kind in _OF_ENTRIES:
            return tuple(code + place * _ENTRY_CODES for code in codes)
        if kind in _OF_CONVERSIONS:
            first, raised = self.several.actions[place], self.action_codes.raised
            sides = self.members[place].action_codes.split(codes)
            return tuple(
                first + number + held * raised for held, own in sides.items() for number in own
            )
        start = self.several.codes.starts[place]
        return tuple(start + code for code in codes)

    def own(self, codes: CodeSet) -> tuple[int, CodeSet]:
        """Return the place of the campaign that codes of conversions are of, and what they are there."""
        first, raised = self.several.actions, self.action_codes.raised
        place = bisect_right(first, codes[0] % raised) - 1
        above = self.members[place].action_codes.raised
        return place, tuple(code % raised - first[place] + code // raised * above for code in codes)


@dataclass(frozen=True)
class _RowCodes(RowCodes):
    """The codes of rows whose owner is the place of a campaign."""

    rows: SeveralRows

    @cached_property
    def _members(self) -> Sequence[RowCodes]:
        return [codes_of(one, self.scope) for one in self.rows.members]

    def of(self, rows: Declared, owner: str) -> tuple[Kind, CodeSet]:
        """See `RowCodes`."""
        kind, codes = self._members[int(owner)].of(rows, "")
        return kind, self.rows.moved(int(owner), kind, codes)

    @property
    def entry_sets(self) -> None:
        """See `RowCodes`: each campaign has its own."""


@codes_of.register
def _(scoped: SeveralRows, scope: Scope) -> RowCodes:
    return _RowCodes(scoped, scope, scoped)


@summed.register
def _(
    scoped: SeveralRows, sets: Sequence[CodeSet], column: str, kind: Kind = "conversions"
) -> pl.DataFrame:
    """Add up each campaign's alone: the last digit of a sum depends on the rows that lie between."""
    by_place: dict[int, dict[CodeSet, int]] = {}
    for number, codes in enumerate(sets):
        place, own = scoped.own(codes)
        by_place.setdefault(place, {})[own] = number
    parts = []
    for place, numbers in by_place.items():
        member = scoped.members[place].grouped(scoped.grouping)
        found = summed(member, [*numbers], column, kind)
        places = pl.Series([*numbers.values()], dtype=pl.Int64)
        parts.append(found.with_columns(places.gather(found[SET]).alias(SET)))
    return pl.concat(parts)


def together(every: Sequence[ScopedRows]) -> Iterator[SeveralRows]:
    """Yield campaigns that can be counted at once: small ones in memory whose journeys are known, of one scope.

    Left to themselves are those whose source numbers entries itself, whose amounts are in several currencies, or
    that have wrong clocks, and definition sets that add actions up.
    """
    groups: dict[QueryScope, dict[int, ScopedRows]] = {}
    for one in every:
        if _fits(one):
            groups.setdefault(one.query, {}).setdefault(id(one.data), one)
    for query, group in groups.items():
        backends = [one.data for one in group.values() if isinstance(one.data, MemoryBackend)]
        if len(backends) > 1:
            data = SeveralBackend.of(backends, query.definitions)
            yield SeveralRows(data, query, Grouping(), tuple(group.values()))


def _fits(one: ScopedRows) -> bool:
    data, query = one.data, one.query
    if type(data) is not MemoryBackend or query.uniques != "exact":
        return False
    if data.coded_rows is None or data.coded_rows >= MANY:
        return False
    known = data.known_journeys.get(journeys_key(data.codes, query.definitions))
    if known is None or known.rules.entries_given or data.clocks.wrong:
        return False
    return not is_mixed(data, query.definitions, None)


def answers(
    several: SeveralRows, wanted: Sequence[tuple[Metric, ...]], grouping: Grouping
) -> Iterator[Answer]:
    """Yield campaigns' rows with their metrics, as `answer` returns those of each alone.

    Args:
        several: The campaigns.
        wanted: The metrics of each; one of which nothing is wanted is left out.
        grouping: An interval, or nothing.
    """
    asked = [(str(place), metric) for place, own in enumerate(wanted) for metric in own]
    if not asked or any(isinstance(one.measure, Total) for _, m in asked for one in m.parts()):
        return
    members = [one.grouped(grouping) for one in several.members]
    if grouping.every is not None:
        spans = [active_span(one) for one in members]
        span = min(first for first, _ in spans), max(last for _, last in spans)
        several.data.cache.put(SPAN, span)
    found = answer(several.grouped(grouping), "campaign", asked)
    found = found.with_columns(pl.lit("").alias(OWNER), found[OWNER].alias(PLACE))
    for (place,), part in found.partition_by(PLACE, as_dict=True, include_key=False).items():
        one = members[int(place)]
        if grouping.every is None:
            yield one, part
        else:
            yield one, part.filter(pl.col(BUCKET).is_in(intervals_of(one)))
