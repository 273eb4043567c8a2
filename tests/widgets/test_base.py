"""Widgets: what they are made of, what is synced, how they look without a browser, how they end."""

import gc
import json
import re
import weakref
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ipywidgets import DOMWidget
from ipywidgets.widgets import widget as ipywidget
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets import datasets
from results_widgets.widgets.results_widget import ResultsWidget
from tests.support.comm import Line, arrow, browser_asks, metrics, sent, small
from tests.support.examples import case
from tests.support.loops import some
from tests.support.named_users import users_in

KINDS: list[type[ResultsWidget]] = [
    rw.ActionDetail,
    rw.Channels,
    rw.Dashboard,
    rw.Explore,
    rw.Flow,
    rw.Overview,
]


pytestmark = pytest.mark.usefixtures("lines")


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return small()


# ----------------------------------------------------------------------------------- made of results


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_keyword_is_refused_with_advice(
    kind: type[ResultsWidget], results: rw.Results
) -> None:
    with pytest.raises(
        TypeError, match=r"trait 'metrik' \(did you mean 'metric'\?\); known: .*range"
    ):
        kind(results, metrik="users")  # type: ignore[call-arg]


@pytest.mark.parametrize("kind", KINDS[1:])
def test_anything_but_results_is_refused(kind: type[ResultsWidget], results: rw.Results) -> None:
    words = rf"{kind.__name__} takes Results, found DataFrame; make them with rw\.Results"
    with pytest.raises(TypeError, match=words):
        kind(results.overview())  # type: ignore[arg-type]


def test_selection_or_its_traits_but_not_both(results: rw.Results) -> None:
    with pytest.raises(TypeError, match="pass a selection or its traits, not both; set the traits"):
        rw.Overview(results, selection=rw.Selection(), metric="users")


def test_action_detail_shows_the_given_action(results: rw.Results) -> None:
    assert rw.ActionDetail(results).selection.action == "mail"
    assert rw.ActionDetail(results, "nudge")._selection["action"] == "nudge"
    shared = rw.Selection(action="hello")
    rw.ActionDetail(results, "nudge", selection=shared)
    assert shared.action == "nudge"
    with pytest.raises(rw.QueryError, match=r"unknown action 'nugde' \(did you mean 'nudge'"):
        rw.ActionDetail(results, "nugde")


def test_users_of_a_chosen_card_are_the_segment(results: rw.Results) -> None:
    widget = rw.Dashboard(results)
    widget.selection.action = "nudge"
    assert widget.segment is not None
    received = results.users_in_action("nudge")
    assert widget.segment.rule == received.rule
    assert widget.segment.users.equals(received.users)
    kept = widget.segment
    widget.selection.action = None
    widget.selection.action = "no-such"
    assert widget.segment is kept


# -------------------------------------------------------------------------------------- what is sent


@pytest.mark.parametrize("kind", KINDS)
def test_no_user_is_in_the_state(kind: type[ResultsWidget]) -> None:
    dataset = datasets.generate(300, seed=2)
    people = dataset.users.lazy().collect()
    real = rw.Results(*dataset, time_zone="UTC")
    widget = kind(real, by="platform")
    browser_asks(widget, {"id": "1", "kind": "segment", "of": "campaign"})
    assert widget.segment is not None
    assert len(widget.segment) > 200
    state = widget.get_state()
    code = ("_esm", "_css", "_chart_esm")
    text = repr({name: value for name, value in state.items() if name not in code})
    ids = real.users_in_campaign().users["user_id"].to_list()
    assert users_in(text, ids) == set()
    # A column that is not asked for stays away, too.
    assert not any(str(day) in text for day in people["signed_up"].unique())


@pytest.mark.parametrize("kind", KINDS)
def test_everything_synced_is_private(kind: type[ResultsWidget], results: rw.Results) -> None:
    # A public name could hide one of a host's own, as "style" does.
    ours = set(kind(results).keys) - set(DOMWidget().keys)
    assert [name for name in ours if not name.startswith("_")] == []
    assert {"_campaign", "_metrics", "_selection", "_status"} <= ours


def test_state_is_plain_json_and_bytes(results: rw.Results) -> None:
    state = rw.Dashboard(results).get_state()
    plain = {name: value for name, value in state.items() if not isinstance(value, bytes)}
    json.dumps({name: value for name, value in plain.items() if name != "layout"}, allow_nan=False)


