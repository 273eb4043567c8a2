"""Results whose cards credit conversions by another model: names, words, code, and what is refused."""

import dataclasses
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.attribution.models import Model
from results_widgets.definitions import Attribution
from results_widgets.definitions.attribution import SPLITTING
from results_widgets.view_model.code_snippet import scope_snippet
from results_widgets.view_model.status import attribution_note, status_state
from tests.support.loops import some

CAMPAIGN: dict[str, Any] = {
    "id": "c1",
    "goal": {"events": ["Purchase"]},
    "attribution_window": "30d",
    "actions": [
        {"id": "mail", "channel": "email"},
        {"id": "push", "channel": "push", "parent": "mail"},
    ],
}
ROWS = (
    ("anna", "mail", "sent", 1),
    ("anna", "mail", "opened", 2),
    ("anna", "push", "sent", 8),
    ("anna", None, "Purchase", 9),
)


@pytest.fixture(scope="module")
def results() -> rw.Results:
    """Anna opens the mail, gets a push message a week later, and buys."""
    start = datetime(2026, 3, 1, tzinfo=UTC)
    rows = [(u, a, e, start + timedelta(days=day), 5.0) for u, a, e, day in ROWS]
    events = pl.DataFrame(
        rows, ["user_id", "action_id", "event", "timestamp", "value"], orient="row"
    )
    return rw.Results(CAMPAIGN, events, time_zone="UTC")


def credited(results: rw.Results) -> str | None:
    """The action that the purchase is credited to, as cards have it."""
    cards = results.actions().filter(metric="conversions_attributed").filter(value=1)
    nodes = results.flow().nodes.filter(conversions_attributed=1)["action_id"].to_list()
    assert nodes == cards["action_id"].to_list()
    return nodes[0] if nodes else None


def test_the_last_click_credits_nothing_where_no_channel_has_clicks() -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    events = pl.DataFrame(
        {
            "user_id": ["anna", "anna"],
            "action_id": ["hook", None],
            "event": ["sent", "Purchase"],
            "timestamp": [start, start + timedelta(days=1)],
        }
    )
    campaign = CAMPAIGN | {"actions": [{"id": "hook", "channel": "webhook"}]}
    results = rw.Results(campaign, events, time_zone="UTC")
    assert credited(results) == "hook"
    assert credited(results.with_attribution("last_click")) is None


def test_each_model_credits_its_own_action(results: rw.Results) -> None:
    assert credited(results) == "mail"
    assert credited(results.with_attribution("last_touch")) == "push"
    assert credited(results.with_attribution("first_touch")) == "mail"
    assert credited(results.with_attribution("last_interaction", "3d")) == "push"
    assert credited(results.with_attribution("first_touch", timedelta(days=3))) == "push"
    assert credited(results.with_attribution("last_click")) is None
    only_opens = {"email": "opened", "push": ()}
    assert credited(results.with_attribution("last_touch", interacted=only_opens)) == "push"
    assert (
        credited(results.with_attribution("last_interaction", interacted={"email": ()})) == "push"
    )


def test_users_of_a_card_and_its_series_follow_the_model(results: rw.Results) -> None:
    last = results.with_attribution("last_touch")
    for action, count in (("push", 1), ("mail", 0)):
        series = last.explore("conversions_attributed", action=action, every="1mo")
        assert series["value"].sum() == count
        users = last.users("conversions_attributed", action=action)
        assert len(users) == count
        assert "last touch" in users.rule


def test_the_set_says_which_model_it_is(results: rw.Results) -> None:
    first = results.with_attribution("first_touch", "36h")
    assert first.definitions.name == "default, first touch within 1d12h"
    assert str(first).count("first touch within 1d12h") == 1
    text = first.glossary().filter(metric="conversions_attributed")["text"][0]
    assert text.endswith("the first one received or interacted with, at most 1d12h before.")
    rules = first.definitions.diff(results.definitions).rows()
    assert rules == [
        ("attribution", '"first_touch"', '"last_interaction"'),
        ("lookback", '"1d12h"', "null"),
    ]
    assert first.with_attribution("last_interaction").definitions is results.definitions
    own = rw.Definitions("ours", attribution="last_click")
    assert "definitions ours; conversions by last click;" in str(results.with_definitions(own))
    onesignal = results.with_definitions("onesignal")
    assert onesignal.with_attribution("last_touch").definitions is rw.DEFINITIONS["onesignal"]
    usual = onesignal.with_attribution("last_interaction").definitions
    assert usual.name == "onesignal, last interaction"


