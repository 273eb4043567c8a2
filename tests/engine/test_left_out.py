"""Rows that count for nothing are told: at once, once, with the commonest reason and what to do."""

import io
import warnings
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings

import results_widgets as rw
from results_widgets.cli.main import main
from results_widgets.engine.left_out import count_left_out, nearest
from tests.support.answers import FromPackage
from tests.support.examples import CAMPAIGN, at, case
from tests.support.profiles import examples
from tests.support.strategies import Question, questions

CAMPAIGNS: dict[str, Any] = {"id": "spring-sale", "name": "Spring Sale 2026"}
Row = tuple[str | None, str | None, str | None, str | None]


def table(*rows: tuple[Row, int]) -> pl.DataFrame:
    """So many rows each of a user, campaign, action and event."""
    names = ("user_id", "campaign_id", "action_id", "event")
    every = [row for row, count in rows for _ in range(count)]
    frame = pl.DataFrame(every, schema=dict.fromkeys(names, pl.String), orient="row")
    return frame.with_columns(timestamp=pl.lit(at("01T10:00")))


def told(events: pl.DataFrame, **campaign: Any) -> tuple[rw.Results, list[str]]:
    """Results of events, and the warnings that come with their numbers."""
    results = rw.Results(
        CAMPAIGN | CAMPAIGNS | campaign, FromPackage.placed(events), time_zone="UTC"
    )
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        results.overview()
        results.channels()
        results.quality()
    assert all(one.category is rw.SourceWarning for one in found)
    assert all(one.filename == __file__ for one in found), found[0].filename
    return results, [str(one.message) for one in found]


SENT: Row = ("u", "spring-sale", "mail", "sent")
BOUGHT: Row = ("u", None, None, "Purchase")
TOLD: dict[str, tuple[list[tuple[Row, int]], list[str]]] = {
    "another spelling of the campaign": (
        [(("u", "Spring Sale", "mail", "sent"), 4712)],
        [
            "None of the events count.",
            "campaign_id 'Spring Sale' in 4,712 rows; did you mean that?",
        ],
    ),
    "the campaign's name": (
        [(("u", "Spring Sale 2026", "mail", "sent"), 3)],
        ["campaign_id 'Spring Sale 2026' in 3 rows; did you mean that?", "id is 'spring-sale'"],
    ),
    "another campaign alone": (
        [(("u", "autumn", "mail", "sent"), 3), (("u", "winter", "mail", "sent"), 2)],
        ["most often 'autumn' in 3 rows", "this campaign's is 'spring-sale'"],
    ),
    "two spellings": (
        [(SENT, 30), (BOUGHT, 1), (("u", "spring_sale", "mail", "sent"), 3)],
        ["3 of 34 rows", "are left out (8.8\u202f%)", "campaign_id 'spring_sale' in 3 rows"],
    ),
    "event of a vendor": (
        [(("u", "spring-sale", "mail", "email_sent"), 21), (("u", "spring-sale", "mail", "x"), 2)],
        [
            "event 'email_sent' in 21 rows is not known for Email; known: sent, delivered",
            "event_names={'email_sent': 'sent'}",
        ],
    ),
    "action by its name": (
        [(("u", "spring-sale", "Welcome mail", "sent"), 3)],
        ["action_id 'Welcome mail' in 3 rows is not an action", "did you mean 'mail'?"],
    ),
    "goal in another case": (
        [(SENT, 9), (("u", None, None, "purchase"), 1)],
        [
            "1 of 10 rows",
            "is left out",
            "event 'purchase' in 1 row is not a goal event; did you mean that?",
            "event_names={'purchase': 'Purchase'}",
        ],
    ),
    "goal nearly": (
        [(SENT, 99), (("u", None, None, "purchased"), 1), (("u", None, None, "visit"), 5)],
        ["None of the events is the goal, 'Purchase'.", "event 'purchased' in 1 row"],
    ),
    "no user": (
        [(SENT, 9), (BOUGHT, 1), ((None, "spring-sale", "mail", "sent"), 1)],
        ["user_id is missing in 1 row."],
    ),
    "no event": (
        [(SENT, 9), (BOUGHT, 1), (("u", "spring-sale", "mail", None), 1)],
        ["event is missing in 1 row."],
    ),
    "nothing of the campaign": (
        [(("u", None, None, "visit"), 3)],
        [
            "None of the events count.",
            "3 rows name no action, campaign or goal; the goal is 'Purchase'.",
        ],
    ),
    "every row another value": (
        [
            (SENT, 9),
            (BOUGHT, 1),
            *(((f"u{n}", "spring-sale", f"a{n}@b.example", "sent"), 1) for n in range(40)),
        ],
        ["action_id is not an action of the campaign in 40 rows"],
    ),
}
ACTIONS = [{**CAMPAIGN["actions"][0], "name": "Welcome mail"}, *CAMPAIGN["actions"][1:]]


