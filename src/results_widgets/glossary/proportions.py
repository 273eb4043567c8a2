"""Which metrics are proportions: of each thing below the line at most one stands above it.

Only these have intervals. A ratio of another kind (opens of deliveries, value per entry) may exceed 1, or
vary more than a proportion would, even where its value happens to lie below 1.
"""

from results_widgets.glossary.metric import Count, Metric, Ratio
from results_widgets.glossary.rows import Conversions, Entries, Reached


def is_proportion(metric: Metric, *, converts_once: bool) -> bool:
    """Whether a metric is a proportion, by its declaration and by what the goal counts.

    Distinct users, entries and users dropped off count once each. Single events do where a message has
    at most one of them, conversions where an entry has at most one.

    Args:
        metric: The metric.
        converts_once: Whether an entry converts at most once.
    """
    measure = metric.measure
    if not isinstance(measure, Ratio) or metric.unit != "rate":
        return False
    above = measure.numerator
    if not isinstance(above.measure, Count):
        return True
    if isinstance(above.measure.rows, Conversions):
        return converts_once
    return above.once or isinstance(above.measure.rows, Entries | Reached)
