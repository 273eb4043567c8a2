"""Ripeness: curves worked out by hand, cohorts at equal age, forecasts that cover what then happens."""

from datetime import UTC, datetime, timedelta
from math import exp, log, sqrt

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.errors import QueryError
from tests.support.arms import HELD_BACK, START, closing, event, results, users

DAY = timedelta(days=1)


def test_curve_is_kaplan_and_meiers() -> None:
    """Of six entries one converts after a day, one after two, one is open after two, one after four."""
    rows = [event(name, "sent", 0) for name in ("a", "b", "c")]
    rows += [event("a", "Purchase", 1), event("b", "Purchase", 2)]
    rows += [event("young", "sent", 6), event("old", "sent", 4), event("d", "sent", 1)]
    newest = [event("late", "Purchase", 8)]
    found = results(rows, newest).time_to_convert()
    assert found["time"].to_list() == [1 * DAY, 2 * DAY, 4 * DAY, 7 * DAY]
    assert found["at_risk"].to_list() == [6, 5, 3, 2]
    assert found["converted"].to_list() == [1, 1, 0, 0]
    assert found["censored"].to_list() == [0, 1, 1, 2]
    left = [5 / 6, 5 / 6 * 4 / 5, 2 / 3, 2 / 3]
    assert found["value"].to_list() == pytest.approx([1 - share for share in left])
    greenwood = sqrt(1 / (6 * 5) + 1 / (5 * 4))
    spread = 1.959964 * greenwood / abs(log(2 / 3))
    assert found["low"][1] == pytest.approx(1 - (2 / 3) ** exp(-spread), abs=1e-6)
    assert found["high"][1] == pytest.approx(1 - (2 / 3) ** exp(spread), abs=1e-6)


def test_curve_without_conversions_or_with_nothing_left_has_no_interval() -> None:
    found = results([event("a", "sent", 0), event("a", "Purchase", 1)]).time_to_convert()
    assert found.select("value", "low", "high").row(0) == (1.0, None, None)
    none = results([event("a", "sent", 0)], closing()).time_to_convert()
    assert none.select("value", "low", "high").row(0) == (0.0, None, None)


def test_curves_of_groups_and_without_the_held_back() -> None:
    rows = [users("A", 4, 1), users("B", 4, 2), users(HELD_BACK, 4, 4), closing()]
    found = results(*rows).time_to_convert(by="variant")
    last = found.group_by("variant", maintain_order=True).last()
    assert dict(last.select("variant", "value").iter_rows()) == {"A": 0.25, "B": 0.5}
    assert found.columns[-1] == "variant"
    with pytest.raises(QueryError, match="unknown column"):
        results(*rows).time_to_convert(by="colour")


def test_cohorts_compare_at_equal_age() -> None:
    rows = [event("a", "sent", 0), event("b", "sent", 1), event("c", "sent", 2)]
    rows += [event("a", "Purchase", 1), event("b", "Purchase", 3.5), event("late", "Purchase", 11)]
    found = results(rows).cohorts()
    # 1 March 2026 is a Sunday, the last day of its week.
    first, second = found.partition_by("start", maintain_order=True)
    assert [one["start"][0].date().isoformat() for one in (first, second)] == [
        "2026-02-23",
        "2026-03-02",
    ]
    assert [one["entries"].unique().to_list() for one in (first, second)] == [[1], [2]]
    assert first["age_days"].to_list() == second["age_days"].to_list() == list(range(1, 8))
    assert first["converted_rate"].to_list() == [1.0] * 7
    assert second["converted_rate"].to_list() == [0, 0, 0.5, 0.5, 0.5, 0.5, 0.5]


def test_ages_that_the_youngest_has_not_reached_are_unknown() -> None:
    rows = [event("a", "sent", 1), event("b", "sent", 3), event("late", "Purchase", 6)]
    assert results(rows).cohorts()["converted_rate"].to_list() == [0, 0, 0, None, None, None, None]


def test_everything_closed_is_its_own_forecast() -> None:
    rows = [users("A", 10, 4), users(HELD_BACK, 10, 1), closing()]
    found = results(*rows).maturity().row(0, named=True)
    assert found == {
        "entries": 10,
        "open": 0,
        "converted_rate": 0.4,
        "forecast": 0.4,
        "forecast_low": 0.4,
        "forecast_high": 0.4,
        "decides_at": None,
    }


def test_open_entries_fare_as_those_before_them() -> None:
    """Half of those who got past the first two days converted later; four entries are there now."""
    rows = [users("A", 0, 0)]
    rows += [[event(f"a{n}", "sent", 0)] for n in range(40)]
    rows += [[event(f"a{n}", "Purchase", 1)] for n in range(20)]
    rows += [[event(f"a{n}", "Purchase", 4)] for n in range(20, 30)]
    rows += [[event(f"new{n}", "sent", 8)] for n in range(4)]
    found = results(*rows, [event("late", "Purchase", 10)]).maturity().row(0, named=True)
    assert (found["entries"], found["open"]) == (44, 4)
    assert found["converted_rate"] == pytest.approx(30 / 44)
    assert found["forecast"] == pytest.approx(32 / 44)
    assert found["forecast_low"] < 32 / 44 < found["forecast_high"] <= 34 / 44
    assert found["decides_at"] == START + 15 * DAY


def test_without_complete_windows_there_is_no_forecast() -> None:
    rows = [users("A", 10, 4), [event("late", "Purchase", 3)]]
    found = results(*rows).maturity().row(0, named=True)
    assert found["forecast"] is None
    assert (found["forecast_low"], found["forecast_high"]) == (0.4, 1.0)


def test_nobody_entered_has_nothing_to_forecast() -> None:
    found = results([event("late", "Purchase", 3)]).maturity().row(0, named=True)
    assert found["entries"] == 0
    assert found["converted_rate"] is found["forecast"] is found["decides_at"] is None


CUTS = [datetime(2026, 3, 9, tzinfo=UTC), datetime(2026, 3, 20, tzinfo=UTC)]


def test_forecast_covers_what_happens_in_the_weeks_that_are_hidden() -> None:
    covered = informed = 0
    for seed in range(6):
        campaign, events, _ = rw.datasets.generate(800, seed=seed)
        whole = rw.Results(campaign, events, time_zone="UTC")
        for cut in CUTS:
            seen = events.lazy().filter(pl.col("timestamp") < cut)
            early = rw.Results(campaign, seen, time_zone="UTC").maturity().row(0, named=True)
            then = whole.between(None, cut).maturity().row(0, named=True)
            assert then["open"] == 0
            assert then["entries"] == early["entries"]
            low, high = early["forecast_low"], early["forecast_high"]
            covered += low <= then["converted_rate"] <= high
            # The second cut shows entries to their end, so that there is something to say.
            informed += early["forecast"] is not None and high - low < 0.1
    assert covered >= 11
    assert informed >= 6
