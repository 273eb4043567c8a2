"""Two clocks: rates of the entries that started in a range, and every count on the day of entry."""

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from tests.support.examples import MULTIPLE, Ask, at, case

# Ten days' window. Of the first week anna and bob, of the second carl: each converts a week later.
STORY = """
    anna mail  sent     02T10:00 platform=ios
    anna mail  opened   03T10:00 platform=web
    bob  mail  sent     02T10:00 platform=ios
    anna -     Purchase 10T10:00 value=10
    bob  mail  clicked  10T10:00 platform=ios
    carl mail  sent     10T12:00 platform=web
    carl -     Purchase 17T10:00 value=30
    dora mail  opened   10T10:00 platform=web
"""
FIRST, SECOND = (at("02T00:00"), at("09T00:00")), (at("09T00:00"), at("16T00:00"))
WINDOW: dict[str, Any] = {"attribution_window": "10d"}


def test_rates_of_a_range_are_of_the_entries_that_started_in_it(ask: Ask) -> None:
    first = ask(STORY, between=FIRST, **WINDOW).overview()[None]
    assert first["conversions"][0] == first["goal_value"][0] == 0, "they stand on their own day"
    assert first["engaged"][0] == 1
    assert first["conversion_rate"] == first["converted_rate"] == (0.5, 1, 2)
    assert first["engagement_rate"] == (1, 2, 2)
    assert first["value_per_user"] == (5, 10, 2)
    second = ask(STORY, between=SECOND, **WINDOW).overview()[None]
    assert second["conversions"][0] == 1, "anna's"
    assert second["converted_rate"] == (1, 1, 1), "carl's"
    assert second["engagement_rate"] == (0, 0, 1), "bob and dora did not enter in it"
    assert second["value_per_user"] == (30, 30, 1)


def test_rates_of_an_action_follow_the_entries_that_it_reached(ask: Ask) -> None:
    mail = ask(STORY, between=FIRST, **WINDOW).actions()[None]["mail"]
    assert mail["conversions_attributed"][0] == 0
    assert mail["conversion_rate_attributed"] == (0.5, 1, 2)
    assert mail["value_attributed_per_user"] == (5, 10, 2)


def test_a_definition_set_divides_what_happened_by_what_started(ask: Ask) -> None:
    second = ask(STORY, between=SECOND, definitions="leanplum", **WINDOW).overview()[None]
    assert second["conversion_rate"] == (1, 1, 1), "anna's conversion over carl's entry"
    assert second["engagement_rate"] == (1, 1, 1), "dora's open over carl's entry"


def test_no_proportion_of_a_group_exceeds_one(ask: Ask) -> None:
    groups = ask(STORY, between=FIRST, **WINDOW).overview("platform")
    # Anna opened on the web; her entry started on her phone.
    assert groups["ios"]["engagement_rate"] == (1, 2, 2)


def test_rates_over_time_follow_the_entries_of_each_interval(ask: Ask) -> None:
    weeks = ask(STORY, **WINDOW).explore("converted_rate", every="1w", times=_weeks(3))[None]
    assert list(weeks.values()) == [0.5, 1, None]


def test_the_whole_campaign_keeps_the_definitions_own_formula(ask: Ask) -> None:
    whole = ask(STORY, **WINDOW).overview()[None]
    assert whole["engagement_rate"] == (1, 3, 3), "dora, whose data starts in the middle, is in it"


def test_held_back_entries_are_followed_apart(ask: Ask) -> None:
    story = """
        anna mail held_back 02T10:00
        anna nudge opened   03T10:00
        anna -    Purchase  10T10:00 value=10
        bob  mail sent      02T10:00
        anna mail sent      12T10:00
    """
    first = ask(story, between=FIRST, **WINDOW).overview()[None]
    assert first["held_back_converted_rate"] == (1, 1, 1)
    assert first["converted_rate"] == (0, 0, 1)
    # Her later entry is none of the held back, but what she opened belongs to the earlier one.
    assert first["engaged"][0] == 1
    assert first["engagement_rate"] == (0, 0, 1)


def test_the_clock_of_entries_puts_every_count_on_the_day_of_entry(ask: Ask) -> None:
    first = ask(STORY, between=FIRST, clock="entry", **WINDOW)
    found = first.overview()[None]
    assert (found["conversions"][0], found["goal_value"][0], found["engaged"][0]) == (1, 10, 2)
    assert found["median_time_to_convert"][0] == 8 * 86_400
    mail = first.channels()[None]["email"]
    assert (mail["sent"][0], mail["opened"][0], mail["clicked"][0]) == (2, 1, 1)
    (conversion,) = first.conversions()
    assert (conversion["user_id"], conversion["converted_at"]) == ("anna", at("10T10:00"))
    clicks = ask(STORY, clock="entry", **WINDOW).explore(
        "clicked", channel="email", every="1w", times=_weeks(2)
    )
    assert list(clicks[None].values())[:2] == [1, 0]


def test_the_clock_of_entries_leaves_out_what_belongs_to_none(ask: Ask) -> None:
    whole = ask(STORY, clock="entry", **WINDOW)
    assert whole.channels()[None]["email"]["opened"][0] == 1, "dora has no entry"
    assert whole.overview()[None]["engagement_rate"] == pytest.approx((2 / 3, 2, 3))


