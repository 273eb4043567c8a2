"""Intervals against their definitions and published values; chances against counting every table."""

import math
from math import comb

import polars as pl
import pytest
from hypothesis import assume, given, strategies as st

from results_widgets.engine.statistics import (
    Z_95,
    benjamini_hochberg,
    fisher_exact,
    holm,
    newcombe,
    p_value,
    pooled_test,
    wilson,
    with_interval,
)


def interval(numerator: float | None, denominator: float | None) -> tuple[float | None, ...]:
    frame = pl.DataFrame(
        {"numerator": [numerator], "denominator": [denominator]},
        schema={"numerator": pl.Float64, "denominator": pl.Float64},
    )
    low, high = with_interval(frame).select("low", "high").row(0)
    return low, high


# Published values: Newcombe (1998), Statistics in Medicine 17, table I, method 3.
KNOWN = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("k", "n", "low", "high"), KNOWN)
def test_published_values(k: int, n: int, low: float, high: float) -> None:
    assert interval(k, n) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 10**7), st.data())
def test_edges_are_where_the_score_test_turns(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    share = k / n
    low, high = interval(k, n)
    assert low is not None
    assert high is not None
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1
    for edge in (low, high):
        if 1e-9 < edge < 1 - 1e-9:
            score = abs(share - edge) / math.sqrt(edge * (1 - edge) / n)
            assert score == pytest.approx(Z_95, rel=1e-4)


@given(st.integers(1, 1000), st.data())
def test_share_and_its_rest_mirror_each_other(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    low, high = interval(k, n)
    other_low, other_high = interval(n - k, n)
    assert low is not None
    assert high is not None
    assert (other_low, other_high) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize(("k", "n"), [(0, 0), (None, 5), (3, None), (5, 4), (-1, 4)])
def test_values_that_are_no_share_have_no_interval(k: float | None, n: float | None) -> None:
    assert interval(k, n) == (None, None)


def test_z_is_the_quantile_of_the_normal_distribution() -> None:
    assert math.erf(Z_95 / math.sqrt(2)) == pytest.approx(0.95, abs=1e-15)


# ------------------------------------------------------------------------------ shares and chances


def test_interval_of_a_difference_is_newcombes() -> None:
    # Newcombe (1998), table II, method 10: 56/70 - 48/80 and 9/10 - 3/10.
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert newcombe(9, 10, 3, 10) == pytest.approx((0.1705, 0.8090), abs=5e-5)
    assert newcombe(10, 10, 0, 10) == pytest.approx((0.6075, 1.0), abs=5e-5)
    assert wilson(0, 10)[0] == 0.0


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12), st.integers(0, 12))
def test_small_groups_are_compared_exactly(k: int, miss: int, j: int, other_miss: int) -> None:
    n, m, hits = k + miss, j + other_miss, k + j
    assume(n and m)
    chances = {
        count: comb(n, count) * comb(m, hits - count)
        for count in range(max(0, hits - m), min(n, hits) + 1)
    }
    exact = sum(c for c in chances.values() if c <= chances[k]) / comb(n + m, hits)
    expected = min(n, m) * min(hits, n + m - hits) / (n + m)
    if expected < 5:
        assert p_value(k, n, j, m) == pytest.approx(exact)
    else:
        assert p_value(k, n, j, m) == pooled_test(k, n, j, m)


def test_pooled_test_of_large_groups() -> None:
    # z = 0.2 / sqrt(0.6933 * 0.3067 * (1/70 + 1/80)) = 2.650
    assert p_value(56, 70, 48, 80) == pytest.approx(0.00804, abs=5e-5)
    assert p_value(50, 100, 50, 100) == 1.0


def test_many_comparisons_are_adjusted() -> None:
    # The example of Benjamini and Hochberg (1995), cut to its first five of five.
    assert benjamini_hochberg([0.01, 0.04, 0.03, 0.5]) == pytest.approx(
        [0.04, 0.16 / 3, 0.16 / 3, 0.5]
    )
    assert benjamini_hochberg([]) == []


def test_the_wilson_interval_of_counts_is_that_of_columns() -> None:
    for k, n, low, high in KNOWN:
        assert wilson(k, n) == pytest.approx((low, high), abs=5e-5)
    assert wilson(20, 20) == (1 - wilson(0, 20)[1], 1.0)
    assert wilson(5, 10, z=0.0) == (0.5, 0.5)


def test_fishers_tea() -> None:
    # Fisher's lady named three of four cups of each kind.
    assert fisher_exact(3, 4, 1, 4) == pytest.approx(34 / 70)
    assert fisher_exact(4, 4, 0, 4) == pytest.approx(2 / 70)


def test_five_expected_users_in_a_cell_are_enough_for_the_normal_distribution() -> None:
    # 10 and 10 users, 10 of them hits: 5 expected in each cell.
    assert p_value(7, 10, 3, 10) == pooled_test(7, 10, 3, 10)
    assert p_value(7, 10, 2, 10) == fisher_exact(7, 10, 2, 10)
    assert p_value(7, 10, 4, 10) == fisher_exact(7, 10, 4, 10)
    assert pooled_test(7, 10, 3, 10) == pytest.approx(0.07364, abs=5e-6)


def test_groups_without_a_difference_to_test() -> None:
    assert p_value(0, 10, 0, 20) == p_value(10, 10, 20, 20) == 1.0
    assert pooled_test(0, 10, 0, 20) == 1.0
    assert fisher_exact(1, 100, 0, 100) == 1.0


def test_holm_steps_down() -> None:
    # Holm (1979): the smallest by all comparisons, the next by one fewer, and never less than before.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.4]) == pytest.approx([0.8, 0.8])
    assert holm([0.9, 0.6]) == [1.0, 1.0]
    assert holm([]) == []


def test_adjusted_chances_never_exceed_one_and_keep_their_order() -> None:
    # By rank: 0.02 * 4 / 1, 0.04 * 4 / 2, 0.1 * 4 / 3, 0.9.
    assert benjamini_hochberg([0.9, 0.02, 0.1, 0.04]) == pytest.approx([0.9, 0.08, 0.4 / 3, 0.08])
    assert benjamini_hochberg([1.0]) == [1.0]
