"""Always-valid intervals: as the formula says, and right however often somebody looks."""

import math
import random

import pytest

from results_widgets.experiments.estimates import compare_shares
from results_widgets.experiments.moments import Moments
from results_widgets.experiments.sequential import TIGHTEST_AT, always_valid, with_always_valid

SHARE = Moments.of_share


def test_interval_is_the_mixtures_boundary() -> None:
    """Worked out by hand for 150 and 100 of 1,000 each at 95 %."""
    arm, control = SHARE(150, 1000), SHARE(100, 1000)
    found = always_valid(arm, control)
    assert found is not None
    rho = (-2 * math.log(0.05) + math.log(-2 * math.log(0.05) + 1)) / TIGHTEST_AT
    error = (0.15 * 0.85 + 0.1 * 0.9) / 999
    n = 2000
    half = math.sqrt(n * error) * math.sqrt(
        2 * (n * rho + 1) / (n**2 * rho) * math.log(math.sqrt(n * rho + 1) / 0.05)
    )
    assert found[0] == pytest.approx(0.05 - half)
    assert found[1] == pytest.approx(0.05 + half)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
@pytest.mark.parametrize("hits", [100, 130, 147, 150, 160, 200])
def test_p_value_and_interval_agree(hits: int, level: float) -> None:
    found = always_valid(SHARE(hits, 1000), SHARE(100, 1000), level)
    assert found is not None
    low, high, p = found
    assert (p < 1 - level) == (low > 0 or high < 0)


def test_it_is_wider_than_the_interval_of_a_single_look() -> None:
    arm, control = SHARE(1500, 10_000), SHARE(1400, 10_000)
    found, once = always_valid(arm, control), compare_shares(arm, control)
    assert found is not None
    assert once.low is not None
    assert once.high is not None
    assert found[0] < once.low < once.high < found[1]


def test_nothing_that_varies_has_no_interval() -> None:
    assert always_valid(SHARE(0, 10), SHARE(0, 10)) is None
    assert always_valid(SHARE(1, 1), SHARE(3, 10)) is None


def test_without_a_difference_the_p_value_is_one() -> None:
    found = always_valid(SHARE(100, 1000), SHARE(100, 1000))
    assert found is not None
    assert found[2] == 1.0


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_a_difference_gets_the_interval_of_all_looks(level: float) -> None:
    arm, control = SHARE(150, 1000), SHARE(100, 1000)
    once = compare_shares(arm, control, level)
    found = with_always_valid(once, arm, control, level)
    valid = always_valid(arm, control, level)
    assert valid is not None
    assert (found.low, found.high, found.p_value) == valid
    assert found.method == "always-valid interval (asymptotic confidence sequence)"
    assert (found.difference, found.relative) == (once.difference, once.relative)
    # As wide as the absolute one, in standard errors.
    own, other = 0.15 * 0.85 / 999, 0.1 * 0.9 / 999
    reach = (valid[1] - valid[0]) / 2 / math.sqrt(own + other)
    half = reach * math.sqrt(own / 0.15**2 + other / 0.1**2)
    assert found.relative_low == pytest.approx(1.5 * math.exp(-half) - 1)
    assert found.relative_high == pytest.approx(1.5 * math.exp(half) - 1)


def test_a_difference_has_no_interval_of_all_looks_before_something_varies() -> None:
    arm, control = SHARE(1, 1), SHARE(3, 10)
    found = with_always_valid(compare_shares(arm, control), arm, control)
    assert (found.low, found.high, found.p_value, found.relative_low) == (None, None, None, None)
    assert found.method == "no always-valid interval yet"
    none, some = SHARE(0, 100), SHARE(5, 100)
    for pair in ((none, some), (some, none)):
        found = with_always_valid(compare_shares(*pair), *pair)
        assert found.low is not None
        assert (found.relative_low, found.relative_high) == (None, None)


def test_sixty_daily_looks_are_rarely_wrong() -> None:
    """Equal arms, 100 users a day each: single looks cry wolf far more often than one in twenty."""
    dice = random.Random(5)
    sequential = single = 0
    runs = 200
    for _ in range(runs):
        hits, wrong, once = [0, 0], False, False
        for day in range(1, 61):
            for side in (0, 1):
                hits[side] += sum(dice.random() < 0.1 for _ in range(100))
            arm, control = (SHARE(count, day * 100) for count in hits)
            found = always_valid(arm, control)
            wrong |= found is not None and not found[0] <= 0 <= found[1]
            p = compare_shares(arm, control).p_value
            once |= p is not None and p < 0.05
        sequential += wrong
        single += once
    assert sequential <= 0.05 * runs
    assert single > 0.2 * runs