@pytest.mark.parametrize("kind", TOLD)
def test_rows_left_out_are_told_once(kind: str) -> None:
    rows, words = TOLD[kind]
    results, warned = told(table(*rows), actions=ACTIONS)
    (text,) = warned
    assert not [word for word in words if word not in text], text
    assert text.startswith("events: ")
    assert "@" not in text, "values that are all different may be users"
    assert results.refresh()._session.data.left_out == results._session.data.left_out


FINE: dict[str, list[tuple[Row, int]]] = {
    "nothing left out": [(SENT, 9), (BOUGHT, 1)],
    "one in twenty": [(SENT, 18), (BOUGHT, 1), (("u", "spring-sale", "mail", "yodelled"), 1)],
    "other campaigns beside it": [(SENT, 1), (BOUGHT, 1), (("u", "autumn", "mail", "sent"), 90)],
    "events of an app": [(SENT, 9), (BOUGHT, 1), (("u", None, None, "page_view"), 500)],
    "no goal yet": [(SENT, 9), (("u", None, None, "order_viewed"), 20)],
}


@pytest.mark.parametrize("kind", FINE)
def test_rows_left_out_by_rule_raise_no_warning(kind: str) -> None:
    assert told(table(*FINE[kind]))[1] == []


def test_refresh_tells_again_only_what_is_new(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    wrong: Row = ("u", "spring-sale", "mail", "yodelled")
    table((SENT, 9), (wrong, 1)).write_parquet(path)
    results = rw.Results(CAMPAIGN | CAMPAIGNS, path, time_zone="UTC")
    with pytest.warns(rw.SourceWarning, match="yodelled"):
        results.overview()
    table((SENT, 9), (wrong, 2)).write_parquet(path)
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        results = results.refresh()
        results.overview()
    assert found == []
    assert results._session.data.left_out is not None
    table((SENT, 9), (wrong, 2), ((None, "spring-sale", "mail", "sent"), 9)).write_parquet(path)
    with pytest.warns(rw.SourceWarning, match="user_id is missing in 9 rows"):
        results.refresh().overview()


def test_every_page_says_it(tmp_path: Path) -> None:
    results = told(table((("u", "Spring Sale", "mail", "sent"), 3)))[0]
    page = results.to_html(tmp_path / "report.html", min_cell=1).read_text(encoding="utf-8")
    said = "did you mean that?"
    assert page.count(said) >= 2, "in the tables without scripts and about the numbers"
    bundle, _ = rw.Dashboard(results)._repr_mimebundle_() or ({}, {})
    assert said in bundle["text/plain"]
    assert said in bundle["text/html"]
    for widget in (rw.Dashboard, rw.Overview, rw.Channels, rw.Flow, rw.Explore):
        assert said in widget(results)._status["left_out"]["text"]
    audience = rw.Audience(results.users_in_campaign())
    assert said in audience._audience["left_out"]["text"]
    rolled = results.rollup("1d")
    loaded = rw.RollUp.load(rolled.save(tmp_path / "x.rollup")).results(time_zone="UTC")
    assert loaded._session.data.left_out == results._session.data.left_out
    assert rw.Dashboard(loaded)._status["left_out"] == rw.Dashboard(results)._status["left_out"]


def test_pictures_say_it(tmp_path: Path) -> None:
    results = told(table((("u", "Spring Sale", "mail", "sent"), 3)))[0]
    said = "None of the events count"
    assert said in results.save_flow(tmp_path / "flow.svg").read_text(encoding="utf-8")
    assert said in rw.Explore(results)._chart["caption"]


def test_terminal_says_it(tmp_path: Path) -> None:
    table((("u", "Spring Sale", "mail", "sent"), 3)).write_parquet(tmp_path / "events.parquet")
    rw.Campaign.from_json(CAMPAIGN | CAMPAIGNS).to_json(tmp_path / "campaign.json")
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        code = main(["validate", str(tmp_path)])
    assert code == 1
    assert "! None of the events count. campaign_id 'Spring Sale' in 3 rows" in out.getvalue()
    assert "0\u202f% of the rows that name the campaign" in out.getvalue()
    assert err.getvalue() == ""
    with redirect_stderr(io.StringIO()) as err:
        assert main(["flow", str(tmp_path), "-o", str(tmp_path / "flow.svg")]) == 0
    said = "results-widgets: warning: events: None of the events count."
    assert err.getvalue().startswith(said)
    assert err.getvalue().count("\n") == 1


def test_empty_campaign_says_why() -> None:
    results = told(table((("u", "spring-sale", "nudge", "sent"), 3), (BOUGHT, 1)))[0]
    status = rw.Dashboard(results)._status
    assert status["state"] == "empty"
    assert status["why_empty"].startswith(
        "There are events, but none says that a user received a first action (mail: sent"
    )


def test_names_near_a_value() -> None:
    known = ["sent", "opened", "clicked", "marked_as_spam"]
    pairs = {
        "email_open": "opened",
        "Sent": "sent",
        "MARKED AS SPAM": "marked_as_spam",
        "clickd": "clicked",
        "zzz": "",
    }
    assert {value: nearest(value, known) for value in pairs} == pairs


# --- the same counts as one row at a time


def expected(asked: Question) -> tuple[int, int, int]:
    """How many rows are left out, how many name something of the campaign, and how many count."""
    campaign = rw.Campaign.from_json(dict(asked.case.campaign))
    free = {*campaign.goal.events, "converted", "exited", "entered"}
    found: Counter[str] = Counter()
    for row in asked.case.rows:
        own, action, event = (row.get(name) for name in ("campaign_id", "action_id", "event"))
        known = campaign.action_by_id.get(action or "")
        names = own is not None or action is not None or event in free
        names = names or str(event).lower() in {goal.lower() for goal in campaign.goal.events}
        if not names:
            continue
        if own not in (None, campaign.id):
            found["other"] += 1
        elif row["user_id"] is None or row["timestamp"] is None:
            found["left"] += 1
        elif event in free or (known and event in campaign.channels[known.channel].events):
            found["counted"] += 1
        else:
            found["left"] += 1
    left = found["left"] + (0 if found["counted"] else found["other"])
    return left, left + found["counted"], found["counted"]


@given(questions())
@settings(max_examples=examples(60))
def test_counts_of_random_tables(asked: Question) -> None:
    answers = FromPackage(asked.case, asked.query)
    data = answers.results._session.data.require_users()
    found = count_left_out(data.source_rows, data.codes)
    left, named, counted = expected(asked)
    assert (found.rows, found.named, found.counted) == (left, named, counted)
    must = not counted or 20 * left > named
    assert must <= (data.left_out is not None)


# --- a window that is not given


def test_window_that_is_not_given_is_told() -> None:
    bare = {name: value for name, value in CAMPAIGN.items() if name != "attribution_window"}
    events = case("anna mail sent 01T10:00").events
    for window in ({}, {"attribution_window": None}):
        with pytest.warns(
            rw.SourceWarning, match="attribution_window is not given, so only goal"
        ) as found:
            rw.Results(bare | window, events)
        assert found[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rw.Results(bare | {"attribution_window": "0d"}, events)
        rw.Results(bare | {"delivery": "recurring"}, events)


def test_window_that_is_not_given_stays_so_in_json() -> None:
    bare = {name: value for name, value in CAMPAIGN.items() if name != "attribution_window"}
    campaign = rw.Campaign.from_json(bare)
    assert campaign.to_dict()["attribution_window"] is None
    assert not rw.Campaign.from_json(campaign.to_dict()).window_is_given
    assert rw.Campaign.from_json(bare | {"attribution_window": "0d"}).window_is_given


@pytest.mark.parametrize(("users", "least"), [(1, 2), (2, 2), (4, 5), (5, 5)])
def test_a_value_of_few_users_is_not_quoted(users: int, least: int) -> None:
    rows: list[tuple[Row, int]] = [((f"u{n}", None, "post", "sent"), 2) for n in range(users)]
    found = told(table(*rows))[0]._session.data.left_out
    assert found is not None
    # In code it is: whoever runs it has to find the rows.
    assert "action_id 'post' in" in found.text()
    said = found.told_to(least).text()
    assert ("'post'" in said) == (users >= least)
    assert "is not an action of the campaign" in said


def test_a_foreign_campaign_of_one_user_is_not_named() -> None:
    found = told(table((("u", "autumn", "mail", "sent"), 3)))[0]._session.data.left_out
    assert found is not None
    assert found.told_to(2).why() == (
        "campaign_id is another campaign's in 3 rows; this campaign's is 'spring-sale'. If they are the "
        "same, give the campaign that id."
    )


def test_a_goal_nearly_met_by_one_user_is_not_quoted() -> None:
    found = told(table((SENT, 3), (("u", None, None, "Purchased"), 1)))[0]._session.data.left_out
    assert found is not None
    assert "'Purchased'" in found.text()
    assert "Purchased" not in found.told_to(2).text()
    assert "In 1 row the event is nearly a goal event; known: Purchase." in found.told_to(2).text()


def test_a_name_spelt_otherwise_tells_nobody_apart() -> None:
    found = told(table((("u", "Spring Sale", "mail", "sent"), 3)))[0]._session.data.left_out
    assert found is not None
    assert found.told_to(5) == found
