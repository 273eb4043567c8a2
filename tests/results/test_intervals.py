"""Intervals in the frames of results: Wilson's, of proportions only, at the level asked for."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from scipy import stats

import results_widgets as rw
from tests.support.loops import some


@pytest.fixture(scope="module")
def example() -> rw.Results:
    return rw.Results(*rw.datasets.generate(300, seed=4), time_zone="UTC")


def is_wilsons(row: Mapping[str, Any], level: float) -> bool:
    """Whether a row's interval is SciPy's; at 0 and 1 theirs is off by rounding."""
    k, n = int(row["numerator"]), int(row["denominator"])
    theirs = stats.binomtest(k, n).proportion_ci(level, method="wilson")
    ends = (row["low"], row["high"])
    return all(map(lambda a, b: math.isclose(a, b, abs_tol=1e-12), ends, theirs))


PROPORTIONS = {
    *("unique_users_rate", "engagement_rate", "conversion_rate", "converted_rate"),
    "held_back_converted_rate",
}


@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
@pytest.mark.parametrize("by", [None, "variant", "platform"])
def test_an_overview_has_wilsons_interval_of_every_proportion(
    example: rw.Results, by: str | None, level: float
) -> None:
    plain, found = example.overview(by), example.overview(by, interval=level)
    tail = [] if by is None else [by]
    assert found.columns == ["metric", "value", "numerator", "denominator", "low", "high", *tail]
    assert found.drop("low", "high").equals(plain)
    for row in some(found.iter_rows(named=True)):
        if row["metric"] in PROPORTIONS and row["denominator"]:
            assert is_wilsons(row, level)
            assert row["low"] <= row["value"] <= row["high"]
        else:
            assert row["low"] is row["high"] is None


@pytest.mark.parametrize("name", ["channels", "actions"])
def test_channels_and_actions_have_it_of_theirs(example: rw.Results, name: str) -> None:
    found = getattr(example, name)(interval=0.95)
    rows = found.filter(pl.col("low").is_not_null())
    assert all(is_wilsons(row, 0.95) for row in some(rows.iter_rows(named=True)))
    known = set(rows["metric"])
    assert {"delivery_rate", "unique_open_rate", "bounce_rate", "unsubscribe_rate"} <= known
    # A message is opened and clicked any number of times, however few there are of deliveries.
    opens = found.filter(metric="open_rate", channel="email")
    assert opens["value"][0] < 1
    assert not known & {"open_rate", "click_rate", "sent", "users_received", "value_attributed"}
    if name == "actions":
        assert {"share_of_entries", "drop_off", "conversion_rate_attributed"} <= known
        assert "value_attributed_per_user" not in known


def test_conversions_are_a_proportion_only_where_an_entry_has_at_most_one() -> None:
    campaign, events, users = rw.datasets.generate(200, seed=1)
    goal = rw.Goal(campaign.goal.events, "multiple", campaign.goal.value)
    often = rw.Results(replace(campaign, goal=goal), events, users, time_zone="UTC").overview(
        interval=0.95
    )
    values = {row["metric"]: row for row in often.iter_rows(named=True)}
    # Below 1 by chance, not by nature.
    assert values["conversion_rate"]["value"] < 1
    assert values["conversion_rate"]["low"] is None
    assert values["converted_rate"]["low"] is not None


def test_a_value_per_entry_is_no_proportion_even_where_it_is_small() -> None:
    events = pl.DataFrame(
        {
            "user_id": ["u1", "u2", "u1"],
            "action_id": ["a1", "a1", None],
            "event": ["sent", "sent", "Purchase"],
            "timestamp": ["2026-03-01T09:00:00Z", "2026-03-01T09:00:00Z", "2026-03-02T09:00:00Z"],
            "value": [None, None, 0.5],
        }
    )
    campaign = {
        "id": "c",
        "goal": {"events": ["Purchase"], "value": "value"},
        "attribution_window": "7d",
        "actions": [{"id": "a1", "channel": "email"}],
    }
    found = rw.Results(campaign, events, time_zone="UTC").overview(interval=0.95)
    row = found.row(by_predicate=pl.col("metric") == "value_per_user", named=True)
    assert (row["value"], row["low"], row["high"]) == (0.25, None, None)


@pytest.mark.parametrize("cumulative", [False, True])
@pytest.mark.parametrize("by", [None, "variant"])
def test_a_rate_over_time_has_the_interval_of_each_point(
    example: rw.Results, by: str | None, cumulative: bool
) -> None:
    asked: dict[str, Any] = {"every": "1w", "by": by, "cumulative": cumulative}
    found = example.explore("converted_rate", **asked, interval=0.9, compare="previous")
    tail = [] if by is None else [by]
    assert found.columns == ["time", "value", "low", "high", *tail, "previous", "previous_time"]
    # Of the entries of each interval, whenever they converted.
    by_entry = example.with_clock("entry")
    top = by_entry.explore("converted_entries", **asked)["value"]
    bottom = example.explore("users", **asked)["value"]
    sides = found.with_columns(numerator=top, denominator=bottom).filter(pl.col("denominator") > 0)
    assert all(is_wilsons(row, 0.9) for row in some(sides.iter_rows(named=True)))
    assert example.explore("users", interval=0.9)["low"].null_count() == len(
        example.explore("users")
    )


def test_ends_lie_on_the_right_side_of_nothing_and_of_everything(example: rw.Results) -> None:
    found = example.explore("converted_rate", every="1h", interval=0.95)
    none = found.filter(pl.col("value") == 0)
    assert none.height > 10
    assert (none["low"] == 0).all()
    reached = example.actions(interval=0.95).filter(metric="share_of_entries", value=1.0)
    assert reached.height > 0
    assert (reached["high"] == 1).all()


@pytest.mark.parametrize("level", [0, 1, 95, -0.5, math.nan, math.inf, True, "0.95", 1 - 1e-16])
def test_another_level_is_refused(example: rw.Results, level: Any) -> None:
    words = r"interval is .*; it lies between 0 and 1, such as 0\.95 for 95 %"
    for ask in (example.overview, example.channels, example.actions):
        with pytest.raises(rw.QueryError, match=words):
            ask(interval=level)
    with pytest.raises(rw.QueryError, match=words):
        example.explore("converted_rate", interval=level)
    with pytest.raises(rw.QueryError, match="level is"):
        example.experiment(level=level)


def test_a_column_of_an_intervals_name_is_refused_only_beside_intervals() -> None:
    campaign, events, users = rw.datasets.generate(100, seed=2)
    frame = events.lazy().with_columns(low=pl.lit("x"), numerator=pl.lit("y"))
    found = rw.Results(campaign, frame, users, time_zone="UTC")
    assert "low" in found.overview(by="low").columns
    with pytest.raises(rw.QueryError, match="cannot group by 'low'"):
        found.overview(by="low", interval=0.95)
    # The sides of a rate are not in a series, so that a column may be called so.
    assert found.explore("converted_rate", by="numerator").columns == ["time", "value", "numerator"]
