"""How metrics are counted together: in as few passes as the rows and units of their declarations allow.

A plan depends on the campaign, the definition set and the metrics, but neither on the range nor on
how numbers are grouped, so it is made once for each set of metrics that is asked for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from results_widgets.engine.cache import Key
from results_widgets.engine.metrics.rows import RowCodes, codes_of
from results_widgets.engine.money import is_money
from results_widgets.engine.scoped import DAY_KEY, ENTRY, SET, CodeSet, Kind, ScopedRows
from results_widgets.glossary import (
    Count,
    Difference,
    EntriesWith,
    Events,
    Median,
    Metric,
    RoleEvents,
    Scope,
    Sum,
    Total,
    Users,
)

OWNER: Final = "_owner"
METRIC: Final = "metric"
OF_USERS: Final = "_of_users"
_NAMES: Final = {SET: pl.Int64, OWNER: pl.String, METRIC: pl.String, OF_USERS: pl.Boolean}
IS_MONEY: Final = "_is_money"
_SUM_NAMES: Final = {SET: pl.Int64, OWNER: pl.String, METRIC: pl.String, IS_MONEY: pl.Boolean}

Asked = tuple[tuple[str, Metric], ...]
"""Owners (id of an action or channel; empty: the campaign) and metrics."""

Unit = tuple[str, ...]
"""Columns whose distinct values are counted; none: only rows are."""

Pair = tuple[CodeSet, CodeSet]


@dataclass(frozen=True, slots=True)
class TallyPlan:
    """Sets of codes that are counted in one pass.

    Attributes:
        kind: Which rows.
        by_name: Whether they are events by their names: too many sets to keep their numbers.
        unit: What is counted beside rows.
        sets: The sets, in a fixed order, so that equal queries find their cached numbers.
        names: Which metrics a set's numbers are: `SET` (place among the sets), `OWNER`, `METRIC`,
            `OF_USERS` (whether it is the number of users, or of rows).
    """

    kind: Kind
    by_name: bool
    unit: Unit
    sets: tuple[CodeSet, ...]
    names: pl.DataFrame


@dataclass(frozen=True, slots=True)
class PairsPlan:
    """Pairs of sets whose common users are counted in one pass; the others as in `TallyPlan`."""

    kind: Kind
    pairs: tuple[Pair, ...]
    names: pl.DataFrame


@dataclass(frozen=True, slots=True)
class SumsPlan:
    """Sums of a column of conversions that are taken in one pass.

    Attributes:
        kind: Which rows.
        column: The column.
        sets: The numbers of the actions whose conversions are added up.
        names: As in `TallyPlan`, and `IS_MONEY`.
    """

    kind: Kind
    column: str
    sets: tuple[CodeSet, ...]
    names: pl.DataFrame


@dataclass(frozen=True, slots=True)
class OfColumn:
    """A sum or median of a column of conversions, of an owner; kind and codes say of which."""

    owner: str
    metric: Metric
    kind: Kind
    codes: CodeSet


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be computed for metrics.

    Attributes:
        of_campaign: Metrics of the campaign, which owners divide by.
        tallies: What is counted.
        pairs: Users of two sets that are counted.
        sums: Columns of conversions that are added up.
        medians: Medians of a column of conversions.
        totals: Metrics that a definition set adds up from others.
        differences: Metrics that are the difference of two others.
    """

    of_campaign: Asked
    tallies: tuple[TallyPlan, ...]
    pairs: tuple[PairsPlan, ...]
    sums: tuple[SumsPlan, ...]
    medians: tuple[OfColumn, ...]
    totals: tuple[Metric, ...]
    differences: tuple[Metric, ...]


def plan_of(scoped: ScopedRows, scope: Scope, asked: Asked) -> Plan:
    """Return the plan of metrics, made the first time they are asked for."""
    key: Key[Plan] = Key("plan", (scope, scoped.query.definitions, asked))
    return scoped.data.cached(key, lambda: _plan(scoped, scope, asked))


def _plan(scoped: ScopedRows, scope: Scope, asked: Asked) -> Plan:
    wanted = {(owner, one.key): (owner, one) for owner, m in asked for one in m.parts()}
    of_campaign = tuple(
        (owner, one) for owner, one in wanted.values() if one.scope == "campaign" != scope
    )
    own = tuple(pair for pair in wanted.values() if pair not in of_campaign)
    planner = _Planner(scoped, codes_of(scoped, scope))
    # Users first: rows are counted in the same pass.
    for owner, metric in sorted(own, key=lambda pair: pair[1].unit != "users"):
        planner.add(owner, metric)
    made = {metric.key: metric for _, metric in own}.values()
    return Plan(
        of_campaign,
        tuple(planner.tallies()),
        tuple(planner.pairs()),
        tuple(planner.sums()),
        tuple(one for one in planner.columns if isinstance(one.metric.measure, Median)),
        tuple(metric for metric in made if isinstance(metric.measure, Total)),
        tuple(metric for metric in made if isinstance(metric.measure, Difference)),
    )


