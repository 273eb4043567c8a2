"""The synced state in parts: a change of the selection rebuilds and sends what depends on it, and nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

import results_widgets as rw
from results_widgets.view_model import state as module
from results_widgets.view_model.campaign import campaign_state
from results_widgets.view_model.selection import SCOPE_FIELDS
from results_widgets.view_model.state import PARTS, Inputs, Part, StateBuilder
from tests.support.comm import connected, sent, small
from tests.support.loops import some
from tests.support.profiles import examples

# A dashboard has its verdict later; a widget of it alone has it at once.
ALL = set(PARTS) - {"experiment"}
CHART = {"selection", "code", "chart"}
# The notes on a chart's days are of the whole campaign: only the zone moves them.
SCOPE = ALL - {"campaign", "glossary", "notes"}

CHANGES: list[tuple[str, Any, set[str]]] = [
    ("action", "nudge", CHART),
    ("metric", "conversions_attributed", CHART),
    ("every", "1w", CHART),
    ("cumulative", True, CHART),
    ("compare", True, CHART),
    ("by", "platform", CHART),
    ("variant", "A", {"selection"}),
    ("range", "7d", SCOPE | {"glossary"}),
    ("time_zone", "Asia/Kolkata", SCOPE | {"notes"}),
    ("developers", False, SCOPE),
    ("definitions", "leanplum", ALL - {"notes"}),
    ("machine_opens", False, ALL - {"notes"}),
    ("clock", "entry", SCOPE | {"glossary"}),
    ("locale", "de", {"selection", "glossary", "options", "chart", "experiment_later"}),
]


@pytest.fixture
def results() -> rw.Results:
    return small()


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Names of the parts as they are built."""
    names: list[str] = []

    def recorded(name: str, part: Part) -> Part:
        def build(inputs: Inputs) -> dict[str, object]:
            names.append(name)
            return part.build(inputs)

        return replace(part, build=build)

    parts = {name: recorded(name, part) for name, part in PARTS.items()}
    monkeypatch.setattr(module, "PARTS", parts)
    with connected(monkeypatch):
        yield names


def test_every_field_of_the_selection_has_its_case() -> None:
    named = {field for field, _, _ in CHANGES} | {"channel", "start", "end"}
    assert named == set(rw.Selection.class_trait_names())
    assert {field for field, _, parts in CHANGES if parts >= SCOPE} | {"start", "end"} == set(
        SCOPE_FIELDS
    )


@pytest.mark.parametrize(("field", "value", "expected"), CHANGES, ids=[c[0] for c in CHANGES])
def test_change_of_a_field_rebuilds_the_parts_that_depend_on_it(
    results: rw.Results, built: list[str], field: str, value: object, expected: set[str]
) -> None:
    widget = rw.Dashboard(results, action="mail", metric="users_received")
    assert sorted(built) == sorted(ALL)
    built.clear()
    setattr(widget.selection, field, value)
    assert sorted(built) == sorted(expected)


@pytest.mark.parametrize("change", [{}, *({field: value} for field, value, _ in CHANGES)], ids=str)
def test_numbers_name_the_selection_that_they_are_of(
    results: rw.Results, change: dict[str, Any]
) -> None:
    widget = rw.Overview(results)
    for field, value in change.items():
        setattr(widget.selection, field, value)
    shown = widget._selection
    assert widget._status["of"] == {field: shown[field] for field in SCOPE_FIELDS}


def test_change_of_the_action_sends_its_chart_and_nothing_else(
    results: rw.Results, built: list[str]
) -> None:
    widget = rw.Dashboard(results, action="mail", metric="users_received")
    sent(widget)
    widget.selection.action = "nudge"
    (update,) = sent(widget)
    assert set(update["state"]) == {"_selection", "_status", "_chart"}
    assert update["buffer_paths"] == [["_series"]]
    assert update["state"]["_status"] | {"code": ""} == widget._status | {"code": ""}
    assert "action='nudge'" in update["state"]["_status"]["code"]


