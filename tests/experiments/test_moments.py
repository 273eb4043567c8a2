"""Sufficient statistics of an arm, held against the users they stand for."""

import statistics
from collections.abc import Sequence

import pytest
from hypothesis import given, strategies as st

from results_widgets.experiments.moments import Moments

VALUES = st.lists(
    st.tuples(st.integers(-1_000, 1_000).map(float), st.integers(-50, 50).map(float)),
    min_size=2,
    max_size=30,
)


def moments(pairs: Sequence[tuple[float, float]]) -> Moments:
    return Moments(
        len(pairs),
        sum(y for y, _ in pairs),
        sum(y * y for y, _ in pairs),
        sum(x for _, x in pairs),
        sum(x * x for _, x in pairs),
        sum(y * x for y, x in pairs),
    )


@given(VALUES)
def test_moments_are_those_of_the_users(pairs: list[tuple[float, float]]) -> None:
    found = moments(pairs)
    ys, xs = [y for y, _ in pairs], [x for _, x in pairs]
    assert found.mean == pytest.approx(statistics.fmean(ys), abs=1e-9)
    assert found.variance == pytest.approx(statistics.variance(ys), rel=1e-6, abs=1e-6)
    assert found.covariate_variance == pytest.approx(statistics.variance(xs), rel=1e-6, abs=1e-6)
    assert found.covariance == pytest.approx(statistics.covariance(ys, xs), rel=1e-6, abs=1e-6)


@given(VALUES, VALUES)
def test_moments_of_two_groups_add_up(
    one: list[tuple[float, float]], other: list[tuple[float, float]]
) -> None:
    assert moments(one) + moments(other) == moments(one + other)


@given(VALUES, st.integers(-3, 3), st.integers(-5, 5))
def test_adjusted_moments_are_those_of_adjusted_users(
    pairs: list[tuple[float, float]], coefficient: int, centre: int
) -> None:
    found = moments(pairs).adjusted(coefficient, centre)
    adjusted = [y - coefficient * (x - centre) for y, x in pairs]
    assert found.total == pytest.approx(sum(adjusted))
    assert found.squares == pytest.approx(sum(y * y for y in adjusted))


def test_without_users_there_is_no_mean_and_below_two_no_spread() -> None:
    assert Moments.of_share(0, 0).mean is None
    assert (Moments.of_share(1, 1).mean, Moments.of_share(1, 1).variance) == (1.0, None)


def test_a_share_has_no_covariate() -> None:
    assert Moments.of_share(3, 10) == Moments(10, 3.0, 3.0, 0.0, 0.0, 0.0)
    assert Moments.of_share(0, 0).adjusted(2.0, 1.0) == Moments(0, 0.0, 0.0)


def test_equal_values_have_no_spread_however_they_round() -> None:
    assert Moments(3, 0.3, 3 * 0.1**2).variance == 0.0


def test_what_the_covariate_explains_wholly_leaves_no_spread() -> None:
    # In floating point 5e-19 is left of it.
    found = moments([(0.1 * x, x) for x in (0.3, -0.3)])
    assert found.adjusted(0.1, 0.0).squares == 0.0
