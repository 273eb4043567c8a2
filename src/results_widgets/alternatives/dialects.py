"""One log under one definition set after another, and which rule makes each difference."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import compress
from typing import Final

import polars as pl

from results_widgets.definitions import DEFINITIONS, DIALECTS, Definitions
from results_widgets.engine.backends.base import Backend
from results_widgets.engine.metrics.table import metrics_of, owners_of
from results_widgets.engine.query import QueryScope
from results_widgets.glossary import Scope
from results_widgets.reconciliation.causes import CAUSES, Cause
from results_widgets.reconciliation.scenario import Laboratory, Place, Scenario
from results_widgets.reconciliation.told import rules_of_set
from results_widgets.reconciliation.trial import is_same

SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    **dict.fromkeys(("channel", "metric", "set"), pl.String),
    **dict.fromkeys(("value", "difference"), pl.Float64),
    **dict.fromkeys(("reason", "not_expressed"), pl.String),
}
_SCOPES: Final[tuple[Scope, ...]] = ("campaign", "channel")
Changes = list[tuple[Cause, Hashable]]
"""The rules in which a set differs from the default, with its own value of each."""


def dialects_frame(data: Backend, query: QueryScope, sets: Sequence[Definitions]) -> pl.DataFrame:
    """Return a row for each metric and set; see `Results.dialects`.

    Args:
        data: The campaign's data.
        query: Range, zone, clock and developers.
        sets: The sets, in their order.
    """
    lab = Laboratory(data)
    base = Scenario(replace(query, definitions=DEFINITIONS["default"]))
    scenarios = [Scenario(replace(query, definitions=one)) for one in sets]
    places = _places(lab, [base, *scenarios])
    rows = [list(_rows(lab, base, scenario, places)) for scenario in scenarios]
    by_metric = [row for together in zip(*rows, strict=True) for row in together]
    return pl.DataFrame(by_metric, SCHEMA, orient="row")


def _rows(
    lab: Laboratory, base: Scenario, scenario: Scenario, places: tuple[Place, ...]
) -> Iterator[tuple[object, ...]]:
    """Yield the row of each place under one set."""
    usual, own = lab.numbers(base, places), lab.numbers(scenario, places)
    changes = _changes(base, scenario, lab.data)
    # A rule matters that changes the number by itself, or whose absence would.
    alone = [lab.numbers(cause.change(base, value), places) for cause, value in changes]
    without = [lab.numbers(c.change(scenario, c.read(base)), places) for c, _ in changes]
    name = scenario.definitions.name
    for at, place in enumerate(places):
        matter = [
            differs(one[at], usual[at]) or differs(other[at], own[at])
            for one, other in zip(alone, without, strict=True)
        ]
        reason = None
        if differs(own[at], usual[at]):
            reason = _words(base, list(compress(changes, matter)) or changes)
        yield (
            *(place.owner or None, place.metric, name, own[at], _less(own[at], usual[at])),
            *(reason, _not_expressed(name, place.metric)),
        )


def _places(lab: Laboratory, scenarios: Sequence[Scenario]) -> tuple[Place, ...]:
    """Return every metric that the campaign or one of its channels has under any of the sets."""
    found: dict[Place, None] = {}
    for scope in _SCOPES:
        scoped = [lab.scoped(scenario) for scenario in scenarios]
        for owner in owners_of(scoped[0], scope):
            for one in scoped:
                found |= {Place(scope, owner, m.key): None for m in metrics_of(one, scope, owner)}
    return tuple(found)


def _changes(base: Scenario, scenario: Scenario, data: Backend) -> Changes:
    rules: Mapping[str, Hashable] = rules_of_set(scenario.definitions, data.campaign)
    return [
        (cause, rules[cause.key])
        for cause in CAUSES
        if cause.key in rules and cause.read(base) != rules[cause.key]
    ]


def _less(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other


def _words(base: Scenario, changes: Changes) -> str:
    return "; ".join(
        f"{cause.label}: {cause.words(value)}, not {cause.words(cause.read(base))}"
        for cause, value in changes
    )


def differs(one: float | None, other: float | None) -> bool:
    """Whether two numbers are not the same, or one of them is not there."""
    return (one is None) != (other is None) or (one is not None and not is_same(one, other))


def _not_expressed(name: str, metric: str) -> str | None:
    dialect = DIALECTS.get(name)
    return None if dialect is None else dialect.unsaid_of(metric) or None
