"""The headline under the usual other rules: held against the reference and the definition sets, and by hand."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings

import results_widgets as rw
from tests.reference.reconcile import Rules, numbers
from tests.support.answers import FromPackage
from tests.support.loops import some
from tests.support.profiles import examples
from tests.support.strategies import Question, questions

pytestmark = pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")


def same(one: float | None, other: float | None) -> bool:
    return one == other or bool(
        one is not None and other is not None and one == pytest.approx(other)
    )


def by_place(frame: pl.DataFrame) -> dict[tuple[str | None, str], float | None]:
    return {(action, metric): value for action, metric, value in frame.iter_rows()}


HEADLINE = [
    *("users", "unique_users", "engaged", "engagement_rate", "conversions"),
    *("unique_converters", "conversion_rate", "converted_rate", "value_per_user"),
]
WINDOWS = {f"{days}d": timedelta(days=days) for days in (1, 3, 7, 30)}


@settings(max_examples=examples(8))
@given(questions())
def test_every_number_is_what_the_reference_counts_with_that_rule_changed(asked: Question) -> None:
    query = replace(asked.query, definitions="default")
    results = FromPackage(asked.case, query).results
    table = results.sensitivity(HEADLINE).table.filter(pl.col("text").is_null())
    told: dict[str, dict[str, Any]] = {
        "machine_opens": {"machine_opens": "left_out"},
        "machine_clicks": {"machine_clicks": "left_out"},
    }
    for (rule, choice), part in some(table.group_by("rule", "choice")):
        changed = told.get(str(rule), {"window": WINDOWS.get(str(choice))})
        rules = Rules(time_zone=query.zone, developers=query.developers, **changed)
        other: Any = {"event": "entry", "entry": "event"}[query.clock]
        question = replace(query, clock=other) if rule == "clock" else query
        if rule in ("window", "machine_opens", "machine_clicks", "clock"):
            expected = numbers(asked.case, question, rules)
            found = by_place(part.select("action", "metric", "value"))
            for place in some([*found.keys() & expected.keys()]):
                assert same(found[place], expected[place]), (rule, choice, place)


FIELDS: dict[str, dict[str, Any]] = {
    "held_back": {"held_back": "counted"},
    "uniques_per_day": {"unique": "user_day"},
    "rate_clock": {"rate_clock": "event"},
}


@settings(max_examples=examples(8))
@given(questions())
def test_numbers_are_those_of_the_definitions_and_the_models(asked: Question) -> None:
    results = FromPackage(asked.case, replace(asked.query, definitions="default")).results
    table = results.sensitivity(HEADLINE).table.filter(pl.col("text").is_null())
    for rule in some(FIELDS):
        other = results.with_definitions(replace(results.definitions, **FIELDS[rule]))
        known = dict(other.overview().select("metric", "value").iter_rows())
        own = table.filter(pl.col("action").is_null(), rule=rule)
        found = dict(own.select("metric", "value").iter_rows())
        assert found == {key: known.get(key) for key in found}
    credit = results.attribution("linear")
    divided = table.filter(rule="attribution", choice="linear")
    expected = dict(credit.select("owner", "conversions").iter_rows())
    for action, value in divided.select("action", "value").iter_rows():
        assert same(value, expected[action])


CAMPAIGN: dict[str, Any] = {
    "id": "c",
    "goal": {"events": ["Purchase"]},
    "attribution_window": "7d",
    "actions": [
        {"id": "mail", "channel": "email"},
        {"id": "push", "channel": "push", "parent": "mail"},
    ],
}


def log(*rows: tuple[str, str | None, str, int], **changed: Any) -> rw.Results:
    names = ["user_id", "action_id", "event", "day"]
    events = pl.DataFrame(rows, names, orient="row").select(
        *names[:3], timestamp=pl.datetime(2026, 3, "day", time_zone="UTC")
    )
    return rw.Results({**CAMPAIGN, **changed}, events, time_zone="UTC")


# Dora buys on the fifth day, Eve on the twentieth, Finn never. Dora clicked the mail before the push came.
LOG = (
    *(("dora", "mail", "sent", 1), ("dora", "mail", "clicked", 1), ("dora", "push", "sent", 2)),
    *(("dora", None, "Purchase", 6), ("eve", "mail", "sent", 1), ("eve", None, "Purchase", 20)),
    ("finn", "mail", "sent", 1),
)


def test_ranges_are_those_of_a_log_that_can_be_counted() -> None:
    found = log(*LOG).sensitivity()
    rate = found.ranges.filter(metric="converted_rate")
    shown = ("value", "low", "high", "most", "text")
    by_hand = (1 / 3, 0.0, 2 / 3, "window", "0 to 66.7\u202f%")
    assert rate.select(shown).rows() == [by_hand]
    assert found.line == "Under other usual rules: 0 to 66.7\u202f%"
    users = found.ranges.filter(metric="unique_users").row(0, named=True)
    assert (users["value"], users["low"], users["high"], users["most"]) == (3, 3, 3, None)
    assert "Unique users: 3 under every usual rule." in found.sentences


def test_attribution_moves_what_is_credited_and_the_ranking() -> None:
    found = log(*LOG).sensitivity()
    mail = found.ranges.filter(metric="conversions_attributed", action="mail").row(0, named=True)
    assert (mail["value"], mail["low"]) == (1, 0)
    own = found.rankings.filter(pl.col("rule").is_null(), of="actions")
    assert own.select("ranking", "changes").row(0) == (["mail", "push"], False)
    last = found.rankings.filter(of="actions", rule="attribution", choice="last touch")
    assert last.select("ranking", "changes").row(0) == (["push", "mail"], True)
    said = next(one for one in found.sentences if "ranking of the actions" in one)
    assert "Attribution: last touch" in said
    moved = found.table.filter(pl.col("action").is_null())
    assert "attribution" not in moved["rule"].to_list()


def test_what_a_source_cannot_say_is_not_available() -> None:
    found = log(*LOG).sensitivity()
    text = "n/a: the source flags no opens by machines"
    rows = found.table.filter(rule="machine_opens")
    assert rows["text"].unique().to_list() == [text]
    assert rows["value"].null_count() == rows.height
    assert found.ranges.filter(metric="lift").select("value", "low", "most").row(0) == (None,) * 3
    assert "Machine opens: n/a, the source flags no opens by machines." in found.to_html()


def test_ranking_of_variants_is_of_those_declared() -> None:
    results = rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC")
    ranked = results.sensitivity("converted_rate").rankings.filter(of="variants")
    rates = results.overview(by="variant").filter(metric="converted_rate")
    order = rates.drop_nulls("variant").sort("value", descending=True)["variant"].to_list()
    assert ranked.filter(pl.col("rule").is_null())["ranking"].to_list() == [order]
    assert ranked["changes"].any()


def test_chart_has_a_bar_for_each_rule_that_moves_the_number() -> None:
    found = log(*LOG).sensitivity()
    spec = found.chart("converted_rate").to_dict()
    rows = spec["data"]["values"] if "values" in spec["data"] else spec["datasets"]["sensitivity"]
    assert {(row["rule"], row["said"], row["kind"]) for row in rows} == {
        ("Attribution window: 1d", "0\u202f%", "less"),
        ("Attribution window: 3d", "0\u202f%", "less"),
        ("Attribution window: 30d", "66.7\u202f%", "more"),
    }
    with pytest.raises(rw.QueryError, match="none of the usual rules changes unique_users"):
        found.chart("unique_users")
    with pytest.raises(rw.QueryError, match="did you mean 'converted_rate'"):
        found.chart("convertd_rate")


def test_what_cannot_be_asked_is_refused() -> None:
    results = log(*LOG)
    with pytest.raises(rw.QueryError, match="did you mean 'engaged'"):
        results.sensitivity("engagd")
    with pytest.raises(rw.QueryError, match="metrics= is empty"):
        results.sensitivity([])
    with pytest.raises(rw.QueryError, match="a roll-up cannot tell its numbers under other rules"):
        results.rollup().results(time_zone="UTC").sensitivity()
