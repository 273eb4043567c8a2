"""Numbers as text: the same in frames for print, tables, images, static HTML, reports and the terminal."""

import re
from typing import Final

from results_widgets._shared import shared
from results_widgets.engine.money import currency_of
from results_widgets.glossary import Metric
from results_widgets.locales import THIN, Locale
from results_widgets.results.session import HasSession, Session

FEW: Final[int] = shared("chart")["few"]
"""A rate with a smaller denominator says little, which is shown."""

NOT_AVAILABLE: Final = "n/a"
"""Shown where the source cannot provide a number, which differs from 0 and from a rate with a denominator of 0."""

_HUNDRED: Final = 100
"""From this many per unit of the base on, no decimals are written."""
_COUNTED: Final = re.compile(r"(.*?)(ies|s)( .*)?")
"""A base that can be counted, such as "entries" and "entries reached": its name without the plural's end."""


def base_of(metric: Metric, count: float | None = None) -> str:
    """Return what a rate is a share of, in a word or two: "entries"; empty if it is not a rate.

    Args:
        metric: The rate.
        count: How many of them follow: "entry" where it is one.
    """
    if metric.denominator is None:
        return ""
    return counted_base(metric.sides[1].label.lower(), count)


def counted_base(base: str, count: float | None) -> str:
    """Return a base as it follows how many of it there are: "entries", "entry" where it is one."""
    one = _one_of(base) if count == 1 else None
    return "".join(one) if one else base


def format_value(value: float | None, unit: str, locale: Locale, base: str = "") -> str:
    """Return a number as text; a rate above 100 % of a base that can be counted is "14.7 per entry".

    Args:
        value: The number; None has a dash.
        unit: Its unit in the glossary.
        locale: How numbers are written.
        base: Of a rate, what it is a share of, as `base_of` names it.
    """
    one = per_one(base)
    if unit == "rate" and value is not None and value > 1 and one:
        return f"{locale.number(value, 1 if value < _HUNDRED else 0)} {one}"
    return locale.value(value, unit)


def per_one(base: str) -> str:
    """Return the unit of a rate above 100 %: "per entry"; empty if the base cannot be counted."""
    one = _one_of(base)
    return f"per {one[0]}" if one else ""


def _one_of(base: str) -> tuple[str, str] | None:
    """Return a base that can be counted as one, and what follows it: "entry" and " reached"."""
    counted = _COUNTED.fullmatch(base)
    if not counted:
        return None
    return f"{counted[1]}{'y' if counted[2] == 'ies' else ''}", counted[3] or ""


def format_estimate(
    value: float | None,
    unit: str,
    estimate: object,
    locale: Locale,
    currency: str = "",
    base: str = "",
) -> str:
    """Return a number as text, an amount with its currency, and ``≈`` if it is an estimate; zero never is one."""
    text = format_value(value, unit, locale, base)
    if unit == "amount" and value is not None and currency:
        text = locale.with_currency(text, currency)
    return f"≈{THIN}{text}" if value and estimate else text


def format_behind(base: float | None, low: float | None, high: float | None, locale: Locale) -> str:
    """Return a rate's interval, and its base where that is small, as text; otherwise empty.

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


def format_metric(session: Session, metric: Metric, value: float | None) -> str:
    """Return a metric's value as text, with ``≈`` if it is an estimate; ``n/a`` if the source cannot say it."""
    if metric.missing:
        return NOT_AVAILABLE
    is_amount = metric.unit == "amount"
    currency = currency_of(session.data, session.query.definitions) if is_amount else ""
    estimate = session.estimate(metric)
    return format_estimate(value, metric.unit, estimate, session.locale, currency, base_of(metric))


def estimate_note(results: HasSession) -> str:
    """Return the sentence that explains ``≈``; empty if every number is exact."""
    estimates = (
        results._session.estimate(m) for m in results._session.metrics() if m.unit == "users"
    )
    estimate = next(estimates, None)
    return f"≈ distinct users are estimated: {estimate.within}." if estimate else ""
