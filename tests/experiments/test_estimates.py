"""Differences between arms, against SciPy and against figures worked out elsewhere."""

import math
import warnings

import pytest
from hypothesis import given, strategies as st
from scipy import stats

from results_widgets.engine.statistics import z_of
from results_widgets.experiments.estimates import (
    adjusted_p_values,
    compare_means,
    compare_shares,
    pooled_coefficient,
)
from results_widgets.experiments.moments import Moments

SHARE = Moments.of_share
LEVELS = st.sampled_from([0.8, 0.9, 0.95, 0.99])


def counts() -> st.SearchStrategy[tuple[int, int]]:
    """Hits of users, few or many."""
    return st.integers(1, 2_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def of(values: list[float]) -> Moments:
    return Moments(len(values), sum(values), sum(value * value for value in values))


def test_newcombe_interval_of_his_own_example() -> None:
    """Newcombe (1998), table II, column a: 56/70 - 48/80 by method 10."""
    found = compare_shares(SHARE(56, 70), SHARE(48, 80))
    assert found.difference == pytest.approx(0.2)
    assert found.low == pytest.approx(0.0524, abs=5e-5)
    assert found.high == pytest.approx(0.3339, abs=5e-5)


@given(counts(), counts(), LEVELS)
def test_interval_of_shares_is_built_of_wilsons(
    arm: tuple[int, int], control: tuple[int, int], level: float
) -> None:
    found = compare_shares(SHARE(*arm), SHARE(*control), level)
    (low, high), (base_low, base_high) = (
        stats.binomtest(k, n).proportion_ci(level, method="wilson") for k, n in (arm, control)
    )
    p, q = arm[0] / arm[1], control[0] / control[1]
    assert found.low == pytest.approx(p - q - math.hypot(p - low, base_high - q), abs=1e-9)
    assert found.high == pytest.approx(p - q + math.hypot(high - p, q - base_low), abs=1e-9)


@given(counts(), counts())
def test_p_value_of_shares_is_fishers_for_small_cells_and_else_the_pooled_tests(
    arm: tuple[int, int], control: tuple[int, int]
) -> None:
    found = compare_shares(SHARE(*arm), SHARE(*control))
    table = [[k, n - k] for k, n in (arm, control)]
    if min(min(row) for row in table) < 5:
        wanted = stats.fisher_exact(table).pvalue
        assert "Fisher" in found.method
    else:
        wanted = stats.chi2_contingency(table, correction=False).pvalue
        assert "pooled" in found.method
    assert found.p_value == pytest.approx(wanted, rel=1e-6, abs=1e-12)


def test_relative_difference_of_shares_is_katz() -> None:
    """(150/1000) / (100/1000) = 1.5, log variance 850/150000 + 900/100000."""
    found = compare_shares(SHARE(150, 1000), SHARE(100, 1000))
    half = stats.norm.ppf(0.975) * math.sqrt(850 / 150_000 + 900 / 100_000)
    assert found.relative == pytest.approx(0.5)
    assert found.relative_low == pytest.approx(1.5 * math.exp(-half) - 1)
    assert found.relative_high == pytest.approx(1.5 * math.exp(half) - 1)


def test_nothing_is_relative_to_nothing() -> None:
    none = compare_shares(SHARE(5, 100), SHARE(0, 100))
    assert (none.relative, none.relative_low, none.relative_high) == (None, None, None)
    all_lost = compare_shares(SHARE(0, 100), SHARE(5, 100))
    assert (all_lost.relative, all_lost.relative_low) == (-1.0, None)
    assert compare_shares(SHARE(0, 0), SHARE(5, 100)).difference is None


MANY = st.lists(st.integers(-100, 100).map(float), min_size=2, max_size=40)


@given(MANY, MANY, LEVELS)
def test_means_are_compared_as_welch_does(
    arm: list[float], control: list[float], level: float
) -> None:
    found = compare_means(of(arm), of(control), level)
    if len(set(arm)) == 1 and len(set(control)) == 1:
        assert (found.low, found.high, found.p_value) == (None, None, None)
        return
    with warnings.catch_warnings():
        # SciPy warns of an arm whose values are all equal, and is right all the same.
        warnings.simplefilter("ignore", RuntimeWarning)
        wanted = stats.ttest_ind(arm, control, equal_var=False)
    interval = wanted.confidence_interval(level)
    assert found.p_value == pytest.approx(wanted.pvalue, rel=1e-6, abs=1e-9)
    assert found.low == pytest.approx(interval.low, rel=1e-6, abs=1e-6)
    assert found.high == pytest.approx(interval.high, rel=1e-6, abs=1e-6)


def test_one_user_has_a_value_and_no_interval() -> None:
    found = compare_means(of([3.0]), of([1.0, 2.0]))
    assert (found.value, found.control_value, found.difference) == (3.0, 1.5, 1.5)
    assert (found.low, found.p_value) == (None, None)


def test_relative_difference_of_means_has_an_interval_on_the_logarithm() -> None:
    """Means 3 and 2, variances of the means 1/3 and 1/4."""
    found = compare_means(of([2.0, 3.0, 4.0]), of([1.0, 2.0, 2.0, 3.0]), 0.9)
    own, other = 1 / 3, (2 / 3) / 4
    half = stats.norm.ppf(0.95) * math.sqrt(own / 3**2 + other / 2**2)
    assert found.relative == pytest.approx(0.5)
    assert found.relative_low == pytest.approx(1.5 * math.exp(-half) - 1)
    assert found.relative_high == pytest.approx(1.5 * math.exp(half) - 1)
    fallen = compare_means(of([-1.0, 1.0]), of([1.0, 2.0]))
    assert (fallen.relative, fallen.relative_low) == (-1.0, None)


def test_intervals_are_of_95_percent_where_no_level_is_given() -> None:
    means = of([2.0, 3.0, 4.0]), of([1.0, 2.0, 2.0, 3.0])
    shares = SHARE(56, 70), SHARE(48, 80)
    assert compare_means(*means) == compare_means(*means, 0.95)
    assert compare_shares(*shares) == compare_shares(*shares, 0.95)


def test_what_is_known_of_too_few_users_is_told() -> None:
    few, half, none, nobody = of([3.0]), of([0.0, 1.0]), of([0.0]), of([])
    assert compare_means(few, half).relative == 5.0
    assert compare_means(few, none).difference == 3.0
    assert compare_means(few, none).relative is None
    for pair in ((nobody, few), (few, nobody)):
        found = compare_means(*pair)
        assert (found.value, found.control_value) == (pair[0].mean, pair[1].mean)
        assert (found.difference, found.relative) == (None, None)


@pytest.mark.parametrize("by", ["holm", "fdr", None])
@given(st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=12))
def test_adjusted_p_values_leave_the_unknown_alone(
    by: str | None, p_values: list[float | None]
) -> None:
    found = adjusted_p_values(p_values, by)  # type: ignore[arg-type]
    assert [p is None for p in found] == [p is None for p in p_values]
    pairs = [
        (p, q) for p, q in zip(p_values, found, strict=True) if p is not None and q is not None
    ]
    assert all(p <= q + 1e-12 <= 1 + 1e-12 for p, q in pairs)
    if by is None:
        assert found == p_values
    elif by == "fdr" and pairs:
        wanted = stats.false_discovery_control([p for p, _ in pairs])
        assert [q for _, q in pairs] == pytest.approx(list(wanted))


