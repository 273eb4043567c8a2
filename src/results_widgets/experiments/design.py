"""How an experiment is asked for, checked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, get_args

from results_widgets.durations import parse_duration
from results_widgets.engine.breakdown import one_column
from results_widgets.engine.statistics import check_level
from results_widgets.errors import QueryError
from results_widgets.experiments.estimates import Adjust

Crossovers = Literal["first"]
"""What is done with users seen in two arms, unless they are left out: they stay in their first."""

BEFORE: Final = "before"
"""The covariate that every metric has: itself, in the period before a user entered."""


@dataclass(frozen=True, slots=True)
class Design:
    """The arguments of `Results.experiment`, which documents them."""

    by: str
    control: str | None
    metrics: tuple[str, ...] | None
    window: timedelta | None
    level: float
    adjust: Adjust | None
    sequential: bool
    covariate: str | None
    crossovers: Crossovers | None
    trust: bool


def design_of(  # noqa: PLR0913 - those of the public method
    *,
    by: str,
    control: object,
    metrics: str | Iterable[str] | None,
    window: str | timedelta | None,
    level: float,
    adjust: Adjust | None,
    sequential: bool,
    covariate: str | None,
    crossovers: Crossovers | None,
    trust: bool,
) -> Design:
    """Return a checked design.

    Raises:
        QueryError: A value is not possible; the error says which are.
    """
    if adjust is not None and adjust not in get_args(Adjust):
        raise QueryError.unknown("adjustment", adjust, [*get_args(Adjust), "None"])
    if crossovers is not None and crossovers not in get_args(Crossovers):
        raise QueryError.unknown("treatment of crossovers", crossovers, ["first", "None"])
    names = [metrics] if isinstance(metrics, str) else metrics
    return Design(
        by=one_column(by, "experiment(by=…)"),
        control=None if control is None else str(control),
        metrics=None if names is None else tuple(names),
        window=_duration(window),
        level=check_level(level, "level"),
        adjust=adjust,
        sequential=bool(sequential),
        covariate=covariate,
        crossovers=crossovers,
        trust=bool(trust),
    )


def _duration(window: str | timedelta | None) -> timedelta | None:
    if isinstance(window, str):
        try:
            return parse_duration(window)
        except ValueError as error:
            raise QueryError(f"window: {error}") from None
    if window is not None and window < timedelta():
        raise QueryError(f"window is {window}, which is negative; write for example '7d'")
    return window
