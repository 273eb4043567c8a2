"""Conditions on metrics, written as text: ``conversion_rate < 0.02``, ``email:open_rate <= 15%``."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from results_widgets.errors import QueryError, ResultsError
from results_widgets.results import Results

_COMPARE: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
}
_SHAPE: Final = re.compile(
    r"\s*(?:(?P<owner>.+?)\s*:\s*)?(?P<metric>\w+)\s*(?P<compare><=|>=|==|!=|<|>)\s*"
    r"(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(?P<percent>%?)\s*"
)
_PERCENT: Final = 100


class CheckError(ResultsError, AssertionError):
    """Numbers differ from the expected ones.

    Examples:
        >>> try:
        ...     rw.assert_results(results, {"users": 0})
        ... except AssertionError as error:
        ...     print(error)
        1 of 1 number differs: users is 194, expected 0
    """


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison of one metric with a number.

    Attributes:
        owner: Id of a channel or action; empty for the campaign.
        metric: Key of the glossary.
        compare: One of ``< <= > >= == !=``.
        number: What it is compared with.
    """

    owner: str
    metric: str
    compare: str
    number: float

    @classmethod
    def read(cls, text: str) -> "Condition":
        """Return a condition from its text.

        Raises:
            QueryError: The text is not a condition.
        """
        found = _SHAPE.fullmatch(text)
        if found is None:
            raise QueryError(
                f"cannot read the condition {text!r}; write: metric < number, with one of "
                f"{' '.join(_COMPARE)}, for example 'conversion_rate < 0.02' or 'email:open_rate < 15%'"
            )
        number = float(found["number"]) / (_PERCENT if found["percent"] else 1)
        return cls(found["owner"] or "", found["metric"], found["compare"], number)

    def value(self, results: Results) -> float | None:
        """Return the metric's value; None for a rate whose denominator is 0.

        Raises:
            QueryError: The channel, action or metric is not known.
        """
        return value_of(results, self.metric, self.owner)

    def holds(self, results: Results) -> bool | None:
        """Return whether the condition holds; None if the metric has no value."""
        return self.holds_of(self.value(results))

    def holds_of(self, value: float | None) -> bool | None:
        """Return whether the condition holds of a value; None if there is none."""
        return None if value is None else _COMPARE[self.compare](value, self.number)

    def __str__(self) -> str:
        of = f"{self.owner}:" if self.owner else ""
        return f"{of}{self.metric} {self.compare} {self.number:g}"


def value_of(results: Results, metric: str, owner: str = "") -> float | None:
    """Return one metric of the campaign, or of the action or channel with an id.

    Raises:
        QueryError: The channel, action or metric is not known; the error lists those that are.
    """
    campaign = results.campaign
    if not owner:
        results._session.describe(metric)
        found = results.overview()
    elif owner in campaign.action_by_id:
        results._session.describe(metric, action=owner)
        found = results.actions().filter(pl.col("action_id") == owner)
    elif owner in campaign.channels:
        results._session.describe(metric, channel=owner)
        found = results.channels().filter(pl.col("channel") == owner)
    else:
        raise QueryError.unknown(
            "action or channel", owner, [*campaign.action_by_id, *campaign.channels]
        )
    value: float | None = found.filter(pl.col("metric") == metric)["value"][0]
    return value


def assert_results(
    results: Results, expected: Mapping[str, float | None], *, tolerance: float = 1e-9
) -> None:
    """Assert that numbers are as expected, for tests and pipelines.

    Args:
        results: What is checked.
        expected: Metric, or ``"owner:metric"`` with the id of a channel or action, to its value;
            None for a rate whose denominator is 0.
        tolerance: Allowed difference, relative to the expected value.

    Raises:
        CheckError: Some numbers differ; the error lists them all.
        QueryError: A name is not known.

    Examples:
        >>> rw.assert_results(results, {"users": 194, "email:open_rate": 144 / 269})
        >>> rw.assert_results(results, {"users": 193, "email:open_rate": 144 / 269})
        Traceback (most recent call last):
        results_widgets.report.conditions.CheckError: 1 of 2 numbers differs: users is 194, expected 193
    """
    wrong = []
    for name, wanted in expected.items():
        owner, _, metric = name.rpartition(":")
        value = value_of(results, metric, owner)
        if not _same(value, wanted, tolerance):
            wrong.append(f"{name} is {_words(value)}, expected {_words(wanted)}")
    if wrong:
        numbers = "number" if len(expected) == 1 else "numbers"
        differ = "differs" if len(wrong) == 1 else "differ"
        raise CheckError(f"{len(wrong)} of {len(expected)} {numbers} {differ}: {'; '.join(wrong)}")


def _same(value: float | None, wanted: float | None, tolerance: float) -> bool:
    if value is None or wanted is None:
        return value is wanted
    return abs(value - wanted) <= tolerance * max(1.0, abs(wanted))


def _words(value: float | None) -> str:
    return (
        "nothing (no base)" if value is None else f"{value:,.6g}" if value % 1 else f"{value:,.0f}"
    )
