"""Attribution of events on an engine: the steps are fetched, and the rest is the same code."""

import pytest
from hypothesis import given, settings

from tests.support.answers import FromPackage
from tests.support.credit import same_attribution
from tests.support.engines import REUSED, in_engine_order
from tests.support.profiles import examples
from tests.support.strategies import Question, questions

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
