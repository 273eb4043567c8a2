"""How a difference looked at the end of each day, with the interval that is valid at every look."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from results_widgets.experiments.outcomes import Outcome
from results_widgets.experiments.study import Study

MOST_LOOKS: Final = 120
"""Of longer experiments so many looks are computed, evenly apart, the last one included."""


@dataclass(frozen=True, slots=True)
class Look:
    """A difference at the end of a day, over users ripe by then.

    Attributes:
        day: The local day, in days since 1970.
        difference: The difference.
        low: Lower end of its always-valid interval; None while there is none.
        high: Upper end.
    """

    day: int
    difference: float | None
    low: float | None
    high: float | None

    @property
    def is_clear(self) -> bool:
        """Whether the interval excludes 0."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def days_of(study: Study) -> list[int]:
    """Return the days on which windows ended, first to last without gaps."""
    ripe = [cell.day for cell in study.cells if cell.ripe]
    return list(range(min(ripe), max(ripe) + 1)) if ripe else []


def looks_of(
    study: Study, outcome: Outcome, arms: Sequence[str], control: str, most: int = MOST_LOOKS
) -> list[Look]:
    """Return the looks at a difference, a day each.

    Args:
        study: The experiment.
        outcome: The metric.
        arms: What is compared, together.
        control: What it is compared with.
        most: How many looks there are at most.
    """
    looking = replace(study, design=replace(study.design, sequential=True))
    days = days_of(study)
    step = -(-len(days) // most)
    found = []
    for day in reversed(days[::-1][:: step or 1]):
        one, _, _ = looking.estimate(outcome, arms, control, day)
        found.append(Look(day, one.difference, one.low, one.high))
    return found


def clear_since(looks: Sequence[Look]) -> int | None:
    """Return the day from which on every look excluded 0; None if the last does not."""
    since = None
    for look in reversed(looks):
        if not look.is_clear:
            break
        since = look.day
    return since
