"""The period that a range is compared with, counted when it was as old as the range is now."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.engine.metrics.earlier import other_query
from results_widgets.engine.query import FIRST_DAY, LAST_DAY, QueryScope
from results_widgets.results.scope import compared
from results_widgets.view_model.metrics import metrics_frame

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
LAST_WEEK, THIS_WEEK = ("2026-03-02", "2026-03-08"), ("2026-03-09", "2026-03-15")


def results(days: int, **more: Any) -> rw.Results:
    """Two weeks with four entries on each day at nine; one of each day converts at once, one after five
    days. The data end at nine, some days after the first Monday.
    """
    rows: list[tuple[str, str | None, str, datetime]] = []
    for day in range(14):
        start = MONDAY + timedelta(days=day)
        users = [f"d{day}u{n}" for n in range(4)]
        rows += [(user, "a1", "sent", start) for user in users]
        rows += [(users[0], "a1", "opened", start), (users[0], None, "Purchase", start)]
        rows += [(users[1], None, "Purchase", start + timedelta(days=5))]
        rows += [(users[2], "a1", "opened", start + timedelta(days=6))]
    last = MONDAY + timedelta(days=days)
    names = ["user_id", "action_id", "event", "timestamp"]
    events = pl.DataFrame([row for row in rows if row[-1] <= last], names, orient="row")
    campaign = {
        "id": "c",
        "goal": {"events": ["Purchase"]},
        "attribution_window": "7d",
        "actions": [{"id": "a1", "channel": "email"}],
    }
    return rw.Results({**campaign, **more}, events, time_zone="UTC")


def numbers(found: rw.Results | None, *metrics: str) -> list[float]:
    assert found is not None
    shown = found.overview().filter(pl.col("metric").is_in(metrics))
    told: dict[str, float] = dict(shown.select("metric", "value").iter_rows())
    return [told[metric] for metric in metrics]


ASKED = ("users", "conversions", "converted_rate", "engaged", "entries_open")


def test_entries_of_both_had_equally_long() -> None:
    # The data end on Sunday at nine: of the seven days, those of Monday and Tuesday are five days old.
    week = results(13).between(*THIS_WEEK)
    assert numbers(week, *ASKED) == [28, 7 + 7, 9 / 28, 7 + 7, 28 - 9]
    # The week before stands as it stood on its own Sunday at nine: only its own conversions.
    assert numbers(week.previous(equal_age=True), *ASKED) == [28, 7 + 2, 9 / 28, 7 + 1, 28 - 9]
    # By now five more days of it have converted, in the week after.
    assert numbers(week.previous(), "users", "conversions", "converted_rate") == [28, 9, 14 / 28]


def test_a_dashboard_compares_at_equal_age() -> None:
    week = results(13).between(*THIS_WEEK)
    frame = metrics_frame(week).filter(pl.col("scope") == "campaign")
    told = {row["metric"]: (row["value"], row["previous"]) for row in frame.to_dicts()}
    assert told["converted_rate"] == (9 / 28, 9 / 28)
    assert told["entries_open"] == (19, 19)
    found = compared(week)
    assert found is not None
    assert found[1] == "equal"


def test_a_line_is_compared_day_by_day_at_equal_age() -> None:
    week = results(13).between(*THIS_WEEK)
    line = week.explore("converted_rate", every="1d", compare="previous")
    assert line["value"].to_list() == line["previous"].to_list() == [0.5, 0.5, *[0.25] * 5]


def test_the_unfinished_day_is_compared_with_the_same_hours() -> None:
    # On Wednesday at nine the week has ten entries to come on Wednesday, and later days are no days yet.
    week = results(9).between(*THIS_WEEK)
    line = week.explore("users", every="1d", compare="previous")
    assert line["value"].to_list() == line["previous"].to_list() == [4, 4, 4]
    assert numbers(week.previous(equal_age=True), "users") == [12]
    assert numbers(week.previous(), "users") == [28]


@pytest.mark.parametrize(("window", "age"), [("6d", "final"), ("7d", "equal")])
def test_what_cannot_grow_is_compared_as_it_is_known(window: str, age: str) -> None:
    # The last event is of Saturday the 21st at nine, six days after the last entries.
    whole = results(20, attribution_window=window)
    week, last = whole.between(*THIS_WEEK), whole.between(*LAST_WEEK)
    assert numbers(week, "entries_open") == [0 if age == "final" else 2]
    found = compared(week)
    assert found is not None
    assert found[1] == age
    assert numbers(week.previous(), *ASKED) == numbers(last, *ASKED)
    assert (numbers(found[0], *ASKED) == numbers(last, *ASKED)) == (age == "final")


def test_of_a_finished_campaign_no_day_lies_ahead() -> None:
    finished = results(
        9, status="finished", on_finish="close_windows", finished_at="2026-03-11T09:00:00Z"
    )
    found = compared(finished.between(*THIS_WEEK))
    assert found is not None
    assert found[1] == "final"


def test_results_at_equal_age_stand_as_they_stood() -> None:
    week = results(13).between(*THIS_WEEK)
    then = week.previous(equal_age=True)
    assert then is not None
    # Another range of them is of the same moment: Sunday the 8th at nine.
    assert numbers(then.between(*THIS_WEEK), "users") == [0]
    assert then.conversions()["converted_at"].max() == datetime(2026, 3, 8, 9, tzinfo=UTC)
    assert numbers(then.with_clock("entry"), "conversions") == [9]
    assert numbers(then.with_uniques("approximate"), "users", "conversions") == [28, 9]
    with pytest.raises(rw.QueryError, match="are fixed at an earlier moment"):
        then.refresh()
    assert results(13).previous(equal_age=True) is None


# --------------------------------------------------------------------------- other days


def days(found: pl.DataFrame, name: str = "previous_time") -> list[str | None]:
    return [time and f"{time:%Y-%m-%d}" for time in found[name].to_list()]


def test_a_line_stands_beside_as_many_days_from_any_on() -> None:
    week = results(13).between("2026-03-10", "2026-03-12")
    found = week.explore("users", compare=date(2026, 3, 7))
    assert days(found) == ["2026-03-07", "2026-03-08", "2026-03-09"]
    assert found["previous"].to_list() == [4, 4, 4]
    assert found.equals(week.explore("users", compare="2026-03-07"))
    # Those that have not come yet are not known: on Sunday at nine the log ends.
    later = week.explore("users", compare="2026-03-14")
    assert days(later) == ["2026-03-14", "2026-03-15", None]
    assert later["previous"].to_list() == [4, 4, None]
    assert days(week.explore("users", compare="2026-04-01")) == [None] * 3


def test_earlier_days_are_as_old_as_the_range_and_later_ones_are_younger() -> None:
    week = results(13).between(*THIS_WEEK)
    line = week.explore("converted_rate", compare="2026-03-02")
    assert line.equals(week.explore("converted_rate", compare="previous"))
    for first, age in (("2026-03-04", "equal"), ("2026-03-09", "final"), ("2026-03-11", "younger")):
        found = compared(week, date.fromisoformat(first))
        assert found is not None
        assert found[1] == age, first


def test_the_same_days_of_the_year_before() -> None:
    asked = QueryScope(start=date(2028, 2, 29), end=date(2028, 3, 1))
    found = other_query(asked, "last_year")
    assert found is not None
    assert (found.start, found.end) == (date(2027, 2, 28), date(2027, 3, 1))
    # A range of instants begins at its own time of day, also over a change of the clocks.
    noon = datetime(2026, 3, 29, 12, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    hours = replace(asked, time_zone="Europe/Berlin", start=noon, end=noon + timedelta(hours=30))
    found = other_query(hours, "last_year")
    assert found is not None
    then = datetime(2025, 3, 29, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    assert (found.start, found.end) == (then, then.astimezone(UTC) + timedelta(hours=30))
    assert other_query(replace(asked, start=None), "last_year") is None


def test_periods_reach_to_the_first_and_the_last_day_that_there_is() -> None:
    day = timedelta(days=1)
    week = QueryScope(start=FIRST_DAY + 7 * day, end=FIRST_DAY + 13 * day)
    found = other_query(week, "previous")
    assert found is not None
    assert (found.start, found.end) == (FIRST_DAY, FIRST_DAY + 6 * day)
    assert other_query(replace(week, start=FIRST_DAY + 6 * day, end=week.end), "previous") is None
    midnight = datetime.combine(FIRST_DAY, time(), UTC)
    hours = replace(week, start=midnight + 7 * day, end=midnight + 14 * day)
    found = other_query(hours, "previous")
    assert found is not None
    assert (found.start, found.end) == (midnight, midnight + 7 * day)
    assert other_query(replace(hours, end=midnight + 15 * day), "previous") is None
    found = other_query(week, LAST_DAY - 6 * day)
    assert found is not None
    assert found.end == LAST_DAY
    assert other_query(week, LAST_DAY - 5 * day) is None


@pytest.mark.parametrize("compare", ["next", "2026-02-30", 5, datetime(2026, 3, 1, tzinfo=UTC)])
def test_what_is_no_period_is_refused_by_name(compare: Any) -> None:
    with pytest.raises(
        rw.QueryError, match=r"unknown comparison .* known: previous, last_year, the"
    ):
        results(13).explore("users", compare=compare)
    with pytest.raises(rw.QueryError, match="lies outside the years 1900 to 2200"):
        results(13).explore("users", compare="1899-12-31")
