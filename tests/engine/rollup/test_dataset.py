"""Approximate distinct users and roll-ups, held against the exact numbers."""

import math
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.engine.rollup import sketches
from results_widgets.keys import Every
from results_widgets.report.images.write import write_chart, write_flow
from results_widgets.view_model import table_rows
from results_widgets.view_model.glossary import glossary_state
from results_widgets.widgets import fallback
from tests.support.named_users import users_in

CAMPAIGN: dict[str, Any] = {
    "id": "c1",
    "goal": {"events": ["Purchase"], "value": "value"},
    "attribution_window": "2d",
    "actions": [
        {"id": "mail", "channel": "email"},
        {"id": "push", "channel": "push", "parent": "mail", "trigger": "opened"},
    ],
}


@pytest.fixture(scope="module")
def exact() -> rw.Results:
    return rw.Results(*rw.datasets.generate(users=10_000, seed=7), time_zone="America/New_York")


@pytest.fixture(scope="module")
def rollup(exact: rw.Results) -> rw.RollUp:
    return exact.rollup()


def distinct_users(results: rw.Results) -> pl.DataFrame:
    """Every number of distinct users of channels and actions, by its name."""
    frames = [
        results.channels().select(owner="channel", metric="metric", value="value"),
        results.actions().select(owner="action_id", metric="metric", value="value"),
        results.overview().select(pl.lit("").alias("owner"), "metric", "value"),
    ]
    users = {m.key for m in results._session.metrics() if m.unit == "users"}
    return pl.concat(frames).filter(pl.col("metric").is_in(users)).drop_nulls("value")


@pytest.mark.parametrize("size", [1, 100, 10_000, 1_000_000])
def test_sketches_stay_within_their_bound(size: int) -> None:
    """Fixed ids, so that this never fails by chance; half of them stand in both parts."""
    middle = size // 2
    one = sketches.sketch_of(f"user-{n}" for n in range(middle + size // 4 + 1))
    other = sketches.sketch_of(f"user-{n}" for n in range(middle, size))
    found = sketches.distinct([one, other])
    assert abs(found - size) <= sketches.BOUND * size
    assert sketches.distinct([sketches.merged([one, other])]) == pytest.approx(found, rel=0.01)
    # 3,000 users or fewer are a list of hashes.
    assert size > 3_000 or found == size


def test_the_bound_is_three_standard_deviations_and_below_two_per_cent() -> None:
    assert sketches.BOUND < 0.02
    k = 2.0**sketches.LG_K
    # An estimate that is too low by so much of the truth lies further below it, as a share of itself.
    spread = 3 * math.sqrt(3 * math.log(2) - 1) / math.sqrt(k)
    assert pytest.approx(spread / (1 - spread), abs=0.0001) == sketches.BOUND


def test_a_merged_sketch_knows_no_order() -> None:
    parts = [
        sketches.sketch_of(f"u{n}" for n in range(at, at + 9_000)) for at in (0, 5_000, 20_000)
    ]
    ways = {sketches.distinct(order) for order in (parts, parts[::-1], [parts[1], *parts])}
    assert max(ways) - min(ways) <= 1


def test_approximate_users_are_near_and_everything_else_is_equal(exact: rw.Results) -> None:
    approximate = exact.with_uniques("approximate")
    assert approximate.uniques == "approximate"
    for frame, other in (
        (exact.overview(), approximate.overview()),
        (exact.channels(), approximate.channels()),
        (exact.actions(), approximate.actions()),
    ):
        assert frame.schema == other.schema
        keys = [name for name in frame.columns if frame[name].dtype == pl.String]
        assert frame.select(keys).equals(other.select(keys))
    counts = {m.key for m in exact._session.metrics() if m.unit in ("count", "amount", "seconds")}
    for name in ("overview", "channels", "actions"):
        rows = pl.col("metric").is_in(counts)
        mine, theirs = (getattr(r, name)().filter(rows) for r in (exact, approximate))
        assert mine["value"].to_list() == pytest.approx(theirs["value"].to_list(), nan_ok=False)
    off = distinct_users(exact).with_columns(found=distinct_users(approximate)["value"])
    near = (pl.col("found") - pl.col("value")).abs() <= sketches.BOUND * pl.col("value")
    assert off.filter(~near).is_empty()
    assert off.filter(pl.col("value") > 3_000).height > 3


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])
@pytest.mark.parametrize("every", ["1h", "1d", "1w", "1mo"])
def test_series_of_every_zone_and_interval(exact: rw.Results, zone: str, every: Every) -> None:
    """Hours have few users, whose sketches are lists, so that zones and intervals show exactly."""
    mine = exact.in_time_zone(zone).explore("unique_opened", action="we-miss-you", every=every)
    approximate = exact.in_time_zone(zone).with_uniques("approximate")
    theirs = approximate.explore("unique_opened", action="we-miss-you", every=every)
    assert mine["time"].equals(theirs["time"])
    limit = sketches.BOUND if every in ("1w", "1mo") else 0
    assert mine["value"].to_list() == pytest.approx(theirs["value"].to_list(), rel=limit)


