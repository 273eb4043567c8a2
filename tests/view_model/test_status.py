"""The status of a screen: how fresh the data is, and when a campaign counts as empty."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.view_model.status import (
    computing_status,
    definition_names,
    notes_text,
    status_state,
)


def results(status: str, age: timedelta, **campaign: Any) -> rw.Results:
    """One user mailed that long ago."""
    events = pl.DataFrame(
        {
            "user_id": ["anna"],
            "action_id": ["mail"],
            "event": ["sent"],
            "timestamp": [datetime.now(UTC) - age],
        }
    )
    least = {
        "id": "c1",
        "status": status,
        "goal": {"events": ["Purchase"]},
        "attribution_window": "2d",
        "actions": [{"id": "mail", "channel": "email"}],
    }
    return rw.Results({**least, **campaign}, events, time_zone="UTC")


@pytest.mark.parametrize(
    ("status", "age", "stale"),
    [
        ("running", timedelta(minutes=9.4), "good"),
        ("running", timedelta(minutes=10.1), "warn"),
        ("running", timedelta(hours=23.9), "warn"),
        ("running", timedelta(hours=24.1), "old"),
        ("finished", timedelta(days=5), "good"),
    ],
)
def test_a_finished_campaign_is_never_stale(status: str, age: timedelta, stale: str) -> None:
    assert status_state(results(status, age), [])["stale"] == stale


def test_a_range_without_entries_is_no_empty_campaign() -> None:
    whole = results("running", timedelta(days=5))
    assert status_state(whole, [])["state"] == "ready"
    assert status_state(whole.between("2020-01-01", "2020-01-02"), [])["state"] == "ready"
    assert status_state(whole.between("2020-01-01"), [])["state"] == "ready"
    others = [{"id": "other", "channel": "email"}]
    nobody = results("running", timedelta(days=5), actions=others)
    assert status_state(nobody, [])["state"] == "empty"
    assert status_state(nobody.between("2020-01-01"), [])["state"] == "ready"
    assert status_state(nobody.between("2020-01-01", "2020-01-02"), [])["state"] == "ready"


def test_users_are_told_with_and_without_developers() -> None:
    events = pl.DataFrame(
        {
            "user_id": ["anna", "bob", "dev"],
            "action_id": ["mail"] * 3,
            "event": ["sent"] * 3,
            "timestamp": [datetime(2026, 3, 1, tzinfo=UTC)] * 3,
        }
    )
    users = pl.DataFrame({"user_id": ["anna", "dev"], "is_developer": [False, True]})
    campaign = results("running", timedelta(0)).campaign
    for developers in (True, False):
        shown = rw.Results(campaign, events, users, time_zone="UTC").analytics(
            developers=developers
        )
        status = status_state(shown, ["default"])
        assert (status["users_with_developers"], status["users_without_developers"]) == (3, 2)
        assert status["definitions"] == ["default"]


def test_before_the_first_numbers_there_are_none() -> None:
    status = computing_status(results("running", timedelta(days=5)))
    shown = ("state", "users_with_developers", "users_without_developers", "stale", "zone")
    assert [status[name] for name in shown] == ["computing", None, None, "good", "UTC"]


def test_definition_sets_are_those_that_can_be_answered_under() -> None:
    whole = results("running", timedelta(days=5))
    assert definition_names(whole.with_definitions("leanplum")) == [
        "leanplum",
        "default",
        "leanplum-v2",
    ]
    assert definition_names(whole.rollup().results(time_zone="UTC")) == ["default"]


def test_a_dash_for_users_is_explained() -> None:
    weeks = results("running", timedelta(days=30)).rollup("1d", users_every="1w").results()
    assert status_state(weeks, [])["note"] == ""
    cut = status_state(weeks.between("2026-03-03", "2026-03-06"), [])["note"]
    assert cut == (
        "Distinct users are kept by week; take a range of whole weeks, or counts of events. "
        "A dash stands for them here."
    )


def test_a_campaign_that_nobody_entered_names_its_first_actions() -> None:
    first = [{"id": name, "channel": "email"} for name in "abcd"]
    others = [{"id": "bye", "channel": "exit"}, {"id": "mail", "channel": "push", "parent": "a"}]
    said = "There are events, but none says that a user received a first action"
    for actions, named in (
        ([others[0], *first[:2], others[1]], "a: sent, b: sent"),
        ([*first, *others], "a: sent, b: sent, c: sent, … (4 in all)"),
    ):
        nobody = results("running", timedelta(days=1), actions=actions)
        assert status_state(nobody, [])["why_empty"] == f"{said} ({named})."
    assert status_state(results("running", timedelta(days=1)), [])["why_empty"] == ""


def clicked_at_once(users: int) -> rw.Results:
    """Every message is clicked a second after it was sent."""
    sent = datetime(2026, 3, 1, 10, tzinfo=UTC)
    rows = [
        {"user_id": f"u{n}", "action_id": "mail", "event": event, "timestamp": at}
        for n in range(users)
        for event, at in (("sent", sent), ("clicked", sent + timedelta(seconds=1)))
    ]
    campaign = {
        "id": "c1",
        "goal": {"events": ["Purchase"]},
        "attribution_window": "2d",
        "actions": [{"id": "mail", "channel": "email"}],
    }
    return rw.Results(campaign, pl.DataFrame(rows), time_zone="UTC")


NOTE = (
    "The events are in doubt: click within seconds (100 rows). results.quality() says what this does to the numbers "
    "and how to fix it."
)


def test_what_is_serious_about_the_events_is_said_once_it_is_known() -> None:
    asked = clicked_at_once(100)
    assert status_state(asked, [])["note"] == ""
    assert asked.quality().filter(severity="serious")["check"].to_list() == ["click within seconds"]
    assert status_state(asked, [])["note"] == NOTE
    assert NOTE in asked._repr_mimebundle_()[0]["text/html"]  # type: ignore[index]
    # Nobody has to ask where a page is written for others; of a few rows one is soon a large share.
    assert status_state(clicked_at_once(100), [], examine=True)["note"] == NOTE
    assert status_state(clicked_at_once(99), [], examine=True)["note"] == ""
    # Where small counts are hidden.
    assert notes_text(asked, min_cell=100) == NOTE
    assert notes_text(asked, min_cell=101) == NOTE.replace(" (100 rows)", "")
