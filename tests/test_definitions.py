"""Definition sets: what each of them counts, on one small campaign."""

import json
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.channels import CHANNELS
from results_widgets.definitions import as_definitions
from results_widgets.keys import DefinitionSet
from tests.support.examples import case

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


def numbers(definitions: DefinitionSet | rw.Definitions, **owner: str) -> dict[str, Any]:
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
def test_engaged_and_its_rate(name: DefinitionSet, engaged: int, rate: float) -> None:
    found = numbers(name)
    assert (found["engaged"], found["engagement_rate"]) == (engaged, rate)


EMAIL: list[tuple[str, float, float]] = [
    ("default", 3 / 2, 2),
    ("leanplum", 3 / 3, 2),
    # Anna opened on two days.
    ("leanplum-v2", 3 / 3, 3),
]


@pytest.mark.parametrize(("name", "rate", "unique"), EMAIL)
def test_base_of_email_rates_and_uniques(name: DefinitionSet, rate: float, unique: float) -> None:
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
    vendors = ["braze", "iterable", "customerio", "klaviyo", "clevertap", "moengage", "onesignal"]
    assert list(rw.DEFINITIONS) == ["default", "leanplum", "leanplum-v2", *vendors]
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


# -------------------------------------------------------------------- made in code and read from JSON


def test_fields_are_taken_in_the_forms_that_json_has() -> None:
    pairs = rw.Definitions("own", interacted=(("email", ("clicked",)), ("push", ())))
    as_mapping = rw.Definitions("own", interacted={"email": "clicked", "push": []})
    as_lists = rw.Definitions("own", interacted=[["email", ["clicked"]], ["push", []]])  # type: ignore[list-item]
    assert pairs == as_mapping == as_lists
    assert len({pairs, as_mapping, as_lists}) == 1
    assert pairs.interactions(CHANNELS["push"]) == ()
    listed = rw.Definitions("own", engaged=[["email", "unique_clicked"]])  # type: ignore[list-item]
    assert listed.engaged == (("email", "unique_clicked"),)


MISSPELT: list[tuple[dict[str, Any], str]] = [
    (
        {"interacted": (("email", ("click",)),)},
        r"^Definitions.interacted: unknown event of email 'click' \(did you mean 'clicked'\?\); known: s",
    ),
    ({"interacted": {"mail": ["opened"]}}, r"unknown channel 'mail' \(did you mean 'email'\?\)"),
    (
        {"engaged": (("email", "unique_click"),)},
        r"^Definitions.engaged: unknown event of email 'unique_click' \(did you mean 'unique_clicked'",
    ),
    ({"engaged_base": ["email"]}, r"engaged_base\[0\]: expected a pair such as .* found 'email'"),
    ({"engaged": "email"}, r"engaged: expected a list, found 'email'"),
    ({"engaged": ["ab"]}, r"engaged\[0\]: expected a pair such as .* found 'ab'"),
    ({"engaged": [["email"]]}, r"engaged\[0\]: expected a pair such as .* found \['email'\]"),
    ({"engaged": [["email", "sent", "x"]]}, r"engaged\[0\]: expected a pair such as"),
    ({"engaged": [[5, "sent"]]}, r"engaged\[0\]: expected a pair such as"),
    ({"engaged": (("email", 5),)}, r"engaged: expected the name of a metric, found 5"),
    (
        {"unique": "users"},
        r"unique: 'users' is not known \(did you mean 'user'\?\); known: user, use",
    ),
    (
        {"email_rate_base": "opened"},
        r"email_rate_base: 'opened' is not known; known: delivered, sent",
    ),
    ({"name": ""}, r"name: is required and must be text"),
]


@pytest.mark.parametrize(("change", "words"), MISSPELT)
def test_mistakes_are_named_however_a_set_is_made(change: dict[str, Any], words: str) -> None:
    with pytest.raises(rw.QueryError, match=words):
        rw.Definitions(**{"name": "own", **change})
    with pytest.raises(rw.QueryError, match=words.replace("^Definitions", "^look.definitions")):
        rw.Definitions.from_dict({"name": "own", **change}, "look.definitions")
    with pytest.raises(rw.QueryError, match=words):
        replace(rw.DEFINITIONS["default"], **change)


