"""The difference between two arms: its size, interval and p-value, absolute and relative.

Shares and means have methods of their own; both work on `Moments`, so that no user is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log, sqrt
from typing import Literal

from results_widgets.engine.statistics import (
    SMALL_CELL,
    benjamini_hochberg,
    fisher_exact,
    holm,
    newcombe,
    pooled_test,
    z_of,
)
from results_widgets.experiments.distributions import t_point, t_tail
from results_widgets.experiments.moments import Moments

Adjust = Literal["holm", "fdr"]


@dataclass(frozen=True, slots=True)
class Difference:
    """How one arm differs from its control in one metric.

    Attributes:
        value: Metric of the arm: a share, or a mean per user.
        control_value: Metric of the control.
        difference: ``value - control_value``.
        low: Lower end of its interval.
        high: Upper end of its interval.
        relative: ``value / control_value - 1``; None where the control's value is not above 0.
        relative_low: Lower end of its interval; None where either value is not above 0.
        relative_high: Upper end of its interval.
        p_value: Two-sided p-value of no difference; None where it cannot be computed.
        method: How interval and p-value were made.
    """

    value: float | None
    control_value: float | None
    difference: float | None
    low: float | None
    high: float | None
    relative: float | None
    relative_low: float | None
    relative_high: float | None
    p_value: float | None
    method: str


def compare_shares(arm: Moments, control: Moments, level: float = 0.95) -> Difference:
    """Return the difference of two shares of users.

    The interval is Newcombe's hybrid score interval without continuity correction: Newcombe, R. G.
    (1998), Statistics in Medicine 17, 873-890, method 10. The p-value is of the pooled two-proportion
    test, or Fisher's exact one where a cell of the table holds fewer than 5 users. The relative
    difference has a delta-method interval on the logarithm: Katz, D. et al. (1978), Biometrics 34,
    469-474.

    Args:
        arm: Moments of the arm, as `Moments.of_share` makes them.
        control: Moments of the control.
        level: Level of the interval.
    """
    if not arm.users or not control.users:
        return _nothing(arm, control, "no users")
    hits, other = round(arm.total), round(control.total)
    table = (hits, arm.users, other, control.users)
    share, base = hits / arm.users, other / control.users
    low, high = newcombe(*table, z_of(level))
    exact = min(hits, arm.users - hits, other, control.users - other) < SMALL_CELL
    spread = (1 - share) / (arm.users * share) if share else inf
    base_spread = (1 - base) / (control.users * base) if base else inf
    return Difference(
        share,
        base,
        share - base,
        low,
        high,
        *relative(share, base, spread + base_spread, z_of(level)),
        fisher_exact(*table) if exact else pooled_test(*table),
        f"Newcombe's interval, {'Fisher exact test' if exact else 'pooled two-proportion test'}",
    )


def relative(
    value: float, base: float, spread: float, reach: float
) -> tuple[float | None, float | None, float | None]:
    """Return a ratio less 1 with its delta-method interval on the logarithm.

    Args:
        value: What is divided.
        base: What it is divided by.
        spread: Variance of the ratio's logarithm.
        reach: How many standard errors the interval reaches to either side.
    """
    if base <= 0:
        return None, None, None
    ratio = value / base
    if ratio <= 0 or spread == inf:
        return ratio - 1, None, None
    half = reach * sqrt(spread)
    return ratio - 1, exp(log(ratio) - half) - 1, exp(log(ratio) + half) - 1


def compare_means(arm: Moments, control: Moments, level: float = 0.95) -> Difference:
    """Return the difference of two means per user.

    Interval and p-value are Welch's, with the Welch-Satterthwaite degrees of freedom: Welch, B. L.
    (1947), Biometrika 34, 28-35. The relative difference has a delta-method interval on the
    logarithm. Without two users and some spread there is neither interval nor p-value.

    Args:
        arm: Moments of the arm.
        control: Moments of the control.
        level: Level of the interval.
    """
    mean, base = arm.mean, control.mean
    variance, base_variance = arm.variance, control.variance
    if mean is None or base is None or variance is None or base_variance is None:
        return _nothing(arm, control, "too few users")
    own, other = variance / arm.users, base_variance / control.users
    difference, error = mean - base, own + other
    if error == 0:
        return _nothing(arm, control, "no spread")
    freedom = error**2 / (own**2 / (arm.users - 1) + other**2 / (control.users - 1))
    half = t_point(level, freedom) * sqrt(error)
    p = t_tail(difference / sqrt(error), freedom)
    spread = own / mean**2 if mean else inf
    base_spread = other / base**2 if base else inf
    return Difference(
        mean,
        base,
        difference,
        difference - half,
        difference + half,
        *relative(mean, base, spread + base_spread, z_of(level)),
        p,
        "Welch's t-test",
    )


def pooled_coefficient(arms: Sequence[Moments]) -> tuple[float, float]:
    """Return CUPED's coefficient, pooled within arms, and the covariate's mean over all of them.

    Within arms, so that a difference between arms does not count as a relation of metric and
    covariate. 0 where the covariate does not vary. Deng, A. et al. (2013), WSDM, 123-132.
    """
    covariance = sum((one.covariance or 0.0) * (one.users - 1) for one in arms if one.users)
    variance = sum((one.covariate_variance or 0.0) * (one.users - 1) for one in arms if one.users)
    users = sum(one.users for one in arms)
    centre = sum(one.covariate for one in arms) / users if users else 0.0
    return (covariance / variance if variance else 0.0), centre


def adjusted_p_values(p_values: Sequence[float | None], by: Adjust | None) -> list[float | None]:
    """Return the p-values adjusted for how many there are; None stays None and does not count.

    Args:
        p_values: One of each comparison.
        by: ``holm`` holds the chance of any false finding, ``fdr`` the expected share of false ones
            among the findings; None leaves them as they are.
    """
    known = [(place, p) for place, p in enumerate(p_values) if p is not None]
    values = [p for _, p in known]
    if by is not None:
        values = holm(values) if by == "holm" else benjamini_hochberg(values)
    adjusted: list[float | None] = [None] * len(p_values)
    for (place, _), value in zip(known, values, strict=True):
        adjusted[place] = value
    return adjusted


def _nothing(arm: Moments, control: Moments, reason: str) -> Difference:
    value, base = arm.mean, control.mean
    difference = None if value is None or base is None else value - base
    relative = value / base - 1 if value is not None and base is not None and base > 0 else None
    return Difference(value, base, difference, None, None, relative, None, None, None, reason)
