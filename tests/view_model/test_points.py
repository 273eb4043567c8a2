"""From a point of the chart to its users: as many as its number counts, and the copied code finds the same."""

from datetime import datetime
from typing import Any

import pytest

import results_widgets as rw
from results_widgets.errors import QueryError
from results_widgets.view_model.code_snippet import scope_snippet
from results_widgets.view_model.points import point_reply, point_segment
from results_widgets.view_model.selection import Selection
from tests.support.loops import some

ZONE = "America/New_York"


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(600, seed=3), time_zone=ZONE)


def ms(time: datetime) -> float:
    return time.timestamp() * 1000


def asked(metric: str, first: datetime, last: datetime, every: str, **more: Any) -> dict[str, Any]:
    request = {"metric": metric, "first": ms(first), "last": ms(last), "every": every}
    return {**request, "action": None, "channel": None, "by": None, "group": None} | more


CHARTS: list[dict[str, Any]] = [
    {"metric": "unique_users"},
    {"metric": "unique_users", "every": "1w", "range": "14d"},
    {"metric": "unique_users", "every": "1mo"},
    {"metric": "unique_users", "every": "1h", "range": "yesterday"},
    {"metric": "unique_users", "by": "platform", "every": "1w"},
    {"metric": "unique_users", "by": "variant"},
    {"metric": "unique_users", "by": "is_developer", "every": "1mo"},
    {"metric": "unique_opened", "channel": "email", "time_zone": "Asia/Kolkata"},
    {"metric": "unique_users", "cumulative": True, "range": "14d"},
    {"metric": "unique_users", "clock": "entry", "developers": False, "range": "30d"},
]


@pytest.mark.parametrize("chart", CHARTS, ids=str)
def test_a_point_has_as_many_users_as_its_number(
    results: rw.Results, chart: dict[str, Any]
) -> None:
    selection = Selection(**chart)
    view = selection.apply(results)
    every, by = chart.get("every", "1d"), chart.get("by")
    metric, channel = chart["metric"], chart.get("channel")
    frame = view.explore(
        metric, channel=channel, every=every, by=by, cumulative=selection.cumulative
    )
    scope = scope_snippet(selection, results)
    labels = {variant.id: variant.label for variant in results.campaign.variants}
    points = frame.filter(frame["value"] > 0)
    chosen = [*points.head(3).iter_rows(named=True), *points.tail(2).iter_rows(named=True)]
    for row in some(chosen):
        more = {"channel": channel, "cumulative": selection.cumulative, "by": by}
        if by is not None:
            value = row[by]
            told = str(value).lower() if isinstance(value, bool) else str(value)
            more["group"] = "unknown" if value is None else labels.get(value, told)
        request = asked(metric, row["time"], row["time"], every, **more)
        reply = point_reply(view, scope, request)
        assert reply["users"] == row["value"]
        assert len(eval(str(reply["code"]), {"results": results, "rw": rw})) == row["value"]
        assert len(point_segment(view, request)) == row["value"]


def test_the_users_of_a_rate_are_those_above_its_line(results: rw.Results) -> None:
    times = results.explore("converted_rate")["time"].to_list()
    first, last = times[3], times[9]
    request = asked("converted_rate", first, last, "1d")
    reply = point_reply(results, "results", request)
    week = results.between(str(first.date()), str(last.date()))
    # Of the entries that started on these days, those that converted, whenever that was.
    numerator = week.overview().filter(metric="converted_rate")["numerator"].item()
    assert 0 < len(point_segment(results, request)) <= numerator
    assert "of_entries" in str(reply["code"])
    assert len(eval(str(reply["code"]), {"results": results})) == reply["users"]


def test_the_days_of_a_brush_are_one_set_of_users(results: rw.Results) -> None:
    times = results.explore("unique_users")["time"].to_list()
    request = asked("unique_users", times[2], times[8], "1d")
    days = results.between(str(times[2].date()), str(times[8].date()))
    assert len(point_segment(results, request)) == days.unique_users()


WRONG: list[dict[str, Any]] = [
    {"first": "today"},
    {"last": True},
    {"first": 1e300},
    {"every": "3d"},
    {"metric": "no_such"},
    {"by": "platform", "group": "no such"},
    {"by": 3, "group": "ios"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_a_browser_makes_up_is_refused(results: rw.Results, wrong: dict[str, Any]) -> None:
    times = results.explore("unique_users")["time"].to_list()
    with pytest.raises(QueryError):
        point_reply(results, "results", asked("unique_users", times[0], times[0], "1d") | wrong)
