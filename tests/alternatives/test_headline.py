"""The converted rate under usual other rules, found rule by rule: the range that trying every rule finds."""

from typing import Any

import pytest
from hypothesis import given, settings

import results_widgets as rw
from results_widgets.alternatives.display import line_of
from results_widgets.alternatives.headline import converted_rate_in_steps
from results_widgets.alternatives.run import Line, ends_of, most_of
from tests.support.answers import FromPackage
from tests.support.profiles import examples
from tests.support.strategies import Question, questions

pytestmark = pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")


def found_in(results: rw.Results) -> tuple[Line, int]:
    """What the steps find, and how many there are."""
    session = results._session
    steps, count = converted_rate_in_steps(session.data.require_users(), session.query), 0
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value.lines[0], count
        count += 1


@settings(max_examples=examples(24))
@given(questions())
def test_range_is_that_of_every_rule(asked: Question) -> None:
    results = FromPackage(asked.case, asked.query).results
    line, _ = found_in(results)
    whole = results.sensitivity("converted_rate")
    row: dict[str, Any] = whole.ranges.filter(metric="converted_rate").row(0, named=True)
    assert ends_of(line) == (row["low"], row["high"])
    most = most_of(line)
    found = (None, None) if most is None else (most.choice.rule, most.choice.words)
    assert found == (row["most"], row["choice"])
    assert line_of(line, results._session.locale) == whole.line


def test_only_rules_that_can_move_it_are_tried() -> None:
    results = rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC")
    line, count = found_in(results)
    assert [one.choice.rule for one in line.changed] == [
        *["window"] * 3,
        *("held_back", "clock", "rate_clock"),
    ]
    assert count == len(line.changed)
