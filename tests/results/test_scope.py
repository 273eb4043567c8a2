"""Months, copies and pickles of results."""

import copy
import pickle
from datetime import UTC, datetime

import polars as pl
import pytest

import results_widgets as rw

CAMPAIGN = {"id": "c", "goal": {"events": ["Buy"]}, "actions": [{"id": "a", "channel": "email"}]}
SENT = [
    datetime(2026, 2, 28, 23, tzinfo=UTC),
    datetime(2026, 3, 1, tzinfo=UTC),
    datetime(2026, 3, 31, 23, 59, tzinfo=UTC),
    datetime(2026, 4, 1, tzinfo=UTC),
]


@pytest.fixture(scope="module")
def results() -> rw.Results:
    events = pl.DataFrame({"user_id": ["feb", "first", "last", "april"], "timestamp": SENT})
    more = {"campaign_id": "c", "action_id": "a", "event": "sent"}
    named = events.with_columns(pl.lit(value).alias(name) for name, value in more.items())
    return rw.Results(CAMPAIGN, named, time_zone="UTC")


def test_month_is_its_first_to_its_last_day(results: rw.Results) -> None:
    march = results.month("2026-03")
    assert march.entries()["user_id"].to_list() == ["first", "last"]
    assert repr(march) == repr(results.between("2026-03-01", "2026-03-31"))
    assert (
        results.month("2024-02")
        .overview()
        .equals(results.between("2024-02-01", "2024-02-29").overview())
    )
    # Days are those of the zone: 23:00 of 28 February in London is 1 March in Oslo.
    assert results.in_time_zone("Europe/Oslo").month("2026-03").unique_users() == 2
    assert results.month("2026-12").unique_users() == 0


@pytest.mark.parametrize("month", ["2026-13", "2026-3", "March", "2026-03-01", "0000-01", 3, None])
def test_text_that_is_no_month_is_refused(results: rw.Results, month: object) -> None:
    with pytest.raises(rw.QueryError, match=r"is not a month; write '2026-03'|outside the years"):
        results.month(month)  # type: ignore[arg-type]


def test_copies_of_results_share_their_data(results: rw.Results) -> None:
    results.overview()
    for same in (copy.copy(results), copy.deepcopy(results), copy.deepcopy([results])[0]):
        assert same.overview().equals(results.overview())
        assert same._session.data is results._session.data


def test_pickling_results_says_what_to_pass_instead(results: rw.Results) -> None:
    with pytest.raises(rw.QueryError, match=r"cannot be pickled.* call rw.Results\(…\) there, or"):
        pickle.dumps(results)


def test_segments_are_copied_and_pickled_as_they_are_saved(results: rw.Results) -> None:
    found = results.users_in_action("a")
    for same in (copy.copy(found), copy.deepcopy(found), pickle.loads(pickle.dumps(found))):
        assert (same.name, same.rule, same.expression) == (found.name, found.rule, found.expression)
        assert same.users.equals(found.users)
        assert same.refresh(results).users.equals(found.users)
    assert copy.deepcopy(found).campaign == results.campaign
    assert pickle.loads(pickle.dumps(found)).campaign is None
