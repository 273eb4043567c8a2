"""What a browser sends a widget: what is believed, what is ignored, what is answered."""

from datetime import date
from typing import Any

import pytest
import traitlets
from ipywidgets import DOMWidget

import results_widgets as rw
from results_widgets.widgets.results_widget import ResultsWidget
from tests.support.comm import (
    arrow,
    browser_asks,
    browser_selects,
    browser_sets,
    metrics,
    sent,
    small,
)
from tests.support.examples import case

pytestmark = pytest.mark.usefixtures("lines")


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return small()


# --------------------------------------------------------------------------------- what is believed


def test_browsers_selection_becomes_a_value(results: rw.Results) -> None:
    widget = rw.Dashboard(results)
    browser_selects(
        widget, metric="sent", channel="email", range="custom", start="2026-03-01", end="2026-03-01"
    )
    chosen = widget.selection
    assert (chosen.metric, chosen.channel) == ("sent", "email")
    assert (chosen.start, chosen.end) == (date(2026, 3, 1), date(2026, 3, 1))
    assert metrics(widget)["channel", None, "email", "sent"] == 1
    assert widget._status["code"] == (
        "results.between('2026-03-01', '2026-03-01').explore('sent', channel='email')"
    )


MALFORMED: list[dict[str, Any]] = [
    {"metric": 5},
    {"metric": None},
    {"metric": "no such metric"},
    {"action": "nowhere"},
    {"action": ["mail"]},
    {"channel": {}},
    {"range": "forever"},
    {"range": ["whole"]},
    {"start": "yesterday"},
    {"start": 5},
    {"every": "2d"},
    {"cumulative": "yes"},
    {"compare": []},
    {"compare": "next"},
    {"compare": "0026-03-01"},
    {"by": "user_id"},
    {"by": "__proto__"},
    {"variant": "Z"},
    {"time_zone": "Mars/Olympus"},
    {"time_zone": "../../etc/passwd"},
    {"definitions": "mine"},
    {"definitions": {"name": "default"}},
    {"developers": None},
    {"observe": "x", "__class__": "x", "notify_change": None},
]


@pytest.mark.parametrize("wire", MALFORMED, ids=str)
def test_malformed_selection_is_ignored_and_the_rest_taken(
    results: rw.Results, wire: dict[str, Any]
) -> None:
    widget = rw.Overview(results)
    before = dict(widget._selection)
    sent(widget)
    browser_selects(widget, **{"every": "1w", **wire})
    expected = before | ({} if "every" in wire else {"every": "1w"})
    assert widget.selection.to_state(results) == expected
    # The browser hears what holds.
    assert widget._selection == expected
    assert sent(widget)[-1]["state"]["_selection"] == expected
    assert widget._status["state"] == "ready"


@pytest.mark.parametrize("value", [None, 5, "text", [], ["metric"]])
def test_malformed_selection_changes_nothing(results: rw.Results, value: Any) -> None:
    widget = rw.Overview(results)
    before = dict(widget._selection)
    try:
        browser_sets(widget, _selection=value)
    except traitlets.TraitError as error:
        assert "_selection" in str(error)  # noqa: PT017
    assert widget.selection.to_state(results) == before


def test_range_that_cannot_be_is_an_error_in_words_that_keeps_the_numbers(
    results: rw.Results,
) -> None:
    widget = rw.Overview(results)
    before = widget._metrics
    browser_selects(widget, range="custom", start="2026-03-05", end="2026-03-01")
    assert widget._status["state"] == "error"
    assert widget._status["error"] == {
        "message": "the range ends (2026-03-01) before it starts (2026-03-05)",
        "hint": "swap them",
    }
    assert widget._metrics == before
    assert widget._selection["start"] == "2026-03-05"
    # What is shown is still what was selected before, and is dimmed for that.
    assert widget._status["of"]["range"] == "whole"
    # A year half typed is no crash.
    browser_selects(widget, start="0002-03-05", end="2026-03-05")
    assert "outside the years" in widget._status["error"]["message"]
    browser_selects(widget, start="2026-03-01")
    assert (widget._status["state"], widget._status["error"]) == ("ready", None)
    assert widget._status["of"]["start"] == "2026-03-01"


