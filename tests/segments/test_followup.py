"""What is asked about the people of a segment: events, time line, profile, reach."""

from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from tests.support.journeys import JOURNEYS, ids, results_of


def test_frames_of_other_libraries_keep_large_ids() -> None:
    segment = results_of([(2**53 + 1, "a", "sent", 0)]).users_in_campaign()
    assert segment.to_pandas()["user_id"].tolist() == [2**53 + 1]
    assert segment.to_arrow()["user_id"].to_pylist() == [2**53 + 1]


def test_events_are_all_the_rows_of_these_users() -> None:
    results = results_of([*JOURNEYS, ("anna", "nowhere", "opened", 99)])
    rows = results.users_in_action("a", "opened").events()
    assert isinstance(rows, pl.LazyFrame)
    found = rows.collect()
    assert found.columns == ["user_id", "action_id", "event", "timestamp"]
    assert sorted(found["event"]) == ["Purchase", "opened", "opened", "sent", "sent"]
    assert set(found["user_id"]) == {"anna"}


def test_timeline_tells_one_users_events_in_order() -> None:
    results = results_of(JOURNEYS).in_time_zone("Europe/Berlin")
    told = results.users_in_campaign().timeline("anna")
    assert told.columns == ["timestamp", "event", "action", "channel", "action_id"]
    assert told["event"].to_list() == ["sent", "opened", "sent", "Purchase"]
    assert told["action"].to_list() == ["Welcome", "Welcome", "Offer", None]
    assert str(told["timestamp"][0]) == "2026-03-02 10:00:00+01:00"
    with pytest.raises(rw.QueryError, match="user 'eve' is not in 'Users in Spring'"):
        results.users_in_campaign().timeline("eve")
    with pytest.raises(rw.QueryError, match="are String, and 7 is int; pass text"):
        results.users_in_campaign().timeline(7)


# ----------------------------------------------------------------------------------------- profile


def crowd(rows: int = 400) -> rw.Results:
    """Users of whom the first quarter opened; they are mostly on ios, and of any age."""
    people = [f"u{n:03}" for n in range(rows)]
    users = pl.DataFrame(
        {
            "user_id": people,
            "platform": ["ios" if n < rows // 4 or n % 4 == 0 else "android" for n in range(rows)],
            "age": [n * 37 % 71 for n in range(rows)],
            "tags": [["x"]] * rows,
        }
    )
    sent: list[tuple[Any, str | None, str, float]] = [(id_, "a", "sent", 0) for id_ in people]
    opened = [(id_, "a", "opened", 1) for id_ in people[: rows // 4]]
    return results_of([*sent, *opened], users)


def test_profile_marks_the_differences_that_are_real() -> None:
    found = crowd().users_in_action("a", "opened").profile()
    marked = found.filter("differs")
    assert {"platform", "own events", "active in the last 7 days"} >= set(marked["attribute"])
    ios = found.row(
        by_predicate=(pl.col("attribute") == "platform") & (pl.col("value") == "ios"), named=True
    )
    assert (ios["segment"], ios["rest"], ios["share"], ios["rest_share"]) == (100, 75, 1.0, 0.25)
    assert ios["low"] < ios["difference"] == 0.75 < ios["high"]
    ages = found.filter(pl.col("attribute") == "age")
    assert not ages["differs"].any()
    assert ages["segment"].sum() == 100
    assert ages["rest"].sum() == 300
    assert ages["value"].to_list()[0].startswith(("up to", "over"))
    assert found["p_adjusted"].is_between(0, 1).all()


def test_profile_puts_rare_values_together_and_keeps_unknown_apart() -> None:
    users = pl.DataFrame(
        {"user_id": [f"u{n}" for n in range(30)], "city": [f"c{n}" for n in range(29)] + [None]}
    )
    results = results_of([(f"u{n}", "a", "sent", 0) for n in range(31)], users)
    some = rw.Segment(users.head(3), name="n", rule="r").with_results(results)
    cities = some.profile(values=4).filter(pl.col("attribute") == "city")
    assert set(cities["value"]) >= {None, "(other)"}
    assert cities.height == 5
    assert cities["segment"].sum() == 3
    assert cities["rest"].sum() == 28


def test_profile_without_a_rest_has_no_differences() -> None:
    found = crowd().users_in_campaign().profile()
    assert found["rest_share"].null_count() == found.height
    assert not found["differs"].any()


# ------------------------------------------------------------------------------------------- reach


def test_reach_leaves_out_who_cannot_be_reached() -> None:
    rows: list[tuple[Any, str | None, str, float]] = [
        *((id_, "a", "sent", 0) for id_ in "abcde"),
        ("a", "a", "bounced", 1),
        ("b", "a", "opened", 1),
        ("b", "b", "unsubscribed", 2),
        ("b", "b", "marked_as_spam", 2),
        ("c", "a", "clicked", 3),
        ("d", None, "App opened", 200),
        ("e", None, "Purchase", 24 * 30),
    ]
    results = results_of(rows)
    assert results.users_in_campaign().reach().to_dicts() == [
        {
            "channel": "email",
            "users": 5,
            "reachable": 3,
            "bounced": 1,
            "unsubscribed": 1,
            "marked_as_spam": 1,
            "active_7d": 1,
            "share": 0.6,
        }
    ]
    assert ids(results.users_in_action("a", "bounced")) == ["a"]
    few = results.users_in_action("a", "bounced").reach()
    assert few["reachable"].to_list() == [0]


def test_shares_of_reach_are_exact(lifelike: rw.Results) -> None:
    # Polars divides a column by one number by way of its reciprocal: 49 of 49 is not 1 then.
    for size in (49, 98, 103, 107, 161):
        rows = lifelike.users_in_campaign().sample(size).reach().to_dicts()
        assert [row["share"] for row in rows] == [row["reachable"] / row["users"] for row in rows]