def test_cumulative_series_end_in_the_total(exact: rw.Results) -> None:
    results = exact.with_uniques("approximate")
    for metric, action in (("unique_opened", "we-miss-you"), ("drop_off", "reminder")):
        series = results.explore(rw.MetricKey(metric), action=action, cumulative=True)["value"]
        total = results.actions().filter(pl.col("metric") == metric, pl.col("action_id") == action)
        assert series[-1] == pytest.approx(total["value"][0], rel=sketches.BOUND)
        mine = exact.explore(rw.MetricKey(metric), action=action, cumulative=True)["value"]
        assert series.to_list() == pytest.approx(mine.to_list(), rel=0.02, abs=0.002)
    # Where users count once a day there are as many groups as days, in their order.
    theirs, ours = (
        one.with_definitions("leanplum-v2").explore(
            "unique_opened", action="we-miss-you", every="1h", cumulative=True
        )
        for one in (results, exact)
    )
    assert theirs["value"].to_list() == pytest.approx(ours["value"].to_list(), rel=0.02)


def test_users_per_day_add_up(exact: rw.Results) -> None:
    """Of leanplum-v2: a user counts once on each local day."""
    old = exact.with_definitions("leanplum-v2")
    mine, theirs = distinct_users(old), distinct_users(old.with_uniques("approximate"))
    assert mine["value"].to_list() == pytest.approx(theirs["value"].to_list(), rel=sketches.BOUND)


def test_ranges_lie_between_cells(exact: rw.Results) -> None:
    days = exact.between("2026-03-09", "2026-03-15")
    near = distinct_users(days.with_uniques("approximate"))["value"]
    assert near.to_list() == pytest.approx(distinct_users(days)["value"].to_list(), rel=0.0175)
    start = datetime(2026, 3, 9, 10, 20, tzinfo=UTC)
    with pytest.raises(rw.QueryError, match="cuts through a cell of 1h"):
        exact.between(start).with_uniques("approximate").overview()


def test_a_range_ends_before_the_cell_that_begins_there() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    events = pl.DataFrame(
        {
            "user_id": ["before", "first", "last", "after"],
            "action_id": ["mail"] * 4,
            "event": ["sent"] * 4,
            "timestamp": [noon + timedelta(minutes=minutes) for minutes in (-1, 0, 59, 60)],
        }
    )
    exact = rw.Results(CAMPAIGN, events, time_zone="UTC")
    for results in (exact, exact.with_uniques("approximate"), exact.rollup().results()):
        hour = results.between(noon, noon + timedelta(hours=1))
        found = dict(hour.overview().select("metric", "value").iter_rows())
        assert (found["users"], found["unique_users"]) == (2, 2)


def test_a_range_from_before_all_events_has_users_of_longer_cells() -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    events = pl.DataFrame(
        {"user_id": ["anna", "bob"], "action_id": ["mail"] * 2, "event": ["sent"] * 2}
    ).with_columns(timestamp=pl.Series([noon, noon + timedelta(hours=1)]))
    for users_every in ("1d", "1w", "whole"):
        rolled = rw.Results(CAMPAIGN, events, time_zone="UTC").rollup("1h", users_every)
        found = rolled.results().between(noon - timedelta(hours=2), None).overview()
        assert found.filter(metric="unique_users")["value"].item() == 2


def test_a_rollup_answers_what_the_approximate_results_answer(
    exact: rw.Results, rollup: rw.RollUp, tmp_path: Path
) -> None:
    path = rollup.save(tmp_path / "campaign.rollup.parquet")
    read = rw.RollUp.load(path).results(time_zone="America/New_York")
    live = exact.with_uniques("approximate")
    median = pl.col("metric") == "median_time_to_convert"
    assert read.overview().filter(~median).equals(live.overview().filter(~median))
    assert read.overview().filter(median)["value"].to_list() == [None]
    assert read.channels().equals(live.channels())
    assert read.actions().equals(live.actions())
    for frame, other in zip(read.flow(), live.flow(), strict=True):
        assert frame.equals(other)
    assert read.explore("engaged", every="1h").equals(live.explore("engaged", every="1h"))
    assert read.freshness()["newest_event"].equals(live.freshness()["newest_event"])
    assert list(tmp_path.iterdir()) == [path]


