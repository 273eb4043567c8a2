"""Amounts in several currencies are never added up; in one, they are money with its currency."""

from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings

import results_widgets as rw
from results_widgets.engine.money import why_not_added
from tests import reference
from tests.reference.walk import all_conversions, stands_at, walk
from tests.support.answers import FromPackage
from tests.support.examples import case
from tests.support.profiles import examples
from tests.support.strategies import Question, questions

BOUGHT = """
    anna mail sent     01T10:00
    anna -    Purchase 01T11:00 value=10 currency=EUR
    bob  mail sent     02T10:00
    bob  -    Purchase 02T11:00 value=20 currency=eur
    carl mail sent     03T10:00
    carl -    Purchase 03T11:00 value=70 currency=USD
"""
MONEY = ("goal_value", "value_per_user")


def results(table: str, **campaign: Any) -> rw.Results:
    asked = case(table, **campaign)
    return rw.Results(dict(asked.campaign), FromPackage.placed(asked.events), time_zone="UTC")


def values(frame: pl.DataFrame) -> dict[str, Any]:
    return dict(frame.select("metric", "value").iter_rows())


def test_several_currencies_are_not_added_up() -> None:
    asked = results(BOUGHT)
    found = values(asked.overview())
    assert [found[name] for name in MONEY] == [None, None]
    assert (found["conversions"], found["users"]) == (3, 3)
    for every in ("1h", "1d", "1mo"):
        for cumulative in (False, True):
            line = asked.explore("goal_value", every=every, cumulative=cumulative)["value"]
            assert line.drop_nulls().sum() == 0
    by = asked.overview(by="currency").filter(metric="goal_value")
    assert dict(by.select("currency", "value").iter_rows()) == {"EUR": 30, "USD": 70, None: 0}
    counts = asked.overview(by="currency").filter(metric="conversions")
    assert dict(counts.select("currency", "value").iter_rows()) == {"EUR": 2, "USD": 1, None: 0}
    daily = asked.explore("goal_value", by="currency").filter(pl.col("value") > 0)
    assert sorted(daily.select("currency", "value").iter_rows()) == [
        ("EUR", 10),
        ("EUR", 20),
        ("USD", 70),
    ]
    note = rw.Dashboard(asked)._status["note"]
    assert "several currencies (EUR, USD), so they are not added up" in note
    assert rw.Dashboard(asked)._status["currency"] == ""


def test_one_currency_is_shown(tmp_path: Path) -> None:
    asked = results("\n".join(BOUGHT.splitlines()[:5]))
    assert values(asked.overview())["goal_value"] == 30
    assert rw.Dashboard(asked)._status["currency"] == "EUR"
    page = asked.to_html(tmp_path / "report.html", min_cell=1).read_text(encoding="utf-8")
    assert "<td>€30</td>" in page


def test_amount_without_its_currency_is_another_one() -> None:
    asked = results(BOUGHT.replace("USD", ""))
    assert values(asked.overview())["goal_value"] is None
    assert "(EUR, none)" in rw.Dashboard(asked)._status["note"]


def test_currency_of_what_never_converts_is_no_matter() -> None:
    asked = results(BOUGHT.replace("carl mail sent     03T10:00", ""))
    assert values(asked.overview())["goal_value"] == 30


def test_events_without_currencies_are_as_before() -> None:
    bare = "\n".join(line.split(" currency=")[0] for line in BOUGHT.splitlines())
    assert values(results(bare).overview())["goal_value"] == 100


def test_roll_ups_keep_currencies_apart(tmp_path: Path) -> None:
    euros, both = (results(table).rollup("1d") for table in (BOUGHT.replace("USD", "EUR"), BOUGHT))
    assert values(euros.results(time_zone="UTC").overview())["goal_value"] == 100
    loaded = rw.RollUp.load(both.save(tmp_path / "both.rollup")).results(time_zone="UTC")
    assert values(loaded.overview())["goal_value"] is None
    dollars = results(
        BOUGHT.replace("EUR", "USD").replace("eur", "USD").replace("=70", "=71")
    ).rollup("1d")
    merged = (euros | dollars).results(time_zone="UTC")
    assert values(merged.overview())["goal_value"] is None


@pytest.mark.parametrize(("users", "least"), [(1, 2), (2, 2), (4, 5), (5, 5)])
def test_a_currency_of_few_users_is_not_told(users: int, least: int, tmp_path: Path) -> None:
    """A column of that name may hold anything, but for the codes that everybody knows."""
    paid = [(f"u{n}", "MILES OF ANNA") for n in range(users)] + [("eva", "EUR")]
    lines = [f"{user} mail sent 01T10:00\n{user} - Purchase 01T12:00 value=1" for user, _ in paid]
    asked = case("\n".join(lines))
    names = pl.Series("currency", [name for _, name in paid for _ in range(2)])
    events = asked.events.with_columns(names)
    found = rw.Results(dict(asked.campaign), events, time_zone="UTC")
    note = why_not_added(found._session.data, found.definitions, least)
    said = "EUR, MILES OF ANNA" if users >= least else "EUR, (other)"
    assert f"several currencies ({said})" in note
    path = found.rollup("1d").save(tmp_path / "x.rollup")
    assert (b"MILES OF ANNA" in path.read_bytes()) == (users >= 5)
    assert "several currencies" in rw.Dashboard(rw.RollUp.load(path).results())._status["note"]


@given(questions())
@settings(max_examples=examples(40))
def test_currencies_of_random_campaigns(asked: Question) -> None:
    random = Random(repr(asked.case.events.height))
    kinds: list[list[str | None]] = [["EUR"], ["EUR", "usd"], ["EUR", None], [None]]
    names = random.choice(kinds)
    column = pl.Series(
        "currency", [random.choice(names) for _ in range(asked.case.events.height)], pl.String
    )
    whole = reference.Case(
        asked.case.campaign, asked.case.events.with_columns(column), asked.case.users
    )
    package = FromPackage(whole, asked.query).results
    found = all_conversions(whole, asked.query, walk(whole, asked.query))
    paid: dict[str | None, float] = {}
    inside: dict[str | None, float] = {}
    for one in found:
        if one.value is None:
            continue
        name = one.row["currency"] and one.row["currency"].upper()
        paid[name] = paid.get(name, 0) + one.value
        held = one.entry is not None and one.entry.steps[0].held_back
        counts = not held or package.definitions.held_back == "counted"
        at = stands_at(one, asked.query)
        if at is not None and asked.query.holds(at) and counts:
            inside[name] = inside.get(name, 0) + one.value
    is_mixed = len(paid) > 1
    value = values(package.overview())["goal_value"]
    if is_mixed and inside:
        assert value is None
    elif not is_mixed:
        assert value == pytest.approx(sum(inside.values()))
    split = package.overview(by="currency").filter(metric="goal_value")
    groups = {name: value for name, value in split.select("currency", "value").iter_rows() if value}
    assert groups == pytest.approx({name: value for name, value in inside.items() if value})
