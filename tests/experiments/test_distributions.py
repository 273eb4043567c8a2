"""Student's t and chi-square of the standard library alone, against SciPy's."""

from math import pi, tan

import pytest
from hypothesis import given, settings, strategies as st
from scipy import stats

from results_widgets.experiments.distributions import chi_square_tail, t_point, t_tail
from tests.support.profiles import examples

FREEDOMS = st.floats(0, 6).map(lambda power: 10**power)
CLOSE = 1e-9


@settings(max_examples=examples(300))
@given(st.floats(-40, 40), FREEDOMS)
def test_tail_of_t(statistic: float, freedom: float) -> None:
    expected = 2 * stats.t.sf(abs(statistic), freedom)
    assert t_tail(statistic, freedom) == pytest.approx(expected, rel=CLOSE, abs=1e-290)


@settings(max_examples=examples(300))
@given(st.floats(0.001, 0.999999), FREEDOMS)
def test_point_of_t(level: float, freedom: float) -> None:
    expected = stats.t.ppf((1 + level) / 2, freedom)
    assert t_point(level, freedom) == pytest.approx(expected, rel=CLOSE)


@settings(max_examples=examples(300))
@given(st.floats(0, 1200), st.integers(1, 20))
def test_tail_of_chi_square(statistic: float, freedom: int) -> None:
    expected = stats.chi2.sf(statistic, freedom)
    assert chi_square_tail(statistic, freedom) == pytest.approx(expected, rel=CLOSE, abs=1e-290)


def test_points_of_the_printed_tables() -> None:
    assert [round(t_point(0.95, freedom), 3) for freedom in (1, 2, 10, 120)] == [
        12.706,
        4.303,
        2.228,
        1.98,
    ]
    assert [round(chi_square_tail(3.841, 1), 3), round(chi_square_tail(18.307, 10), 3)] == [
        0.05,
        0.05,
    ]


def test_one_degree_of_freedom_is_the_tangent() -> None:
    assert t_point(0.99, 1) == pytest.approx(tan(0.99 * pi / 2), rel=1e-12)


def test_nothing_seen_is_certain_and_everything_is_not() -> None:
    assert t_tail(0.0, 7) == chi_square_tail(0.0, 3) == 1.0
    assert t_tail(1e200, 1e4) == chi_square_tail(1e9, 2) == 0.0
