"""Breakdowns by several columns: what is asked for, and what is refused."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import results_widgets as rw
from tests.support.loops import some

BY = ["variant", "country"]


def test_each_combination_is_a_group_with_a_column_for_each_name(lifelike: rw.Results) -> None:
    for frame in (lifelike.overview, lifelike.channels, lifelike.actions):
        assert frame(by=BY).columns[-2:] == BY
        assert frame(by=BY, formatted=True).columns[-2:] == BY
        assert_frame_equal(frame(by=["variant"]), frame(by="variant"))
    series = lifelike.explore("users", every="1mo", by=BY, compare="previous")
    assert series.columns == ["time", "value", *BY, "previous", "previous_time"]
    assert lifelike.time_to_convert(by=BY).columns[-2:] == BY


def test_the_groups_are_those_of_each_value_filtered(lifelike: rw.Results) -> None:
    events = lifelike.users_in_campaign().events().collect()
    campaign, users = lifelike.campaign, lifelike.users_in_campaign().users
    found = lifelike.overview(by=["country", "plan"]).filter(metric="users")
    for country, plan, value in some(found.select("country", "plan", "value").rows()):
        own = users.filter(pl.col("country").eq_missing(country), pl.col("plan").eq_missing(plan))
        theirs = events.join(own, on="user_id", how="semi")
        alone = rw.Results(campaign, theirs, own, time_zone="UTC").overview()
        assert alone.filter(metric="users")["value"].item() == value, (country, plan)


@pytest.mark.parametrize(
    ("by", "message"),
    [
        (["variant", "contry"], r"unknown column 'contry' \(did you mean 'country'\?\)"),
        ([], r"by=\[\] is empty; pass None"),
        (["plan", "plan"], r"by= names 'plan' twice"),
    ],
)
def test_what_names_no_columns_is_refused(
    lifelike: rw.Results, by: list[str], message: str
) -> None:
    for ask in (lifelike.overview, lifelike.channels, lifelike.actions, lifelike.time_to_convert):
        with pytest.raises(rw.QueryError, match=message):
            ask(by=by)
    with pytest.raises(rw.QueryError, match=message):
        lifelike.explore("users", by=by)


def test_arms_are_named_by_one_column(lifelike: rw.Results) -> None:
    with pytest.raises(rw.QueryError, match=r"experiment\(by=…\) takes the name of one column"):
        lifelike.experiment(by=BY)  # type: ignore[arg-type]


def test_approximate_uniques_and_roll_ups_have_no_breakdown(lifelike: rw.Results) -> None:
    with pytest.raises(rw.QueryError, match=r"for by= take results.with_uniques\('exact'\)"):
        lifelike.with_uniques("approximate").overview(by=BY)
