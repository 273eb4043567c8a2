"""One wrong clock rules neither axes, nor freshness, nor what is still open; its event still counts."""

from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import narwhals as nw
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.engine.calendar import DAY, from_micros, to_micros
from results_widgets.engine.clocks import FAR, SILENCE, Clocks, read_clocks
from results_widgets.engine.encoding.event_codes import EventCodes
from tests.support.clocks import DATES, RIGHT, WRONG, assert_told_apart, results, value
from tests.support.examples import case
from tests.support.nightly import rest_nightly
from tests.support.profiles import examples

KINDS_OF_DATES = dict(zip(("none", "started", "finished"), DATES, strict=True))


TOLD_BY_DAY = [
    ("none", "default", "America/New_York"),
    ("started", "leanplum-v2", "UTC"),
    ("finished", "default", "UTC"),
    ("finished", "leanplum-v2", "America/New_York"),
]
"""Each date, set of definitions and zone; every night all of them with each other."""
TOLD_AT_NIGHT = sorted(
    {*product(KINDS_OF_DATES, ["default", "leanplum-v2"], ["UTC", "America/New_York"])}
    - {*TOLD_BY_DAY}
)


@pytest.mark.parametrize(
    ("dates", "definitions", "zone"),
    rest_nightly([*TOLD_BY_DAY, *TOLD_AT_NIGHT], len(TOLD_BY_DAY)),
)
def test_wrong_clocks_are_told_apart(dates: str, definitions: Any, zone: str) -> None:
    told, right = (
        results(table, zone, **KINDS_OF_DATES[dates]).with_definitions(definitions)
        for table in (RIGHT + WRONG, RIGHT)
    )
    assert_told_apart(told, right)


def test_wrong_clocks_are_told_apart_in_ranges_sorted_by_time() -> None:
    told, right = results(RIGHT + WRONG), results(RIGHT)
    for asked in (told, right):
        asked.between("2026-03-02", "2026-03-03").overview()
    assert_told_apart(told, right)


def test_wrong_clocks_are_told_apart_in_roll_ups(tmp_path: Path) -> None:
    told, right = (results(table).rollup("1d") for table in (RIGHT + WRONG, RIGHT))
    loaded = rw.RollUp.load(told.save(tmp_path / "told.rollup"))
    assert loaded._cells.clocks == told._cells.clocks
    for roll_up in (told, loaded):
        here, there = (one.results(time_zone="UTC") for one in (roll_up, right))
        assert here._session.span() == there._session.span()
        assert here.open_entries() == there.open_entries()
        assert value(here, "users") == value(there, "users") + 2
        for cumulative in (False, True):
            how: Any = {"every": "1d", "cumulative": cumulative}
            assert_frame_equal(*(one.explore("conversions", **how) for one in (here, there)))
        assert here.explore("unique_users").height == there.explore("unique_users").height


def test_parts_of_a_roll_up_keep_what_each_told_apart() -> None:
    told, right = results(RIGHT + WRONG), results(RIGHT.replace("anna", "emil"))
    merged = told.rollup("1d") | right.rollup("1d")
    assert merged._cells.clocks.wrong == 3
    assert merged.results(time_zone="UTC").explore("users").height == 4


