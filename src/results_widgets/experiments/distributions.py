"""Student's t and the chi-square distribution, by the standard library: a verdict needs no other package.

Each tail is added up from terms of one sign, so that small p-values keep their digits.
"""

from math import erfc, exp, inf, lgamma, log, log1p, pi, sqrt
from statistics import NormalDist
from typing import Final

NEAR: Final = 1e-15
"""A step that changes a number by less, in proportion, is the last."""

MANY: Final = 50
"""From so many on, Stirling's series tells a quotient of gammas to the last digit."""

STEPS: Final = 100_000


def chi_square_tail(statistic: float, freedom: int) -> float:
    """Return the chance of at least this much chi-square.

    Abramowitz, M., and Stegun, I. (1964), 26.4.4 and 26.4.5: finite sums, as degrees of freedom are whole.

    Args:
        statistic: The chi-square, not negative.
        freedom: Degrees of freedom, at least 1.
    """
    half = statistic / 2
    if not half:
        return 1.0
    odd = freedom % 2 / 2
    powers = (odd + step for step in range(freedom // 2))
    terms = (exp(power * log(half) - half - lgamma(power + 1)) for power in powers)
    return min(1.0, sum(terms) + (erfc(sqrt(half)) if odd else 0.0))


def t_tail(statistic: float, freedom: float) -> float:
    """Return the chance that Student's t is at least this far from 0, to either side.

    By the incomplete beta function: Abramowitz, M., and Stegun, I. (1964), 26.7.1 and 26.5.8.

    Args:
        statistic: The t.
        freedom: Degrees of freedom, above 0; Welch's are no whole number.
    """
    square = statistic * statistic / freedom
    if square in (0, inf):
        return 0.0 if square else 1.0
    x, rest = 1 / (1 + square), square / (1 + square)
    a = freedom / 2
    front = exp(0.5 * log(rest) - a * log1p(square) + _log_gamma_step(a)) / sqrt(pi)
    if x < (a + 1) / (a + 2.5):
        return min(1.0, front * _fraction(x, a, 0.5) / a)
    return max(0.0, 1 - front * _fraction(rest, 0.5, a) / 0.5)


def t_point(level: float, freedom: float) -> float:
    """Return how far from 0 Student's t lies at most with the chance of ``level``: 2.228 for 0.95 and 10.

    Args:
        level: Between 0 and 1.
        freedom: Degrees of freedom, above 0.
    """
    beyond = 1 - level
    low, high = 0.0, inf
    point = NormalDist().inv_cdf((1 + level) / 2)
    for _ in range(200):
        tail = t_tail(point, freedom)
        low, high = (point, high) if tail > beyond else (low, point)
        # Newton's step on the logarithm of the tail, which few degrees of freedom make long.
        step = point + tail * log(tail / beyond) / (2 * _t_density(point, freedom)) if tail else inf
        if not low < step < high:
            step = (low + high) / 2 if high < inf else 2 * point
        if abs(step - point) <= NEAR * 4 * point:
            return step
        point = step
    return point


def _t_density(statistic: float, freedom: float) -> float:
    power = -(freedom + 1) / 2 * log1p(statistic * statistic / freedom)
    return exp(power + _log_gamma_step(freedom / 2)) / sqrt(freedom * pi)


def _log_gamma_step(a: float) -> float:
    """Return the logarithm of gamma(a + 1/2) / gamma(a); logarithms of large gammas would lose its digits."""
    if a < MANY:
        return lgamma(a + 0.5) - lgamma(a)
    return log(a) / 2 - 1 / (8 * a) + 1 / (192 * a**3) - 1 / (640 * a**5)


def _fraction(x: float, a: float, b: float) -> float:
    """Return the continued fraction of the incomplete beta function, by Lentz's method.

    Lentz, W. J. (1976), Applied Optics 15, 668-671; it converges fast for x below (a + 1) / (a + b + 2).
    """
    total = after = 1 / (1 - (a + b) * x / (a + 1))
    before = 1.0
    for m in range(1, STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        last = total
        for term in (even, odd):
            after, before = 1 / (1 + term * after), 1 + term / before
            total *= after * before
        if abs(total - last) <= NEAR * abs(total):
            break
    return total
