"""Comparisons beside those of the table: all treatments together, and treatments with one another."""

from dataclasses import dataclass

from results_widgets.experiments.estimates import Difference, adjusted_p_values
from results_widgets.experiments.outcomes import Outcome
from results_widgets.experiments.study import Study
from results_widgets.experiments.tables import verdict_on
from results_widgets.experiments.units import ALL, HELD_BACK


@dataclass(frozen=True, slots=True)
class Pair:
    """One metric compared between two arms.

    Attributes:
        arm: The arm; `ALL` for all treatments together.
        control: What it is compared with.
        outcome: The metric.
        found: The difference.
        users: Users of the arm, of whom the metric is known.
        p_adjusted: The p-value that counts; None where there is none.
        verdict: As in the table.
    """

    arm: str
    control: str
    outcome: Outcome
    found: Difference
    users: int
    p_adjusted: float | None
    verdict: str


def given_arms(study: Study) -> list[str]:
    """Return the treatments that got something."""
    return [arm for arm in study.assignment.treatments if arm != HELD_BACK] or [HELD_BACK]


def arms_of(study: Study, arm: str) -> list[str]:
    """Return the arms that a name of one or of `ALL` stands for."""
    return given_arms(study) if arm == ALL else [arm]


def base_of(study: Study) -> str | None:
    """Return the treatment that the others are compared with where the control is the held back."""
    given = given_arms(study)
    if study.assignment.control != HELD_BACK or len(given) <= 1:
        return None
    marked = study.campaign.control
    return marked.id if marked is not None and marked.id in given else given[0]


def pairs_of(study: Study, outcome: Outcome) -> list[Pair]:
    """Return a metric's comparisons of treatments with one another, where all are compared with the held back.

    P-values are adjusted for how many of these there are.
    """
    base = base_of(study)
    if base is None:
        return []
    arms = [arm for arm in given_arms(study) if arm != base]
    found = [study.estimate(outcome, [arm], base)[:2] for arm in arms]
    adjusted = adjusted_p_values([one.p_value for one, _ in found], study.design.adjust)
    wrong = study.mismatch() is not None
    return [
        Pair(
            *(arm, base, outcome, one, own.users, p),
            _verdict(study, (outcome, arm, base), one, p, wrong=wrong),
        )
        for arm, (one, own), p in zip(arms, found, adjusted, strict=True)
    ]


def together(study: Study, outcome: Outcome) -> Pair:
    """Return a metric's comparison of all treatments together with their control: one test of its own."""
    control, given = study.assignment.control, given_arms(study)
    found, own, _ = study.estimate(outcome, given, control)
    early = all(study.is_early(outcome, arm, control) for arm in given)
    wrong, p = study.mismatch() is not None, found.p_value
    verdict = verdict_on(study, outcome, found, p, early=early, wrong=wrong)
    return Pair(ALL, control, outcome, found, own.users, p, verdict)


def _verdict(
    study: Study,
    compared: tuple[Outcome, str, str],
    found: Difference,
    p: float | None,
    *,
    wrong: bool,
) -> str:
    early = found.difference is None or study.is_early(*compared)
    return verdict_on(study, compared[0], found, p, early=early, wrong=wrong)
