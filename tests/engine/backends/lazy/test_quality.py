"""What is wrong with the events is the same wherever they are."""

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st
from polars.testing import assert_frame_equal

import results_widgets as rw
from tests.support.answers import FromPackage
from tests.support.crowded import crowded, held_against_reference
from tests.support.engines import REUSED
from tests.support.profiles import examples
from tests.support.strategies import Question, questions
from tests.support.wrong_rows import wrong_rows


def held_against_memory(placed: Callable[[pl.DataFrame], object]) -> None:
    campaign, events, users = wrong_rows()
    there = rw.Results(campaign, placed(events), users, time_zone="UTC").quality()
    here = rw.Results(campaign, events, users, time_zone="UTC").quality()
    assert_frame_equal(there, here)
    nothing = here.filter(pl.col("rows") == 0)["check"].to_list()
    assert nothing == ["repeated hour", "unread file"]


def test_everything_wrong_is_found_on_duckdb(duckdb_tables: None) -> None:
    held_against_memory(FromPackage.placed)


def test_ids_may_all_be_missing(duckdb_tables: None) -> None:
    campaign, events, _ = wrong_rows()
    nameless = events.with_columns(pl.lit(None, pl.String).alias("event_id"))
    there = rw.Results(campaign, FromPackage.placed(nameless), time_zone="UTC")
    assert_frame_equal(there.quality(), rw.Results(campaign, nameless, time_zone="UTC").quality())


def test_everything_wrong_is_found_in_the_portable_way(portable_polars: None) -> None:
    held_against_memory(FromPackage.placed)


@pytest.mark.nightly
@pytest.mark.spark
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_everything_wrong_is_found_on_spark(spark_tables: None) -> None:
    held_against_memory(FromPackage.placed)


@settings(max_examples=examples(4), suppress_health_check=REUSED)
@given(asked=questions())
def test_random_campaigns_have_the_same_quality(duckdb_tables: None, asked: Question) -> None:
    campaign, events, users = dict(asked.case.campaign), asked.case.events, asked.case.users
    there = rw.Results(campaign, FromPackage.placed(events), users, time_zone="UTC")
    here = rw.Results(campaign, events, users, time_zone="UTC")
    assert_frame_equal(there.quality(), here.quality())


@pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")
@settings(max_examples=examples(4), suppress_health_check=REUSED)
@given(seed=st.integers(0, 2**32 - 1))
def test_crowded_logs_have_the_findings_of_the_reference(duckdb_tables: None, seed: int) -> None:
    case = crowded(seed)
    held_against_reference(case, FromPackage.placed(case.events))
