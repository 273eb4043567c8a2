"""Profiles of users and what one user did, at the edges of types and groups."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

import results_widgets as rw

CAMPAIGN = {
    "id": "c1",
    "goal": {"events": ["Purchase"]},
    "attribution_window": "2d",
    "actions": [{"id": "mail", "name": "Hello", "channel": "email"}],
}


def results(attributes: dict[str, list[Any]], opened: int) -> rw.Results:
    """As many users as there are values, all mailed, the first of whom opened."""
    count = len(next(iter(attributes.values())))
    ids = [f"u{place:02}" for place in range(count)]
    at = datetime(2026, 3, 1, tzinfo=UTC)
    rows = [(user, "sent") for user in ids] + [(user, "opened") for user in ids[:opened]]
    events = pl.DataFrame(
        {
            "user_id": [user for user, _ in rows],
            "action_id": "mail",
            "event": [event for _, event in rows],
            "timestamp": at,
        }
    )
    return rw.Results(CAMPAIGN, events, pl.DataFrame({"user_id": ids, **attributes}))


def ranges(values: list[float | None]) -> dict[str | None, int]:
    """How many users each range of these values holds."""
    frame = results({"score": values}, len(values)).users_in_action("mail", "opened").profile()
    return dict(frame.filter(attribute="score").select("value", "segment").iter_rows())


def test_not_a_number_is_no_value() -> None:
    many = [float(place) for place in range(20)]
    assert ranges([*many, float("nan"), None]) == {
        "up to 4": 5,
        "over 4, up to 9": 5,
        "over 9, up to 14": 5,
        "over 14": 5,
        None: 2,
    }


def test_no_range_is_above_the_largest_value() -> None:
    many = [float(place) for place in range(10)]
    assert ranges([*many, *[10.0] * 10]) == {"up to 4": 5, "over 4, up to 9": 5, "over 9": 10}
    # Most users have the largest value: there is nothing to cut.
    assert ranges([*many, *[10.0] * 31])["10.0"] == 31


def test_days_count_by_year_and_flags_by_their_words() -> None:
    found = results(
        {
            "joined": [date(2025, 12, 31), date(2026, 1, 1), None],
            "seen": [None, datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)],
            "paid": [True, False, True],
        },
        3,
    )
    frame = found.users_in_action("mail", "opened").profile()

    def counts(attribute: str) -> dict[str | None, int]:
        return dict(frame.filter(attribute=attribute).select("value", "segment").iter_rows())

    assert counts("joined") == {"2025": 1, "2026": 1, None: 1}
    assert counts("seen") == {"2026": 2, None: 1}
    assert counts("paid") == {"true": 2, "false": 1}


def test_of_values_that_as_many_users_have_the_missing_one_comes_last() -> None:
    frame = results({"city": ["Oslo", None, "Bern"]}, 3).users_in_action("mail").profile()
    assert frame.filter(attribute="city")["value"].to_list() == ["Bern", "Oslo", None]


@pytest.mark.parametrize("value", [True, 1.5, "2"])
def test_a_value_of_another_type_is_refused(value: object) -> None:
    found = results({"age": [1, 2]}, 1)
    with pytest.raises(rw.QueryError, match="age"):
        found.users("users", where={"age": value})
    assert len(found.users("users", where={"age": 1})) == 1


def test_what_a_user_did_names_the_action_of_rows_without_a_campaign() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    events = pl.DataFrame(
        {
            "user_id": "anna",
            "campaign_id": ["c1", None, "other"],
            "action_id": "mail",
            "event": ["sent", "opened", "clicked"],
            "timestamp": [at, at.replace(hour=1), at.replace(hour=2)],
        }
    )
    timeline = rw.Results(CAMPAIGN, events).users_in_campaign().timeline("anna")
    assert timeline.select("event", "action").rows() == [
        ("sent", "Hello"),
        ("opened", "Hello"),
        ("clicked", None),
    ]
