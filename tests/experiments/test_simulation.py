"""A few rounds of the simulation: what experiments promise holds as often as it should, with room for chance."""

from math import sqrt

import pytest
from numpy.random import Generator

from benchmarks.simulation import PROMISES, Promise, binomial, kept
from results_widgets.experiments.estimates import compare_shares
from results_widgets.experiments.moments import Moments

SURE = 4
"""Standard errors that chance may take a share of so few rounds away from its limits."""


def rounds_of(promise: Promise) -> int:
    """What is rare takes more rounds to see."""
    return 4_000 if promise.least > 0.99 else 300


def is_kept(promise: Promise) -> bool:
    rounds = rounds_of(promise)
    held, _ = kept(promise, rounds, seed=7)
    room = SURE * sqrt(promise.least * (1 - promise.least) / rounds)
    return promise.least - room <= held <= promise.most + room


@pytest.mark.parametrize(
    "promise", [one for one in PROMISES if not one.dear], ids=lambda one: one.name
)
def test_promise_is_kept(promise: Promise) -> None:
    assert is_kept(promise)


def test_so_few_rounds_show_a_broken_promise() -> None:
    def narrow(random: Generator) -> float:
        arm, control = (Moments.of_share(binomial(random, 5_000, 0.1), 5_000) for _ in range(2))
        found = compare_shares(arm, control, level=0.8)
        assert found.low is not None
        assert found.high is not None
        return float(found.low <= 0 <= found.high)

    assert not is_kept(Promise("an interval of 80 % called one of 95 %", 0.94, 0.96, narrow))
