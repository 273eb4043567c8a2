"""The log under each shipped set: held against the reference, and against a log small enough to count."""

from dataclasses import replace
from typing import Any, get_args

import polars as pl
import pytest
from hypothesis import given, settings

import results_widgets as rw
from results_widgets.definitions import DIALECTS, OFFERED
from results_widgets.glossary import names
from results_widgets.view_model.status import definition_names
from tests.reference.metrics import channels, overview
from tests.support.answers import FromPackage
from tests.support.loops import some
from tests.support.profiles import examples
from tests.support.strategies import Question, questions

pytestmark = pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")


def same(one: float | None, other: float | None) -> bool:
    return one == other or bool(
        one is not None and other is not None and one == pytest.approx(other)
    )


@settings(max_examples=examples(8))
@given(questions())
def test_every_number_is_what_the_reference_counts_under_the_set(asked: Question) -> None:
    results = FromPackage(asked.case, asked.query).results
    found = results.dialects()
    for name in some(rw.DEFINITIONS):
        query = replace(asked.query, definitions=name)
        expected: dict[tuple[Any, str], Any] = {}
        for metric, numbers in some(overview(asked.case, query)[None].items()):
            expected[None, metric] = numbers[0]
        for channel, metrics in channels(asked.case, query)[None].items():
            expected |= {(channel, metric): one[0] for metric, one in metrics.items()}
        own = {(row["channel"], row["metric"]): row for row in found.filter(set=name).to_dicts()}
        for place in some([*own.keys() & expected.keys()]):
            assert same(own[place]["value"], expected[place]), (name, place)


@settings(max_examples=examples(8))
@given(questions())
def test_numbers_are_those_of_with_definitions_and_differ_for_a_reason(asked: Question) -> None:
    results = FromPackage(asked.case, asked.query).results
    name: Any = asked.choose("set").choice([*rw.DEFINITIONS])
    own = results.with_definitions(name)
    keyed = {(None, m): v for m, v in own.overview().select("metric", "value").iter_rows()}
    keyed |= {
        (c, m): v for c, m, v in own.channels().select("channel", "metric", "value").iter_rows()
    }
    usual = results.dialects(["default"])
    found = results.dialects([name])
    for row, before in some([*zip(found.to_dicts(), usual.to_dicts(), strict=True)]):
        place = row["channel"], row["metric"]
        assert row["value"] == keyed.get(place)
        assert same(row["value"], before["value"]) == (row["reason"] is None), row


def log(*rows: tuple[str, str, int]) -> rw.Results:
    mail = {"id": "mail", "channel": "email"}
    campaign: dict[str, Any] = {"id": "c", "goal": {"events": ["Purchase"]}, "actions": [mail]}
    campaign["attribution_window"] = "7d"
    events = pl.DataFrame(rows, ["user_id", "event", "day"], orient="row").select(
        "user_id",
        "event",
        pl.when(pl.col("event") != "Purchase").then(pl.lit("mail")).alias("action_id"),
        timestamp=pl.datetime(2026, 3, "day", time_zone="UTC"),
    )
    return rw.Results(campaign, events, time_zone="UTC")


# Anna gets the mail twice, and opens it on two days; Bob's bounces; Cleo opens nothing.
LOG = (
    *(("anna", "sent", 1), ("anna", "delivered", 1), ("anna", "opened", 1)),
    *(("anna", "sent", 2), ("anna", "delivered", 2), ("anna", "opened", 2)),
    *(("bob", "sent", 1), ("bob", "bounced", 1), ("cleo", "sent", 1), ("cleo", "delivered", 1)),
)


def test_unique_open_rate_of_a_log_that_can_be_counted() -> None:
    found = log(*LOG).dialects().filter(channel="email", metric="unique_open_rate")
    by_hand = {
        **dict.fromkeys(("default", "klaviyo", "moengage"), 1 / 2),  # Anna, of Anna and Cleo
        **dict.fromkeys(("iterable", "customerio", "onesignal"), 1 / 3),  # of three deliveries
        **dict.fromkeys(("leanplum", "clevertap"), 1 / 4),  # of four sent
        "braze": 2 / 3,  # Anna on two days
        "leanplum-v2": 2 / 4,
    }
    assert dict(found.select("set", "value").iter_rows()) == by_hand
    reasons = dict(found.select("set", "reason").iter_rows())
    assert reasons["klaviyo"] is reasons["default"] is None
    assert reasons["iterable"] == "Base of unique rates: events, not people"
    # By itself, the base changes nothing of people over people; without it, the number were another.
    assert reasons["clevertap"] == (
        "Base of email rates: sent, not delivered; Base of unique rates: events, not people"
    )
    # Two differences that cancel each other are none.
    assert reasons["leanplum-v2"] is None
    assert found.filter(set="leanplum-v2")["difference"].item() == 0
    told = dict(found.select("set", "not_expressed").iter_rows())
    assert told["braze"] == "opens and clicks are unique per dispatch and seven days, not per day"
    assert told["default"] is None


def test_sets_of_ones_own_stand_beside_those_that_ship() -> None:
    mine = rw.Definitions.from_dict({"name": "mine", "email_rate_base": "sent"})
    found = log(*LOG).dialects([mine, "default"]).filter(channel="email", metric="open_rate")
    assert found.rows() == [
        (
            "email",
            "open_rate",
            "mine",
            2 / 4,
            2 / 4 - 2 / 3,
            "Base of email rates: sent, not delivered",
            None,
        ),
        ("email", "open_rate", "default", 2 / 3, 0.0, None, None),
    ]
    assert rw.DEFINITIONS["default"].diff(mine).rows() == [
        ("email_rate_base", '"delivered"', '"sent"')
    ]
    assert mine.diff(mine).is_empty()


def test_what_cannot_be_asked_is_refused() -> None:
    results = log(*LOG)
    with pytest.raises(rw.QueryError, match="did you mean 'braze'"):
        results.dialects(["brase"])  # type: ignore[list-item]
    with pytest.raises(rw.QueryError, match="sets= is empty"):
        results.dialects([])
    with pytest.raises(rw.QueryError, match="a roll-up cannot tell its numbers under other rules"):
        results.rollup().results(time_zone="UTC").dialects()


def test_a_set_is_used_by_name_and_offered_where_it_is_given() -> None:
    results = log(*LOG)
    assert results.with_definitions("braze").definitions == rw.DEFINITIONS["braze"]
    assert definition_names(results) == [*OFFERED]
    assert definition_names(results.with_definitions("braze")) == ["braze", *OFFERED]


def test_every_rule_in_which_a_set_differs_has_its_source() -> None:
    default = rw.DEFINITIONS["default"]
    for name, dialect in some(DIALECTS.items()):
        differs = set(default.diff(dialect.definitions)["rule"])
        assert differs <= set(dialect.rules), name
        fields = set(default.to_dict()) - {"name", "text"}
        assert set(dialect.rules) <= fields, name


def test_metrics_that_cannot_be_expressed_are_metrics_of_the_glossary() -> None:
    known = {
        *get_args(names.CampaignMetric),
        *get_args(names.ChannelMetric),
        *get_args(names.ActionMetric),
    }
    unsaid = [one for dialect in DIALECTS.values() for one in dialect.unsaid]
    assert [one for one in some(unsaid) if not set(one.metrics) <= known] == []
