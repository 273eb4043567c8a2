"""What a browser may ask and mark: users behind numbers, cards and edges; machine opens; the doctor."""

import gc
import weakref
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.errors import EventsError, QueryError
from results_widgets.view_model.requests import days_reply, requested_segment
from results_widgets.widgets.diagnosis import doctor
from results_widgets.widgets.results_widget import ResultsWidget
from tests.support.examples import case

STATIC = Path(rw.__file__).parent / "static"
JS_BUDGET, STATE_BUDGET = 250_000, 1_000_000


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(1500, seed=3), time_zone="UTC")


@pytest.fixture
def dashboard(results: rw.Results) -> rw.Dashboard:
    return rw.Dashboard(results)


def ids(segment: rw.Segment) -> set[str]:
    return set(segment.users["user_id"])


def test_users_of_several_actions_are_those_of_any(results: rw.Results) -> None:
    asked = {"kind": "segment", "of": "several", "actions": ["reminder", "offer-10", "reminder"]}
    expected = ids(results.users_in_action("reminder")) | ids(results.users_in_action("offer-10"))
    assert ids(requested_segment(results, asked)) == expected


def test_users_of_several_cards_and_lines_are_those_of_any(results: rw.Results) -> None:
    line = ["we-miss-you", "reminder"]
    asked = {
        "kind": "segment",
        "of": "several",
        "actions": ["offer-10"],
        "edges": [line, line],
    }
    both = ids(results.users_in_action(line[0])) & ids(results.users_in_action(line[1]))
    expected = both | ids(results.users_in_action("offer-10"))
    assert ids(requested_segment(results, asked)) == expected
    assert ids(requested_segment(results, {**asked, "actions": []})) == both


def test_days_of_the_data_are_those_of_the_zone_and_of_the_whole(results: rw.Results) -> None:
    for zone in ("America/Los_Angeles", "Asia/Tokyo"):
        seen = results.in_time_zone(zone)
        told = days_reply(seen.between("2026-03-05", "2026-03-06"))
        counts = seen.explore("sent", channel="email")["value"].to_list()
        for channel, metric in (
            ("push", "sent"),
            ("webhook", "sent"),
            ("sms", "sent"),
            ("in_app", "viewed"),
        ):
            values = seen.explore(rw.MetricKey(metric), channel=channel)["value"].to_list()
            counts = [one + other for one, other in zip(counts, values, strict=True)]
        days = seen.explore("sent", channel="email")["time"].dt.date()
        assert told == {"first": str(days[0]), "counts": counts}


def test_day_that_the_zone_skipped_has_its_place_in_the_calendar() -> None:
    asked = case("""
        anna mail sent 2011-12-30T09:00:00Z
        bob  mail sent 2011-12-31T09:00:00Z
        carl mail sent 2011-12-31T11:00:00Z
    """)
    results = rw.Results(dict(asked.campaign), asked.events, time_zone="Pacific/Apia")
    assert days_reply(results) == {"first": "2011-12-29", "counts": [1, 0, 1, 1]}


def test_users_of_an_edge_received_both(results: rw.Results) -> None:
    asked = {"kind": "segment", "of": "edge", "source": "we-miss-you", "target": "reminder"}
    found = requested_segment(results, asked)
    edges = results.flow().edges.filter(source="we-miss-you", target="reminder")
    assert len(found) == edges["users"][0]


def test_users_behind_a_number(results: rw.Results) -> None:
    asked = {"kind": "segment", "of": "metric", "metric": "unique_clicked", "channel": "email"}
    row = results.channels().filter(channel="email", metric="unique_clicked")
    assert len(requested_segment(results, asked)) == row["value"][0]


@pytest.mark.parametrize(
    "content",
    [
        {"kind": "segment"},
        {"kind": "segment", "of": ["campaign"]},
        {"kind": "segment", "of": "several", "actions": "reminder"},
        {"kind": "segment", "of": "several", "actions": []},
        {"kind": "segment", "of": "several", "actions": ["no-such"] * 10},
        {"kind": "segment", "of": "several", "actions": [["reminder"]]},
        {"kind": "segment", "of": "several", "actions": [str(n) for n in range(201)]},
        {"kind": "segment", "of": "several", "edges": ["reminder"]},
        {"kind": "segment", "of": "several", "edges": [["we-miss-you"]]},
        {"kind": "segment", "of": "several", "edges": [["we-miss-you", {"a": 1}]]},
        {"kind": "segment", "of": "several", "edges": [["we-miss-you", "no-such"]]},
        {"kind": "segment", "of": "edge", "source": "reminder"},
        {"kind": "segment", "of": "metric", "metric": {"a": 1}},
        {"kind": "run", "of": "campaign"},
    ],
)
def test_malformed_questions_are_refused(results: rw.Results, content: dict[str, object]) -> None:
    with pytest.raises(QueryError):
        requested_segment(results, content)


