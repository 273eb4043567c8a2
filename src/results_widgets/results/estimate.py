"""Which metrics are estimates when users are counted by sketches, and how far off they may be."""

from typing import Final, NamedTuple

from results_widgets.definitions import Definitions
from results_widgets.engine.rollup.sketches import BOUND
from results_widgets.glossary import Metric

_WITHIN: Final = f"{BOUND:.2%}".replace("%", "\u202f%")
_SURE: Final = "in 99.7 of 100 cases"
_USERS: Final = ("users_received", "parent_users_received", "dropped_off")


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


def estimate_of(metric: Metric, definitions: Definitions) -> Estimate | None:
    """Return how far off a metric may be when users are counted by sketches; None if it counts no users."""
    if metric.unit == "users":
        return Estimate(f"within {_WITHIN} {_SURE}")
    top, bottom = (
        side is not None and _counts_users(side, definitions)
        for side in (metric.numerator, metric.denominator)
    )
    if metric.numerator == "dropped_off":
        words = f"within {_WITHIN} of the users of both actions {_SURE}"
    elif top and bottom:
        words = f"both its numbers within {_WITHIN} {_SURE}"
    else:
        words = f"within {_WITHIN} of its value {_SURE}"
    return Estimate(words, top, bottom) if top or bottom else None


def _counts_users(key: str, definitions: Definitions) -> bool:
    """Whether a side of a rate counts distinct users; metrics that a definition set adds up may count rows."""
    terms = {"engaged": definitions.engaged, "engaged_base": definitions.engaged_base}
    if added := terms.get(key):
        return any(term.startswith("unique_") for _, term in added)
    return key in terms or key in _USERS or key.startswith("unique_")
