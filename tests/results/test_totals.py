"""One total, wherever it is shown: card, detail, table, chart, frame, segment."""

from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.glossary import Scope
from results_widgets.keys import Every
from tests.support.loops import some
from tests.support.views import VIEWS

Number = tuple[dict[str, Any], str, str, float | None]
"""Whose it is as `explore` takes it, metric, unit, value."""


@pytest.fixture(params=VIEWS)
def view(request: pytest.FixtureRequest, lifelike: rw.Results) -> rw.Results:
    return VIEWS[request.param](lifelike)


def values(frame: pl.DataFrame, *keys: str) -> dict[Any, float | None]:
    """Values by key and metric."""
    return {tuple(row[:-1]): row[-1] for row in frame.select(*keys, "metric", "value").rows()}


def everything(results: rw.Results) -> list[Number]:
    """Every number of the screen: whose it is as explore takes it, metric, unit, value."""
    units = {(row.channel, row.key): row.unit for row in results._session.metrics()}
    found: list[Number] = [
        ({}, metric, units[None, metric], value)
        for metric, value in results.overview().select("metric", "value").rows()
    ]
    for channel, metric, value in results.channels().select("channel", "metric", "value").rows():
        found.append(({"channel": channel}, metric, units[channel, metric], value))
    columns = ("action_id", "channel", "metric", "value")
    for action, channel, metric, value in results.actions().select(columns).rows():
        unit = units.get((None, metric)) or units[channel, metric]
        found.append(({"action": action}, metric, unit, value))
    return found


@pytest.mark.parametrize("name", VIEWS)
def test_last_cumulative_point_is_the_total(lifelike: rw.Results, name: str) -> None:
    view, wrong = VIEWS[name](lifelike), []
    # A fifth of the numbers in each view, another fifth in the next.
    for whose, metric, _, value in everything(view)[list(VIEWS).index(name) :: len(VIEWS)]:
        every: Every = "1w" if whose else "1d"
        last = view.explore(rw.MetricKey(metric), every=every, cumulative=True, **whose)["value"][
            -1
        ]
        if last != pytest.approx(value):
            wrong.append((whose, metric, value, last))
    assert wrong == []


OLDER: list[tuple[str, dict[str, Any]]] = [
    ("engaged", {}),
    ("unique_opened", {"channel": "email"}),
    ("unique_clicked", {"action": "we-miss-you"}),
]


@pytest.mark.parametrize(("metric", "whose"), OLDER)
def test_users_counted_once_a_day_add_up_too(
    lifelike: rw.Results, metric: str, whose: dict[str, Any]
) -> None:
    older = lifelike.with_definitions("leanplum-v2").between("2026-03-05", "2026-03-12")
    total = older.explore(rw.MetricKey(metric), every="1mo", cumulative=True, **whose)["value"][-1]
    assert total > 0
    assert older.explore(rw.MetricKey(metric), cumulative=True, **whose)["value"][-1] == total
    assert older.explore(rw.MetricKey(metric), **whose)["value"].sum() == total


def test_points_of_a_count_add_up_to_the_total(view: rw.Results) -> None:
    wrong = []
    for whose, metric, unit, value in some(everything(view)):
        if unit == "count":
            points = view.explore(rw.MetricKey(metric), every="1d", **whose)["value"].sum()
            if points != pytest.approx(value):
                wrong.append((whose, metric, value, points))
    assert wrong == []


def test_every_distinct_number_is_the_size_of_its_segment(view: rw.Results) -> None:
    wrong = []
    for whose, metric, unit, value in some(everything(view)):
        if unit == "users":
            found = len(view.users(rw.MetricKey(metric), **whose))
            if found != value:
                wrong.append((whose, metric, value, found))
    assert wrong == []


def test_card_is_detail_is_segment(view: rw.Results) -> None:
    actions = values(view.actions(), "action_id")
    for node in some(view.flow().nodes.iter_rows(named=True)):
        id_ = node["action_id"]
        segment = view.users_in_action(id_)
        assert node["users_received"] == actions[id_, "users_received"] == len(segment)
        assert node["users_received"] == segment.users["user_id"].n_unique()
        for metric in ("conversions_attributed", "entries_reached", "share_of_entries"):
            assert node[metric] == actions[id_, metric]
        for event in some(view.campaign.channels[node["channel"]].events):
            assert len(view.users_in_action(id_, event)) == actions[id_, f"unique_{event}"]


def test_frames_of_rows_add_up_to_the_overview(view: rw.Results) -> None:
    overview = values(view.overview())
    entries, conversions = view.entries(), view.conversions()
    assert overview["held_back_entries",] == entries["held_back"].sum()
    assert overview["held_back_conversions",] == conversions["held_back"].sum()
    if view.definitions.held_back == "apart":
        entries, conversions = (
            frame.filter(~pl.col("held_back")) for frame in (entries, conversions)
        )
    assert overview["users",] == entries.height
    assert overview["unique_users",] == entries["user_id"].n_unique() == view.unique_users()
    assert overview["unique_users",] == len(view.users_in_campaign())
    assert overview["conversions",] == conversions.height
    assert overview["unique_converters",] == conversions["user_id"].n_unique()
    assert overview["goal_value",] == pytest.approx(conversions["value"].sum())
    credited = conversions.drop_nulls("action_id").height
    assert view.flow().nodes["conversions_attributed"].sum() == credited


def test_channels_count_what_their_actions_count(view: rw.Results) -> None:
    channels = values(view.channels(), "channel")
    counts = {(row.channel, row.key) for row in view._session.metrics() if row.unit == "count"}
    summed = view.actions().group_by("channel", "metric").agg(pl.col("value").sum())
    for channel, metric, total in some(summed.rows()):
        if (channel, metric) in counts:
            assert channels[channel, metric] == total


@pytest.mark.parametrize("by", ["variant", "platform", "country"])
def test_groups_of_a_breakdown_add_up(lifelike: rw.Results, by: str) -> None:
    whole = values(lifelike.overview())
    groups = lifelike.overview(by=by).group_by("metric").agg(pl.col("value").sum())
    for metric in ("users", "conversions", "goal_value", "exits"):
        total = groups.filter(pl.col("metric") == metric)["value"][0]
        assert total == pytest.approx(whole[metric,])


def test_parts_are_those_of_all_metrics_by_a_column(view: rw.Results) -> None:
    metrics = ("clicked", "unique_clicked")
    said = pl.col("value") > 0  # groups that have none of these metrics are left out
    tables = {"channel": view.channels(by="link"), "action": view.actions(by="link")}
    owners: dict[Scope, str] = {"channel": "channel", "action": "action_id"}
    for scope, owner in owners.items():
        found = view._session.parts(scope, "link", metrics)
        wanted = tables[scope].filter(pl.col("metric").is_in(metrics)).rename({owner: "owner"})
        assert_frame_equal(found.filter(said), wanted.select(found.columns).filter(said))
        assert found.filter(said).height > 0
        nothing = view._session.parts(scope, "link", ("no metric",))
        assert (nothing.columns, nothing.height) == (found.columns, 0)
