"""The headline under each usual other rule, computed one rule at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from results_widgets.alternatives.usual import ATTRIBUTION, MODELS, Choice, usual_choices
from results_widgets.attribution.models import credited
from results_widgets.attribution.owners import Owners
from results_widgets.attribution.paths import Paths
from results_widgets.attribution.touches import find_touches
from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.calendar import SECOND
from results_widgets.engine.frames import BY
from results_widgets.engine.metrics.table import answer
from results_widgets.engine.query import Grouping, QueryScope
from results_widgets.errors import QueryError, ResultsError
from results_widgets.experiments.design import design_of
from results_widgets.experiments.outcomes import CONVERTED, find
from results_widgets.experiments.pairs import together
from results_widgets.experiments.run import run as experiment
from results_widgets.glossary import Metric
from results_widgets.reconciliation.scenario import Laboratory, Number, Place, Scenario
from results_widgets.reconciliation.trial import is_same

LIFT: Final = "lift"
CREDITED: Final = "conversions_attributed"
_VARIANT: Final = "variant"
_HALF_LIFE: Final = 7 * 24 * 3600 * SECOND
_DIGITS: Final = 9

Ranking = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A number under one other rule.

    Attributes:
        choice: The rule.
        value: The number; None where there is none.
        why: Why it cannot be computed; else empty.
    """

    choice: Choice
    value: Number
    why: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One number under every other rule.

    Attributes:
        key: Key of the metric, or `LIFT`.
        action: Id of the action that it is of; None for the campaign.
        metric: The metric; None for the lift.
        own: The number under its own rules.
        changed: The number under each other rule, in their order.
    """

    key: str
    action: str | None
    metric: Metric | None
    own: Number
    changed: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """What ranks first, second and so on.

    Attributes:
        of: ``actions`` or ``variants``.
        choice: The rule; None for the numbers' own.
        names: Their ids, best first.
    """

    of: str
    choice: Choice | None
    names: Ranking


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that was computed."""

    lines: tuple[Line, ...]
    ranked: tuple[Ranked, ...]


def sensitivity_of(data: UserBackend, query: QueryScope, metrics: Sequence[str]) -> Found:
    """Return the numbers under every usual other rule, and what ranks first under each.

    Args:
        data: The campaign's data.
        query: Of the numbers as they are.
        metrics: Keys of the campaign's numbers: of the glossary, and `LIFT`.
    """
    lab, base = Laboratory(data), Scenario(query)
    choices = list(usual_choices(lab, base))
    lines = [*_numbers(lab, base, choices, metrics), *_credits(lab, base, choices)]
    return Found(tuple(lines), (*_of_actions(lines), *_of_variants(lab, base, choices)))


def _numbers(
    lab: Laboratory, base: Scenario, choices: Sequence[Choice], metrics: Sequence[str]
) -> Iterator[Line]:
    known = lab.metrics(base, "campaign", "")
    places = tuple(Place("campaign", "", key) for key in metrics if key != LIFT)
    own = lab.numbers(base, places)
    others = [changed_under(lab, one, places) for one in choices]
    for at, place in enumerate(places):
        changed = tuple(found[at] for found in others)
        yield Line(place.metric, None, known.get(place.metric), own[at], changed)
    if LIFT in metrics:
        lifts = [Changed(one, *_lift_under(lab, one)) for one in choices]
        yield Line(LIFT, None, None, _lift(lab, base), tuple(lifts))


def changed_under(
    lab: Laboratory, choice: Choice, places: tuple[Place, ...]
) -> tuple[Changed, ...]:
    """Return the number of each place under a rule, or why the rule cannot be tried."""
    why = choice.why
    if choice.scenario is not None:
        try:
            numbers = lab.numbers(choice.scenario, places)
        except ResultsError as error:
            why = str(error)
        else:
            return tuple(Changed(choice, number) for number in numbers)
    return tuple(Changed(choice, None, why) for _ in places)


def _lift_under(lab: Laboratory, choice: Choice) -> tuple[Number, str]:
    if choice.scenario is None:
        return None, choice.why
    return _lift(lab, choice.scenario), ""


def _lift(lab: Laboratory, scenario: Scenario) -> Number:
    """Return how far the share of converted users lies above the control's; None where nothing is compared."""
    design = design_of(
        by=_VARIANT, control=None, metrics=None, window=None, level=0.95, adjust="holm",
        sequential=False, covariate=None, crossovers=None, trust=False,
    )  # fmt: skip
    try:
        scoped = lab.scoped(scenario)
        study = experiment(scoped.data.require_users(), scoped.query, design).study
        return together(study, find(study.outcomes, CONVERTED)).found.difference
    except ResultsError:
        return None