def test_marked_users_stand_on_the_cards_they_reached(
    dashboard: rw.Dashboard, results: rw.Results
) -> None:
    converted = results.users("conversions")
    dashboard.highlight(converted, "Converted")
    shown = dashboard._highlight
    assert (shown["name"], shown["size"]) == ("Converted", len(converted))
    for action, count in shown["actions"].items():
        assert count == len(ids(converted) & ids(results.users_in_action(action)))
    dashboard.highlight(None)
    assert dashboard._highlight == {}


@pytest.mark.parametrize("make", [pl.DataFrame, lambda data: pl.DataFrame(data).to_pandas()])
def test_any_frame_of_users_can_be_marked(
    dashboard: rw.Dashboard, results: rw.Results, make: Callable[[dict[str, list[str]]], object]
) -> None:
    users = list(results.users_in_action("reminder").users["user_id"][:20])
    dashboard.highlight(make({"user_id": [*users, users[0], "nobody"]}))
    assert dashboard._highlight["size"] == 21
    assert dashboard._highlight["actions"]["reminder"] == 20


def test_marks_follow_the_range(dashboard: rw.Dashboard, results: rw.Results) -> None:
    dashboard.highlight(results.users_in_campaign())
    everywhere = dashboard._highlight["actions"]["we-miss-you"]
    dashboard.selection.range = "7d"
    assert dashboard._highlight["actions"]["we-miss-you"] < everywhere


@pytest.mark.parametrize(
    ("wrong", "said"),
    [(pl.DataFrame({"id": ["a"]}), "column 'user_id' is missing"), (7, "cannot read")],
)
def test_highlighting_refuses_what_is_no_segment_or_table(
    dashboard: rw.Dashboard, wrong: object, said: str
) -> None:
    with pytest.raises(EventsError, match=said):
        dashboard.highlight(wrong)


def test_machine_opens_are_counted_or_left_out_everywhere(
    dashboard: rw.Dashboard, results: rw.Results
) -> None:
    def opens(view: rw.Results) -> float:
        return float(view.channels().filter(channel="email", metric="opened")["value"][0])

    machine = results.channels().filter(channel="email", metric="machine_opened")["value"][0]
    counted = opens(dashboard.view)
    dashboard.set_state({"_selection": {**dashboard._selection, "machine_opens": False}})
    assert dashboard.selection.machine_opens is False
    assert machine > 0
    assert opens(dashboard.view) == counted - machine
    assert "left_out" in dashboard._status["code"]


def test_selecting_a_metric_leaves_machine_opens_to_the_definitions(
    dashboard: rw.Dashboard,
) -> None:
    dashboard.set_state({"_selection": {**dashboard._selection, "metric": "conversions"}})
    assert dashboard.selection.metric == "conversions"
    assert dashboard.selection.machine_opens is None


def test_links_and_reasons_add_up(dashboard: rw.Dashboard, results: rw.Results) -> None:
    part = dashboard._parts["channel:email"]["link"]
    clicks = results.channels().filter(channel="email", metric="clicked")["value"][0]
    assert part["left"] == 0
    assert sum(row["values"]["clicked"] for row in part["rows"]) == clicks
    totals = [sum(value or 0 for value in row["values"].values()) for row in part["rows"]]
    assert totals == sorted(totals, reverse=True)


def test_a_dashboard_stays_within_its_budgets(dashboard: rw.Dashboard) -> None:
    state = dashboard.get_state()
    size = sum(
        len(value) if isinstance(value, bytes) else len(repr(value))
        for name, value in state.items()
        if name not in ("_esm", "_css", "_chart_esm")
    )
    assert size < STATE_BUDGET
    scripts = [path for path in STATIC.glob("*.js") if path.name != "chart.js"]
    assert scripts
    assert all(path.stat().st_size < JS_BUDGET for path in scripts)


def test_the_doctor_names_host_versions_and_causes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")
    found = doctor()
    assert found.host == "Voila"
    assert found.versions["anywidget"].startswith("0.11")
    assert "anywidget 0.11" in str(found)
    assert rw.doctor is doctor


def test_the_doctor_hears_that_no_browser_drew_a_widget(
    monkeypatch: pytest.MonkeyPatch, dashboard: rw.Dashboard
) -> None:
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")
    monkeypatch.setattr(ResultsWidget, "alive", {dashboard})
    assert any("no browser has drawn" in cause for cause in doctor().causes)
    dashboard.set_state({"_viewer_zone": "Asia/Tokyo"})
    assert not any("no browser has drawn" in cause for cause in doctor().causes)


def test_a_closed_widget_is_let_go(results: rw.Results) -> None:
    selection = rw.Selection()
    widget = rw.Dashboard(results, selection=selection)
    seen = weakref.ref(widget)
    widget.close()
    del widget
    # ipywidgets close themselves when they are collected: others' finalizers may need a round of their own.
    for _ in range(3):
        gc.collect()
    holders = [str(type(one)) for one in gc.get_referrers(seen())] if seen() else []
    assert seen() is None, holders
    selection.metric = "conversions"
