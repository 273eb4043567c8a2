"""Campaigns made in code: they take what JSON takes, are told what JSON is told, and show themselves."""

import copy
import pickle
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

import results_widgets as rw
from tests.support.campaigns import LEAST, WHOLE

ACTION: dict[str, object] = {"id": "a", "channel": "in_app"}


def in_code(**changes: Any) -> rw.Campaign:
    made: dict[str, Any] = {"id": "c", "goal": rw.Goal("Buy"), "actions": [rw.Action("a", "email")]}
    return rw.Campaign(**{**made, **changes})


def test_code_takes_what_json_takes() -> None:
    written = rw.Campaign.from_json(WHOLE)
    as_json = rw.Campaign(**WHOLE)
    as_objects = rw.Campaign(
        "c1",
        rw.Goal("Purchase", value="value"),
        [
            rw.Action(
                "a1",
                "email",
                "We miss you",
                copy={"subject": "…", "body": "…"},
                delay="0d",
                settings={"sender": "…"},
            ),
            rw.Action("a2", "push", "Reminder", parent="a1", trigger="not_opened", delay="2d"),
        ],
        "Win-back",
        "finished",
        started_at="2026-03-01T09:00:00+01:00",
        attribution_window="7d",
        holdback=0.1,
        variants=[rw.Variant("A", 0.5, control=True), {"id": "B", "share": 0.5}],
    )
    assert written == as_json == as_objects
    assert {written, as_json, as_objects} == {written}
    assert rw.Goal("Purchase") == rw.Goal(["Purchase"]) == rw.Goal(("Purchase",))
    assert rw.Action("a", "push", delay="2d").delay == timedelta(days=2)


def test_own_channels_are_taken_as_objects_or_as_the_mapping_of_json() -> None:
    poster = rw.Channel("poster", "Poster", ("shown", "scanned"), "shown", ("scanned",))
    declared = {"poster": {"label": "Poster", "received": "shown", "interacted": "scanned"}}
    actions = [rw.Action("a", "poster")]
    as_objects = in_code(actions=actions, own_channels=[poster])
    assert as_objects == in_code(actions=actions, own_channels=declared)
    as_lists = rw.Channel("poster", "Poster", received="shown", interacted=["scanned"])  # type: ignore[arg-type]
    assert (as_lists, hash(as_lists)) == (poster, hash(poster))
    assert rw.Channel("poster", received="shown").label == "poster"
    with pytest.raises(rw.CampaignError, match=r"^channels\[0\]: expected a Channel"):
        in_code(own_channels=[5])


IN_CODE: list[tuple[Callable[..., object], dict[str, object], str]] = [
    (rw.Goal, {"events": ()}, r"^Goal.events: expected a list of names .* empty, found \(\)"),
    (rw.Goal, {"events": 5}, r"^Goal.events: expected a list of names .* found 5"),
    (rw.Goal, {"events": "Buy", "mode": "singel"}, r"^Goal.mode: .* \(did you mean 'single'"),
    (rw.Goal, {"events": "Buy", "value": 5}, r"^Goal.value: expected text or null, found 5"),
    (
        rw.Variant,
        {"id": "A", "share": 50},
        r"^Variant.share: expected a share between 0 .* found 50",
    ),
    (rw.Variant, {"id": ""}, r"^Variant.id: is required"),
    (rw.Variant, {"id": "A", "control": "yes"}, r"^Variant.control: expected true or false"),
    (rw.Action, {**ACTION, "delay": "2 days"}, r"^Action.delay: '2 days' is not a duration; write"),
    (rw.Action, {**ACTION, "template": "alret"}, r"^Action.template: .*did you mean 'alert'"),
    (rw.Action, {**ACTION, "copy": "hello"}, r"^Action.copy: expected an object, found 'hello'"),
    (rw.Channel, {"id": "p"}, r"^Channel.received: is required"),
    (
        rw.Channel,
        {"id": "p", "events": ["shown"], "received": "show"},
        r"^Channel.events: lacks 'show' \(did you mean 'shown'\?\), which means received or inter",
    ),
    (in_code, {"status": "runing"}, r"^status: 'runing' is not known \(did you mean 'running'"),
    (in_code, {"attribution_window": 7}, r"^attribution_window: expected a duration such as '7d'"),
    (in_code, {"started_at": "March"}, r"^started_at: expected a time such as"),
    (in_code, {"goal": "Buy"}, r"^goal: expected an object with named fields, found 'Buy'"),
    (in_code, {"actions": rw.Action("a", "email")}, r"^actions: expected a list, found Action"),
    (in_code, {"actions": ["a"]}, r"^actions\[0\]: expected an object .* found 'a'"),
    (in_code, {"actions": [{"id": "a", "chanel": "b"}]}, r"^actions\[0\].chanel: unknown field"),
    (in_code, {"actions": [rw.Action("a", "mail")]}, r"^actions\[0\].channel: 'mail' .*'email'"),
    (
        in_code,
        {
            "actions": [
                rw.Action("a", "push"),
                rw.Action("b", "push", parent="a", trigger="not_open"),
            ]
        },
        r"^actions\[1\].trigger: 'not_open' is not an event .* \(did you mean 'opened'\?\); known: sent",
    ),
    (in_code, {"channels": {}}, "unexpected keyword argument 'channels'"),
]


@pytest.mark.parametrize(("make", "values", "words"), IN_CODE)
def test_code_is_told_what_json_is_told(
    make: Callable[..., object], values: dict[str, object], words: str
) -> None:
    with pytest.raises((rw.CampaignError, TypeError), match=words):
        make(**values)


def test_copies_are_equal_however_they_are_made() -> None:
    campaign = rw.Campaign.from_json(WHOLE)
    for same in (copy.deepcopy(campaign), pickle.loads(pickle.dumps(campaign)), replace(campaign)):
        assert same == campaign
        assert hash(same) == hash(campaign)
    paused = replace(campaign, status="paused", attribution_window="3d")  # type: ignore[arg-type]
    assert (paused.status, paused.attribution_window) == ("paused", timedelta(days=3))


def test_repr_says_what_a_reader_wants_to_know() -> None:
    campaign = rw.Campaign.from_json(WHOLE)
    assert repr(campaign) == (
        "Campaign('c1', name='Win-back': finished, triggered; 2 actions by email, push; "
        "goal Purchase (single, within 7d); variants A, B)"
    )
    assert repr(campaign.actions[1]) == (
        "Action('a2', 'push', name='Reminder', parent='a1', trigger='not_opened', delay='2d')"
    )
    assert (
        repr(campaign.actions[0]) == "Action('a1', 'email', name='We miss you', copy=…, settings=…)"
    )
    assert repr(rw.Campaign.from_json(LEAST)) == (
        "Campaign('c1': triggered; 1 action by email; goal Purchase (single, within 0d))"
    )


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (float("inf"), "expected a number, found inf"),
        ([float("nan")], r"settings\.x\[0\]: expected a number, found nan"),
        ({"a": {1, 2}}, r"settings\.x\.a: expected a text, a number, a list or an object"),
        ({1: "a"}, "expected names as text, found 1"),
    ],
)
def test_what_json_cannot_hold_is_refused_where_it_is_given(value: object, problem: str) -> None:
    with pytest.raises(rw.CampaignError, match=problem):
        rw.Action("a1", "email", settings={"x": value})