def test_events_belong_to_the_entry_started_last_or_to_the_one_they_name(ask: Ask) -> None:
    derived = """
        anna mail sent    02T10:00
        anna mail sent    12T10:00
        anna mail clicked 12T10:00
        anna mail opened  20T10:00
    """
    first = ask(derived, between=FIRST, clock="entry").channels()[None]["email"]
    assert (first["clicked"][0], first["opened"][0]) == (0, 0)
    named = """
        anna mail sent    02T10:00 entry_id=a
        anna mail sent    12T10:00 entry_id=b
        anna mail opened  20T10:00 entry_id=a
        anna mail clicked 20T10:00
        anna mail bounced 01T10:00 entry_id=a
    """
    first = ask(named, between=FIRST, clock="entry").channels()[None]["email"]
    assert (first["opened"][0], first["clicked"][0], first["bounced"][0]) == (1, 0, 0)


def test_several_conversions_of_an_entry_stand_on_its_day(ask: Ask) -> None:
    story = """
        anna mail sent     02T10:00
        anna -    Purchase 03T10:00 value=1
        anna -    Purchase 11T10:00 value=2
    """
    first = ask(story, between=FIRST, goal=MULTIPLE, **WINDOW).overview()[None]
    assert (first["conversions"][0], first["conversion_rate"]) == (1, (2, 2, 1))
    assert first["value_per_user"] == (3, 3, 1)
    assert first["converted_rate"] == (1, 1, 1)


def _weeks(count: int) -> list[datetime]:
    return [datetime(2026, 3, 2 + 7 * week, tzinfo=UTC) for week in range(count)]


def _results() -> rw.Results:
    asked = case(STORY, **WINDOW)
    return rw.Results(dict(asked.campaign), asked.events, time_zone="UTC")


def test_quality_counts_what_the_clock_of_entries_leaves_out() -> None:
    outside = _results().with_clock("entry").quality().filter(check="outside any entry")
    assert outside.select("rows", "kept").row(0) == (1, False)
    assert _results().quality().filter(check="outside any entry").is_empty()


def test_results_say_their_clock_and_segments_keep_it() -> None:
    results = _results().with_clock("entry").between("2026-03-02", "2026-03-08")
    assert (results._session.query.clock, _results()._session.query.clock) == ("entry", "event")
    assert "counted on the day of entry" in repr(results)
    opened = results.users("clicked", channel="email")
    assert opened.users["user_id"].to_list() == ["bob"], "his click lies outside the range"
    assert opened.expression is not None
    again = _results().segment(opened.expression)
    assert again.users.equals(opened.users)


def test_an_unknown_clock_is_refused_by_name() -> None:
    with pytest.raises(rw.QueryError, match=r"unknown clock 'entrie'.*entry"):
        _results().with_clock("entrie")  # type: ignore[arg-type]


def test_users_behind_a_rate_of_a_range_are_those_of_its_entries() -> None:
    first = _results().between("2026-03-02", "2026-03-08")
    rate = first.describe("engagement_rate")
    assert rate.text == "Engaged users ÷ unique users, of the entries of these days."
    assert rate.numerator == "engaged_of_entries"
    assert first.users(rw.MetricKey("engaged_of_entries")).users["user_id"].to_list() == [
        "anna",
        "bob",
    ]
    assert "In a range or by interval" in _results().describe("engagement_rate").text


def test_a_roll_up_answers_rates_of_ranges_and_keeps_its_clock() -> None:
    exact, made = _results(), _results().rollup("1d")
    rolled = made.results(time_zone="UTC")
    for edges in (("2026-03-02", "2026-03-08"), ("2026-03-09", "2026-03-15")):
        assert (
            rolled.between(*edges)
            .overview()
            .filter(pl.col("metric").str.ends_with("rate"))
            .equals(exact.between(*edges).overview().filter(pl.col("metric").str.ends_with("rate")))
        )
    with pytest.raises(rw.QueryError, match="rolled up by the clock of events"):
        rolled.with_clock("entry").overview()
    by_entry = exact.with_clock("entry")
    kept = by_entry.rollup("1d").results(time_zone="UTC")
    assert kept._session.query.clock == "entry"
    expected = by_entry.channels().filter(~pl.col("metric").str.starts_with("machine"))
    assert (
        kept.channels()
        .join(expected, on=["channel", "metric", "value"], how="anti")
        .filter(pl.col("value") > 0)
        .is_empty()
    )


def test_mixed_roll_ups_of_two_clocks_are_not_merged() -> None:
    with pytest.raises(rw.QueryError, match="different clock"):
        _ = _results().rollup("1d") | _results().with_clock("entry").rollup("1d")


def test_definitions_name_their_clock() -> None:
    assert rw.Definitions("own").rate_clock == "entry"
    assert (
        rw.DEFINITIONS["leanplum"].rate_clock == rw.DEFINITIONS["leanplum-v2"].rate_clock == "event"
    )
    again = rw.Definitions.from_dict(rw.Definitions("own", rate_clock="event").to_dict())
    assert again == rw.Definitions("own", rate_clock="event")
    with pytest.raises(rw.QueryError, match="rate_clock"):
        rw.Definitions("own", rate_clock="day")  # type: ignore[arg-type]
