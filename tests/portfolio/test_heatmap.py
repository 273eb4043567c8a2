"""Hour by weekday, as the clock on the wall says it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

import results_widgets as rw
from results_widgets.errors import QueryError
from tests.reference import Query
from tests.reference.case import instant
from tests.reference.walk import all_conversions, walk
from tests.support.portfolios import Drawn, drawn
from tests.support.profiles import examples

pytestmark = pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")
SEEDS = st.integers(0, 2**32 - 1)
ZONES = ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/Los_Angeles"]


def conversions(asked: Drawn) -> list[tuple[str, str, datetime]]:
    """Campaign, user and instant of each conversion that the headline counts."""
    return [
        (name, one.user, instant(one.at))
        for name, case in asked.cases().items()
        for one in all_conversions(case, Query(), walk(case, Query()))
        if not one.held_back
    ]


def cells(found: pl.DataFrame) -> dict[tuple[str, int, int], float]:
    rows = found.select("campaign", "weekday", "hour", "value").iter_rows()
    return {(name, day, hour): value for name, day, hour, value in rows if value}


@given(SEEDS, st.sampled_from(ZONES))
@settings(max_examples=examples(15))
def test_counts_stand_where_the_clock_on_the_wall_has_them(seed: int, zone: str) -> None:
    asked = drawn(seed)
    expected: dict[tuple[str, int, int], float] = {}
    for name, _, at in conversions(asked):
        local = at.astimezone(ZoneInfo(zone))
        cell = name, local.isoweekday(), local.hour
        expected[cell] = expected.get(cell, 0) + 1
    found = asked.portfolio().heatmap("conversions", time_zone=zone)
    assert cells(found) == expected
    assert found.height == 168 * len(asked.campaigns)
    own = asked.portfolio().in_time_zone(zone).heatmap("conversions")
    assert own.equals(found)


@given(SEEDS)
@settings(max_examples=examples(8))
def test_recipients_stand_in_their_own_zone(seed: int) -> None:
    asked = drawn(seed)
    zones = {
        user: ZONES[n % 4] if n else "nowhere" for n, user in enumerate(asked.users["user_id"])
    }
    people = asked.users.with_columns(home=pl.Series([*zones.values()]))
    portfolio = rw.Portfolio(
        {
            name: rw.Results(one, asked.events, people, time_zone="UTC")
            for name, one in asked.campaigns.items()
        }
    )
    expected: dict[tuple[str, int, int], float] = {}
    for name, user, at in conversions(asked):
        zone = zones[user] if zones[user] in ZONES else "Asia/Tokyo"
        local = at.astimezone(ZoneInfo(zone))
        cell = name, local.isoweekday(), local.hour
        expected[cell] = expected.get(cell, 0) + 1
    found = portfolio.heatmap("conversions", recipient="home", time_zone="Asia/Tokyo")
    assert cells(found) == expected


def test_all_zones_are_looked_up_once_for_each_campaign(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def noted() -> set[str]:
        asked.append(1)
        return {"Europe/Berlin"}

    monkeypatch.setattr("results_widgets.portfolio.heatmap.available_timezones", noted)
    made = rw.Results(*rw.datasets.generate(60, seed=1), time_zone="UTC")
    rw.Portfolio([made]).heatmap("conversions", recipient="time_zone")
    assert len(asked) == 1


def test_rates_divide_what_is_added_up() -> None:
    portfolio = rw.Portfolio([rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC")])
    found = portfolio.heatmap("converted_rate")
    whole = portfolio.overview().filter(metric="converted_rate")
    assert found["numerator"].sum() == whole["numerator"].item()
    assert found["denominator"].sum() == whole["denominator"].item()
    told = found.filter(pl.col("denominator") > 0)
    assert told["value"].equals(told["numerator"] / told["denominator"])
    assert found.filter(denominator=0)["value"].null_count() == found.filter(denominator=0).height


def test_channels_and_what_is_not_available() -> None:
    portfolio = rw.Portfolio({"a": rw.Results(*rw.datasets.generate(50, seed=1), time_zone="UTC")})
    opened = portfolio.heatmap("opened", channel="email")
    channels = portfolio["a"].channels().filter(channel="email", metric="opened")
    assert opened["value"].sum() == channels["value"].item()
    asked = drawn(3)
    silent = pl.DataFrame(asked.events).filter(pl.col("event") != "opened")
    one = next(iter(asked.campaigns.values()))
    mail = one | {
        "actions": [{"id": action["id"], "channel": "email"} for action in one["actions"]]
    }
    found = rw.Portfolio([rw.Results(mail, silent, time_zone="UTC")]).heatmap(
        "opened", channel="email"
    )
    assert found["value"].null_count() == 168


def test_what_does_not_add_up_is_refused() -> None:
    portfolio = drawn(3).portfolio()
    with pytest.raises(QueryError, match="'unique_users' cannot be added up over hours"):
        portfolio.heatmap("unique_users")
    with pytest.raises(QueryError, match="unknown time zone 'Asia/Tokio'"):
        portfolio.heatmap("users", time_zone="Asia/Tokio")
    with pytest.raises(QueryError, match="unknown channel 'fax'"):
        portfolio.heatmap("opened", channel="fax")
    with pytest.raises(QueryError, match="unknown column 'home'"):
        portfolio.heatmap("users", recipient="home")