def test_a_rollup_holds_no_user(exact: rw.Results, rollup: rw.RollUp, tmp_path: Path) -> None:
    written = rollup.save(tmp_path / "r.parquet").read_bytes()
    ids = exact.users_in_campaign().users["user_id"]
    assert users_in(written, ids) == set()
    assert "user_id" not in rollup.cells.columns


def test_rollups_of_users_apart_merge_to_the_whole(exact: rw.Results, rollup: rw.RollUp) -> None:
    campaign, events, users = rw.datasets.generate(users=10_000, seed=7)
    half = pl.col("user_id").str.slice(-1).is_in(["0", "2", "4", "6", "8"])
    even, odd = (
        rw.Results(campaign, events.filter(own), users, time_zone="America/New_York").rollup()
        for own in (half, ~half)
    )
    both = (even | odd).results(time_zone="America/New_York")
    whole = rollup.results(time_zone="America/New_York")
    for name in ("overview", "channels", "actions"):
        mine, theirs = getattr(both, name)(), getattr(whole, name)()
        nothing = mine["value"].is_null()
        assert nothing.equals(theirs["value"].is_null())
        assert mine["value"].fill_null(0).to_list() == pytest.approx(
            theirs["value"].fill_null(0).to_list(), rel=0.01
        )
    assert rollup.cells["rows"].sum() == (even | odd).cells["rows"].sum()


def test_rollups_of_ranges_apart_merge_to_the_whole(exact: rw.Results, rollup: rw.RollUp) -> None:
    early, late = exact.between(None, "2026-03-20").rollup(), exact.between("2026-03-21").rollup()
    key = ["kind", "number", "time", "rows"]
    assert (early | late).cells.select(key).equals(rollup.cells.select(key))
    assert (late | early).cells.equals((early | late).cells)


def test_what_cannot_be_merged_says_why(exact: rw.Results, rollup: rw.RollUp) -> None:
    with pytest.raises(rw.QueryError, match="counted twice"):
        _ = rollup | rollup
    with pytest.raises(rw.QueryError, match="different grain"):
        _ = rollup | exact.between(None, "2026-03-10").rollup("1d")
    with pytest.raises(rw.QueryError, match="'default' and 'leanplum'"):
        _ = rollup | exact.with_definitions("leanplum").rollup()


def test_what_a_rollup_cannot_answer_says_why(exact: rw.Results, rollup: rw.RollUp) -> None:
    results = rollup.results(time_zone="America/New_York")
    for asked, said in (
        (results.entries, "no users and no single events"),
        (results.conversions, "no users and no single events"),
        (lambda: results.users_in_campaign().users, "no users and no single events"),
        (lambda: results.overview(by="variant"), "unknown column 'variant'"),
        (
            lambda: results.with_definitions("leanplum").overview(),
            "under the definitions 'default'",
        ),
        (lambda: results.with_uniques("exact").overview(), "no users and no single events"),
        (lambda: results.in_time_zone("Asia/Kolkata").overview(), "every='15m'"),
        (lambda: exact.with_uniques("approximate").overview(by="variant"), "not by column"),
        (lambda: exact.with_uniques("roughly"), "way to count"),  # type: ignore[arg-type]
        (lambda: exact.rollup("2h"), "cell of a roll-up"),  # type: ignore[arg-type]
        (lambda: rw.RollUp.load(__file__), "no roll-up"),
    ):
        with pytest.raises(rw.QueryError, match=said):
            asked()


def test_days_of_a_zone_are_smaller_and_keep_to_the_zone(
    exact: rw.Results, rollup: rw.RollUp
) -> None:
    days = exact.rollup("1d")
    assert days.cells.height < rollup.cells.height / 5
    read = days.results()
    assert read.time_zone == "America/New_York"
    mine = exact.explore("unique_opened", action="we-miss-you")["value"]
    assert read.explore("unique_opened", action="we-miss-you")["value"].equals(mine)
    with pytest.raises(rw.QueryError, match="not those of UTC"):
        read.in_time_zone("UTC").overview()
    with pytest.raises(rw.QueryError, match="no hours"):
        read.explore("engaged", every="1h")