def test_viewers_zone_is_taken_unless_one_is_named() -> None:
    asked = case("anna mail sent 01T23:30")
    following = rw.Overview(rw.Results(dict(asked.campaign), asked.events))
    browser_sets(following, _viewer_zone="Asia/Kolkata")
    assert following._status["zone"] == "Asia/Kolkata"
    for unknown in ("Mars/Olympus", "Etc/Unknown"):
        browser_sets(following, _viewer_zone=unknown)
        assert following._status["state"] == "ready"
        assert following._status["zone"] == following.results.time_zone
        assert f"does not know this browser's time zone, {unknown!r}" in following._status["note"]
    browser_sets(following, _viewer_zone="Asia/Kolkata")
    assert following._status["note"] == ""
    named = rw.Overview(rw.Results(dict(asked.campaign), asked.events, time_zone="UTC"))
    browser_sets(named, _viewer_zone="Asia/Kolkata")
    assert named._status["zone"] == "UTC"


def test_nothing_of_ours_is_echoed(results: rw.Results) -> None:
    widget = rw.Dashboard(results)
    code = {"_esm", "_css", "_anywidget_id"}
    ours = set(widget.keys) - set(DOMWidget().keys) - code
    assert [n for n in ours if widget.trait_metadata(n, "echo_update", default=True)] == []


# -------------------------------------------------------------------------------------- the answers


def test_users_in_an_action_become_a_segment(results: rw.Results) -> None:
    widget = rw.Dashboard(results)
    (answer,) = browser_asks(
        widget, {"id": "7", "kind": "segment", "of": "action", "action": "mail"}
    )
    assert widget.segment is not None
    assert widget.segment.users["user_id"].to_list() == ["anna", "bob"]
    assert (answer["id"], answer["ok"]) == ("7", True)
    told = {name: answer["segment"][name] for name in ("name", "rule", "size")}
    assert told == {"name": "Users in mail", "rule": widget.segment.rule, "size": 2}


def test_segment_is_of_what_is_seen(results: rw.Results) -> None:
    widget = rw.Dashboard(results, start="2026-03-01", end="2026-03-01")
    (answer,) = browser_asks(widget, {"id": "1", "kind": "segment", "of": "campaign"})
    assert answer["segment"]["size"] == metrics(widget)["campaign", None, None, "unique_users"] == 1
    assert "from 2026-03-01 to 2026-03-01" in answer["segment"]["rule"]


def test_calendar_is_told_which_days_have_data(results: rw.Results) -> None:
    widget = rw.Explore(results, range="7d")
    (answer,) = browser_asks(widget, {"id": "3", "kind": "days"})
    assert answer == {
        "id": "3",
        "ok": True,
        "days": {"first": "2026-03-01", "counts": [1, 1, 0, 1]},
    }


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"kind": "segment", "of": "action", "action": "nowhere"}, "unknown action 'nowhere'"),
    ({"kind": "segment", "of": "action", "action": "mail", "event": "viewed"}, "'viewed'"),
    ({"kind": "segment", "of": "action"}, "has no text 'action'"),
    ({"kind": "segment", "of": ["campaign"]}, "unknown segment"),
    ({"kind": "delete"}, "unknown request 'delete'"),
    ({}, "unknown request None"),
]


@pytest.mark.parametrize(("content", "words"), REFUSED)
def test_every_request_is_answered_also_when_refused(
    results: rw.Results, content: dict[str, Any], words: str
) -> None:
    widget = rw.Overview(results)
    (answer,) = browser_asks(widget, {"id": "9", **content})
    assert (answer["id"], answer["ok"]) == ("9", False)
    assert words in answer["error"]["message"]
    assert widget.segment is None


def test_failure_that_nobody_foresaw_is_answered_too(
    results: rw.Results, caplog: pytest.LogCaptureFixture
) -> None:
    widget = rw.Dashboard(results)
    # Results of another kind than they say they are: nothing a user could do, but it shall not hang.
    widget._results = results.campaign  # type: ignore[assignment]
    (answer,) = browser_asks(widget, {"id": "1", "kind": "segment", "of": "campaign"})
    assert answer["ok"] is False
    assert answer["error"]["message"] == "the kernel failed (AttributeError)"
    assert "request '1' failed" in caplog.text