_Names = list[tuple[str, str, bool]]
"""Owners, metrics, and whether they are numbers of users."""


@dataclass(frozen=True, slots=True)
class _Planner:
    """Gathers what is counted together."""

    scoped: ScopedRows
    codes: RowCodes
    columns: list[OfColumn] = field(default_factory=list)
    _sets: dict[tuple[Kind, bool, Unit], dict[CodeSet, _Names]] = field(default_factory=dict)
    _pairs: dict[Kind, dict[Pair, _Names]] = field(default_factory=dict)

    def add(self, owner: str, metric: Metric) -> None:
        """Have a metric of an owner computed."""
        measure = metric.measure
        if isinstance(measure, Sum | Median):
            kind, codes = self.codes.of(measure.rows, owner)
            if kind not in ("conversions", "entry_conversions"):
                raise ValueError(f"{metric.key}: only conversions have columns, not {kind}")
            self.columns.append(OfColumn(owner, metric, kind, codes))
        if not isinstance(measure, Count | Users | EntriesWith):
            return
        rows, of_users = measure.rows, not isinstance(measure, Count)
        name = (owner, metric.key, of_users)
        if isinstance(rows, RoleEvents) and rows.of == "both":
            pairs = self._pairs.setdefault(self.codes.kind_of(rows), {})
            pairs.setdefault(self.codes.pair(rows, owner), []).append(name)
            return
        kind, codes = self.codes.of(rows, owner)
        kind = "converted" if isinstance(measure, EntriesWith) else kind
        key = (kind, isinstance(rows, Events), self._unit(metric, kind))
        if not of_users and self._has_users(kind, codes):
            key = next((known for known in self._sets if known[:2] == key[:2]), key)
        self._sets.setdefault(key, {}).setdefault(codes, []).append(name)

    def _unit(self, metric: Metric, kind: Kind) -> Unit:
        if kind == "converted":
            return ENTRY
        if metric.counts_days(self.scoped.query.definitions):
            return "user", DAY_KEY
        # All numbers of entries come from one pass, whichever of them is asked for.
        return ("user",) if isinstance(metric.measure, Users) or kind == "entries" else ()

    def _has_users(self, kind: Kind, codes: CodeSet) -> bool:
        """Whether rows can be counted beside users at no cost: exits have no bit in users' masks."""
        return kind != "events" or self.scoped.data.codes.channel_codes.issuperset(codes)

    def tallies(self) -> list[TallyPlan]:
        """Return what is counted."""
        found = []
        for (kind, by_name, unit), named in self._sets.items():
            every = self.codes.entry_sets if kind == "entries" else None
            sets = every or tuple(sorted(named))
            found.append(TallyPlan(kind, by_name, unit, sets, _names(sets, named)))
        return found

    def sums(self) -> Iterator[SumsPlan]:
        """Yield what is added up, by kind of rows and column."""
        of_column: dict[tuple[Kind, str], list[OfColumn]] = {}
        for one in self.columns:
            measure = one.metric.measure
            if isinstance(measure, Sum):
                of_column.setdefault((one.kind, measure.column), []).append(one)
        for (kind, column), asked in of_column.items():
            places = {codes: n for n, codes in enumerate(dict.fromkeys(o.codes for o in asked))}
            rows = [(places[o.codes], o.owner, o.metric.key, is_money(o.metric)) for o in asked]
            names = pl.DataFrame(rows, schema=_SUM_NAMES, orient="row")
            yield SumsPlan(kind, column, tuple(places), names)

    def pairs(self) -> Iterator[PairsPlan]:
        """Yield the pairs that are counted."""
        for kind, named in self._pairs.items():
            pairs = tuple(sorted(named))
            yield PairsPlan(kind, pairs, _names(pairs, named))


def _names(
    sets: tuple[CodeSet, ...] | tuple[Pair, ...],
    named: Mapping[CodeSet, _Names] | Mapping[Pair, _Names],
) -> pl.DataFrame:
    places = {codes: place for place, codes in enumerate(sets)}
    rows = [(places[codes], *name) for codes, names in named.items() for name in names]
    return pl.DataFrame(rows, schema=_NAMES, orient="row")
