"""A campaign as some users saw it: every number is that of their group, and every title says whose it is."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings

import results_widgets as rw
from tests.support.journeys import JOURNEYS, ids, results_of
from tests.support.profiles import examples
from tests.support.some_users import numbers_are_those_of_their_group
from tests.support.strategies import Question, questions


@settings(max_examples=examples(40))
@given(asked=questions())
def test_numbers_are_those_of_their_group(asked: Question) -> None:
    numbers_are_those_of_their_group(asked)


def test_by_hand() -> None:
    results = results_of(JOURNEYS)
    opened = results.users_in_action("a", "opened")
    found = {row["metric"]: row["value"] for row in results.within(opened).overview().to_dicts()}
    assert (found["users"], found["conversions"], found["converted_rate"]) == (1, 1, 1)
    rest = results.within(~opened)
    assert ids(rest.users_in_campaign()) == ["bob", "carl"]
    # Of nobody there is nothing, and no error.
    nobody = results.within(opened - opened)
    assert nobody.overview().filter(metric="users")["value"].to_list() == [0]
    assert nobody.explore("users")["value"].to_list() == [0]
    # Of some users of these, those who are in both.
    assert results.within(opened).within(~opened).unique_users() == 0


def test_titles_and_rules_say_whose_numbers_they_are(lifelike: rw.Results, tmp_path: Path) -> None:
    clicked = lifelike.users("unique_clicked", channel="email").named("clicked")
    theirs = lifelike.within(clicked)
    assert ", users in “clicked”'" in repr(theirs)
    assert "users in “clicked”" in theirs.to_html(tmp_path / "page.html", min_cell=1).read_text(
        "utf-8"
    )
    bought = theirs.users("conversions")
    assert "users in “clicked”" in bought.rule
    # A rule finds the same users in the whole campaign, and on newer data.
    assert ids(lifelike.segment(bought.expression or {})) == ids(bought)
    assert ids(bought) == ids(lifelike.users("conversions") & clicked)
    assert theirs.campaign.id == lifelike.campaign.id


def test_the_users_stay_after_a_refresh_and_in_another_scope(tmp_path: Path) -> None:
    rw.datasets.generate(200, seed=1, path=tmp_path / "in")
    results = rw.load(tmp_path / "in", time_zone="UTC")
    clicked = results.users("unique_clicked", channel="email").named("clicked")
    theirs = results.within(clicked)
    assert theirs.refresh().unique_users() == theirs.unique_users() == len(clicked)
    march = theirs.between("2026-03-09", "2026-03-15")
    assert march.unique_users() == len(
        results.between("2026-03-09", "2026-03-15").users("users") & clicked
    )
    before = march.previous(equal_age=True)
    assert before is not None
    own = results.between("2026-03-02", "2026-03-08").users("users") & clicked
    assert before.unique_users() == len(own)


def test_arms_are_not_compared_among_users_whom_the_arms_may_have_chosen(
    lifelike: rw.Results,
) -> None:
    theirs = lifelike.within(lifelike.users("unique_clicked", channel="email"))
    with pytest.raises(rw.QueryError, match="may depend on what the arms did"):
        theirs.experiment()
    trusted = theirs.experiment(trust=True, metrics="converted")
    assert all(method.endswith("not random, trusted") for method in trusted.table["method"])
    assert "not random" in str(trusted.summary())
    # Neither the sentences nor the screen draw a verdict.
    assert "than" not in theirs.summary().splitlines()[0]
    rw.Dashboard(theirs)


def test_what_cannot_be_is_refused(lifelike: rw.Results, tmp_path: Path) -> None:
    with pytest.raises(rw.QueryError, match=r"within\('clicked'\): pass a segment"):
        lifelike.within("clicked")  # type: ignore[arg-type]
    numbers = rw.Segment(pl.DataFrame({"user_id": [1]}), name="mine", rule="mine")
    with pytest.raises(rw.QueryError, match="has user ids of type Int64"):
        lifelike.within(numbers)
    everyone = lifelike.users_in_campaign()
    with pytest.raises(rw.QueryError, match="a roll-up cannot tell"):
        lifelike.rollup("1d").results(time_zone="UTC").within(everyone)
    with pytest.raises(rw.QueryError, match="save the results of all users, and the segment"):
        lifelike.within(everyone).save(tmp_path / "x.rw")