def test_wire_holds_the_engines_numbers(results: rw.Results) -> None:
    found = metrics(rw.Overview(results))
    # Nobody is held back: then screens have no numbers of the held back.
    shown = ~pl.col("metric").str.contains("held_back")
    for metric, value in some(results.overview().filter(shown).select("metric", "value").rows()):
        assert found["campaign", None, None, metric] == value
    for action, channel, metric, value in some(
        results.actions().filter(shown).select("action_id", "channel", "metric", "value").rows()
    ):
        assert found["action", action, channel, metric] == value
    assert not [key for key in found if "held_back" in str(key[-1])]


def test_flow_has_an_arm_per_variant_that_adds_up(results: rw.Results) -> None:
    flow = rw.Flow(results)._flow
    whole, *arms = flow["arms"]
    assert [(arm["id"], arm["label"]) for arm in flow["arms"]] == [
        (None, "Everyone"),
        ("A", "Short"),
        ("B", "B"),
    ]
    assert whole["entries"] == sum(arm["entries"] for arm in arms) == 2
    for arm in flow["arms"]:
        credited = sum(node["conversions"] for node in arm["nodes"])
        assert arm["conversions"] == credited + arm["unattributed"]


def test_only_charts_carry_the_chart_code(results: rw.Results) -> None:
    for kind in KINDS:
        carries = "chart" in kind(results)._code
        assert carries == (kind in (rw.Dashboard, rw.Explore, rw.ActionDetail))


def test_code_is_in_the_state_once(results: rw.Results) -> None:
    """However many widgets there are: a notebook with saved state has every model's."""
    first = rw.Dashboard(results)
    others = [rw.Dashboard(results) for _ in range(4)]
    assert all(other._code == first._code for other in others)
    own = {name: value for name, value in first.get_state().items() if name != "layout"}
    assert len(repr(own)) < 400_000
    assert (
        first.get_state("_code")["_code"]["module"] == f"IPY_MODEL_{first._code['module'].model_id}"
    )
    texts = {name: carrier._text for name, carrier in first._code.items()}
    static = Path(rw.__file__).parent / "static"
    assert texts == {
        "module": (static / "dashboard.js").read_text(),
        "styles": (static / "styles.css").read_text(),
        "chart": (static / "chart.js").read_text(),
    }


def test_closed_code_is_carried_again(results: rw.Results) -> None:
    before = rw.Overview(results)._code["module"]
    before.close()
    assert rw.Overview(results)._code["module"].comm is not None


def test_host_that_hands_out_no_models_asks_for_the_code(results: rw.Results) -> None:
    widget = rw.Overview(results)
    (reply,) = browser_asks(widget, {"id": "1", "kind": "code", "name": "module"})
    assert reply["code"]["text"] == widget._code["module"]._text
    (reply,) = browser_asks(widget, {"id": "2", "kind": "code", "name": "secrets"})
    assert not reply["ok"]


def test_one_change_is_one_message(results: rw.Results) -> None:
    widget = rw.Dashboard(results, metric="users")
    sent(widget)
    widget.selection.metric = "conversions"
    (update,) = sent(widget)
    assert {"_selection", "_chart"} <= set(update["state"])
    # The same again is none.
    widget.selection.metric = "conversions"
    assert sent(widget) == []


def test_several_changes_held_together_are_one_message(results: rw.Results) -> None:
    widget = rw.Dashboard(results)
    sent(widget)
    with widget.selection.hold_trait_notifications():
        widget.selection.metric = "sent"
        widget.selection.channel = "email"
        widget.selection.every = "1w"
    (update,) = sent(widget)
    assert update["state"]["_chart"]["title"] == "Sent, Email, per week"


def test_update_equals_create(results: rw.Results) -> None:
    states: list[dict[str, Any]] = [
        {"metric": "conversions"},
        {"action": "mail", "metric": "users_received"},
        {"channel": "push", "metric": "sent", "cumulative": True},
        {"range": "custom", "start": date(2026, 3, 1), "end": date(2026, 3, 1), "compare": True},
        {"by": "variant", "every": "1h", "definitions": "leanplum"},
        {"time_zone": "Asia/Kolkata", "developers": False},
    ]
    default = {name: getattr(rw.Selection(), name) for name in rw.Selection.class_trait_names()}
    changing = rw.Dashboard(results)
    for state in [*states, *reversed(states)]:
        with changing.selection.hold_trait_notifications():
            for name, value in (default | state).items():
                setattr(changing.selection, name, value)
        made = rw.Dashboard(results, **{"metric": "users", **state})
        for name in ("_flow", "_trends", "_chart", "_selection", "_parts", "_options"):
            assert getattr(changing, name) == getattr(made, name), (name, state)
        for name in ("_metrics", "_series"):
            assert_frame_equal(arrow(getattr(changing, name)), arrow(getattr(made, name)))
        made.close()


