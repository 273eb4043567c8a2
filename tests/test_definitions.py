"""Definition sets: what each of them counts, on one small campaign."""

from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest

import results_widgets as rw
from results_widgets.channels import CHANNELS
from results_widgets.definitions import as_definitions
from tests.examples import case

TABLE = """
    anna mail  sent      01T10:00
    anna mail  delivered 01T10:01
    anna mail  opened    01T11:00
    anna mail  opened    02T11:00 machine=true
    anna mail  clicked   02T11:00
    bob  mail  sent      01T10:00
    bob  mail  delivered 01T10:01
    bob  mail  opened    01T10:02 machine=true
    bob  nudge sent      01T12:00
    bob  nudge opened    01T12:30
    carl mail  sent      01T10:00
    carl mail  bounced   01T10:01
    dora hello viewed    01T10:00
    dora hello cancelled 01T10:00
"""


def numbers(definitions: str | rw.Definitions, **owner: str) -> dict[str, Any]:
    asked = case(TABLE)
    results = rw.Results(
        dict(asked.campaign), asked.events, definitions=definitions, time_zone="UTC"
    )
    frame = results.actions().filter(**owner) if owner else results.overview()
    return dict(frame.select("metric", "value").rows())


ENGAGED: list[tuple[str, int, float]] = [
    ("default", 3, 3 / 4),
    ("leanplum", 3, 3 / 4),
    # One click, one push open, no accept; of two emails delivered, one in-app view, one push sent.
    ("leanplum-v2", 2, 2 / 4),
]


@pytest.mark.parametrize(("name", "engaged", "rate"), ENGAGED)
def test_engaged_and_its_rate(name: str, engaged: int, rate: float) -> None:
    found = numbers(name)
    assert (found["engaged"], found["engagement_rate"]) == (engaged, rate)


EMAIL: list[tuple[str, float, float]] = [
    ("default", 3 / 2, 2),
    ("leanplum", 3 / 3, 2),
    # Anna opened on two days.
    ("leanplum-v2", 3 / 3, 3),
]


@pytest.mark.parametrize(("name", "rate", "unique"), EMAIL)
def test_base_of_email_rates_and_uniques(name: str, rate: float, unique: float) -> None:
    found = numbers(name, action_id="mail")
    assert (found["open_rate"], found["unique_opened"]) == (rate, unique)
    assert found["bounce_rate"] == pytest.approx(1 / 3)


def test_own_set_is_a_shipped_one_with_fields_replaced() -> None:
    human = replace(rw.DEFINITIONS["default"], name="humans", machine_opens="left_out")
    assert numbers(human)["engaged"] == 3
    found = numbers(human, action_id="mail")
    assert (found["opened"], found["unique_opened"], found["machine_opened"]) == (1, 1, 2)
    clicks = replace(human, interacted=(("email", ("clicked",)), ("in_app", ())))
    assert numbers(clicks)["engaged"] == 2


def test_channel_that_is_not_named_keeps_its_own() -> None:
    set_ = rw.DEFINITIONS["leanplum"]
    assert set_.interactions(CHANNELS["email"]) == ("opened",)
    assert set_.interactions(CHANNELS["sms"]) == ("clicked", "replied")
    assert set_.interactions(CHANNELS["webhook"]) == ()


def test_names_are_read_and_unknown_ones_refused() -> None:
    assert list(rw.DEFINITIONS) == ["default", "leanplum", "leanplum-v2"]
    for name, set_ in rw.DEFINITIONS.items():
        assert (as_definitions(name), as_definitions(set_), set_.name) == (set_, set_, name)
        assert set_.text
    with pytest.raises(
        rw.QueryError, match=r"'leanplumv2' \(did you mean 'leanplum-v2'\?\); known"
    ):
        as_definitions("leanplumv2")


def test_sets_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'unique'"):
        rw.DEFINITIONS["default"].unique = "user_day"  # type: ignore[misc]
    with pytest.raises(TypeError, match="does not support item assignment"):
        rw.DEFINITIONS["own"] = rw.DEFINITIONS["default"]  # type: ignore[index]
