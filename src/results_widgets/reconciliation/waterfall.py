"""The way from each of our numbers to theirs: one step for each rule, and what no rule explains."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from results_widgets.reconciliation.scenario import Number, Numbers
from results_widgets.reconciliation.theirs import Theirs
from results_widgets.reconciliation.trial import Search, Trial, is_same

REST: Final = "rest"
"""The last step of each number: what no cause explains."""

_COARSEST: Final = 0.005
"""Half of the last digit of a rate that is rounded as coarsely as anybody does: to whole per cents."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of one number.

    Attributes:
        cause: Key of the cause, or `REST`.
        change: What the rule adds; None if it cannot be tried.
        value: Our number after it.
        alone: What the rule adds if it is the only one changed; None if that cannot be tried.
        text: What is changed, or why it cannot be tried.
    """

    cause: str
    change: Number
    value: Number
    alone: Number
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One number of theirs beside ours.

    Attributes:
        given: As they have it.
        ours: Our number; None where there is none.
        theirs: Their number, as a fraction where it is a rate; None where they have none.
        steps: The way from ours to theirs; empty where either is None.
        why: Why the two cannot be compared; empty if they can.
        half_unit: Half of the last digit that their number is rounded to.
    """

    given: Theirs
    ours: Number
    theirs: Number
    steps: tuple[Step, ...]
    why: str
    half_unit: float

    @property
    def difference(self) -> Number:
        """Theirs less ours."""
        return None if self.ours is None or self.theirs is None else self.theirs - self.ours

    @property
    def rest(self) -> Number:
        """What no cause explains."""
        return self.steps[-1].change if self.steps else None

    @property
    def is_equal(self) -> bool:
        """Whether the two are equal as they stand."""
        return is_same(self.ours, self.theirs)

    @property
    def is_explained(self) -> bool:
        """Whether the causes lead to theirs, as far as it is written out."""
        return self.rest is not None and (self.rest == 0 or self.is_rounding)

    @property
    def is_rounding(self) -> bool:
        """Whether the rest is no more than what their number was rounded by."""
        return self.rest is not None and 0 < abs(self.rest) <= self.half_unit * (1 + 1e-9)


def lines_of(
    search: Search, trials: Sequence[Trial], theirs: Sequence[Theirs], scales: dict[int, float]
) -> list[Line]:
    """Return the way from each of our numbers to theirs.

    Args:
        search: Computes our numbers with rules changed.
        trials: What became of each cause.
        theirs: Their numbers as they have them.
        scales: What each of them is divided by, by its row.
    """
    ours = search.numbers({})
    way = _way(search, trials)
    digits: dict[float, int] = {}
    for one in theirs:
        # A number that is written without its last zeros was rounded as the others of its kind.
        scale = scales[one.row]
        if one.metric.unit == "rate":
            digits[scale] = max(digits.get(scale, 0), one.digits)
    found = []
    for place, one in enumerate(theirs):
        mine, their, scale = ours[place], search.theirs[place], scales[one.row]
        why = _why_not(one, mine, their)
        steps = () if why else tuple(_steps(place, mine, their, way))
        half = 0.0
        if one.metric.unit == "rate":
            half = min(0.5 * 10.0 ** -digits[scale] / scale, _COARSEST)
        found.append(Line(one, mine, their, steps, why, half))
    return found


def _way(search: Search, trials: Sequence[Trial]) -> list[tuple[Trial, Numbers | None]]:
    """Return the causes to be shown, each with our numbers once it and those before it are changed."""
    rules, found = {}, []
    for trial in trials:
        if trial.is_applied:
            rules[trial.cause.key] = trial.value
            found.append((trial, search.known(rules)))
        elif trial.status == "n/a":
            found.append((trial, None))
    return found


def _why_not(one: Theirs, mine: Number, their: Number) -> str:
    if their is None:
        return "n/a: they have no number"
    if mine is None:
        return f"n/a: {one.metric.missing or 'our rate has a denominator of 0'}"
    return ""


def _steps(
    place: int, mine: Number, their: Number, way: Sequence[tuple[Trial, Numbers | None]]
) -> Iterator[Step]:
    """Yield the steps of one number; they add up to the difference."""
    assert mine is not None
    assert their is not None
    value = mine
    for trial, numbers in way:
        after = None if numbers is None else numbers[place]
        first = None if trial.alone is None else trial.alone[place]
        alone = None if first is None else first - mine
        if after is None:
            why = trial.why or "there is no such number under this rule"
            yield Step(trial.cause.key, None, value, alone, f"n/a: {why}")
            continue
        yield Step(trial.cause.key, after - value, after, alone, trial.cause.words(trial.value))
        value = after
    rest = 0.0 if is_same(value, their) else their - value
    yield Step(REST, rest, their, None, "explained by no cause" if rest else "nothing is left")
