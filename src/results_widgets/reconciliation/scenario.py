"""A scenario: every rule that a number depends on, and the numbers under it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from results_widgets.channels import MACHINE_EVENTS, unique_key
from results_widgets.definitions import Definitions
from results_widgets.engine.backends.base import Backend
from results_widgets.engine.metrics.table import answer, metrics_of
from results_widgets.engine.query import Grouping, QueryScope
from results_widgets.engine.scoped import ScopedRows
from results_widgets.engine.variations import Variation, vary
from results_widgets.errors import QueryError
from results_widgets.glossary import Metric, Scope

Number = float | None
Numbers = tuple[Number, ...]
"""One number for each place."""

_AS_IT_IS: Final = Variation()
_BY_MACHINES: Final = frozenset(
    name for made in MACHINE_EVENTS.values() for name in (made, unique_key(made))
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number stands.

    Attributes:
        scope: The campaign, a channel or an action.
        owner: Id of the channel or action; empty for the campaign.
        metric: Key of the glossary.
    """

    scope: Scope
    owner: str
    metric: str


@dataclass(frozen=True)
class Scenario:
    """All rules that a number depends on.

    Attributes:
        query: Those of a query: definitions, zone, range, developers, clock, how users are counted.
        variation: Those below it: which rows there are, and how long the window is.
    """

    query: QueryScope
    variation: Variation = _AS_IT_IS

    @property
    def definitions(self) -> Definitions:
        """The definition set."""
        return self.query.definitions

    def asking(self, **changed: object) -> "Scenario":
        """Return the scenario with some fields of its query changed."""
        return replace(self, query=replace(self.query, **changed))  # type: ignore[arg-type]

    def defining(self, **changed: object) -> "Scenario":
        """Return the scenario with some fields of its definition set changed."""
        return self.asking(definitions=replace(self.definitions, **changed))  # type: ignore[arg-type]

    def varying(self, **changed: object) -> "Scenario":
        """Return the scenario with some fields of its variation changed."""
        return replace(self, variation=replace(self.variation, **changed))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Laboratory:
    """Computes the numbers of places under scenarios, each scenario once.

    Attributes:
        data: The campaign's data.
    """

    data: Backend
    _varied: dict[Variation, Backend] = field(default_factory=dict, init=False)
    _known: dict[tuple[Scenario, tuple[Place, ...]], Numbers] = field(
        default_factory=dict, init=False
    )

    def scoped(self, scenario: Scenario) -> ScopedRows:
        """Return the rows of a scenario.

        Raises:
            QueryError: The data cannot answer under it.
        """
        data = self._data(scenario.variation)
        if refusal := data.refusal(scenario.query):
            raise QueryError(refusal)
        return ScopedRows(data, scenario.query, Grouping())

    def _data(self, variation: Variation) -> Backend:
        if variation.is_none:
            return self.data
        if variation not in self._varied:
            self._varied[variation] = vary(self.data.require_users(), variation)
        return self._varied[variation]

    def metrics(self, scenario: Scenario, scope: Scope, owner: str) -> dict[str, Metric]:
        """Return the metrics that an owner has under a scenario, by key."""
        found = metrics_of(self.scoped(scenario), scope, owner)
        return {metric.key: metric for metric in found}

    def numbers(self, scenario: Scenario, places: tuple[Place, ...]) -> Numbers:
        """Return the numbers of places; null where a scenario has none.

        Raises:
            QueryError: The data cannot answer under the scenario.
            MissingExtraError: A package that it needs is not installed.
        """
        key = scenario, places
        if key not in self._known:
            # What machines did is counted apart, whether or not it counts as what people did.
            apart = [place for place in places if place.metric in _BY_MACHINES]
            found = self._compute(scenario, [one for one in places if one not in apart])
            found |= self._compute(scenario.varying(as_people=()), apart)
            self._known[key] = tuple(found.get(place) for place in places)
        return self._known[key]

    def _compute(self, scenario: Scenario, places: Sequence[Place]) -> dict[Place, Number]:
        scoped = self.scoped(scenario)
        found: dict[Place, Number] = {}
        for scope in dict.fromkeys(place.scope for place in places):
            own = [place for place in places if place.scope == scope]
            known = {
                owner: self.metrics(scenario, scope, owner) for owner in {p.owner for p in own}
            }
            # A metric may have other rows under other definitions, or none.
            own = [place for place in own if place.metric in known[place.owner]]
            wanted = [(place.owner, known[place.owner][place.metric]) for place in own]
            if wanted:
                found |= dict(zip(own, answer(scoped, scope, wanted)["value"], strict=True))
        return found
