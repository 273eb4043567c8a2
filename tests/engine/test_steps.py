"""Steps within entries are those of the plain walk, in its order, of everybody or of those who convert."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from results_widgets.engine.steps import steps
from tests.reference.walk import Step, all_conversions, walk
from tests.support.answers import FromPackage
from tests.support.profiles import examples
from tests.support.strategies import Question, questions

pytestmark = pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")
ROLES = ("received", "interacted", "goal")


def action_of(step: Step) -> str:
    """The action received or interacted with; whose goal events are said to be does not matter."""
    return "" if step.role == "goal" else step.action or ""


@settings(max_examples=examples(30))
@given(asked=questions())
def test_steps_are_those_of_the_walk(asked: Question) -> None:
    query = replace(asked.query, developers=True, start=None, end=None, clock="event")
    entries = walk(asked.case, query)
    expected = [
        (entry.user, entry.number, step.at, step.role, action_of(step), step.row["position"])
        for entry in sorted(entries, key=lambda entry: (entry.user, entry.number))
        for step in entry.steps
        if step.role != "exited"
    ]
    session = FromPackage(asked.case, query).results._session
    data = session.data.require_users()

    def found(*, converted: bool) -> list[tuple[Any, ...]]:
        frame = steps(data, session.query.definitions, converted=converted)
        ids = data.log.user_ids  # type: ignore[attr-defined]
        width, names = data.codes.width, ["", *(action.id for action in data.codes.actions)]
        return sorted(
            (
                (ids[user], entry, time, ROLES[role], names[code // width * (role < 2)], row)
                for user, entry, time, role, code, row in frame.select(
                    "user", "entry", "time", "role", "code", "row"
                ).iter_rows()
            ),
            key=lambda step: step[:2],
        )

    # A source's own conversion from before its entry's start stands first here, and last in the plain walk.
    assert sorted(found(converted=False)) == sorted(expected)
    who = {one.user for one in all_conversions(asked.case, query, entries)}
    assert sorted(found(converted=True)) == sorted(one for one in expected if one[0] in who)
    if not (asked.case.events["event"] == "converted").any():
        assert found(converted=False) == expected