def test_other_results_rebuild_every_part(results: rw.Results, built: list[str]) -> None:
    widget = rw.Dashboard(results)
    built.clear()
    widget.results = results.between("2026-03-01", "2026-03-02")
    assert sorted(built) == sorted(ALL)
    built.clear()
    widget.results = widget.results
    assert built == []


def test_highlighting_users_rebuilds_their_marks(results: rw.Results, built: list[str]) -> None:
    widget = rw.Dashboard(results)
    sent(widget)
    widget.highlight(results.users_in_action("nudge"))
    (update,) = sent(widget)
    assert set(update["state"]) == {"_highlight"}
    assert update["state"]["_highlight"]["actions"]["nudge"] == 1


def test_what_was_built_before_a_failure_is_sent_with_the_next_update(results: rw.Results) -> None:
    builder = StateBuilder(PARTS)
    selection = rw.Selection()
    builder.update(Inputs(results, selection))
    with selection.hold_trait_notifications():
        selection.definitions, selection.by = "leanplum", "no-such-column"
    with pytest.raises(rw.QueryError, match="no-such-column"):
        builder.update(Inputs(results, selection))
    selection.by = None
    update = builder.update(Inputs(results, selection))
    # Definitions do not move the notes, which were sent before.
    everything = builder.build(Inputs(results, selection))
    assert {**update, "_notes": everything["_notes"]} == everything
    assert "_notes" not in update


# --------------------------------------------------------------------------- update equals create

VALUES: dict[str, list[Any]] = {
    "metric": ["users", "conversions", "users_received", "sent", "no-such"],
    "action": [None, "mail", "nudge", "no-such"],
    "channel": [None, "email", "push", "no-such"],
    "range": ["whole", "today", "7d", "custom"],
    "start": [None, date(2026, 3, 1), "2026-03-02"],
    "end": [None, "2026-02-01", date(2026, 3, 3)],
    "every": ["1h", "1d", "1w", "1mo"],
    "cumulative": [False, True],
    "compare": [False, True, "last_year", "2026-02-27"],
    "by": [None, "platform", "no-such"],
    "variant": [None, "A", "no-such"],
    "time_zone": [None, "Asia/Kolkata", "America/New_York"],
    "definitions": ["", "leanplum", "leanplum-v2"],
    "developers": [True, False],
    "machine_opens": [None, True, False],
}
changes = st.lists(
    st.sampled_from(sorted(VALUES)).flatmap(
        lambda field: st.tuples(st.just(field), st.sampled_from(VALUES[field]))
    ),
    min_size=1,
    max_size=3,
)


def traits(widget: rw.Dashboard) -> dict[str, object]:
    names = {trait for part in PARTS for trait in TRAITS[part]}
    return {name: getattr(widget, name) for name in names}


TRAITS = {name: [f"_{name}"] for name in PARTS} | {
    "code": ["_status"],
    "breakdowns": ["_parts"],
    "experiment_later": ["_experiment"],
    "chart": ["_chart", "_series"],
}


@settings(max_examples=examples(20))
@given(steps=st.lists(changes, min_size=1, max_size=4))
def test_after_any_changes_the_state_is_that_of_a_new_widget(
    steps: list[list[tuple[str, Any]]],
) -> None:
    with pytest.MonkeyPatch.context() as patch, connected(patch):
        results = small()
        widget = rw.Dashboard(results)
        for step in some(steps):
            with widget.selection.hold_trait_notifications():
                for field, value in step:
                    setattr(widget.selection, field, value)
            chosen = {name: getattr(widget.selection, name) for name in VALUES}
            fresh = rw.Dashboard(results, **chosen)
            assert {name: getattr(fresh.selection, name) for name in VALUES} == chosen
            if fresh._status["state"] == "error":
                # The numbers from before the error stay.
                assert widget._status["error"] == fresh._status["error"]
                assert widget._selection == fresh._selection
            else:
                assert traits(widget) == traits(fresh)


def test_a_status_that_nobody_gave_is_not_sent(results: rw.Results) -> None:
    # The browser shows no badge for an empty status.
    assert results.campaign.status is None
    assert campaign_state(results)["status"] == ""
