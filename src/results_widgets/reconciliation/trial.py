"""Which rules lead from our numbers to theirs: those that were told, and those that bring ours nearer."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from results_widgets.errors import ResultsError
from results_widgets.reconciliation.causes import CAUSES, Cause
from results_widgets.reconciliation.scenario import Laboratory, Number, Numbers, Place, Scenario

Status = Literal["told", "assumed", "same", "tried", "not told", "n/a"]
"""How a cause stands: told and other than ours; assumed, since it brings ours nearer; told and the same as
ours; tried without bringing ours nearer; not told, and there is nothing to try; cannot be tried.
"""

SAME: Final = 1e-9
"""Numbers that differ by less than this share of themselves are equal."""

_WORTH: Final = 0.2
"""The share that a rule has to explain of the differences that it touches to be assumed, unless more numbers
become equal by it.
"""


@dataclass(frozen=True)
class Trial:
    """What became of one cause.

    Attributes:
        cause: The cause.
        status: How it stands.
        value: Their rule: told, or tried.
        why: Why it cannot be tried; else empty.
        alone: Our numbers with this one rule changed; None where it was not.
    """

    cause: Cause
    status: Status
    value: Hashable = None
    why: str = ""
    alone: Numbers | None = None

    @property
    def is_applied(self) -> bool:
        """Whether the rule is changed on the way to their numbers."""
        return self.status in ("told", "assumed")


@dataclass(frozen=True)
class Search:
    """Finds the rules.

    Attributes:
        lab: Computes the numbers.
        ours: The scenario of our own numbers.
        places: Where the numbers stand.
        theirs: Their numbers there.
    """

    lab: Laboratory
    ours: Scenario
    places: tuple[Place, ...]
    theirs: Sequence[Number]
    _refused: dict[str, str] = field(default_factory=dict, init=False)

    def trials(self, told: Mapping[str, Any], *, guess: bool) -> list[Trial]:
        """Return what became of each cause, in their order.

        Args:
            told: The rules that were told, by the key of their cause.
            guess: Whether rules that were not told are tried, and assumed where they bring ours nearer.
        """
        wanted = {cause.key: cause for cause in CAUSES}
        differing = {
            key: value for key, value in told.items() if wanted[key].read(self.ours) != value
        }
        applied: dict[str, Hashable] = {}
        for cause in CAUSES:
            # A rule that cannot be changed is said to be so, and left out of the way.
            if cause.key in differing and self._try(cause, differing[cause.key], applied):
                applied[cause.key] = differing[cause.key]
        guesses: dict[str, Hashable] = {}
        for cause in CAUSES if guess else ():
            if cause.key not in told and cause.other is not None:
                value = cause.other(cause.read(self.ours))
                if self._try(cause, value, applied):
                    guesses[cause.key] = value
        assumed = self._assumed(applied, guesses)
        return [self._trial(cause, told, {**guesses, **differing}, assumed) for cause in CAUSES]

    def _trial(
        self,
        cause: Cause,
        told: Mapping[str, Any],
        tried: Mapping[str, Any],
        assumed: Iterable[str],
    ) -> Trial:
        key = cause.key
        if key in self._refused:
            value = told.get(key, cause.read(self.ours))
            return Trial(cause, "n/a", value, self._refused[key])
        if key not in tried:
            return Trial(cause, "same" if key in told else "not told", cause.read(self.ours))
        alone = self.known({key: tried[key]})
        status: Status = "told" if key in told else "assumed" if key in assumed else "tried"
        return Trial(cause, status, tried[key], alone=alone)

    def numbers(self, rules: Mapping[str, Hashable]) -> Numbers:
        """Return our numbers with some rules changed."""
        scenario = self.ours
        for cause in CAUSES:
            if cause.key in rules:
                scenario = cause.change(scenario, rules[cause.key])
        return self.lab.numbers(scenario, self.places)

    def known(self, rules: Mapping[str, Hashable]) -> Numbers | None:
        """Return our numbers with some rules changed; None where the data cannot answer under all of them."""
        try:
            return self.numbers(rules)
        except ResultsError:
            return None

    def _try(self, cause: Cause, value: Hashable, applied: Mapping[str, Hashable]) -> bool:
        """Whether a rule can be changed on this data, with those applied; remembers why not."""
        why = cause.missing(self.lab.data)
        if not why:
            try:
                self.numbers({**applied, cause.key: value})
            except ResultsError as error:
                why = str(error)
        if why:
            self._refused[cause.key] = why
        return not why

    def _assumed(
        self, applied: Mapping[str, Hashable], guesses: Mapping[str, Hashable]
    ) -> list[str]:
        """Return the untold rules that bring our numbers nearer to theirs: the best one first, then the best
        on top of it, until none does.
        """
        rules = dict(applied)
        chosen: list[str] = []
        before = self._distances(self.numbers(rules))
        while True:
            left = [key for key in guesses if key not in chosen]
            tried = {key: self.known({**rules, key: guesses[key]}) for key in left}
            found = {
                key: self._distances(numbers)
                for key, numbers in tried.items()
                if numbers is not None
            }
            worth = [key for key in found if is_worth(before, found[key])]
            if not worth:
                return chosen
            key = min(worth, key=lambda one: sum(found[one]))
            before, rules = found[key], {**rules, key: guesses[key]}
            chosen.append(key)

    def _distances(self, numbers: Numbers) -> list[float]:
        """Return how far each number is from theirs, as a share of the larger one."""
        return [
            1.0 if mine is None else _apart(mine, theirs)
            for mine, theirs in zip(numbers, self.theirs, strict=True)
            if theirs is not None
        ]


def is_worth(before: Sequence[float], after: Sequence[float]) -> bool:
    """Whether a rule explains enough of the numbers that it changes to be assumed."""
    changed = [pair for pair in zip(before, after, strict=True) if abs(pair[0] - pair[1]) > SAME]
    was, now = (sum(pair[side] for pair in changed) for side in (0, 1))
    equal_before, equal_after = (sum(one <= SAME for one in each) for each in (before, after))
    return now < was and (was - now >= _WORTH * was or equal_after > equal_before)


def _apart(one: float, other: float) -> float:
    return 0.0 if one == other else abs(one - other) / max(abs(one), abs(other))


def is_same(one: Number, other: Number) -> bool:
    """Whether two numbers are equal but for the last digits of a computation."""
    return one is not None and other is not None and _apart(one, other) <= SAME
