"""The held back: a group of their own beside the headline, unless a definition set counts them in it."""

from dataclasses import replace

import pytest

import results_widgets as rw
from tests.support.examples import Ask, at, case

COUNTED = replace(rw.DEFINITIONS["default"], name="counted", held_back="counted")

# Anna and bob are mailed, bob converts; carl and dora are held back, dora converts.
STORY = """
    anna mail sent      01T10:00
    anna mail opened    01T11:00
    bob  mail sent      01T10:00
    bob  -    Purchase  02T10:00 value=10
    carl mail held_back 01T10:00
    dora mail held_back 01T10:00
    dora -    Purchase  02T10:00 value=4
"""


def test_headline_leaves_the_held_back_out_and_shows_them_apart(ask: Ask) -> None:
    found = ask(STORY).overview()[None]
    assert found["users"] == found["unique_users"] == (2, None, None)
    assert found["conversion_rate"] == found["converted_rate"] == (0.5, 1, 2)
    assert found["value_per_user"] == (5, 10, 2)
    assert found["entries_open"][0] == 1, "anna's; carl's window is one of the held back"
    assert found["held_back_entries"] == found["held_back_users"] == (2, None, None)
    assert found["held_back_conversions"] == (1, None, None)
    assert found["held_back_converted_rate"] == (0.5, 1, 2)


def test_older_definition_sets_count_them_in_and_show_them_all_the_same(ask: Ask) -> None:
    found = ask(STORY, definitions="leanplum").overview()[None]
    assert found["users"][0] == found["unique_users"][0] == 4
    assert found["conversion_rate"] == (0.5, 2, 4)
    assert found["goal_value"][0] == 14
    assert found["held_back_users"][0] == 2
    assert found["held_back_converted_rate"] == (0.5, 1, 2)


def test_engaged_leaves_out_users_who_were_only_held_back(ask: Ask) -> None:
    answers = ask("""
        anna mail held_back 01T10:00
        anna nudge opened   01T11:00
        bob  mail held_back 01T10:00
        bob  mail sent      10T10:00
        bob  mail opened    10T11:00
        carl mail opened    01T10:00
    """)
    # Anna was only ever held back; bob was mailed later on; carl's data starts in the middle.
    assert answers.overview()[None]["engaged"][0] == 2
    assert answers.overview()[None]["engagement_rate"] == (2, 2, 1)


def test_actions_credit_and_count_nothing_of_the_held_back(ask: Ask) -> None:
    answers = ask("""
        anna mail held_back 01T10:00
        anna nudge sent     01T11:00
        bob  mail sent      01T10:00
        bob  nudge sent     01T11:00
    """)
    nudge = answers.actions()[None]["nudge"]
    assert nudge["users_received"][0] == 2, "the message reached anna as well"
    assert nudge["share_of_entries"] == (1, 1, 1)
    counted = ask(
        """
        anna mail held_back 01T10:00
        anna nudge sent     01T11:00
        bob  mail sent      01T10:00
        """,
        definitions="leanplum",
    )
    assert counted.actions()[None]["nudge"]["share_of_entries"] == (0.5, 1, 2)


def test_converted_entries_count_once_however_often_they_convert(ask: Ask) -> None:
    multiple = {"events": ["Purchase"], "mode": "multiple", "value": "value"}
    table = """
        anna mail sent     01T10:00
        anna -    Purchase 01T11:00
        anna -    Purchase 02T11:00
        bob  mail sent     01T10:00
    """
    found = ask(table, goal=multiple).overview()[None]
    assert found["conversion_rate"] == (1, 2, 2)
    assert found["converted_entries"] == (1, None, None)
    assert found["converted_rate"] == (0.5, 1, 2)


def test_actions_have_their_value_and_rates_of_the_entries_that_they_reached(ask: Ask) -> None:
    answers = ask("""
        anna mail  sent     01T10:00
        anna nudge sent     01T11:00
        anna nudge opened   01T12:00
        anna -     Purchase 01T13:00 value=9
        bob  mail  sent     01T10:00
        bob  nudge sent     01T11:00
        carl mail  sent     01T10:00
    """)
    nudge, mail = (answers.actions()[None][name] for name in ("nudge", "mail"))
    assert nudge["conversion_rate_attributed"] == (0.5, 1, 2)
    assert nudge["value_attributed"] == (9, None, None)
    assert nudge["value_attributed_per_user"] == (4.5, 9, 2)
    assert mail["conversion_rate_attributed"] == (0, 0, 3)


# ------------------------------------------------------------------------------------- who they are


@pytest.fixture(scope="module")
def results() -> rw.Results:
    story = case(STORY)
    return rw.Results(dict(story.campaign), story.events, time_zone="UTC")


def test_users_of_each_number_are_as_many_as_it_says(results: rw.Results) -> None:
    def ids(metric: rw.MetricKey, view: rw.Results = results) -> list[str]:
        found: list[str] = view.users(metric).users["user_id"].to_list()
        return found

    assert ids(rw.MetricKey("unique_users")) == ["anna", "bob"]
    assert ids(rw.MetricKey("held_back_users")) == ["carl", "dora"]
    assert ids(rw.MetricKey("held_back_conversions")) == ["dora"]
    assert ids(rw.MetricKey("converted_entries")) == ["bob"]
    counted = results.with_definitions(COUNTED)
    assert ids(rw.MetricKey("unique_users"), counted) == ["anna", "bob", "carl", "dora"]
    assert ids(rw.MetricKey("converted_entries"), counted) == ["bob", "dora"]
    assert len(results.users_in_campaign()) == results.unique_users() == 2
    assert results.held_back() == 2


def test_each_day_and_group_has_its_own_held_back(results: rw.Results) -> None:
    days = results.explore("held_back_conversions")
    assert days.select("value").to_series().to_list() == [0, 1]
    entries = results.entries().filter("held_back")
    assert entries["started_at"].to_list() == [at("01T10:00")] * 2


def test_definition_set_of_ones_own_says_how_they_count() -> None:
    assert rw.Definitions("x", held_back="counted").held_back == "counted"
    with pytest.raises(rw.QueryError, match=r"held_back: 'aside'.*apart"):
        rw.Definitions("x", held_back="aside")  # type: ignore[arg-type]
