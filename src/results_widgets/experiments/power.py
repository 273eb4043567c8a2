"""What differences the users at hand could show, and how many more users another one takes.

The sample size of two shares is Fleiss's: Fleiss, J. L., Levin, B., and Paik, M. C. (2003), Statistical
Methods for Rates and Proportions, 3rd edition, equation 4.14, without continuity correction. That of two
means is the usual one of the normal distribution.
"""

from math import ceil, inf, sqrt
from statistics import NormalDist
from typing import Final

import polars as pl

from results_widgets.engine.calendar import DAY, SECOND
from results_widgets.engine.statistics import z_of
from results_widgets.errors import QueryError
from results_widgets.experiments.moments import Moments
from results_widgets.experiments.outcomes import Outcome
from results_widgets.experiments.study import Study

POWER: Final = 0.8
"""How often a difference of the size in question would be shown."""

_STEPS: Final = 60


def power_of(study: Study) -> pl.DataFrame:
    """Return the smallest difference that would be shown, by metric and arm; see `Experiment.power`."""
    rows = []
    for outcome, arm, control in study.comparisons():
        _, own, other = study.estimate(outcome, [arm], control)
        least = smallest_difference(outcome, own, other, study.design.level)
        rows.append((outcome.key, outcome.channel, arm, own.users, other.users, other.mean, least))
    schema = {
        "metric": pl.String,
        "channel": pl.String,
        "arm": pl.String,
        "ripe_users": pl.Int64,
        "control_ripe_users": pl.Int64,
        "control_value": pl.Float64,
        "smallest_difference": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def smallest_difference(
    outcome: Outcome, arm: Moments, control: Moments, level: float = 0.95
) -> float | None:
    """Return the smallest difference that the users of two arms would show; None if none would.

    Args:
        outcome: The metric; that a share grows is meant, unless there is no room above it.
        arm: Moments of the arm, of which only a mean's variance and the users count.
        control: Moments of the control.
        level: Level of the test.
    """
    if not arm.users or not control.users:
        return None
    if not _by_share(outcome, control):
        error = _error_of_means(arm, control)
        return None if error is None else (z_of(level) + _z_of_power()) * error
    base = control.total / control.users
    sign = 1.0 if base < 1 else -1.0
    low, high = 0.0, (1 - base if sign > 0 else base)

    def shown(difference: float) -> bool:
        ratio = arm.users / control.users
        return _users_of_shares(base, base + sign * difference, ratio, level) <= control.users

    if not shown(high):
        return None
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if shown(middle) else (middle, high)
    return high


def power_for(study: Study, outcome: Outcome, difference: float) -> pl.DataFrame:
    """Return the users and days that a difference still takes; see `Experiment.power_for`."""
    control = study.control_of(outcome)
    rows: list[tuple[object, ...]] = []
    for arm in study.treatments_of(outcome) if control is not None else ():
        assert control is not None
        _, own, other = study.estimate(outcome, [arm], control)
        needed = _needed(outcome, own, other, difference, study.design.level)
        if needed is None:
            rows.append((arm, None, None, None, None))
            continue
        missing = sum(
            max(0, count - study.users(name))
            for name, count in zip((arm, control), needed, strict=True)
        )
        rows.append((arm, *needed, missing, _days(study, (arm, control), needed)))
    counts = ("needed_users", "needed_control_users", "missing_users")
    schema = {"arm": pl.String, **dict.fromkeys(counts, pl.Int64), "days": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _needed(
    outcome: Outcome, arm: Moments, control: Moments, difference: float, level: float
) -> tuple[int, int] | None:
    """Return the users that arm and control need, in their present proportion."""
    if difference == 0:
        raise QueryError("difference is 0; no number of users can show that there is no difference")
    if not arm.users or not control.users:
        return None
    ratio = arm.users / control.users
    if not _by_share(outcome, control):
        error = _error_of_means(arm, control)
        if error is None:
            return None
        scale = ((z_of(level) + _z_of_power()) * error / difference) ** 2
        return ceil(arm.users * scale), ceil(control.users * scale)
    base = control.total / control.users
    if not 0 <= base + difference <= 1:
        raise QueryError(
            f"difference {difference:g} would turn a share of {base:.3g} into {base + difference:.3g}; pass a "
            f"fraction, 0.01 for one point"
        )
    users = _users_of_shares(base, base + difference, ratio, level)
    return ceil(users * ratio), ceil(users)


def _by_share(outcome: Outcome, control: Moments) -> bool:
    # Adjusted by a covariate, a share is a mean, and may even lie outside of 0 to 1.
    return outcome.is_share and control.squares == control.total


def _users_of_shares(base: float, share: float, ratio: float, level: float) -> float:
    """Return how many users the control needs, if the arm has ``ratio`` times as many."""
    middle = (ratio * share + base) / (1 + ratio)
    null = z_of(level) * sqrt((1 + 1 / ratio) * middle * (1 - middle))
    other = _z_of_power() * sqrt(share * (1 - share) / ratio + base * (1 - base))
    return ((null + other) / (share - base)) ** 2 if share != base else inf


def _error_of_means(arm: Moments, control: Moments) -> float | None:
    if arm.variance is None or control.variance is None:
        return None
    error = sqrt(arm.variance / arm.users + control.variance / control.users)
    return error or None


def _z_of_power() -> float:
    return NormalDist().inv_cdf(POWER)


def _days(study: Study, arms: tuple[str, str], needed: tuple[int, int]) -> float | None:
    """Return the days until both arms have enough ripe users, as fast as users entered so far."""
    cells = [cell for cell in study.cells if cell.arm in arms]
    if not cells:
        return None
    first = min(cell.first for cell in cells)
    passed = max(study.newest - first, DAY)
    window = study.window.total_seconds() * SECOND
    waits = []
    for arm, count in zip(arms, needed, strict=True):
        if count <= study.ripe_users(arm):
            waits.append(0.0)
        elif not study.users(arm):
            return None
        else:
            entered = max(0, count - study.users(arm)) * passed / study.users(arm)
            waits.append((entered + window) / DAY)
    return max(waits)