def test_screens_and_reports_name_the_model(results: rw.Results, tmp_path: Path) -> None:
    first = results.with_attribution("first_touch")
    note = attribution_note(first)
    assert note.startswith("Conversions by first touch: each is credited to one action, the first")
    assert note in str(status_state(first, [])["note"])
    assert attribution_note(results) == ""
    page = first.to_html(tmp_path / "first.html", min_cell=1).read_text(encoding="utf-8")
    assert "Conversions by first touch" in page


def test_copied_code_gives_the_same_results(results: rw.Results) -> None:
    clicks = {"email": "clicked"}
    for one in (
        results.with_attribution("first_touch"),
        results.with_attribution("last_touch", "36h"),
        results.with_attribution("last_click", interacted=clicks),
    ):
        for selection in (rw.Selection(), rw.Selection(machine_opens=False)):
            code = scope_snippet(selection, one)
            again = eval(code, {"results": one, "rw": rw, "dataclasses": dataclasses})
            assert again.definitions == selection.apply(one).definitions
            fresh = eval(code, {"results": results, "rw": rw, "dataclasses": dataclasses})
            assert fresh.definitions == again.definitions
    assert scope_snippet(rw.Selection(), results.with_attribution("last_touch", "36h")).endswith(
        ".with_attribution('last_touch', window='1d12h')"
    )
    chosen = rw.Selection(definitions="leanplum")
    assert "attribution" not in scope_snippet(chosen, results.with_attribution("last_touch"))


def test_models_that_divide_conversions_stand_on_no_card(results: rw.Results) -> None:
    assert {*get_args(Attribution), *SPLITTING} == {*get_args(Model)}
    for model in some(SPLITTING):
        words = rf"'{model}' divides a conversion .* results\.attribution\('{model}'\) has"
        with pytest.raises(rw.QueryError, match=words):
            results.with_attribution(model)  # type: ignore[arg-type]
        with pytest.raises(rw.QueryError, match=words):
            replace(rw.DEFINITIONS["default"], attribution=model)  # type: ignore[arg-type]


def test_what_cannot_be_read_is_refused(results: rw.Results) -> None:
    for model, words in (("last_touhc", "did you mean 'last_touch'"), ("x", "known: last_inter")):
        with pytest.raises(rw.QueryError, match=words):
            results.with_attribution(model)  # type: ignore[arg-type]
    for window, words in (
        ("soon", "expected a duration such as '7d', found 'soon'"),
        (3, "found 3"),
    ):
        with pytest.raises(rw.QueryError, match=words):
            results.with_attribution("last_touch", window)  # type: ignore[arg-type]
    with pytest.raises(rw.QueryError, match="lookback: -1 day, 0:00:00 is negative"):
        results.with_attribution("last_touch", timedelta(days=-1))
    with pytest.raises(rw.QueryError, match="unknown channel 'emial'"):
        results.with_attribution("last_touch", interacted={"emial": "opened"})


def test_a_roll_up_knows_the_model_that_it_was_made_by(results: rw.Results) -> None:
    rolled = results.with_attribution("last_touch").rollup("1d").results(time_zone="UTC")
    assert credited(rolled) == "push"
    with pytest.raises(
        rw.QueryError, match="conversions by last touch; roll up again for those by"
    ):
        rolled.with_attribution("first_touch").actions()
    assert credited(results.with_uniques("approximate").with_attribution("last_touch")) == "push"
    assert credited(results.with_uniques("approximate")) == "mail"
