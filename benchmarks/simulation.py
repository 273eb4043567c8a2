"""Whether experiments keep what they promise: campaigns whose truth is known, drawn many times over.

Usage: .venv/bin/python -m benchmarks.simulation [--rounds 2000] [--seed 1] [--write]
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from math import exp, sqrt
from typing import Final
from zlib import crc32

import numpy as np
import polars as pl
from numpy.random import Generator

import results_widgets as rw
from benchmarks.report import as_markdown, write
from results_widgets.experiments.assignment import check_shares
from results_widgets.experiments.estimates import (
    adjusted_p_values,
    compare_means,
    compare_shares,
    pooled_coefficient,
)
from results_widgets.experiments.moments import Moments
from results_widgets.experiments.sequential import always_valid

CUTS: Final = (
    datetime(2026, 3, 9, tzinfo=UTC),
    datetime(2026, 3, 15, 12, tzinfo=UTC),
    datetime(2026, 3, 20, tzinfo=UTC),
)
"""When the weeks that follow of a generated campaign are hidden from a forecast."""

_HEADING: Final = "Experiments on campaigns whose truth is known"
_DAYS, _TESTS, _REAL = 60, 10, 5
_FALSE: Final = 0.05
"""How often something may be found that is not there."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One thing that experiments promise.

    Attributes:
        name: What it is.
        least: How often it should hold at the least.
        most: How often it should hold at the most.
        holds: Draws once and returns whether it held, or what share of it did.
        dear: Whether a draw takes long, so that a twentieth of the rounds has to do.
    """

    name: str
    least: float
    most: float
    holds: Callable[[Generator], float]
    dear: bool = False


def binomial(random: Generator, users: int, share: float) -> int:
    """Return how many of so many users have something."""
    return int(random.binomial(users, share))


def _shares(random: Generator, base: float, lift: float, users: tuple[int, int]) -> float:
    arm = Moments.of_share(binomial(random, users[0], base + lift), users[0])
    control = Moments.of_share(binomial(random, users[1], base), users[1])
    found = compare_shares(arm, control)
    return _covers(found.low, found.high, lift)


def _covers(low: float | None, high: float | None, truth: float) -> float:
    return float(low is not None and high is not None and low <= truth <= high)


def _values(random: Generator, share: float, users: int) -> Moments:
    """Return what users are worth: few buy, and some of those for far more than the others."""
    bought = random.lognormal(3, 1, binomial(random, users, share))
    return Moments(users, float(bought.sum()), float((bought**2).sum()))


def heavy_tails(random: Generator) -> float:
    """Whether Welch's interval covers the difference of means of values with heavy tails."""
    found = compare_means(_values(random, 0.05, 10_000), _values(random, 0.04, 5_000))
    return _covers(found.low, found.high, 0.01 * exp(3 + 1 / 2))


def with_covariate(random: Generator) -> float:
    """Whether the interval of means adjusted by a covariate covers their difference."""
    arms = []
    for lift in (0.2, 0.0):
        before = random.exponential(1, 300)
        after = before + random.normal(lift, 0.5, 300)
        sums = (after, after**2, before, before**2, before * after)
        arms.append(Moments(300, *(float(one.sum()) for one in sums)))
    slope, centre = pooled_coefficient(arms)
    arm, control = (one.adjusted(slope, centre) for one in arms)
    found = compare_means(arm, control)
    return _covers(found.low, found.high, 0.2)


def daily_looks(random: Generator) -> float:
    """Whether none of sixty daily looks finds a difference where there is none."""
    arm = control = Moments(0, 0.0, 0.0)
    for _ in range(_DAYS):
        arm += Moments.of_share(binomial(random, 200, 0.1), 200)
        control += Moments.of_share(binomial(random, 200, 0.1), 200)
        seen = always_valid(arm, control)
        if seen is not None and seen[2] < _FALSE:
            return 0.0
    return 1.0


def alarm(random: Generator) -> float:
    """Whether right shares, 45, 45 and 10 %, are left without an alarm."""
    first = binomial(random, 10_000, 0.45)
    second = binomial(random, 10_000 - first, 0.45 / 0.55)
    seen = {"A": first, "B": second, "held_back": 10_000 - first - second}
    return float(check_shares(seen, {"A": 0.45, "B": 0.45, "held_back": 0.1}) is None)