@pytest.mark.parametrize("content", [None, 5, "text", [], {}, {"id": 5}, {"kind": "segment"}])
def test_message_without_an_id_is_ignored(results: rw.Results, content: Any) -> None:
    assert browser_asks(rw.Overview(results), content) == []


# ------------------------------------------------------------------------------------ the selection


def test_widgets_of_one_selection_are_linked(results: rw.Results) -> None:
    chosen = rw.Selection(metric="conversions")
    explore, flow = rw.Explore(results, selection=chosen), rw.Flow(results, selection=chosen)
    browser_selects(flow, action="mail", metric="users_received", developers=False)
    assert chosen.action == "mail"
    assert explore._selection == flow._selection
    assert explore._chart["title"] == "Users received, mail, per day"
    alone = rw.Explore(results)
    assert alone._selection["action"] is None


def test_selection_holds_what_it_takes() -> None:
    chosen = rw.Selection(start="2026-03-01")
    assert (chosen.range, chosen.start) == ("custom", date(2026, 3, 1))
    assert rw.Selection(start="2026-03-01", range="whole").range == "whole"
    refusals: dict[str, tuple[Any, str]] = {
        "every": ("1y", "'1h', '1d'"),
        "range": ("week", "'whole', 'today'"),
        "definitions": ("mine", "unknown definition set 'mine'; known: default"),
        "time_zone": ("Oslo", "use an IANA name such as 'Europe/Berlin'"),
        "cumulative": ("yes", "expected a boolean"),
        "start": (
            "yesterday",
            "expected a date such as '2026-03-01', or None, not the str 'yesterday'",
        ),
    }
    for name, (value, words) in refusals.items():
        before = getattr(chosen, name)
        with pytest.raises(traitlets.TraitError, match=words):
            setattr(chosen, name, value)
        assert getattr(chosen, name) == before


RANGES = [
    ("whole", None, None),
    ("today", date(2026, 3, 4), date(2026, 3, 4)),
    ("yesterday", date(2026, 3, 3), date(2026, 3, 3)),
    ("7d", date(2026, 2, 26), date(2026, 3, 4)),
    ("90d", date(2025, 12, 5), date(2026, 3, 4)),
]


@pytest.mark.parametrize(("name", "first", "last"), RANGES)
def test_ranges_count_back_from_the_newest_event(
    results: rw.Results, name: str, first: date | None, last: date | None
) -> None:
    assert rw.Selection(range=name).days(results) == (first, last)


def test_code_gives_the_charts_numbers(results: rw.Results) -> None:
    widget = rw.Explore(
        results,
        metric="sent",
        channel="email",
        start="2026-03-01",
        end="2026-03-03",
        time_zone="Asia/Kolkata",
        definitions="leanplum",
        developers=False,
        by="variant",
        every="1w",
        cumulative=True,
        compare=True,
    )
    frame = eval(widget._status["code"], {"results": results})
    rows = arrow(widget._series)
    assert rows["value"].to_list() == frame["value"].to_list()
    assert rows["time_ms"].to_list() == frame["time"].dt.epoch("ms").to_list()


# ------------------------------------------------------------------------------- names and days typed

MISSPELT = [
    ({"metric": "conversoins"}, "unknown metric 'conversoins' (did you mean 'conversions'?)"),
    ({"action": "nugde"}, "unknown action 'nugde' (did you mean 'nudge'?)"),
    ({"channel": "emial"}, "unknown channel 'emial' (did you mean 'email'?)"),
    ({"variant": "Z"}, "unknown variant 'Z'"),
    ({"by": "platfrom"}, "unknown column 'platfrom' (did you mean 'platform'?)"),
]


