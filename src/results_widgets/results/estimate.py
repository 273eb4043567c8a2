"""Which metrics are estimates when users are counted by sketches, and how far off they may be."""

from typing import Final, NamedTuple

from results_widgets.engine.rollup.sketches import BOUND
from results_widgets.glossary import Difference, Metric, Ratio
from results_widgets.locales import Locale

_SURE: Final = "in 99.7 of 100 cases"


class Estimate(NamedTuple):
    """How far off a metric may be.

    Attributes:
        within: In words, "within 1.75 % in 99.7 of 100 cases".
        numerator: Whether the numerator of a rate is an estimate.
        denominator: Whether its denominator is one.
    """

    within: str
    numerator: bool = False
    denominator: bool = False


def estimate_of(metric: Metric, locale: Locale) -> Estimate | None:
    """Return how far off a metric may be when users are counted by sketches; None if it counts no users."""
    bound = locale.percent.format(locale.number(BOUND * 100))
    if metric.unit in ("users", "entries"):
        return Estimate(f"within {bound} {_SURE}")
    if not isinstance(metric.measure, Ratio) or not metric.counts_users:
        return None
    top, bottom = (side.counts_users for side in metric.sides)
    if isinstance(metric.measure.numerator.measure, Difference):
        words = f"within {bound} of the users of both actions {_SURE}"
    elif top and bottom:
        words = f"both its numbers within {bound} {_SURE}"
    else:
        words = f"within {bound} of its value {_SURE}"
    return Estimate(words, top, bottom)