def test_refresh_tells_new_wrong_clocks_apart(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    asked = case(RIGHT + WRONG)
    asked.events.head(6).write_parquet(path)
    before = rw.Results(dict(asked.campaign), path, time_zone="UTC")
    assert before.freshness()["wrong_clocks"].item() == 0
    asked.events.write_parquet(path)
    assert_told_apart(before.refresh(), results(RIGHT))


def test_report_is_made_all_the_same(tmp_path: Path) -> None:
    page = results(RIGHT + WRONG).to_html(tmp_path / "report.html", min_cell=1).read_text("utf-8")
    assert "3 events have times far outside the campaign (1970-01-01 to 2099-01-01)" in page
    hidden = results(RIGHT + WRONG).to_html(tmp_path / "hidden.html", min_cell=4).read_text("utf-8")
    said = "Fewer than 4 events have times far outside the campaign. They count in totals, but are"
    assert hidden.count(said) == page.count("3 events have times") > 1
    assert "3 events have" not in hidden


def test_receipt_of_a_wrong_clock_holds_no_window_open() -> None:
    late = "bob nudge sent 2040-01-01T00:00:00+00:00"
    assert results(RIGHT + late).open_entries() == 1
    assert results(RIGHT).open_entries() == 2


def test_goal_events_of_users_before_the_campaign_are_no_wrong_clocks() -> None:
    asked = results(RIGHT + "anna - Purchase 2019-01-01T00:00:00+00:00", **DATES[1])
    assert asked.freshness()["wrong_clocks"].item() == 0


def test_dates_that_most_events_contradict_are_not_believed() -> None:
    asked = results(RIGHT, started_at="2031-03-01T09:00:00Z")
    assert asked.freshness()["wrong_clocks"].item() == 0
    assert asked.explore("users").height == 4


def test_period_before_a_range_ends_where_years_do() -> None:
    whole = results(RIGHT).between("1950-01-01", "2026-12-31")
    assert whole.previous() is None


def test_without_an_event_numbers_are_as_new_as_the_rows_of_others() -> None:
    campaign = rw.Campaign("c1", {"events": ["Purchase"]}, [{"id": "mail", "channel": "email"}])
    none = nw.from_native(pl.LazyFrame(schema={"time": pl.Int64, "code": pl.Int64}))

    def clocks(*times: int) -> Clocks:
        others = nw.from_native(pl.LazyFrame({"time": times}, schema={"time": pl.Int64}))
        return read_clocks(lambda: others, EventCodes(campaign), none)

    assert clocks() == Clocks(0, 0)
    assert clocks(3, 5, 4) == Clocks(5, 5)


# --- against the rule as docs/rules.md has it, one event at a time

YEAR = 365.25 * DAY


def wrong_times(
    events: list[tuple[int, bool]], first: int | None, last: int | None, now: int
) -> list[int]:
    """The times that are not believed, of events of actions (True) and of goals."""
    if not any(own for _, own in events):
        events = [(at, True) for at, _ in events]
    own, everybody = [at for at, is_own in events if is_own], [at for at, _ in events]

    def few(times: list[int], wrong: list[int]) -> list[int]:
        return wrong if 2 * len(wrong) <= len(times) else []

    wrong = few(own, [at for at in own if at > now])
    wrong += [] if last is None else few(own, [at for at in own if at > last])
    if first is not None:
        wrong += few(own, [at for at in own if at < first])
    else:
        left = sorted(at for at in own if at not in wrong)
        days = [at // DAY for at in left]
        cuts = [n for n in range(1, len(left)) if days[n] - days[n - 1] > SILENCE]
        wrong += left[: max((n for n in cuts if 2 * n <= len(left)), default=0)]
    ahead = few(everybody, [at for at in everybody if at > now])
    return sorted(at for at, is_own in events if at in (wrong if is_own else ahead))


def moment(at: int | None) -> datetime | None:
    return None if at is None else from_micros(at)


@given(st.integers(0, 2**32))
@settings(max_examples=examples(200))
def test_rule_against_one_event_at_a_time(seed: int) -> None:
    random, now = Random(seed), to_micros(datetime.now(UTC)) + DAY
    years = [0, 30, 50, 54, 55, 55.9, 56, 56, 56, 56.1, 56.2, 57, 60, 129]
    events = [
        (int(random.choice(years) * YEAR) + random.randrange(DAY), random.random() < 0.8)
        for _ in range(random.randint(1, 30))
    ]
    started = random.choice([None, int(40 * YEAR), int(56 * YEAR)])
    finished = random.choice([None, int(56.5 * YEAR)])
    campaign = rw.Campaign(
        "c1",
        {"events": ["Purchase"]},
        [{"id": "mail", "channel": "email"}],
        started_at=moment(started),
        finished_at=moment(finished),
        attribution_window="0d",
    )
    codes = EventCodes(campaign)
    sent, goal = codes.code(1, "sent"), codes.goals[0]
    frame = pl.LazyFrame(
        [(at, sent if own else goal) for at, own in events], ["time", "code"], orient="row"
    )
    rows = nw.from_native(frame)
    found = read_clocks(lambda: rows, codes, rows)
    assert found is not None
    first, last = started and started - FAR, finished and finished + FAR
    wrong = wrong_times(events, first, last, now)
    right = [at for at, _ in events]
    for at in wrong:
        right.remove(at)
    if not right:
        right, wrong = [at for at, _ in events], []
    assert (found.wrong, found.newest) == (len(wrong), max(right))
    assert (found.least, found.most) == ((wrong[0], wrong[-1]) if wrong else (None, None))
    assert found.oldest >= min(right)
