"""Numbers, durations and sentences as text: the same in tables, images, static HTML and the terminal."""

from typing import Final

from results_widgets.engine.money import currency_of
from results_widgets.glossary import Metric
from results_widgets.results import Results

_SMALL_RATE: Final = 0.01


def key_metrics(results: Results) -> list[Metric]:
    """Return the metrics of a short summary, in order."""
    return [metric for metric in results._session.metrics() if metric.key_metric]


NOT_AVAILABLE: Final = "n/a"
"""Stands for what the source cannot say, which is neither 0 nor a rate of nothing."""


def format_number(value: float | None, unit: str, currency: str = "") -> str:
    """Return a number with thousands separators, a rate in per cent, an amount with its currency; a dash
    if there is none.
    """
    if value is None:
        return "–"
    if unit == "rate":
        return f"{value:.2%}" if 0 < abs(value) < _SMALL_RATE else f"{value:.1%}"
    if unit == "seconds":
        return format_seconds(value)
    if unit == "amount":
        return f"{value:,.2f} {currency}".rstrip()
    return f"{value:,.0f}"


def format_estimate(value: float | None, unit: str, estimate: object, currency: str = "") -> str:
    """Return a number as text, with ``≈`` if it is an estimate; zero never is one."""
    return ("≈ " if value and estimate else "") + format_number(value, unit, currency)


def format_metric(results: Results, metric: Metric, value: float | None) -> str:
    """Return a metric's value as text, with ``≈`` if it is an estimate; ``n/a`` if the source cannot say it."""
    if metric.missing:
        return NOT_AVAILABLE
    session = results._session
    is_amount = metric.unit == "amount"
    currency = currency_of(session.data, results.definitions) if is_amount else ""
    return format_estimate(value, metric.unit, session.estimate(metric), currency)


def estimate_note(results: Results) -> str:
    """Return the sentence that explains ``≈``; empty if every number is exact."""
    estimates = (
        results._session.estimate(m) for m in results._session.metrics() if m.unit == "users"
    )
    estimate = next(estimates, None)
    return f"≈ distinct users are estimated: {estimate.within}." if estimate else ""


def format_seconds(seconds: float) -> str:
    """Return a duration in the largest unit of which it has at least one: ``"2.5 h"``."""
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {name}"
    return f"{seconds:.0f} s"


def capitalized(text: str) -> str:
    """Return a text with its first letter in upper case and the rest as it is."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Return an error's text as a sentence: capitalised, with a full stop."""
    return f"{capitalized(text)}."