def test_holm_by_hand() -> None:
    """Sorted 0.01, 0.02, 0.03, 0.04: times 4, 3, 2, 1, never falling."""
    assert adjusted_p_values([0.04, 0.01, 0.03, 0.02], "holm") == pytest.approx(
        [0.06, 0.04, 0.06, 0.06]
    )


def test_cuped_takes_its_slope_within_arms() -> None:
    """Both arms have slope 2; pooled over arms it would also catch that one arm lies higher."""
    low = [(2.0 * x, float(x)) for x in range(10)]
    high = [(2.0 * x + 100, float(x) + 50) for x in range(10)]
    arms = [
        Moments(
            10,
            sum(y for y, _ in arm),
            sum(y * y for y, _ in arm),
            sum(x for _, x in arm),
            sum(x * x for _, x in arm),
            sum(x * y for y, x in arm),
        )
        for arm in (low, high)
    ]
    slope, centre = pooled_coefficient(arms)
    assert slope == pytest.approx(2.0)
    assert centre == pytest.approx(29.5)
    assert pooled_coefficient([SHARE(1, 3)]) == (0.0, 0.0)


def test_cuped_weighs_arms_by_their_users() -> None:
    """Slopes 2 and 4 with sums of squares 2 and 5 around the arms' means: (4 + 20) / 7."""
    arms = [
        Moments(3, 6.0, 20.0, 3.0, 5.0, 10.0),  # x 0, 1, 2
        Moments(4, 24.0, 224.0, 6.0, 14.0, 56.0),  # x 0, 1, 2, 3
    ]
    assert pooled_coefficient(arms) == pytest.approx((24 / 7, 9 / 7))


def test_z_of_the_usual_levels() -> None:
    assert [round(z_of(level), 6) for level in (0.9, 0.95, 0.99)] == [1.644854, 1.959964, 2.575829]
