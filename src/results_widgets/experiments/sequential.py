"""Intervals and p-values that stay valid however often somebody looks.

An ordinary 95 % interval misses the truth in one of twenty *looks*; stopping at the first daily look whose
interval excludes 0 is wrong far more often. An asymptotic confidence sequence holds for all looks
together: Waudby-Smith, I., Arbour, D., Sinha, R., Kennedy, E. H., and Ramdas, A. (2024), Annals of
Statistics 52, 2613-2640, theorem 2.2 with the normal mixture of equation 11.
"""

from dataclasses import replace
from math import exp, log, sqrt
from typing import Final

from results_widgets.experiments.estimates import Difference, relative
from results_widgets.experiments.moments import Moments

TIGHTEST_AT: Final = 10_000
"""The number of users at which the sequence is tightest; it has to be chosen before seeing the data, so it is
fixed."""


def always_valid(
    arm: Moments, control: Moments, level: float = 0.95
) -> tuple[float, float, float] | None:
    """Return low, high and p-value of the difference of two means or shares, valid at every look.

    Args:
        arm: Moments of the arm so far.
        control: Moments of the control so far.
        level: Level of all looks together.

    Returns:
        None while an arm has fewer than two users, or nothing varies.
    """
    if arm.variance is None or control.variance is None:
        return None
    error = arm.variance / arm.users + control.variance / control.users
    if error == 0 or arm.mean is None or control.mean is None:
        return None
    users, difference = arm.users + control.users, arm.mean - control.mean
    mixture = users * _rho_squared(level)
    boundary = 2 * (mixture + 1) / mixture
    half = sqrt(error * boundary * (log(mixture + 1) / 2 - log(1 - level)))
    # The level whose interval just touches 0.
    p = sqrt(mixture + 1) * exp(-(difference**2) / (error * boundary))
    return difference - half, difference + half, min(1.0, p)


def with_always_valid(
    found: Difference, arm: Moments, control: Moments, level: float = 0.95
) -> Difference:
    """Return a difference with intervals and a p-value that stay valid at every look.

    The relative interval is the delta method's on the logarithm, widened as the absolute one is.

    Args:
        found: The difference as of a single look.
        arm: Moments of the arm so far.
        control: Moments of the control so far.
        level: Level of all looks together.
    """
    valid, share, base = always_valid(arm, control, level), arm.mean, control.mean
    low = high = p = relative_low = relative_high = None
    method = "no always-valid interval yet"
    if valid is not None and arm.variance is not None and control.variance is not None:
        (low, high, p), method = valid, "always-valid interval (asymptotic confidence sequence)"
        own, other = arm.variance / arm.users, control.variance / control.users
        # How many standard errors the interval reaches to either side.
        reach = (high - low) / 2 / sqrt(own + other)
        if share and base:
            spread = own / share**2 + other / base**2
            _, relative_low, relative_high = relative(share, base, spread, reach)
    return replace(
        found,
        low=low,
        high=high,
        relative_low=relative_low,
        relative_high=relative_high,
        p_value=p,
        method=method,
    )


def _rho_squared(level: float) -> float:
    """Return the mixture's variance that makes the sequence tightest at `TIGHTEST_AT` users."""
    alpha = 1 - level
    return (-2 * log(alpha) + log(-2 * log(alpha) + 1)) / TIGHTEST_AT
