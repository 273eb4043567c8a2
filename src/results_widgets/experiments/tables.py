"""The frames of an experiment, made from the sums of its arms."""

from dataclasses import replace
from typing import Final

import polars as pl

from results_widgets.errors import QueryError
from results_widgets.experiments.assignment import declared_shares
from results_widgets.experiments.estimates import Difference, adjusted_p_values
from results_widgets.experiments.outcomes import Outcome
from results_widgets.experiments.study import Study
from results_widgets.experiments.units import ALL, HELD_BACK

TABLE: Final[dict[str, pl.DataType]] = {
    "metric": pl.String(),
    "channel": pl.String(),
    "arm": pl.String(),
    "users": pl.Int64(),
    "ripe_users": pl.Int64(),
    "window": pl.Duration("us"),
    "value": pl.Float64(),
    "control_users": pl.Int64(),
    "control_ripe_users": pl.Int64(),
    "control_value": pl.Float64(),
    "difference": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "relative": pl.Float64(),
    "relative_low": pl.Float64(),
    "relative_high": pl.Float64(),
    "p_value": pl.Float64(),
    "p_adjusted": pl.Float64(),
    "method": pl.String(),
    "verdict": pl.String(),
}


ARMS: Final = {
    "arm": pl.String,
    "role": pl.String,
    "declared_share": pl.Float64,
    "users": pl.Int64,
    "share": pl.Float64,
    "first": pl.Int64,
    "last": pl.Int64,
}


def table_of(study: Study) -> pl.DataFrame:
    """Return one row for each metric and treatment; see `Experiment.table`."""
    comparisons = study.comparisons()
    found = [study.estimate(outcome, [arm], control)[0] for outcome, arm, control in comparisons]
    adjusted = adjusted_p_values([one.p_value for one in found], study.design.adjust)
    wrong = study.mismatch() is not None
    rows = []
    for (outcome, arm, control), one, p in zip(comparisons, found, adjusted, strict=True):
        early = study.is_early(outcome, arm, control)
        against = "" if control == study.assignment.control else f", against {control}"
        rows.append(
            {
                "metric": outcome.key,
                "channel": outcome.channel,
                "arm": arm,
                "users": study.users(arm),
                "ripe_users": study.ripe_users(arm),
                "window": study.window,
                "control_users": study.users(control),
                "control_ripe_users": study.ripe_users(control),
                **{name: getattr(one, name) for name in _ESTIMATED},
                "p_adjusted": p,
                "method": one.method + against,
                "verdict": verdict_on(study, outcome, one, p, early=early, wrong=wrong),
            }
        )
    return pl.DataFrame(rows, schema=TABLE)


_ESTIMATED: Final = (
    *("value", "control_value", "difference", "low", "high"),
    *("relative", "relative_low", "relative_high", "p_value"),
)


def verdict_on(
    study: Study, outcome: Outcome, found: Difference, p: float | None, *, early: bool, wrong: bool
) -> str:
    """Return what can be said of a difference.

    Args:
        study: The experiment.
        outcome: The metric.
        found: Its difference.
        p: The p-value that counts, adjusted.
        early: Whether there is too little yet.
        wrong: Whether the arms' shares are wrong.
    """
    if wrong:
        return "not comparable"
    if early:
        return "too early"
    if p is None or found.difference is None or p >= 1 - study.design.level:
        return "no difference shown"
    return "better" if (found.difference > 0) == (outcome.direction == "higher") else "worse"


def arms_of(study: Study) -> pl.DataFrame:
    """Return one row for each arm; see `Experiment.arms`."""
    arms = study.assignment.arms
    total = sum(study.users(arm) for arm in arms)
    shares = declared_shares(study.campaign, arms)
    rows = []
    for arm in arms:
        own, users = [cell for cell in study.cells if cell.arm == arm], study.users(arm)
        rows.append(
            {
                "arm": arm,
                "role": "control" if arm == study.assignment.control else "treatment",
                "declared_share": shares[arm],
                "users": users,
                "share": users / total if total else None,
                "first": min((cell.first for cell in own), default=None),
                "last": max((cell.last for cell in own), default=None),
            }
        )
    times = pl.col("first", "last").cast(pl.Datetime("us", "UTC"))
    return pl.DataFrame(rows, schema=ARMS).with_columns(times.dt.convert_time_zone(study.time_zone))


EXTRA: Final = {"conversions": "conversions_per_user", "value": "value_per_user"}
"""What is had beyond control, and the outcome that says how much of it a user has."""


def incremental_of(study: Study) -> pl.DataFrame:
    """Return what the treatments brought beyond their control; see `Experiment.incremental`."""
    control = study.assignment.control
    treatments = study.assignment.treatments
    given = [arm for arm in treatments if arm != HELD_BACK]
    groups = [*((arm, [arm]) for arm in treatments), (ALL, given)]
    rows = []
    for name, arms in groups:
        for metric, key in EXTRA.items():
            outcome = next((one for one in study.outcomes if one.key == key), None)
            if outcome is None:
                continue
            found, own, _ = study.estimate(outcome, arms, control)
            ends = (found.difference, found.low, found.high)
            total, low, high = (None if end is None else end * own.users for end in ends)
            rows.append((name, metric, found.difference, total, low, high))
    numbers = dict.fromkeys(("per_user", "total", "low", "high"), pl.Float64)
    schema = {"arm": pl.String, "metric": pl.String, **numbers}
    return pl.DataFrame(rows, schema=schema, orient="row")


def over_time_of(study: Study, outcome: Outcome) -> pl.DataFrame:
    """Return how a difference looked at the end of each day; see `Experiment.over_time`."""
    control = study.control_of(outcome)
    if control is None:
        raise QueryError(f"{outcome.name!r} has nothing to be compared with")
    looks = replace(study, design=replace(study.design, sequential=True))
    plain = replace(study, design=replace(study.design, sequential=False))
    ripe = [cell.day for cell in study.cells if cell.ripe]
    rows = []
    for day in range(min(ripe), max(ripe) + 1) if ripe else ():
        for arm in study.treatments_of(outcome):
            always, _, _ = looks.estimate(outcome, [arm], control, day)
            once, _, _ = plain.estimate(outcome, [arm], control, day)
            ends = (always.low, always.high, once.low, once.high)
            rows.append((day, arm, always.difference, *ends))
    names = ("difference", "low", "high", "pointwise_low", "pointwise_high")
    schema = {"day": pl.Int32, "arm": pl.String, **dict.fromkeys(names, pl.Float64)}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("day").cast(pl.Date))
