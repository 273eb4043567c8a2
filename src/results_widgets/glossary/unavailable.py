"""Metrics that the source can say nothing of: null, with the reason, and so is every rate on them."""

from dataclasses import dataclass, replace
from functools import lru_cache

from results_widgets.glossary.metric import Difference, EntriesWith, Metric, Ratio
from results_widgets.glossary.rows import Conversions, Entries, Reached, RoleEvents


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Why a source cannot say some things; empty where it can.

    Attributes:
        entries: Why nobody knows who entered.
        conversions: Why nobody knows who converted.
        received: Why nobody knows who received the action.
    """

    entries: str = ""
    conversions: str = ""
    received: str = ""

    def __bool__(self) -> bool:
        return bool(self.entries or self.conversions or self.received)


@lru_cache(maxsize=256)
def without(metrics: tuple[Metric, ...], why: Unavailable) -> tuple[Metric, ...]:
    """Return metrics, those marked as missing that the source can say nothing of."""
    return tuple(_marked(metric, why) for metric in metrics)


def _marked(metric: Metric, why: Unavailable) -> Metric:
    measure = metric.measure
    if isinstance(measure, Ratio):
        numerator, denominator = (_marked(side, why) for side in metric.sides)
        missing = metric.missing or numerator.missing or denominator.missing
        return replace(metric, measure=Ratio(numerator, denominator), missing=missing)
    if isinstance(measure, Difference):
        return replace(metric, missing=metric.missing or _marked(measure.whole, why).missing)
    return replace(metric, missing=metric.missing or _reason(metric, why))


def _reason(metric: Metric, why: Unavailable) -> str:
    rows = metric.rows
    if isinstance(rows, Conversions) or isinstance(metric.measure, EntriesWith):
        return why.conversions or why.entries
    if isinstance(rows, Entries):
        # The held back are told by an event of their own.
        return "" if rows.held_back else why.entries
    if isinstance(rows, Reached):
        return why.received or why.entries
    if isinstance(rows, RoleEvents):
        return why.received if rows.role == "received" else ""
    return ""