def _p_values(random: Generator, real: int) -> list[float | None]:
    found = []
    for place in range(_TESTS):
        share = 0.14 if place < real else 0.1
        arm = Moments.of_share(binomial(random, 2_000, share), 2_000)
        control = Moments.of_share(binomial(random, 2_000, 0.1), 2_000)
        found.append(compare_shares(arm, control).p_value)
    return found


def holm_keeps(random: Generator) -> float:
    """Whether none of ten metrics is found to differ where none does, by Holm."""
    adjusted = adjusted_p_values(_p_values(random, 0), "holm")
    return float(all(p is None or p >= _FALSE for p in adjusted))


def fdr_keeps(random: Generator) -> float:
    """What share of the findings is right where five of ten metrics differ, by Benjamini and Hochberg."""
    adjusted = adjusted_p_values(_p_values(random, _REAL), "fdr")
    found = [place for place, p in enumerate(adjusted) if p is not None and p < _FALSE]
    return sum(place < _REAL for place in found) / len(found) if found else 1.0


def forecast_covers(random: Generator) -> float:
    """How often a forecast covers what happens in the weeks that were hidden from it."""
    campaign, events, _ = rw.datasets.generate(1_500, seed=int(random.integers(2**31)))
    whole = rw.Results(campaign, events, time_zone="UTC")
    covered = 0
    for cut in CUTS:
        seen = events.lazy().filter(pl.col("timestamp") < cut)
        early = rw.Results(campaign, seen, time_zone="UTC").maturity().row(0, named=True)
        then = whole.between(None, cut).maturity()["converted_rate"].item()
        covered += early["forecast_low"] <= then <= early["forecast_high"]
    return covered / len(CUTS)


PROMISES: Final = (
    Promise(
        "95 % interval of shares, 14.9 and 5.5 %",
        0.94,
        0.96,
        lambda random: _shares(random, 0.055, 0.094, (9_000, 1_000)),
    ),
    Promise(
        "95 % interval of shares, 0.7 and 0.5 %",
        0.94,
        0.96,
        lambda random: _shares(random, 0.005, 0.002, (10_000, 10_000)),
    ),
    Promise("95 % interval of values with heavy tails", 0.94, 0.96, heavy_tails),
    Promise("95 % interval after CUPED", 0.94, 0.96, with_covariate),
    Promise("no finding in sixty daily looks, sequential", 0.95, 1.0, daily_looks),
    Promise("no alarm at right shares", 0.9985, 0.9995, alarm),
    Promise("no false finding among ten metrics, Holm", 0.95, 1.0, holm_keeps),
    Promise("findings that are right, FDR", 0.95, 1.0, fdr_keeps),
    Promise("95 % forecast when weeks are hidden", 0.92, 1.0, forecast_covers, dear=True),
)


def kept(promise: Promise, rounds: int, seed: int) -> tuple[float, float]:
    """Return how often a promise holds, and the standard error of that."""
    random = np.random.default_rng([seed, crc32(promise.name.encode())])
    held = [promise.holds(random) for _ in range(rounds)]
    mean = sum(held) / rounds
    spread = sum((one - mean) ** 2 for one in held) / max(1, rounds - 1)
    return mean, sqrt(spread / rounds)


def main() -> None:
    """Draw, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rows = []
    for promise in PROMISES:
        rounds = max(1, options.rounds // 20) if promise.dear else options.rounds
        mean, error = kept(promise, rounds, options.seed)
        promised = f"{promise.least:.2%} to {promise.most:.2%}"
        rows.append([promise.name, promised, f"{mean:.2%}", f"{error:.2%}", f"{rounds:,}"])
        print(rows[-1], flush=True)
    table = as_markdown(["promise", "should hold", "holds", "± error", "rounds"], rows)
    print(table)
    if options.write:
        note = f"`python -m benchmarks.simulation --rounds {options.rounds} --seed {options.seed}`"
        write(_HEADING, note, table)


if __name__ == "__main__":
    main()