def test_set_written_as_json_is_read_back() -> None:
    own = replace(rw.DEFINITIONS["leanplum-v2"], name="own", machine_opens="left_out")
    for set_ in (*rw.DEFINITIONS.values(), own):
        read = rw.Definitions.from_dict(json.loads(json.dumps(set_.to_dict())))
        assert (read, read.text) == (set_, set_.text)


def test_set_that_an_older_version_wrote_is_read() -> None:
    # As roll-ups, snapshots and rules have it since 0.1.
    written = """{"name": "own", "interacted": [["email", ["clicked"]], ["in_app", ["accepted"]]],
        "engaged": [["email", "unique_clicked"]], "engaged_base": [["email", "delivered"]],
        "email_rate_base": "sent", "unique": "user_day", "machine_opens": "left_out", "text": "t"}"""
    assert rw.Definitions.from_dict(json.loads(written)) == rw.Definitions(
        "own",
        (("email", ("clicked",)), ("in_app", ("accepted",))),
        (("email", "unique_clicked"),),
        (("email", "delivered"),),
        "sent",
        "user_day",
        "left_out",
    )


def test_unknown_field_of_a_written_set_is_refused() -> None:
    written = rw.DEFINITIONS["default"].to_dict()
    with pytest.raises(
        rw.QueryError, match=r"^definitions.uniques: unknown field \(did you mean 'unique'\?\)"
    ):
        rw.Definitions.from_dict(written | {"uniques": "user"})
    with pytest.raises(rw.QueryError, match=r"^definitions.clock: unknown field; known: name, int"):
        rw.Definitions.from_dict(written | {"clock": "entry"})


OWN_CHANNELS = {
    "id": "c",
    "goal": {"events": ["Buy"]},
    "channels": {"sms2": {"received": "shown", "interacted": ["scanned"]}},
    "actions": [{"id": "a", "channel": "sms2"}],
}


def test_channels_of_a_campaigns_own_are_checked_when_the_set_is_used() -> None:
    events = pl.DataFrame(
        {"user_id": ["u"], "campaign_id": ["c"], "action_id": ["a"], "event": ["shown"]}
    ).with_columns(timestamp=pl.lit(datetime(2026, 3, 1, tzinfo=UTC)))
    results = rw.Results(OWN_CHANNELS, events, time_zone="UTC")
    shown = rw.Definitions("own", interacted={"sms2": ["shown"]})
    assert results.with_definitions(shown).overview()["value"][2] == 1
    tapped = rw.Definitions("own", interacted={"email": ["tapped"]})
    with pytest.raises(
        rw.QueryError, match=r"event of email 'tapped'; known: (\w+, )+machine_clicked$"
    ):
        results.with_definitions(tapped)
    with pytest.raises(rw.QueryError, match=r"unknown event of sms2 'show' \(did you mean 'shown'"):
        results.with_definitions(rw.Definitions("own", interacted={"sms2": ["show"]}))
    with pytest.raises(rw.QueryError, match=r"interacted: unknown channel 'poster'; known: email"):
        rw.Results(
            OWN_CHANNELS,
            events,
            time_zone="UTC",
            definitions=rw.Definitions("own", interacted={"poster": ["shown"]}),
        )
    for name in rw.DEFINITIONS:
        assert results.with_definitions(rw.DEFINITIONS[name]).definitions.name == name


def test_neither_a_name_nor_a_set_is_refused() -> None:
    with pytest.raises(rw.QueryError, match=r"expected the name of a definition set .* found 5"):
        as_definitions(5)  # type: ignore[arg-type]


def test_repr_is_the_call_that_makes_the_set() -> None:
    assert repr(rw.DEFINITIONS["default"]) == "Definitions('default')"
    own = rw.Definitions("own", {"email": "clicked"}, unique="user_day")
    assert repr(own) == (
        "Definitions('own', interacted=(('email', ('clicked',)),), unique='user_day')"
    )
    for set_ in (own, *rw.DEFINITIONS.values()):
        assert eval(repr(set_), {"Definitions": rw.Definitions}) == set_


def test_leanplums_older_set_adds_up_what_its_pages_say() -> None:
    older = rw.DEFINITIONS["leanplum-v2"]
    assert set(older.engaged) == {
        ("email", "unique_clicked"),
        ("push", "opened"),
        ("web_push", "opened"),
        ("in_app", "accepted"),
    }
    assert set(older.engaged_base) == {
        ("email", "delivered"),
        ("push", "sent"),
        ("web_push", "sent"),
        ("in_app", "viewed"),
    }
