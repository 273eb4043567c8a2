"""Wilson's interval against its definition: the shares a test of the observed one would not refuse."""

import math

import polars as pl
import pytest
from hypothesis import given, strategies as st

from results_widgets.engine.statistics import Z_95, with_interval


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
def test_what_is_no_share_has_no_interval(k: float | None, n: float | None) -> None:
    assert interval(k, n) == (None, None)


def test_z_is_the_normal_distributions_point() -> None:
    assert math.erf(Z_95 / math.sqrt(2)) == pytest.approx(0.95, abs=1e-15)