def test_entries_still_open_are_those_of_the_later_part() -> None:
    """What one part knows as open has ended by the newest event of the other."""
    start = datetime(2026, 3, 1, tzinfo=UTC)

    def part(user: str, days: int) -> rw.Results:
        rows = [(user, "c1", "mail", "sent", start + timedelta(days=days))]
        names = ["user_id", "campaign_id", "action_id", "event", "timestamp"]
        return rw.Results(CAMPAIGN, pl.DataFrame(rows, names, orient="row"), time_zone="UTC")

    def still_open(rollup: rw.RollUp) -> float:
        return rollup.results(time_zone="UTC").overview().filter(metric="entries_open")["value"][0]  # type: ignore[no-any-return]

    first, near, late = part("a", 0).rollup(), part("b", 1).rollup(), part("c", 9).rollup()
    assert still_open(first) == 1
    assert still_open(first | near) == 2
    assert still_open(first | late) == 1
    # At the very hour at which an entry ends it is over.
    assert still_open(first | part("d", 2).rollup()) == 1


def test_developers_are_in_or_out_when_rolled_up() -> None:
    names = ["user_id", "campaign_id", "action_id", "event", "timestamp"]
    at = datetime(2026, 3, 1, tzinfo=UTC)
    rows = [(user, "c1", "mail", "sent", at) for user in ("dev", "one", "two")]
    users = pl.DataFrame({"user_id": ["dev"], "is_developer": [True]})
    results = rw.Results(CAMPAIGN, pl.DataFrame(rows, names, orient="row"), users, time_zone="UTC")
    assert results.analytics().rollup().results(time_zone="UTC").unique_users() == 2
    assert results.rollup().results(time_zone="UTC").unique_users() == 3
    with pytest.raises(rw.QueryError, match="rolled up with developers"):
        results.rollup().results(time_zone="UTC").analytics().overview()


def test_definitions_come_back_from_a_file(tmp_path: Path) -> None:
    names = ["user_id", "campaign_id", "action_id", "event", "timestamp"]
    rows = [("u", "c1", "mail", "sent", datetime(2026, 3, 1, tzinfo=UTC))]
    mine = replace(rw.DEFINITIONS["leanplum-v2"], name="mine")
    results = rw.Results(CAMPAIGN, pl.DataFrame(rows, names, orient="row"), definitions=mine)
    read = rw.RollUp.load(results.rollup().save(tmp_path / "r.parquet")).results(time_zone="UTC")
    assert read.definitions == mine
    assert read.campaign == results.campaign


def test_approximate_numbers_are_marked_with_their_bound(exact: rw.Results) -> None:
    approximate = exact.with_uniques("approximate")
    marked = glossary_state(approximate)
    named = {key for key, entry in marked.items() if entry.get("approximate")}  # type: ignore[attr-defined]
    assert {"unique_users", "engaged", "engagement_rate", "unique_opened", "drop_off"} <= named
    assert not named & {"users", "conversions", "opened", "open_rate", "conversion_rate"}
    assert marked["engaged"]["approximate"] == {  # type: ignore[index]
        "within": "within 1.75\u202f% in 99.7 of 100 cases",
        "numerator": False,
        "denominator": False,
    }
    assert not any(entry.get("approximate") for entry in glossary_state(exact).values())  # type: ignore[attr-defined]
    overview = dict(table_rows.overview_rows(approximate))
    assert overview["Unique users"].startswith("≈\u202f")
    assert overview["Entries"][0].isdigit()
    assert "≈ distinct users are estimated: within 1.75" in fallback.results_text(approximate)
    assert "≈" not in fallback.results_html(exact)
    for _, _, _, received, conversions in table_rows.flow_rows(approximate):
        assert received.startswith("≈\u202f") or received == "0"
        assert conversions[0].isdigit()


