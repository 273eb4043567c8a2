"""Asking where users went after an action, of whoever answers."""

from dataclasses import replace
from random import Random
from typing import Any

from results_widgets.engine.metrics.next_steps import NextSteps, next_steps
from tests.reference.next_steps import next_steps as by_reference
from tests.reference.rules import channel as channel_of
from tests.support.answers import FromPackage
from tests.support.strategies import Question


def with_triggers(asked: Question) -> Question:
    """The question by the clock of events, of actions that wait for something, and for some time."""
    random = Random(f"{asked.seed} triggers")
    actions: list[dict[str, Any]] = [dict(one) for one in asked.case.campaign["actions"]]
    channels = {one["id"]: one["channel"] for one in actions}
    for one in actions:
        if one.get("parent") is None:
            continue
        events = channel_of(asked.case.campaign, channels[one["parent"]]).events
        event = random.choice(events)
        one["trigger"] = random.choice([None, event, f"not_{event}"])
        one["delay"] = random.choice(["0d", "30m", "7h", "2d"])
    case = replace(asked.case, campaign={**asked.case.campaign, "actions": actions})
    return replace(asked, case=case, query=replace(asked.query, clock="event"))


def next_steps_equal(
    asked: Question, package: type[FromPackage], most: int | None = None
) -> list[NextSteps]:
    """Hold the package against the reference for some of a campaign's actions, and return what it said."""
    scoped = package(asked.case, asked.query).results._session.scoped()
    told = []
    for action in list(asked.case.actions)[:most]:
        found = next_steps(scoped, action)
        expected = by_reference(asked.case, asked.query, action)
        assert {name: getattr(found, name) for name in expected} == expected, action
        went = sum(found.steps.values()) - found.several
        ended = (found.left or 0) + (found.not_due or 0)
        assert went + found.waiting + ended == found.received
        told.append(found)
    return told
