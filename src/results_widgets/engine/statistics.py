"""Intervals of shares and of their differences, tests of two shares, and p-values of many tests."""

from collections.abc import Sequence
from math import erfc, exp, lgamma, sqrt
from statistics import NormalDist
from typing import Final, SupportsFloat, TypeVar

import polars as pl

from results_widgets.errors import QueryError

Z_95: Final = 1.959963984540054
"""Two-sided 95 % point of the normal distribution."""

SMALL_CELL: Final = 5
"""Below this many expected users in a cell, the normal approximation is too poor."""

Number = TypeVar("Number", float, pl.Expr)


def _wilson(k: Number, n: Number, z: float) -> tuple[Number, Number]:
    """Return the centre and half the width of Wilson's score interval, of numbers or of columns.

    Wilson, E. B. (1927), JASA 22, 209-212.
    """
    share = k / n
    scale = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / scale
    half = z / scale * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return centre, half


def z_of(level: float) -> float:
    """Return the two-sided point of the normal distribution for a level, 1.96 for 0.95."""
    return NormalDist().inv_cdf((1 + level) / 2)


def check_level(level: object, name: str) -> float:
    """Return the level of an interval, checked.

    Args:
        level: The level.
        name: What its argument is called.

    Raises:
        QueryError: It is not a number between 0 and 1.
    """
    number = float(level) if isinstance(level, SupportsFloat) else 0.0
    # If the level is so near 1 that half of the rest rounds to 0, the only interval is the whole line.
    if isinstance(level, bool) or not (number > 0 and (1 + number) / 2 < 1):
        raise QueryError(f"{name} is {level!r}; it lies between 0 and 1, such as 0.95 for 95 %")
    return number


def with_interval(
    frame: pl.DataFrame, z: float = Z_95, proportions: pl.Expr | None = None
) -> pl.DataFrame:
    """Add ``low`` and ``high`` (Float64): Wilson's score interval of numerator / denominator.

    Null where there is no denominator, or where the numerator is no part of it.

    Args:
        frame: Has numerator and denominator.
        z: Two-sided point of the normal distribution.
        proportions: Which rows are proportions, the others get none; None: all.
    """
    k, n = pl.col("numerator"), pl.col("denominator")
    is_share = (n > 0) & (k >= 0) & (k <= n)
    if proportions is not None:
        is_share &= proportions
    centre, half = _wilson(k, n, z)
    return frame.with_columns(
        # At 0 and at 1 rounding would else leave an end on the wrong side of the share.
        low=pl.when(is_share).then(pl.min_horizontal(k / n, (centre - half).clip(0.0, 1.0))),
        high=pl.when(is_share).then(pl.max_horizontal(k / n, (centre + half).clip(0.0, 1.0))),
    )


def wilson(k: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """Return Wilson's score interval of k of n; n is at least 1."""
    centre, half = _wilson(float(k), float(n), z)
    return max(0.0, min(k / n, centre - half)), min(1.0, max(k / n, centre + half))


def newcombe(k: int, n: int, other_k: int, other_n: int, z: float = Z_95) -> tuple[float, float]:
    """Return the interval of k/n - other_k/other_n, by hybrid scores without continuity correction.

    Newcombe, R. G. (1998), Statistics in Medicine 17, 873-890, method 10.
    """
    p, q = k / n, other_k / other_n
    (low, high), (other_low, other_high) = wilson(k, n, z), wilson(other_k, other_n, z)
    difference = p - q
    return (
        difference - sqrt((p - low) ** 2 + (other_high - q) ** 2),
        difference + sqrt((high - p) ** 2 + (q - other_low) ** 2),
    )


def p_value(k: int, n: int, other_k: int, other_n: int) -> float:
    """Return the two-sided p-value of equal shares.

    By the pooled two-proportion test; by Fisher's exact test where a cell is expected to hold fewer
    than 5.
    """
    total, hits = n + other_n, k + other_k
    if hits in (0, total):
        return 1.0
    if min(n, other_n) * min(hits, total - hits) / total < SMALL_CELL:
        return fisher_exact(k, n, other_k, other_n)
    return pooled_test(k, n, other_k, other_n)


def pooled_test(k: int, n: int, other_k: int, other_n: int) -> float:
    """Return the two-sided p-value of the two-proportion z-test with pooled variance."""
    pooled = (k + other_k) / (n + other_n)
    spread = sqrt(pooled * (1 - pooled) * (1 / n + 1 / other_n))
    return erfc(abs(k / n - other_k / other_n) / spread / sqrt(2)) if spread else 1.0


def fisher_exact(k: int, n: int, other_k: int, other_n: int) -> float:
    """Return the two-sided p-value of Fisher's exact test.

    Fisher, R. A. (1935), JRSS 98, 39-82; the tables at most as likely as the one seen add up.
    """
    hits = k + other_k

    def log_choices(size: int, count: int) -> float:
        return lgamma(size + 1) - lgamma(count + 1) - lgamma(size - count + 1)

    every = log_choices(n + other_n, hits)

    def probability(count: int) -> float:
        return exp(log_choices(n, count) + log_choices(other_n, hits - count) - every)

    # Tables that are as likely as the one seen, up to rounding, are as extreme.
    seen = probability(k) * (1 + 1e-7)
    possible = range(max(0, hits - other_n), min(n, hits) + 1)
    return min(1.0, sum(p for p in map(probability, possible) if p <= seen))


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted to hold the expected share of false findings among the findings.

    Benjamini, Y., and Hochberg, Y. (1995), JRSS B 57, 289-300.
    """
    order = sorted(range(len(p_values)), key=lambda place: p_values[place], reverse=True)
    adjusted, least = [1.0] * len(p_values), 1.0
    for rank, place in zip(range(len(p_values), 0, -1), order, strict=True):
        least = min(least, p_values[place] * len(p_values) / rank)
        adjusted[place] = least
    return adjusted


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted to hold the chance of any false finding.

    Holm, S. (1979), Scandinavian Journal of Statistics 6, 65-70.
    """
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted, largest = [1.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        largest = max(largest, min(1.0, p_values[place] * (len(p_values) - rank)))
        adjusted[place] = largest
    return adjusted
