"""What is wrong with the events is the same wherever they are."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st
from polars.testing import assert_frame_equal

import results_widgets as rw
from tests.support.answers import FromPackage
from tests.support.crowded import crowded, held_against_reference
from tests.support.engines import REUSED
from tests.support.examples import case
from tests.support.profiles import examples
from tests.support.strategies import Question, questions

WRONG = """
    anna mail  sent     01T10:00
    anna mail  opened   01T11:00 variant=A
    anna mail  opened   01T12:00 variant=B
    bob  mail  sent     01T08:00 event_id=e1
    bob  mail  sent     01T10:05 event_id=e1
    bob  mail  sent     01T10:10 event_id=e1
    bob  mail  opened   01T07:00
    carl nudge sent     01T10:00
    carl nudge sent     01T10:00
    carl mail  yodelled 01T10:00
    dora elsewhere sent 01T10:00
    dora mail  sent     01T10:00 campaign_id=c2
    emil mail  sent     2199-01-01T00:00:00
    holed mail sent     01T10:00
    Anna  mail sent     01T10:00
    Anna  mail clicked  01T10:00:04
    Anna  -    Purchase 01T10:00:04
    anna  -    Purchase 01T12:00    value=3
    """


def volumes() -> str:
    """Days with sends, one of them without and one with many; and pushes that are opened before they are sent."""
    counts = [30] * 24
    counts[9], counts[16] = 0, 300
    sent = [
        f"u{day}x{n} mail sent {day + 2:02}T10:00"
        for day, count in enumerate(counts)
        for n in range(count)
    ]
    early = [f"u1x{n} nudge opened 03T10:{n:02}\nu1x{n} nudge sent 03T12:{n:02}" for n in range(12)]
    return "\n".join([*sent, *early])


def wrong() -> tuple[dict[str, Any], pl.DataFrame, pl.DataFrame]:
    """A campaign, events that have everything wrong, and users that lack some of them."""
    asked = case(f"{WRONG}{volumes()}", started_at="2026-03-01T09:00:00Z")
    rows = [asked.events]
    for column in ("user_id", "event", "timestamp"):
        holed = asked.events.filter(pl.col("user_id") == "holed")
        rows.append(holed.with_columns(pl.lit(None, holed.schema[column]).alias(column)))
    known = ["anna", "bob", "carl", "emil"]
    users = pl.DataFrame({"user_id": known, "is_developer": [True, False, None, False]})
    return dict(asked.campaign), pl.concat(rows), users


def held_against_memory(placed: Callable[[pl.DataFrame], object]) -> None:
    campaign, events, users = wrong()
    there = rw.Results(campaign, placed(events), users, time_zone="UTC").quality()
    here = rw.Results(campaign, events, users, time_zone="UTC").quality()
    assert_frame_equal(there, here)
    nothing = here.filter(pl.col("rows") == 0)["check"].to_list()
    assert nothing == ["unread file"]


def test_everything_wrong_is_found_on_duckdb(duckdb_tables: None) -> None:
    held_against_memory(FromPackage.placed)


def test_ids_may_all_be_missing(duckdb_tables: None) -> None:
    campaign, events, _ = wrong()
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
