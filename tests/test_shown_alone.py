"""What is alone in the last line of a cell, or of a terminal, is read by people: no code, no ids, no script."""

import re
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from IPython.lib import pretty as ipython

import results_widgets as rw
from tests.support.loops import some

pretty: Callable[[object], str] = ipython.pretty
"""What IPython writes of the value of a line."""

DATA = rw.datasets.generate(300, seed=1)
ADDRESS = re.compile(r"object at 0x|\\u[0-9a-f]{4}|\\n")


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*DATA, time_zone="America/New_York")


@pytest.fixture(scope="module")
def shown(results: rw.Results) -> dict[str, Any]:
    experiment = results.experiment()
    return {
        "results": results,
        "campaign": results.campaign,
        "channel": results.campaign.channels["webhook"],
        "definitions": rw.DEFINITIONS["leanplum-v2"],
        "segment": results.users_in_action("reminder"),
        "portfolio": rw.Portfolio({"one": results, "two": results.month("2026-03")}),
        "experiment": experiment,
        "verdict": experiment.verdict(),
        "summary": results.summary(),
        "selection": rw.Selection(metric="conversions", start="2026-03-01"),
        "data": DATA,
        "rollup": results.rollup("1d"),
        "sensitivity": results.sensitivity("conversions"),
    }


def test_nothing_is_shown_as_code_or_with_an_id_of_a_user(shown: dict[str, Any]) -> None:
    users = re.compile("|".join(DATA.users["user_id"]))
    for name, one in some(shown.items()):
        for text in (repr(one), str(one), pretty(one)):
            assert not ADDRESS.search(text), name
            assert not users.search(text), name


def test_html_has_no_script_and_escapes_what_it_quotes(shown: dict[str, Any]) -> None:
    pages = {name: one._repr_html_() for name, one in shown.items() if hasattr(one, "_repr_html_")}
    for name, page in some(pages.items()):
        assert "<script" not in page, name
    assert {"campaign", "portfolio", "summary", "verdict", "definitions", "segment"} <= {*pages}
    verdict = shown["verdict"]
    assert pages["verdict"].startswith(f"<p><strong>{verdict.title}.</strong> ")
    assert pages["summary"].startswith(f"<p><strong>{verdict.title}.</strong></p><ul><li>")
    hostile = type(verdict)("early", "<script>", "<b>")
    assert hostile._repr_html_() == "<p><strong>&lt;script&gt;.</strong> &lt;b&gt;</p>"


def test_a_campaign_prints_its_steps_one_below_the_other(shown: dict[str, Any]) -> None:
    head, facts, _, *steps = str(shown["campaign"]).splitlines()
    assert head == "Win-back, spring 2026"
    assert facts.startswith(f"{DATA.campaign.id}; running, triggered; 10 actions by email")
    assert steps[:3] == [
        "- We miss you (we-miss-you): Email",
        "  - Reminder (reminder): Push, 2d after not opened",
        "    - Last chance (last-chance): SMS, 2d after not opened",
    ]
    assert len(steps) == len(shown["campaign"].actions)
    assert pretty(shown["campaign"]) == str(shown["campaign"])
    # Within other things it is one line.
    assert "\n" not in repr(shown["campaign"])


def test_a_long_chain_is_indented_no_further_than_can_be_read() -> None:
    actions = [
        rw.Action(f"a{n}", "email", parent=f"a{n - 1}" if n else None, name="\x1b[2J")
        for n in range(1_500)
    ]
    steps = str(rw.Campaign("c", rw.Goal("Purchase"), actions)).splitlines()[3:]
    assert len(steps) == 1_500
    assert max(len(step) - len(step.lstrip()) for step in steps) == 24
    assert not [step for step in steps if "\x1b" in step]


def test_results_say_whether_it_worked_then_their_numbers(results: rw.Results) -> None:
    bundle: Any = results._repr_mimebundle_()
    verdict = results.experiment().verdict()
    head, told, detail, blank, *numbers = bundle[0]["text/plain"].splitlines()
    assert head == (
        "Win-back, spring 2026: whole campaign; definitions default; days of America/New_York"
    )
    assert [told, detail, blank] == [f"{verdict.title}.", verdict.detail, ""]
    entries = int(results.overview()["value"][0])
    assert re.fullmatch(rf"Entries +{entries}", numbers[0])
    assert f"<p><strong>{verdict.title}.</strong> {verdict.detail}</p>" in bundle[0]["text/html"]


def test_a_verdict_that_would_delay_the_display_is_left_to_be_asked_for(
    results: rw.Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("results_widgets.widgets.fallback._SOON", 0)
    bundle: Any = results._repr_mimebundle_()
    for text in (bundle[0]["text/plain"], bundle[0]["text/html"]):
        assert "Did it work? results.summary() tells." in text


def test_a_portfolio_lists_what_its_campaigns_declare(shown: dict[str, Any]) -> None:
    lines = str(shown["portfolio"]).splitlines()
    assert lines[0] == "2 campaigns; their ranges, definitions or time zones differ"
    assert re.split("  +", lines[2]) == [
        *("Campaign", "Status", "Channels", "Actions", "Goal", "Scope"),
    ]
    assert re.split("  +", lines[3])[:5] == [
        *("one", "running", "Email, Push, Webhook, In-app, SMS", "10", "Purchase"),
    ]
    same = rw.Portfolio(dict.fromkeys(("one", "two"), shown["results"]))
    # The scope that all have stands above them, once.
    assert str(same).count("definitions default") == 1
    assert same._repr_html_().count("definitions default") == 1


def test_what_is_chosen_is_told_and_the_rest_left_out(shown: dict[str, Any]) -> None:
    assert repr(rw.Selection()) == "Selection()"
    assert repr(shown["selection"]) == (
        "Selection(metric='conversions', range='custom', start='2026-03-01')"
    )
    again = eval(repr(shown["selection"]), {"Selection": rw.Selection})
    assert repr(again) == repr(shown["selection"])


def test_data_is_told_by_its_size_and_columns(shown: dict[str, Any]) -> None:
    head, events, users = repr(shown["data"]).splitlines()
    assert head == f"Dataset({DATA.campaign!r};"
    assert events.startswith(f"  events: {DATA.events.height:,} rows of user_id, campaign_id")  # type: ignore[union-attr]
    assert users.startswith("  users: 300 rows of user_id, country")
    lazy = DATA._replace(events=pl.LazyFrame({"user_id": [1]}))
    assert "  events: in files, of user_id;" in repr(lazy)


def test_a_channel_is_told_by_what_its_events_mean(shown: dict[str, Any]) -> None:
    assert repr(shown["channel"]) == (
        "Channel('webhook', 'Webhook'; received: sent; interacted: none; events: 2; rates: 1)"
    )