@pytest.mark.parametrize(("typed", "words"), MISSPELT, ids=str)
@pytest.mark.parametrize("kind", [rw.Dashboard, rw.Overview, rw.Flow])
def test_misspelt_name_is_told_to_who_typed_it(
    results: rw.Results, kind: type[ResultsWidget], typed: dict[str, Any], words: str
) -> None:
    made = kind(results, **typed)
    changed = kind(results)
    for name, value in typed.items():
        setattr(changed.selection, name, value)
    for widget in (made, changed):
        assert widget._status["state"] == "error"
        assert words in widget._status["error"]["message"]
        # There is something to choose instead, and it ends the error.
        assert widget._campaign["actions"]
        browser_selects(widget, **dict.fromkeys(typed, None) | {"metric": "users"})
        assert widget._status["state"] == "ready"
        assert metrics(widget)


def test_known_metric_gives_way_to_the_action_that_is_selected(results: rw.Results) -> None:
    widget = rw.Dashboard(results, metric="goal_value")
    widget.selection.action = "nudge"
    assert (widget.selection.metric, widget._status["state"]) == ("users_received", "ready")


def test_day_is_selected_by_its_text(results: rw.Results) -> None:
    widget = rw.Overview(results)
    widget.selection.end = "2026-03-01"
    assert (widget.selection.range, widget.selection.end) == ("custom", date(2026, 3, 1))
    assert metrics(widget)["campaign", None, None, "users"] == 1
    browser_selects(widget, range="whole")
    assert (widget.selection.range, widget.selection.end) == ("whole", date(2026, 3, 1))


@pytest.mark.parametrize("kind", [rw.Dashboard, rw.Overview, rw.Flow])
def test_metric_that_its_action_does_not_have_is_told_to_who_chose_it(
    results: rw.Results, kind: type[ResultsWidget]
) -> None:
    made = kind(results, action="nudge", metric="goal_value")
    changed = kind(results, action="nudge")
    changed.selection.metric = "goal_value"
    for widget in (made, changed):
        assert widget.selection.metric == "goal_value", "nothing takes its place unseen"
        assert widget._status["state"] == "error"
        message = widget._status["error"]["message"]
        assert "unknown metric of action 'nudge' 'goal_value'" in message
        # Another choice ends the error, and so does another action.
        widget.selection.metric = "conversions_attributed"
        assert widget._status["state"] == "ready"
        widget.selection.metric = "goal_value"
        widget.selection.action = "mail"
        assert (widget.selection.metric, widget._status["state"]) == ("users_received", "ready")


def test_metric_that_its_channel_does_not_have_is_told_to_every_linked_widget(
    results: rw.Results,
) -> None:
    selection = rw.Selection(channel="email")
    widgets = [rw.Overview(results, selection=selection), rw.Explore(results, selection=selection)]
    assert selection.metric == "sent", "nobody had chosen another"
    selection.metric = "viewed"
    assert [one._status["state"] for one in widgets] == ["error", "error"]
    selection.channel = None
    assert (selection.metric, widgets[0]._status["state"]) == ("users", "ready")


def test_clock_is_selected_and_follows_the_results_until_then(results: rw.Results) -> None:
    widget = rw.Dashboard(results.with_clock("entry"))
    assert (widget.selection.clock, widget._selection["clock"]) == (None, "entry")
    assert "day its entry started" in widget._status["note"]
    browser_selects(widget, metric="conversions")
    assert widget.selection.clock is None, "left as it is, it keeps following the results"
    browser_selects(widget, clock="event")
    assert widget.view._session.query.clock == "event"
    assert widget._status["note"] == ""
    assert ".with_clock('event')" in widget._status["code"]
    widget.selection.clock = "entry"
    assert "counted on the day of entry" in widget._chart["caption"]
    browser_selects(widget, clock="moon")
    assert widget.selection.clock == "entry"


def test_glossary_says_what_rates_of_a_range_are_of(results: rw.Results) -> None:
    widget = rw.Overview(results)
    rate = widget._glossary["conversion_rate"]
    assert rate["in_range"]["numerator"] == "conversions_of_entries"
    widget.selection.start = "2026-03-01"
    rate = widget._glossary["conversion_rate"]
    assert (rate["numerator"], rate.get("in_range")) == ("conversions_of_entries", None)
    assert rate["text"].endswith("of the entries of these days.")
    assert widget._glossary["conversions_of_entries"]["label"] == "Conversions of these entries"
