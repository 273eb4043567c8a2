"""The status of a screen: how fresh the data is, and when a campaign counts as empty."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.view_model.status import status_state


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
