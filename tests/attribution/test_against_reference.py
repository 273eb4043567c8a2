"""Random campaigns: attribution and paths equal what the reference says, one conversion at a time."""

import polars as pl
import pytest
from hypothesis import given, settings

from tests.support.answers import FromPackage
from tests.support.credit import same_attribution
from tests.support.profiles import examples
from tests.support.strategies import Question, questions

pytestmark = pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")


@settings(max_examples=examples(60))
@given(asked=questions())
def test_every_model_credits_as_the_reference_does(asked: Question) -> None:
    same_attribution(asked, FromPackage(asked.case, asked.query).results)


@settings(max_examples=examples(15))
@given(asked=questions())
def test_last_interaction_is_what_conversions_say(asked: Question) -> None:
    results = FromPackage(asked.case, asked.query).results
    found = results.attribution("last_interaction").filter(pl.col("conversions") > 0)
    counted = results.conversions()
    if asked.query.definitions in ("default", "people only"):
        counted = counted.filter(~pl.col("held_back"))
    own = counted.group_by("action_id").len()
    assert dict(found.select("owner", "conversions").iter_rows()) == dict(own.iter_rows())
