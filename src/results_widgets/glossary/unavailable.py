"""Metrics that the source can say nothing of: null, with the reason, and so is every rate on them."""

from dataclasses import dataclass, replace
from functools import lru_cache

from results_widgets.glossary.metric import Difference, Metric, Ratio
from results_widgets.glossary.rows import Conversions, Entries, Events, Reached, RoleEvents


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Why a source cannot say some things; empty where it can.

    Attributes:
        entries: Why nobody knows who entered.
        conversions: Why nobody knows who converted.
        received: Why nobody knows who received the action.
        held_back: Why nobody knows who was held back.
        exits: Why nobody knows who left.
        engaged: Why nobody knows who interacted.
    """

    entries: str = ""
    conversions: str = ""
    received: str = ""
    held_back: str = ""
    exits: str = ""
    engaged: str = ""


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
    if metric.defined_by == "engaged":
        return why.engaged
    rows = metric.rows
    if isinstance(rows, Conversions):
        whose = why.held_back if rows.held_back else why.entries
        return why.conversions or whose
    if isinstance(rows, Entries):
        return why.held_back if rows.held_back else why.entries
    if isinstance(rows, Reached):
        return why.received or why.entries
    if isinstance(rows, RoleEvents):
        return why.received if rows.role == "received" else ""
    return why.exits if isinstance(rows, Events) and rows.names == ("exited",) else ""
