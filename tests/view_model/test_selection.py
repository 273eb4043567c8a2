"""What is selected, as the results that it makes and as what travels."""

import copy
from datetime import date

import pytest
import traitlets

import results_widgets as rw
from tests.support.comm import small

OPTIONAL = {
    "channel": "email",
    "action": "mail",
    "start": date(2026, 3, 1),
    "end": date(2026, 3, 1),
    "by": "platform",
    "variant": "A",
    "time_zone": "UTC",
    "machine_opens": False,
    "clock": "entry",
    "locale": "de",
}


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return small()


@pytest.mark.parametrize("name", OPTIONAL)
def test_what_may_be_left_open_can_be_opened_again(name: str) -> None:
    selection = rw.Selection(**{name: OPTIONAL[name]})
    assert getattr(selection, name) == OPTIONAL[name]
    setattr(selection, name, None)
    assert getattr(selection, name) is None


def test_a_new_selection_is_of_everything() -> None:
    selection = rw.Selection()
    assert {name: getattr(selection, name) for name in selection.trait_names()} == {
        "metric": "users",
        "range": "whole",
        "every": "auto",
        "cumulative": False,
        "compare": False,
        "definitions": "",
        "developers": True,
        **dict.fromkeys(OPTIONAL),
    }
    with pytest.raises(TypeError, match="trait 'metrics'"):
        rw.Selection(metrics="users")


def test_days_count_back_from_the_newest_event(results: rw.Results) -> None:
    newest = date(2026, 3, 4)
    for name, first, last in [
        ("today", newest, newest),
        ("yesterday", date(2026, 3, 3), date(2026, 3, 3)),
        ("7d", date(2026, 2, 26), newest),
        ("30d", date(2026, 2, 3), newest),
    ]:
        assert rw.Selection(range=name).days(results) == (first, last)
    assert rw.Selection(start="2026-03-02").days(results) == (date(2026, 3, 2), None)
    assert rw.Selection().days(results) == (None, None)


def test_a_selection_makes_results(results: rw.Results) -> None:
    def scope(**values: object) -> object:
        return rw.Selection(**values).apply(results)._session.query

    own = results._session.query
    assert scope() == own
    assert scope(start="2026-03-02") == results.between("2026-03-02", None)._session.query
    assert scope(end="2026-03-02") == results.between(None, "2026-03-02")._session.query
    assert scope(developers=False) == results.analytics()._session.query
    assert scope(clock="entry") == results.with_clock("entry")._session.query
    assert scope(definitions="leanplum") == results.with_definitions("leanplum")._session.query
    assert scope(time_zone="Asia/Kolkata") == results.in_time_zone("Asia/Kolkata")._session.query
    for counted, words in ((True, "counted"), (False, "left_out")):
        made = rw.Selection(machine_opens=counted).apply(results)
        assert made.definitions.machine_opens == words


def test_a_selection_travels_with_what_it_leaves_open(results: rw.Results) -> None:
    state = rw.Selection(start="2026-03-01").to_state(results)
    assert (state["start"], state["end"]) == ("2026-03-01", None)
    assert (state["definitions"], state["clock"]) == (results.definitions.name, "event")
    assert rw.Selection(clock="entry").to_state(results)["clock"] == "entry"
    assert rw.Selection().to_state(results.with_clock("entry"))["clock"] == "entry"
    assert state["machine_opens"] is True
    without = results.with_definitions(definitions_without_machines())
    assert rw.Selection().to_state(without)["machine_opens"] is False
    assert rw.Selection(definitions="leanplum").to_state(without)["machine_opens"] is True
    assert rw.Selection(machine_opens=False).to_state(results)["machine_opens"] is False


def definitions_without_machines() -> rw.Definitions:
    return rw.Definitions.from_dict({"name": "mine", "machine_opens": "left_out"}, "test")


def test_a_field_that_is_wrong_keeps_none_of_the_others_out(results: rw.Results) -> None:
    selection = rw.Selection()
    sent = selection.to_state(results) | {
        "clock": "event",
        "compare": "no such day",
        "cumulative": True,
        "time_zone": "Mars/Olympus",
        "variant": "A",
    }
    selection.update_from(sent, results)
    assert (selection.cumulative, selection.variant) == (True, "A")
    assert (selection.compare, selection.time_zone) == (False, None)
    # As they were shown, they follow the results on.
    assert (selection.clock, selection.machine_opens) == (None, None)
    selection.update_from(sent | {"machine_opens": False, "clock": "entry"}, results)
    assert (selection.clock, selection.machine_opens) == ("entry", False)


def test_a_copy_has_the_values_and_not_the_widgets() -> None:
    selection = rw.Selection(action="mail", cumulative=True)
    copied = copy.copy(selection)
    assert repr(copied) == repr(selection)
    copied.action = "nudge"
    assert selection.action == "mail"
    with pytest.raises(traitlets.TraitError, match="Mars"):
        copied.time_zone = "Mars/Olympus"