@pytest.mark.parametrize(
    ("key", "definitions", "words", "sides"),
    [
        ("unique_users_rate", "default", "within 1.75\u202f% of its value", (True, False)),
        ("engagement_rate", "default", "both its numbers within", (True, True)),
        # The older set divides sums of unique opens and clicks by rows that were delivered.
        ("engagement_rate", "leanplum-v2", "of its value", (True, False)),
        ("click_to_open_rate", "default", "both its numbers within", (True, True)),
        ("unique_open_rate", "default", "both its numbers within", (True, True)),
        ("unique_open_rate", "leanplum", "of its value", (True, False)),
        ("converted_rate", "default", "of its value", (True, False)),
        ("drop_off", "default", "of the users of both actions", (True, True)),
        ("open_rate", "default", None, None),
        ("share_of_entries", "default", None, None),
        ("value_per_user", "default", None, None),
    ],
)
def test_how_far_off_a_rate_is_follows_from_its_sides(
    exact: rw.Results,
    key: str,
    definitions: str,
    words: str | None,
    sides: tuple[bool, bool] | None,
) -> None:
    results = exact.with_definitions(rw.DEFINITIONS[definitions]).with_uniques("approximate")
    metric = next(metric for metric in results._session.metrics() if metric.key == key)
    estimate = results._session.estimate(metric)
    assert exact._session.estimate(metric) is None
    assert (estimate is None) is (words is None)
    if estimate is not None and words is not None:
        assert words in estimate.within
        assert (estimate.numerator, estimate.denominator) == sides


def test_pictures_and_pages_are_marked(exact: rw.Results, tmp_path: Path) -> None:
    approximate = exact.with_uniques("approximate")
    for results, marked in ((exact, False), (approximate, True)):
        flow = write_flow(results, tmp_path / "flow.svg").read_text()
        assert ("estimated: within 1.75" in flow) is marked
        assert (re.search(r">≈\s\d+\s%<", flow) is not None) is marked
        assert (re.search(r">≈\s[\d,]+ held back<", flow) is not None) is marked
        chart = write_chart(results, tmp_path / "chart.svg", metric="engaged").read_text()
        assert ("within 1.75" in chart) is marked
        chart = write_chart(results, tmp_path / "chart.svg", metric="users").read_text()
        assert "within 1.75" not in chart


def of_users(names: list[str], *, developers: bool = True) -> rw.RollUp:
    """A roll-up of users who were mailed at noon, and whose window of two days is then open."""
    noon = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    events = pl.DataFrame(
        {"user_id": names, "action_id": "mail", "event": "sent", "timestamp": noon}
    )
    users = pl.DataFrame({"user_id": names, "is_developer": [n.startswith("dev") for n in names]})
    results = rw.Results(CAMPAIGN, events, users, time_zone="UTC")
    return results.analytics(developers=developers).rollup()


def test_rollups_with_and_without_developers_do_not_merge() -> None:
    everyone, without = of_users(["anna", "dev"]), of_users(["bob"], developers=False)
    with pytest.raises(rw.QueryError, match="roll-ups of different developers"):
        everyone | without
    merged = everyone | of_users(["carl", "dev 2"])
    assert merged.cells.filter(pl.col("kind") == "entries")["rows"].sum() == 4


@pytest.mark.parametrize(("hours", "still_open"), [(47, 1), (47.9, 1), (48, 0), (49, 0)])
def test_an_entry_of_a_rollup_is_open_as_long_as_its_window(hours: float, still_open: int) -> None:
    sent = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    events = pl.DataFrame(
        {
            "user_id": ["anna", "bob"],
            "action_id": ["mail", "push"],
            "event": ["sent", "sent"],
            "timestamp": [sent, sent + timedelta(hours=hours)],
        }
    )
    exact = rw.Results(CAMPAIGN, events, time_zone="UTC")
    for results in (exact, exact.rollup().results(time_zone="UTC")):
        found = dict(results.overview().select("metric", "value").iter_rows())
        assert found["entries_open"] == still_open


@pytest.mark.parametrize(
    ("mailed", "pushed", "drop_off"),
    [
        # By the estimates alone, more users got both than were mailed.
        (range(32_000, 35_600), range(32_000, 35_600), 0),
        # By the estimates alone, fewer than no users got both.
        (range(4_500), range(4_500, 9_000), 1),
    ],
)
def test_an_estimated_drop_off_is_a_share(mailed: range, pushed: range, drop_off: int) -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    events = pl.concat(
        pl.DataFrame({"user_id": [f"u{n}" for n in users]}).select(
            "user_id", action_id=pl.lit(action), event=pl.lit("sent"), timestamp=pl.lit(noon)
        )
        for action, users in (("mail", mailed), ("push", pushed))
    )
    results = rw.Results(CAMPAIGN, events, time_zone="UTC").with_uniques("approximate")
    found = results.actions().filter(action_id="push", metric="drop_off")
    assert found["value"].to_list() == [drop_off]
    assert found["denominator"][0] != len(mailed)