def test_other_results_are_shown_when_assigned(results: rw.Results) -> None:
    widget = rw.Dashboard(results, action="mail", metric="users_received")
    other = case("zoe elsewhere sent 01T10:00", id="c2", actions=[{"id": "x", "channel": "sms"}])
    widget.results = rw.Results(dict(other.campaign), other.events, time_zone="UTC")
    assert widget._campaign["id"] == "c2"
    # What is no longer there is selected no longer.
    assert (widget.selection.action, widget.selection.metric) == (None, "users")
    assert widget._status["state"] == "empty"


# --------------------------------------------------------------------------------- without a browser


def test_plain_html_and_text_stand_beside_the_widget(results: rw.Results) -> None:
    bundle = rw.Dashboard(results)._repr_mimebundle_()
    assert bundle is not None
    data, _ = bundle
    assert "application/vnd.jupyter.widget-view+json" in data
    rate = "50.0\u202f% of 2 entries (9.5\u202f% to 90.5\u202f%)"
    assert f"<td>Conversion rate</td><td>{rate}</td>" in data["text/html"]
    assert re.search(r"^Conversions +1$", data["text/plain"], re.MULTILINE)
    # Which days, by which definitions, in which zone.
    head = data["text/plain"].splitlines()[0]
    assert head.endswith("whole campaign; definitions default; days of UTC")
    assert "whole campaign; definitions default; days of UTC</p>" in data["text/html"]


def test_selection_that_cannot_be_shown_is_said_in_place_of_the_numbers(
    results: rw.Results,
) -> None:
    bundle = rw.Overview(results, start="2026-03-05", end="2026-03-01")._repr_mimebundle_()
    assert bundle is not None
    assert "before it starts (2026-03-05); swap them" in bundle[0]["text/html"]


def test_results_show_themselves_as_a_dashboard(results: rw.Results) -> None:
    bundle: Any = results._repr_mimebundle_()
    model = bundle[0]["application/vnd.jupyter.widget-view+json"]["model_id"]
    (shown,) = [
        widget for widget in ResultsWidget.alive if widget.comm and widget.model_id == model
    ]
    assert isinstance(shown, rw.Dashboard)
    assert "<caption>Flow</caption>" in bundle[0]["text/html"]


def test_hostile_names_are_escaped() -> None:
    evil = "</td><script>alert('x')</script><img src=x onerror=alert(1)>"
    asked = case(
        "anna a1 sent 01T10:00",
        name=evil,
        actions=[{"id": "a1", "name": evil, "channel": "own"}],
        channels={
            "own": {
                "label": evil,
                "events": ["sent", "<b>"],
                "received": "sent",
                "interacted": ["<b>"],
            }
        },
    )
    widget = rw.Dashboard(rw.Results(dict(asked.campaign), asked.events, time_zone="UTC"))
    bundle = widget._repr_mimebundle_()
    assert bundle is not None
    html = bundle[0]["text/html"]
    assert "&lt;script&gt;" in html
    for tag in ("<script", "<img", "<b>"):
        assert tag not in html


# --------------------------------------------------------------------------------------- closed


def test_closed_widget_is_freed_and_hears_nothing_more(results: rw.Results) -> None:
    chosen = rw.Selection(metric="users")
    widget = rw.Dashboard(results, selection=chosen)
    line, gone = widget.comm, weakref.ref(widget)
    assert isinstance(line, Line)
    widget.close()
    line.take()
    chosen.metric = "conversions"
    assert line.sent == []
    assert widget._chart["key"]["metric"] == "users"
    del widget, line
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_closed_widget_leaves_nothing_behind(
    kind: type[ResultsWidget], results: rw.Results
) -> None:
    kind(results).close()  # what carries its code stays, for the next one
    before = set(ipywidget._instances)
    for _ in range(3):
        kind(results).close()
    gc.collect()
    assert set(ipywidget._instances) == before


def test_closing_one_of_two_leaves_the_other(results: rw.Results) -> None:
    chosen = rw.Selection()
    first, second = rw.Overview(results, selection=chosen), rw.Explore(results, selection=chosen)
    first.close()
    first.close()
    chosen.metric = "conversions"
    assert second._chart["key"]["metric"] == "conversions"
