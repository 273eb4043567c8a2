"""What cells of time know of themselves: their span, which of them are believed, and with which others they merge."""

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import narwhals as nw
import polars as pl
import pytest

import results_widgets as rw
from results_widgets.engine.calendar import DAY, HOUR
from results_widgets.engine.rollup.grains import Grain, UsersGrain

CAMPAIGN = {
    "id": "c1",
    "goal": {"events": ["Purchase"]},
    "attribution_window": "2d",
    "actions": [{"id": "mail", "channel": "email"}],
}
SENT = datetime(2026, 3, 20, 10, 30, tzinfo=UTC)


def sent(user: str, zone: str = "UTC", days: int = 2) -> rw.Results:
    """A mail to one user, and another some days later."""
    events = pl.DataFrame(
        {
            "user_id": [user] * 2,
            "action_id": ["mail"] * 2,
            "event": ["sent"] * 2,
            "timestamp": [SENT, SENT + timedelta(days=days)],
        }
    )
    return rw.Results(CAMPAIGN, events, time_zone=zone)


@pytest.mark.parametrize("users_every", [None, "1w", "1mo", "whole"])
def test_an_axis_begins_with_the_first_event_though_cells_of_users_begin_before(
    users_every: UsersGrain | None,
) -> None:
    rolled = sent("anna").rollup("1h", users_every).results(time_zone="UTC")
    days = [SENT.replace(hour=0, minute=0) + timedelta(days=place) for place in range(3)]
    assert rolled.explore("sent", channel="email")["time"].to_list() == days


@pytest.mark.parametrize(
    ("every", "users_every", "is_of_a_zone"),
    [
        ("1h", None, False),
        ("1h", "whole", False),
        ("1h", "1d", True),
        ("1h", "1w", True),
        ("1h", "1mo", True),
        ("1d", None, True),
        ("1d", "whole", True),
    ],
)
def test_cells_of_a_zones_days_merge_with_those_of_this_zone_alone(
    every: Grain, users_every: UsersGrain | None, *, is_of_a_zone: bool
) -> None:
    here = sent("anna", "UTC").rollup(every, users_every)
    there = sent("carl", "Asia/Tokyo").rollup(every, users_every)
    assert (here | sent("bob").rollup(every, users_every)).results().unique_users() == 2
    if is_of_a_zone:
        with pytest.raises(rw.QueryError, match="of days of UTC and of Asia/Tokyo cannot be"):
            here | there
    else:
        assert (here | there).results(time_zone="UTC").unique_users() == 2


def test_a_cell_is_believed_that_may_hold_an_event_that_is() -> None:
    cells = sent("anna").rollup()._cells
    start, end = 1000 * DAY, 2000 * DAY
    believing = replace(cells, clocks=replace(cells.clocks, start=start, end=end))
    # A month is the longest cell.
    times = [start - 32 * DAY, start - 31 * DAY, start - HOUR, start, end, end + 1]
    found = believing.believed(nw.from_native(pl.LazyFrame({"time": times})))
    assert found.collect("polars")["time"].to_list() == times[1:-1]


def test_missing_library_is_named_and_not_lost_in_a_query(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasketches", None)
    with pytest.raises(rw.MissingExtraError, match=r"results-widgets\[sketches\]"):
        rw.Results(*rw.datasets.generate(50, seed=1), time_zone="UTC").rollup()
