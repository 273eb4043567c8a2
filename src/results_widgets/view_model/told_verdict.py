"""The verdict for readers who may not see single users."""

from results_widgets.experiments.study import Study
from results_widgets.experiments.units import HELD_BACK, TREATED
from results_widgets.experiments.verdict import Verdict
from results_widgets.results import Results
from results_widgets.results.summary import Conclusion, conclude


def told_verdict(results: Results, least: int) -> Verdict:
    """Return the verdict on results, without arms whose names may tell users apart.

    Args:
        results: As selected.
        least: Fewest users of an arm that nobody declared.
    """
    return verdict_without_rare(conclude(results), least)


def verdict_without_rare(concluded: Conclusion, least: int) -> Verdict:
    """Return a conclusion's verdict; where an arm nobody declared has fewer users, why it is not shown."""
    one = concluded.experiment
    rare = [] if one is None else rare_arms(one.study, least)
    if not rare:
        return concluded.verdict
    why = f"Not shown: {len(rare)} of its arms {'has' if len(rare) == 1 else 'have'} fewer than {least} users."
    return Verdict(concluded.verdict.kind, "The arms are not shown here", why)


def rare_arms(study: Study, least: int) -> list[str]:
    """Return the arms that nobody declared and that fewer users have: their names may tell users apart."""
    known = {HELD_BACK, TREATED, *(variant.id for variant in study.campaign.variants)}
    return [arm for arm in study.assignment.arms if arm not in known and study.users(arm) < least]
