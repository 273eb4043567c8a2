"""Views: a selection kept by name, written, read and opened on other data."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

import results_widgets as rw
from results_widgets.view_model.views import View
from tests.support.profiles import examples

GIVEN: dict[str, Any] = {
    "metric": "unique_opened",
    "channel": "email",
    "start": "2026-03-02",
    "end": "2026-03-20",
    "every": "1w",
    "by": "platform",
    "variant": "B",
    "time_zone": "Asia/Tokyo",
    "definitions": "leanplum",
    "clock": "entry",
    "compare": True,
    "cumulative": True,
    "developers": False,
}


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(80, seed=1), time_zone="UTC")


def chosen(widget: rw.Dashboard) -> dict[str, object]:
    return widget.selection.to_state(widget.results)


def test_a_view_brings_back_everything_that_was_selected(
    results: rw.Results, tmp_path: Path
) -> None:
    dashboard = rw.Dashboard(results, **GIVEN)
    before = chosen(dashboard)
    dashboard.views.save(" March, weekly ")
    assert list(dashboard.views) == ["March, weekly"]
    path = dashboard.views.write(tmp_path / "views.json")
    assert json.loads(path.read_text()) == {"March, weekly": {**GIVEN, "range": "custom"}}

    other = rw.Dashboard(results, metric="exits", range="7d", locale="de")
    other.views.read(path)
    assert other.views.open("March, weekly") == ()
    assert chosen(other) == before
    assert other.view.overview().equals(dashboard.view.overview())


def test_ranges_that_count_back_do_so_from_the_newest_day_when_opened(results: rw.Results) -> None:
    dashboard = rw.Dashboard(results, range="30d")
    dashboard.views.save("Last month")
    assert dashboard.views.to_dict() == {"Last month": {"metric": "conversions", "range": "30d"}}
    dashboard.selection.start = "2026-03-03"
    dashboard.views.open("Last month")
    assert (dashboard.selection.range, dashboard.selection.start) == ("30d", None)


def test_on_other_data_it_says_what_is_not_there_and_selects_the_rest(results: rw.Results) -> None:
    dashboard = rw.Dashboard(results)
    dashboard.views["old"] = {
        "action": "gone",
        "metric": "unique_opened",
        "by": "shop",
        "variant": "Z",
        "range": "14d",
        "clock": "entry",
    }
    assert dashboard.views.open("old") == (
        "action 'gone' is not in these results",
        "variant 'Z' is not in these results",
        "column 'shop' is not in these results",
    )
    selection = dashboard.selection
    assert (selection.action, selection.by, selection.variant) == (None, None, None)
    assert (selection.metric, selection.range, selection.clock) == ("users", "14d", "entry")


@pytest.mark.parametrize(
    ("views", "words"),
    [
        ([], "expected views by name"),
        ({"a": 7}, "a: expected an object with named fields, found 7"),
        ({"a": {"rang": "7d"}}, r"a\.rang: unknown field \(did you mean 'range'"),
        ({"a": {"shop": "x"}}, r"a\.shop: unknown field"),
        ({"a": {"range": "8d"}}, r"a\.range: "),
        ({"a": {"start": "yesterday"}}, r"a\.start: "),
        ({"a": {"time_zone": "Mars/Base"}}, r"a\.time_zone: "),
        ({"a": {"definitions": "ours"}}, r"a\.definitions: "),
        ({"a": {"cumulative": "yes"}}, r"a\.cumulative: "),
        ({" ": {}}, "needs a name to be saved"),
    ],
)
def test_what_is_no_view_is_refused_by_its_path_and_nothing_is_added(
    results: rw.Results, tmp_path: Path, views: Any, words: str
) -> None:
    dashboard = rw.Dashboard(results)
    path = tmp_path / "views.json"
    good = {"good": {"range": "7d"}} if isinstance(views, dict) else None
    path.write_text(json.dumps({**good, **views} if good else views))
    with pytest.raises(rw.QueryError, match=words):
        dashboard.views.read(path)
    assert len(dashboard.views) == 0


def test_views_are_a_mapping_that_names_what_it_does_not_have(results: rw.Results) -> None:
    views = rw.Dashboard(results).views
    views.save("b")
    views["A"] = View({"range": "7d"})
    assert (list(views), len(views), "b" in views) == (["A", "b"], 2, True)
    assert repr(views) == "Views('b', 'A')"
    for act in (views.open, views.delete):
        with pytest.raises(rw.QueryError, match="unknown view 'B'"):
            act("B")
    with pytest.raises(KeyError):
        views["B"]
    del views["b"]
    views.delete("A")
    assert len(views) == 0
    for number in range(200):
        views.save(str(number))
    with pytest.raises(rw.QueryError, match="at most 200 views"):
        views.save("one more")


@cache
def small() -> rw.Results:
    return rw.Results(*rw.datasets.generate(5, seed=1), time_zone="UTC")


FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "range": st.sampled_from(["whole", "today", "7d", "90d"]),
        "every": st.sampled_from(["1h", "1d", "1w", "1mo", "auto"]),
        "clock": st.sampled_from(["event", "entry"]),
        "cumulative": st.booleans(),
        "developers": st.booleans(),
        "time_zone": st.sampled_from(["UTC", "Asia/Tokyo"]),
        "start": st.dates().map(str),
        "end": st.dates().map(str),
    },
)


@settings(max_examples=examples(60), deadline=None)
@given(fields=FIELDS)
def test_every_selection_survives_being_kept(fields: dict[str, Any]) -> None:
    selection, other = rw.Selection(**fields), rw.Selection(metric="exits", compare=True, by="x")
    kept = View.read(json.loads(json.dumps(dict(View.of(selection).fields))))
    results = small()
    assert kept.apply_to(other, results) == ()
    assert other.to_state(results) == selection.to_state(results)
