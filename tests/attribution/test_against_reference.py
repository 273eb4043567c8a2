"""Random campaigns: attribution and paths equal what the reference says, one conversion at a time."""

import pytest
from hypothesis import given, settings

from tests.support.answers import FromPackage
from tests.support.credit import same_attribution, same_cards
from tests.support.profiles import examples
from tests.support.strategies import Question, questions

pytestmark = pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")


@settings(max_examples=examples(60))
@given(asked=questions())
def test_every_model_credits_as_the_reference_does(asked: Question) -> None:
    same_attribution(asked, FromPackage(asked.case, asked.query).results)


@settings(max_examples=examples(30))
@given(asked=questions())
def test_what_cards_credit_is_what_the_model_says(asked: Question) -> None:
    same_cards(asked, FromPackage(asked.case, asked.query).results)
