"""Numbers and durations in words, the same in fallbacks, tables, pictures and the terminal."""

from typing import Final

from results_widgets.glossary import Metric
from results_widgets.results import Results

_SMALL_RATE: Final = 0.01
KEY_METRICS: Final = (
    "users",
    "unique_users",
    "engaged",
    "engagement_rate",
    "conversions",
    "conversion_rate",
)
"""What a summary in words shows, in order."""


def number(value: float | None, unit: str) -> str:
    """Return a number in words: thousands apart, rates in per cent, a dash where there is none."""
    if value is None:
        return "–"
    if unit == "rate":
        return f"{value:.2%}" if 0 < abs(value) < _SMALL_RATE else f"{value:.1%}"
    if unit == "seconds":
        return duration(value)
    return f"{value:,.2f}" if unit == "amount" else f"{value:,.0f}"


def marked(value: float | None, unit: str, estimate: object) -> str:
    """Return a number in words, marked where it is an estimate; of nobody there is nothing to estimate."""
    return ("≈ " if value and estimate else "") + number(value, unit)


def shown(results: Results, metric: Metric, value: float | None) -> str:
    """Return a metric's value in words, marked where it is an estimate."""
    return marked(value, metric.unit, results._session.estimate(metric))


def estimated(results: Results) -> str:
    """Return in a sentence what the mark of estimates means; empty where nothing is one."""
    found = [
        results._session.estimate(metric)
        for metric in results._session.metrics()
        if metric.unit == "users"
    ]
    return f"≈ distinct users are estimated: {found[0].within}." if found and found[0] else ""


def duration(seconds: float) -> str:
    """Return seconds in the largest unit that leaves a number over one."""
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {name}"
    return f"{seconds:.0f} s"
