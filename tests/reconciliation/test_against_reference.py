"""Random logs: each step is what the log comes to when it is counted again under that rule, row by row."""

import math
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings

import results_widgets as rw
from results_widgets.reconciliation import Reconciliation
from results_widgets.reconciliation.causes import CAUSES
from tests.reference import Query
from tests.reference.reconcile import Rules, in_days, numbers
from tests.support.answers import FromPackage
from tests.support.profiles import examples
from tests.support.strategies import ZONES, Question, questions

pytestmark = pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")

ARGUMENTS = {
    "time_zone": "time_zone",
    "late_events": "as_of",
    "duplicates": "duplicates",
    "developers": "developers",
    "machine_opens": "machine_opens",
    "machine_clicks": "machine_clicks",
    "window": "window",
    "uniques_per_day": "unique",
    "rate_base": "rate_base",
}
"""The causes whose steps the reference works out, in their order, and the argument that tells each."""


def rules_of(random: Random, asked: Question) -> dict[str, Any]:
    """Some rules of theirs, by cause; not all of them differ from ours."""
    times = [time for time in asked.case.events["timestamp"].to_list() if time is not None]
    moment = random.choice(times)
    possible: dict[str, Any] = {
        "time_zone": random.choice(ZONES),
        "late_events": moment,
        "duplicates": "counted",
        "developers": False,
        "machine_opens": "left_out",
        "machine_clicks": "left_out",
        "window": timedelta(hours=random.choice([0, 7, 500])),
        "uniques_per_day": "user_day",
        "rate_base": "sent",
    }
    return {key: value for key, value in possible.items() if random.random() < 0.5}


def is_comparable(key: str, rules: Rules) -> bool:
    """Of what machines did, the reference tells apart only what is left out."""
    return not ("machine" in key and rules.without_machines)


def same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is None and other is None
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


@settings(max_examples=examples(8))
@given(questions())
def test_steps_are_what_the_log_comes_to_under_each_rule(asked: Question) -> None:
    random = asked.choose("reconcile")
    first = datetime.fromisoformat(str(asked.case.events["timestamp"].min()))
    ranged = random.random() < 0.5
    days = (first.date(), (first + timedelta(days=random.randint(0, 3))).date())
    results = FromPackage(asked.case, Query()).results
    told = rules_of(random, asked)

    def expected(causes: list[str]) -> dict[Any, Any]:
        rules = Rules(**{ARGUMENTS[cause]: told[cause] for cause in causes})
        query = Query()
        if ranged:
            start, end = (datetime.combine(day, datetime.min.time()) for day in days)
            query = in_days(query, start, end, rules.time_zone)
        found = numbers(asked.case, query, rules)
        return {place: value for place, value in found.items() if is_comparable(place[1], rules)}

    ours = expected([])
    places = [place for place, value in ours.items() if value is not None]
    theirs = pl.DataFrame(
        [(*place, random.choice([ours[place], random.randint(0, 9)])) for place in places],
        schema={"action": pl.String, "metric": pl.String, "value": pl.Float64},
        orient="row",
    )
    arguments = {ARGUMENTS[cause]: value for cause, value in told.items()}
    span: dict[str, Any] = {"start": days[0], "end": days[1]} if ranged else {}
    found = results.reconcile(theirs, guess=False, rates="fraction", **arguments, **span)
    holds(found, ours, expected)


def holds(found: Reconciliation, ours: dict[Any, Any], expected: Any) -> None:
    told = found.rules.filter(status="told")["cause"].to_list()
    assert told == [cause.key for cause in CAUSES if cause.key in told]
    after = [expected(told[:place]) for place in range(1, len(told) + 1)]
    alone = {cause: expected([cause]) for cause in told}
    parts = found.waterfall.partition_by("action", "metric", as_dict=True)
    for row in found.table.to_dicts():
        place = (row["action"], row["metric"])
        assert same(row["ours"], ours[place]), place
        steps = parts[place].to_dicts()
        assert [step["cause"] for step in steps if step["text"][:3] != "n/a"][-1] == "rest"
        total = row["ours"] + sum(step["step"] or 0 for step in steps)
        assert same(total, row["theirs"]), place
        assert same(row["explained"] + row["rest"], row["difference"])
        known = {step["cause"]: step for step in steps}
        for cause, numbers_after in zip(told, after, strict=True):
            number = numbers_after.get(place)
            if number is not None:
                assert same(known[cause]["value"], number), (place, cause)
            if (number := alone[cause].get(place)) is not None:
                assert same(known[cause]["alone"], number - ours[place]), (place, cause)


@settings(max_examples=examples(10))
@given(questions())
def test_told_rules_leave_nothing_unexplained(asked: Question) -> None:
    random = asked.choose("explained")
    ours = FromPackage(asked.case, replace(Query(), start=asked.query.start, end=asked.query.end))
    results = ours.results
    shipped = rw.DEFINITIONS[random.choice(["default", "leanplum", "leanplum-v2"])]
    machines: Any = random.choice(["counted", "left_out"])
    rules: dict[str, Any] = {
        "definitions": replace(shipped, name="theirs", machine_opens=machines),
        "time_zone": random.choice(ZONES),
        "developers": random.random() < 0.5,
        "clock": random.choice(["event", "entry"]),
    }
    there = results.with_definitions(rules["definitions"]).in_time_zone(rules["time_zone"])
    there = there.analytics(developers=rules["developers"]).with_clock(rules["clock"])
    parts = [there.overview().with_columns(action_id=pl.lit(None, pl.String)), there.actions()]
    theirs = pl.concat([part.select("action_id", "metric", "value") for part in parts])
    found = results.reconcile(theirs, guess=False, rates="fraction", **rules)
    refused = found.rules.filter(status="n/a")["cause"].to_list()
    table = found.table.filter(pl.col("rest").is_not_null())
    if not refused:
        assert table.filter(pl.col("rest") != 0).is_empty()
    for row in table.to_dicts():
        assert same(row["ours"] + row["explained"] + row["rest"], row["theirs"])
