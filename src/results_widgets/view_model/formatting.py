"""Metrics and sentences as text: the same in tables, images, static HTML and the terminal."""

from typing import Final

from results_widgets._shared import shared
from results_widgets.engine.money import currency_of
from results_widgets.glossary import Metric
from results_widgets.locales import THIN, Locale
from results_widgets.results import Results


def key_metrics(results: Results) -> list[Metric]:
    """Return the metrics of a short summary, in order."""
    return [metric for metric in results._session.metrics() if metric.key_metric]


FEW: Final[int] = shared("chart")["few"]
"""A rate of fewer says little, and is shown to."""

NOT_AVAILABLE: Final = "n/a"
"""Stands for what the source cannot say, which is neither 0 nor a rate of nothing."""


def format_estimate(
    value: float | None, unit: str, estimate: object, locale: Locale, currency: str = ""
) -> str:
    """Return a number as text, an amount with its currency, and ``≈`` if it is an estimate; zero never is one."""
    text = locale.value(value, unit)
    if unit == "amount" and value is not None and currency:
        text = f"{text}{THIN}{currency}"
    return f"≈{THIN}{text}" if value and estimate else text


def format_behind(base: float | None, low: float | None, high: float | None, locale: Locale) -> str:
    """Return what stands behind a rate as text: its interval, and its base where that is small; else empty.

    Args:
        base: What it is taken of.
        low: Lower end of its interval; None where it has none.
        high: Upper end.
        locale: How numbers are written.
    """
    parts = []
    if low is not None and high is not None:
        parts.append(f"{locale.value(low, 'rate')} to {locale.value(high, 'rate')}")
    if base is not None and 0 < base < FEW:
        parts.append(f"of only {locale.value(base, 'count')}")
    return ", ".join(parts)


def format_metric(results: Results, metric: Metric, value: float | None) -> str:
    """Return a metric's value as text, with ``≈`` if it is an estimate; ``n/a`` if the source cannot say it."""
    if metric.missing:
        return NOT_AVAILABLE
    session = results._session
    is_amount = metric.unit == "amount"
    currency = currency_of(session.data, results.definitions) if is_amount else ""
    estimate = session.estimate(metric)
    return format_estimate(value, metric.unit, estimate, session.locale, currency)


def estimate_note(results: Results) -> str:
    """Return the sentence that explains ``≈``; empty if every number is exact."""
    estimates = (
        results._session.estimate(m) for m in results._session.metrics() if m.unit == "users"
    )
    estimate = next(estimates, None)
    return f"≈ distinct users are estimated: {estimate.within}." if estimate else ""


def capitalized(text: str) -> str:
    """Return a text with its first letter in upper case and the rest as it is."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Return an error's text as a sentence: capitalised, with a full stop."""
    return f"{capitalized(text)}."
