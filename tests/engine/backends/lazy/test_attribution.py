"""Attribution of events on an engine: the steps are fetched, and the rest is the same code."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from tests.support import properties
from tests.support.answers import FromPackage
from tests.support.credit import same_attribution, same_cards
from tests.support.engines import REUSED, in_engine_order
from tests.support.profiles import examples
from tests.support.strategies import Question, question, questions

pytestmark = pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")


@settings(max_examples=examples(10), suppress_health_check=REUSED)
@given(asked=questions())
def test_lazy_frames_credit_as_the_reference_does(portable_polars: None, asked: Question) -> None:
    asked = in_engine_order(asked)
    same_attribution(asked, FromPackage(asked.case, asked.query).results)


@settings(max_examples=examples(4), suppress_health_check=REUSED)
@given(asked=questions())
def test_duckdb_credits_as_the_reference_does(duckdb_tables: None, asked: Question) -> None:
    asked = in_engine_order(asked)
    same_attribution(asked, FromPackage(asked.case, asked.query).results)


@settings(max_examples=examples(6), suppress_health_check=REUSED)
@given(asked=questions())
def test_cards_on_duckdb_are_what_the_model_says(duckdb_tables: None, asked: Question) -> None:
    asked = in_engine_order(asked)
    same_cards(asked, FromPackage(asked.case, asked.query).results)


@pytest.mark.nightly
@pytest.mark.spark
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_spark_credits_by_another_model(plainly_planned: None, spark_tables: None) -> None:
    asked = in_engine_order(question(388))
    query = replace(asked.query, definitions="first touch within 7h")
    asked = replace(asked, query=query)
    properties.everything_equal(asked, [properties.entries_and_conversions])