# ------------------------------------------------------------------------- credit and ranking


def _credits(lab: Laboratory, base: Scenario, choices: Sequence[Choice]) -> Iterator[Line]:
    """Yield the conversions of each action, also under other models of attribution."""
    actions = [action.id for action in lab.data.campaign.actions]
    places = tuple(Place("action", one, CREDITED) for one in actions)
    own = lab.numbers(base, places)
    under = [changed_under(lab, one, places) for one in choices]
    models = list(_models(lab, base))
    for at, action in enumerate(actions):
        known = lab.metrics(base, "action", action)
        if CREDITED in known:
            by_model = [Changed(one, credit[at]) for one, credit in models]
            others = (found[at] for found in under)
            yield Line(CREDITED, action, known[CREDITED], own[at], (*by_model, *others))


def _models(lab: Laboratory, base: Scenario) -> Iterator[tuple[Choice, list[float]]]:
    scoped = lab.scoped(base)
    owners = Owners.of(lab.data.campaign, "action")
    paths = Paths(find_touches(scoped, None, unconverted=False), owners)
    rules = base.definitions
    own = None if rules.lookback else rules.attribution
    for model in (one for one in MODELS if one != own):
        found = credited(paths, model, _HALF_LIFE)
        credit = dict(found.select("owner", "conversions").iter_rows())
        words = model.replace("_", " ")
        choice = Choice(ATTRIBUTION, "Attribution", words, base)
        yield choice, [credit.get(place, 0.0) for place in owners.places]


def _of_actions(lines: Sequence[Line]) -> Iterator[Ranked]:
    own = [line for line in lines if line.key == CREDITED]
    if len(own) <= 1:
        return
    yield Ranked("actions", None, _order([(line.action or "", line.own) for line in own]))
    for at, changed in enumerate(own[0].changed):
        values = [(line.action or "", line.changed[at].value) for line in own]
        if not changed.why:
            yield Ranked("actions", changed.choice, _order(values))


def _of_variants(lab: Laboratory, base: Scenario, choices: Sequence[Choice]) -> Iterator[Ranked]:
    """Yield the order of the declared variants by the rate of their entries that converted."""
    declared = [variant.id for variant in lab.data.campaign.variants]
    if len(declared) <= 1 or _VARIANT not in lab.data.breakdowns:
        return
    for choice in (None, *choices):
        scenario = base if choice is None else choice.scenario
        if scenario is not None:
            try:
                rates = _rates(lab, scenario)
            except ResultsError:
                continue
            yield Ranked("variants", choice, _order([(one, rates.get(one)) for one in declared]))


def _rates(lab: Laboratory, scenario: Scenario) -> dict[str, Number]:
    scoped = replace(lab.scoped(scenario), grouping=Grouping(by=_VARIANT))
    metric = lab.metrics(scenario, "campaign", "").get("converted_rate")
    if metric is None:
        raise QueryError("the converted rate is not among the numbers")
    found = answer(scoped, "campaign", [("", metric)])
    return {str(name): value for name, value in found.select(BY, "value").iter_rows()}


def _order(values: Sequence[tuple[str, Number]]) -> Ranking:
    """Return names by their values, the greatest first; equal ones as they were, those without one left out."""
    known = [(name, round(value, _DIGITS)) for name, value in values if value is not None]
    return tuple(name for name, _ in sorted(known, key=lambda pair: -pair[1]))


def ends_of(line: Line) -> tuple[Number, Number]:
    """Return the least and the greatest of a number, its own included; None where it has no own."""
    known = [one.value for one in line.changed if one.value is not None]
    return (
        (None, None)
        if line.own is None
        else (min(line.own, *known, line.own), max(line.own, *known, line.own))
    )


def most_of(line: Line) -> Changed | None:
    """Return the other rule that moves a number most; None where none does."""
    moved = [one for one in line.changed if moves(line, one)]
    return max(moved, key=lambda one: abs((one.value or 0) - (line.own or 0)), default=None)


def moves(line: Line, one: Changed) -> bool:
    """Whether a rule gives another number, which there is."""
    if one.value is None or line.own is None:
        return False
    return not is_same(one.value, line.own) and one.value != line.own
