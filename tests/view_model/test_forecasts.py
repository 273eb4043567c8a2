"""Which intervals of a line may still grow, and what they may become."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.engine.query import Grouping
from results_widgets.experiments.forecast import forecasts
from results_widgets.view_model.chart import chart_state
from results_widgets.view_model.forecasts import forecast_places
from results_widgets.view_model.selection import Selection
from results_widgets.view_model.status import days_words
from tests.support.loops import some

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def rows(results: rw.Results, **selected: Any) -> pl.DataFrame:
    chart = {"metric": "converted_rate", "every": "1w", **selected}
    return pl.read_ipc_stream(chart_state(results, Selection(**chart))[1])


@pytest.fixture(scope="module")
def example() -> rw.Results:
    return rw.Results(*rw.datasets.generate(3_000, seed=1), time_zone="UTC")


def test_the_intervals_add_up_to_the_campaign(example: rw.Results) -> None:
    for every in ("1d", "1w", "1mo"):
        found = forecasts(example._session.scoped(Grouping(every=every))).values()
        whole = example.maturity().row(0, named=True)
        assert sum(one.entries for one in found) == whole["entries"]
        assert sum(one.open for one in found) == whole["open"]
        total = sum(one.expected for one in found) / whole["entries"]
        assert total == pytest.approx(whole["forecast"])


def test_an_open_interval_says_what_it_may_become(example: rw.Results) -> None:
    found = rows(example)
    assert found["open"].to_list() == [False] * 4 + [True] * 2
    closed, still = found.filter(~pl.col("open")), found.filter("open")
    for name in ("forecast_low", "forecast_high"):
        assert closed[name].null_count() == closed.height
        assert still[name].null_count() == 0
    assert (still["forecast_low"] <= still["forecast_high"]).all()
    places = forecast_places(example, "1w")
    assert set(places) == {"converted_rate", "conversion_rate"}
    ends = still.select("forecast_low", "forecast_high").rows()
    assert places["converted_rate"] == [(4, *ends[0]), (5, *ends[1])]


def test_what_became_of_hidden_weeks_lies_in_most_of_their_forecasts() -> None:
    campaign, events, users = rw.datasets.generate(6_000, seed=5)
    later = rw.Results(campaign, events, users, time_zone="UTC")
    until = datetime(2026, 4, 1, tzinfo=UTC)
    now = rw.Results(
        campaign, events.lazy().filter(pl.col("timestamp") < until), users, time_zone="UTC"
    )
    expected, final = (forecasts(one._session.scoped(Grouping(every="1d"))) for one in (now, later))
    inside = []
    for day, one in expected.items():
        _, low, high = one.ends()
        share = final[day].rate
        if one.open and low is not None and high is not None and share is not None:
            inside.append(low <= share <= high)
    assert len(inside) >= 7
    assert sum(inside) / len(inside) >= 0.8


@pytest.mark.parametrize(
    "selected",
    [
        {"metric": "conversions"},
        {"metric": "unique_open_rate", "channel": "email"},
        {"by": "variant"},
        {"cumulative": True},
    ],
)
def test_other_lines_say_nothing_of_it(example: rw.Results, selected: dict[str, Any]) -> None:
    found = rows(example, **selected)
    assert found["forecast_low"].null_count() == found["forecast_high"].null_count() == found.height


def tiny(*, last: timedelta, window: str = "2d", **more: Any) -> rw.Results:
    """One entry a day for ten days, and a newest event so long after the first."""
    times = [NOON + timedelta(days=day) for day in range(10)]
    events = pl.DataFrame(
        {
            "user_id": [f"u{day}" for day in range(10)] + ["u0"],
            "action_id": ["a1"] * 10 + [None],
            "event": ["sent"] * 10 + ["Purchase"],
            "timestamp": [*times, NOON + last],
        }
    )
    campaign: dict[str, Any] = {
        "id": "c",
        "goal": {"events": ["Purchase"]},
        "attribution_window": window,
        "actions": [{"id": "a1", "channel": "email"}],
    }
    return rw.Results({**campaign, **more}, events, time_zone="UTC")


def open_days(results: rw.Results, metric: str) -> list[int]:
    found = rows(results, metric=metric, every="1d")
    return [place for place, is_open in enumerate(found["open"]) if is_open]


def test_a_day_may_grow_until_the_windows_of_all_its_entries_are_closed() -> None:
    # The newest event is of noon of the tenth day: windows of entries since noon of the eighth are open.
    noon = tiny(last=timedelta(days=9))
    assert open_days(noon, "converted_rate") == [7, 8, 9]
    # What does not wait for windows may grow while its day is not over.
    assert open_days(noon, "users") == [9]
    assert open_days(tiny(last=timedelta(days=9), window="0d"), "converted_rate") == [9]


def test_nothing_grows_where_all_is_over() -> None:
    finished = tiny(last=timedelta(days=20), status="finished")
    for metric in some(["converted_rate", "users"]):
        assert open_days(finished, metric) == []
    closing = tiny(last=timedelta(days=9), status="finished", on_finish="close_windows")
    assert open_days(closing, "converted_rate") == []
    still = tiny(last=timedelta(days=9), status="finished")
    assert open_days(still, "converted_rate") == [7, 8, 9]
    assert open_days(still, "users") == []


def test_a_range_that_ended_before_is_final() -> None:
    noon = tiny(last=timedelta(days=9))
    assert open_days(noon.between("2026-03-02", "2026-03-08"), "converted_rate") == []
    assert open_days(noon.between("2026-03-02", "2026-03-09"), "converted_rate") == [7]


def test_a_roll_up_knows_what_is_open_but_no_forecast() -> None:
    example = rw.Results(*rw.datasets.generate(400, seed=1), time_zone="UTC")
    found = rows(example.rollup("1d").results(time_zone="UTC"))
    assert found["open"].any()
    assert found["forecast_low"].null_count() == found.height


def test_a_comparison_says_how_old_the_period_before_is(example: rw.Results) -> None:
    def caption(results: rw.Results, first: str, last: str, metric: str) -> str:
        asked = Selection(metric=metric, every="1d", start=first, end=last, compare=True)
        chart, _ = chart_state(asked.apply(results), asked)
        told = str(chart["caption"]).rpartition(" · ")[2]
        before = asked.apply(results).previous()
        assert before is not None
        return told.replace(f", {days_words(before)}", "")

    open_days, closed_days = ("2026-04-06", "2026-04-12"), ("2026-03-16", "2026-03-22")
    equal = "dashed: period before, at equal age"
    assert caption(example, *open_days, "converted_rate") == equal
    # The last day is not over, and is compared with the same hours.
    assert caption(example, *open_days, "users") == equal
    # What does not wait for windows, or for none that is open, is of one age.
    assert caption(example, "2026-04-05", "2026-04-11", "converted_rate") == equal
    assert caption(example, "2026-04-05", "2026-04-11", "users") == "dashed: period before"
    assert caption(example, *closed_days, "converted_rate") == "dashed: period before"
    # A roll-up does not know when the entries of a day converted.
    days = example.rollup("1d").results(time_zone="UTC")
    riper = "dashed: period before, not at equal age: its entries had longer to convert"
    assert caption(days, *open_days, "converted_rate") == riper
    assert caption(days, *closed_days, "converted_rate") == "dashed: period before"
    with pytest.raises(rw.QueryError, match="a roll-up does not know when the entries of a day"):
        days.between(*open_days).previous(equal_age=True)
