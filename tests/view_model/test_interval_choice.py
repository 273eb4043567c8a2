"""The interval that a rate is drawn by: as short as leaves each of its points enough below the line."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.results.suited_interval import ENOUGH
from results_widgets.view_model.chart import chart_state
from results_widgets.view_model.interval_choice import chosen_interval
from results_widgets.view_model.selection import Selection

MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def results(per_day: list[int], **more: Any) -> rw.Results:
    """Results with so many entries on each day from a Monday on; every fourth user converts at once."""
    days = [day for day, count in enumerate(per_day) for _ in range(count)]
    rows = [(f"u{n}", "a1", "sent", MONDAY + timedelta(days=day)) for n, day in enumerate(days)]
    goals = [(user, None, "Purchase", at) for user, _, _, at in rows[::4]]
    events = pl.DataFrame(
        [*rows, *goals], ["user_id", "action_id", "event", "timestamp"], orient="row"
    )
    campaign: dict[str, Any] = {
        "id": "c",
        "goal": {"events": ["Purchase"]},
        "attribution_window": "2d",
        "actions": [{"id": "a1", "channel": "email"}],
    }
    return rw.Results({**campaign, **more}, events, time_zone="UTC")


@pytest.mark.parametrize(
    ("per_day", "every", "words"),
    [
        ([ENOUGH] * 9, "1d", ""),
        # Days without any entry are no points.
        ([150, 0, 0, 150], "1d", ""),
        ([20] * 21, "1w", "so that each has at least 100 entries"),
        # Two weeks, and one month, are no line.
        ([20] * 14, "1d", "14 of 14 days have under 100 entries"),
        ([5] * 91, "1mo", "so that each has at least 100 entries"),
        # The last week is short of it, and yet no month would be a line.
        ([20] * 15, "1w", "1 of 3 weeks has under 100 entries"),
        ([2] * 5, "1d", "5 of 5 days have under 100 entries"),
        # Everybody at once: one point, however it is cut.
        ([300], "1d", ""),
    ],
)
def test_it_is_the_shortest_that_leaves_each_point_a_hundred(
    per_day: list[int], every: str, words: str
) -> None:
    found = chosen_interval(results(per_day), Selection(metric="converted_rate"))
    assert tuple(found) == (every, words)


def test_an_interval_that_somebody_chose_is_kept_and_what_it_leaves_is_said() -> None:
    twenty = results([20] * 14)
    asked = Selection(metric="converted_rate", every="1d")
    assert tuple(chosen_interval(twenty, asked)) == ("1d", "14 of 14 days have under 100 entries")
    asked.every = "1w"
    assert tuple(chosen_interval(twenty, asked)) == ("1w", "")
    asked.metric = "users"
    assert tuple(chosen_interval(twenty, asked)) == ("1w", "")


def test_a_count_is_drawn_by_days() -> None:
    assert tuple(chosen_interval(results([1] * 30), Selection())) == ("1d", "")


def test_groups_are_smaller_than_all() -> None:
    campaign, events, users = rw.datasets.generate(2_000, seed=3)
    found = rw.Results(campaign, events, users, time_zone="UTC")
    whole = chosen_interval(found, Selection(metric="converted_rate"))
    parts = chosen_interval(found, Selection(metric="converted_rate", by="country"))
    assert whole.words == "so that each has at least 100 entries"
    assert "points have under 100 entries" in parts.words


def test_of_several_lines_each_needs_its_points() -> None:
    found = results([120] * 14)
    parted = found._session.source.events
    assert isinstance(parted, pl.DataFrame)
    events = parted.with_columns(
        platform=pl.when(pl.int_range(pl.len()) % 2 > 0).then(pl.lit("ios"))
    )
    two = rw.Results(found.campaign, events, time_zone="UTC")
    # By weeks there are four points, of two lines of two.
    asked = Selection(metric="converted_rate", by="platform")
    assert chosen_interval(two, asked).every == "1d"


def test_a_roll_up_without_daily_users_is_drawn_by_what_it_has() -> None:
    campaign, events, users = rw.datasets.generate(3_000, seed=1)
    whole = rw.Results(campaign, events, users, time_zone="UTC")
    weeks = whole.rollup("1d", users_every="1w").results(time_zone="UTC")
    selection = Selection(metric="unique_open_rate", channel="email")
    chart, series = chart_state(weeks, selection)
    assert (chart["every"], chart["key"]["every"]) == ("1w", "auto")  # type: ignore[index]
    assert pl.read_ipc_stream(series)["low"].null_count() == 0
    missing, _ = chart_state(weeks, Selection(metric="unique_users"))
    assert "missing" in missing


def test_a_chart_says_its_interval_where_the_selection_leaves_it_open() -> None:
    chart, series = chart_state(results([20] * 21), Selection(metric="converted_rate"))
    assert chart["every"] == "1w"
    assert chart["title"] == "Converted rate, per week"
    assert chart["caption"] == (
        "Weeks in UTC · so that each has at least 100 entries · band: 95 % interval · "
        "hatched: may still grow"
    )
    rows = pl.read_ipc_stream(series)
    assert rows["base"].to_list() == [140, 140, 140]
    assert (rows["low"] < rows["value"]).all()
    assert (rows["value"] < rows["high"]).all()
