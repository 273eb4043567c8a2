"""Roll-ups that count by the hour and keep users by longer cells: small, and clear about what they cannot tell."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.engine.rollup.grains import UsersGrain
from results_widgets.engine.rollup.sketches import BOUND
from results_widgets.keys import Every
from tests.support.loops import some
from tests.support.nightly import rest_nightly

ZONE = "America/New_York"
CAMPAIGN: dict[str, Any] = {
    "id": "c1",
    "goal": {"events": ["Purchase"]},
    "attribution_window": "2d",
    "actions": [{"id": "mail", "channel": "email"}],
}


@pytest.fixture(scope="module")
def exact() -> rw.Results:
    return rw.Results(*rw.datasets.generate(users=10_000, seed=7), time_zone=ZONE)


Rolled = Callable[[UsersGrain], rw.RollUp]
Kept = Callable[[UsersGrain], rw.Results]


@pytest.fixture(scope="module")
def rolled(exact: rw.Results) -> Rolled:
    """Rolls up by the hour, with users by longer cells, once for each."""
    return cache(lambda users_every: exact.rollup("1h", users_every))


@pytest.fixture(scope="module")
def kept(rolled: Rolled) -> Kept:
    return cache(lambda users_every: rolled(users_every).results(time_zone=ZONE))


def numbers(results: rw.Results) -> dict[tuple[str, str], float | None]:
    frames = [
        results.overview().select(pl.lit("").alias("owner"), "metric", "value"),
        results.channels().select(owner="channel", metric="metric", value="value"),
        results.actions().select(owner="action_id", metric="metric", value="value"),
    ]
    rows = pl.concat(frames).filter(pl.col("metric") != "median_time_to_convert").iter_rows()
    return {(owner, metric): value for owner, metric, value in rows}


def near(metric: str, value: float | None) -> Any:
    """What a number may be instead: an estimate of two may be off by both, a drop-off by more."""
    if value is None:
        return None
    return pytest.approx(value, rel=2 * BOUND, abs=0.03 if metric == "drop_off" else 1e-9)


def estimates(results: rw.Results) -> set[str]:
    near = results.with_uniques("approximate")
    return {metric.key for metric in near._session.metrics() if near._session.estimate(metric)}


@pytest.mark.parametrize("users_every", rest_nightly(["1w", "whole", "1d", "1mo"], 2))
def test_every_number_of_the_whole_campaign(
    exact: rw.Results, kept: Kept, users_every: UsersGrain
) -> None:
    mine, theirs = numbers(exact), numbers(kept(users_every))
    assert mine.keys() == theirs.keys()
    for (owner, metric), value in mine.items():
        wanted = near(metric, value) if metric in estimates(exact) else pytest.approx(value)
        assert theirs[owner, metric] == wanted, (owner, metric)


@pytest.mark.parametrize("users_every", ["1d", "1w", "1mo", "whole"])
def test_counts_are_kept_by_the_hour_and_exact(
    exact: rw.Results, kept: Kept, users_every: UsersGrain
) -> None:
    for metric, channel in (("users", None), ("conversions", None), ("opened", "email")):
        mine = exact.explore(rw.MetricKey(metric), channel=channel, every="1h")
        assert (
            kept(users_every)
            .explore(rw.MetricKey(metric), channel=channel, every="1h")
            .equals(mine)
        )


@pytest.mark.parametrize("users_every", ["1d", "1w", "1mo"])
def test_users_of_intervals_made_of_cells(
    exact: rw.Results, kept: Kept, users_every: UsersGrain
) -> None:
    for every in some({"1d": ("1d", "1w", "1mo")}.get(users_every, (users_every,))):
        for cumulative in (False, True):
            ask = {"every": every, "cumulative": cumulative, "action": "we-miss-you"}
            mine = exact.explore("unique_opened", **ask)  # type: ignore[arg-type]
            theirs = kept(users_every).explore("unique_opened", **ask)  # type: ignore[arg-type]
            assert mine["time"].equals(theirs["time"])
            assert theirs["value"].to_list() == pytest.approx(mine["value"].to_list(), rel=BOUND)


def test_a_range_made_of_cells_is_told_and_one_that_cuts_them_has_its_counts_only(
    exact: rw.Results, kept: Kept
) -> None:
    weeks, cut = ("2026-03-09", "2026-03-22"), ("2026-03-10", "2026-03-22")
    # In a range the entries that converted are counted by their start, which needs no sketch.
    users = estimates(exact.between(*weeks))
    assert "converted_entries" in users
    assert "converted_rate" not in users
    mine, theirs = (numbers(one.between(*weeks)) for one in (exact, kept("1w")))
    for key, value in mine.items():
        assert theirs[key] == (near(key[1], value) if key[1] in users else pytest.approx(value)), (
            key
        )
    mine, theirs = (numbers(one.between(*cut)) for one in (exact, kept("1w")))
    told = {key for key in mine if theirs[key] is not None}
    assert {key[1] for key in told if mine[key]} & users == set()
    for key, value in mine.items():
        if key[1] not in users:
            assert theirs[key] == pytest.approx(value), key
    flow = kept("1w").between(*cut).flow()
    assert flow.nodes["users_received"].null_count() > 3
    assert flow.nodes["conversions_attributed"].null_count() == 0
    assert kept("1w").between(*cut).held_back() is None


def test_an_edge_that_leaves_nothing_out_cuts_nothing(exact: rw.Results, kept: Kept) -> None:
    """The last ninety days of a campaign of forty-two are the whole campaign."""
    for users_every in ("1w", "1mo", "whole"):
        results = kept(users_every)
        wide = results.between("2026-01-15", "2026-06-20")
        assert wide.unique_users() == results.unique_users()


@pytest.mark.parametrize(
    ("users_every", "ask", "said"),
    [
        ("1w", {"every": "1d"}, "kept by week, not by day; take weeks .every='1w'"),
        ("1w", {"every": "1mo"}, "kept by week, not by month"),
        ("1d", {"every": "1h"}, "kept by day, not by hour; take days .every='1d'"),
        ("whole", {"every": "1mo"}, "for the whole campaign only"),
    ],
)
def test_a_line_of_shorter_intervals_is_refused(
    kept: Kept, users_every: UsersGrain, ask: dict[str, str], said: str
) -> None:
    for metric in ("engaged", "engagement_rate", "unique_users_rate"):
        with pytest.raises(rw.QueryError, match=said):
            kept(users_every).explore(rw.MetricKey(metric), **ask)  # type: ignore[arg-type]


def test_other_zones_have_the_whole_and_the_counts(
    exact: rw.Results, kept: Kept, rolled: Rolled
) -> None:
    there = kept("1w").in_time_zone("Europe/Berlin")
    assert there.unique_users() == kept("1w").unique_users()
    mine = exact.in_time_zone("Europe/Berlin").explore("users")
    assert there.explore("users").equals(mine)
    with pytest.raises(rw.QueryError, match="week of America/New_York, not of Europe/Berlin"):
        there.explore("engaged", every="1w")
    assert rolled("1w").results().time_zone == ZONE
    assert rolled("whole").results(time_zone="UTC").unique_users()


def test_definitions_that_add_up_days_need_users_by_days(exact: rw.Results) -> None:
    old = exact.with_definitions("leanplum-v2")
    days, weeks = (old.rollup("1h", users).results() for users in ("1d", "1w"))
    key = ("we-miss-you", "unique_opened")
    assert numbers(days)[key] == pytest.approx(numbers(old)[key], rel=BOUND)
    assert numbers(weeks)[key] is None
    with pytest.raises(rw.QueryError, match="users_every='1d'"):
        weeks.explore("unique_opened", action="we-miss-you", every="1w")


@pytest.mark.parametrize("users_every", rest_nightly(["1w", "whole"]))
def test_parts_merge(
    exact: rw.Results, rolled: Rolled, tmp_path: Path, users_every: UsersGrain
) -> None:
    """Cut in the middle of a week: its cell is in both parts, and one in the whole."""
    whole = rolled(users_every)
    parts = [exact.between(None, "2026-03-18"), exact.between("2026-03-19")]
    early, late = (
        rw.RollUp.load(part.rollup("1h", users_every).save(tmp_path / f"{at}.parquet"))
        for at, part in enumerate(parts)
    )
    both = early | late
    key = ["kind", "number", "time", "rows"]
    assert both.cells.select(key).equals(whole.cells.select(key))
    assert both.results().unique_users() == pytest.approx(exact.unique_users(), rel=BOUND)
    with pytest.raises(rw.QueryError, match="different users_grain"):
        _ = whole | parts[0].rollup("1h", "1d")


def test_fewer_cells_of_users_take_less_room(rolled: Rolled, tmp_path: Path) -> None:
    cells: tuple[UsersGrain, ...] = ("1h", "1d", "1w", "1mo", "whole")
    sizes = [rolled(cell).save(tmp_path / "r.parquet").stat().st_size for cell in cells]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < 0.6 * sizes[0]


def test_cells_that_cannot_be_say_why(exact: rw.Results) -> None:
    with pytest.raises(rw.QueryError, match="finer than counts by 1d; take every='1h'"):
        exact.rollup("1d", "1h")
    with pytest.raises(rw.QueryError, match="cell of users"):
        exact.rollup("1h", "2w")  # type: ignore[arg-type]


@pytest.mark.parametrize(("every", "users_every"), [("1d", None), ("1h", "1d"), ("1h", "1mo")])
def test_a_cell_that_begins_before_the_clocks_changed(
    every: Any, users_every: UsersGrain | None
) -> None:
    """The first event comes after summer time has ended that day: its day still began in summer time."""
    at = datetime(2026, 11, 1, 17, tzinfo=UTC)
    rows = [("a", "c1", "mail", "sent", at), ("b", "c1", "mail", "sent", at + timedelta(days=1))]
    names = ["user_id", "campaign_id", "action_id", "event", "timestamp"]
    exact = rw.Results(CAMPAIGN, pl.DataFrame(rows, names, orient="row"), time_zone=ZONE)
    step: Every = "1mo" if users_every == "1mo" else "1d"
    read = exact.rollup(every, users_every).results()
    mine = exact.explore("unique_users", every=step)
    assert read.explore("unique_users", every=step).equals(mine)
    assert read.explore("users").equals(exact.explore("users"))


def test_load_takes_how_users_are_counted(exact: rw.Results, tmp_path: Path) -> None:
    campaign, events, _ = rw.datasets.generate(users=200, seed=7)
    campaign.to_json(tmp_path / "campaign.json")
    events.lazy().collect().write_parquet(tmp_path / "events.parquet")
    assert rw.load(tmp_path).uniques == "exact"
    assert rw.load(tmp_path, uniques="approximate").uniques == "approximate"
    with pytest.raises(rw.QueryError, match="way to count"):
        rw.load(tmp_path, uniques="roughly")  # type: ignore[arg-type]


def test_a_dashboard_says_what_is_closed(exact: rw.Results, kept: Kept) -> None:
    dashboard = rw.Dashboard(kept("1w"))
    assert dashboard._status["error"] is None
    # Of 10,000 users a tenth is held back.
    assert 8_700 < dashboard._status["users_with_developers"] < 9_100
    assert dashboard._status["users_without_developers"] is None
    closed = dashboard._options["closed"]
    assert set(closed) == {"users", "by", "developers", "machine_opens", "clock"}
    assert closed["clock"].startswith("Rolled up by the clock of events")
    assert closed["machine_opens"].startswith("Rolled up with machine opens counted")
    assert "leanplum-v2" not in dashboard._status["definitions"]
    near = rw.Dashboard(exact.with_uniques("approximate"))
    assert set(near._options["closed"]) == {"by"}
    assert rw.Dashboard(exact)._options["closed"] == {}
    assert rw.Dashboard(exact.rollup("1d").results())._options["every"] == ["1d", "1w", "1mo"]


def test_a_series_that_is_not_available_says_so_and_the_numbers_stay(kept: Kept) -> None:
    dashboard = rw.Dashboard(kept("1w"), metric="engaged")
    assert dashboard._chart["missing"].startswith("Distinct users are kept by week, not by day")
    assert dashboard._series == b""
    assert dashboard._status["error"] is None
    dashboard.selection.every = "1w"
    assert "missing" not in dashboard._chart
    assert dashboard._status["note"] == ""
    dashboard.selection.range = "yesterday"
    assert dashboard._status["note"].endswith("A dash stands for them here.")
    assert dashboard._flow["held_back"] is None
    assert max(dashboard._trends["action:we-miss-you"]) > 0


def test_a_page_holds_what_is_told(tmp_path: Path) -> None:
    # Of few users, since a page takes long of many.
    few = rw.Results(*rw.datasets.generate(users=300, seed=7), time_zone=ZONE)
    by_week, whole = (few.rollup("1h", cell).results(time_zone=ZONE) for cell in ("1w", "whole"))
    told = by_week.to_html(tmp_path / "week.html").read_text()
    assert "<td>Unique users</td><td>–</td>" not in told
    assert '"u0000017"' not in told
    cut = by_week.between("2026-03-10", "2026-03-20")
    # All views of the whole, and one of a range.
    page = cut.to_html(tmp_path / "cut.html", min_cell=1).read_text()
    assert "<td>Unique users</td><td>–</td>" in page
    assert "<td>Entries</td><td>–</td>" not in page
    assert whole.to_html(tmp_path / "few.html", min_cell=10).stat().st_size > 0
