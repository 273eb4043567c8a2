"""Sentences are what they are made of, but for their first letter and their full stop."""

import pytest

from results_widgets.view_model.formatting import capitalized, sentence


@pytest.mark.parametrize(
    ("text", "told"),
    [("", ""), ("a", "A"), ("ab CD", "Ab CD"), ("ÜBER", "ÜBER"), ("éa b", "Éa b"), ("1a", "1a")],
)
def test_only_the_first_letter_is_made_upper_case(text: str, told: str) -> None:
    assert capitalized(text) == told
    assert sentence(text) == f"{told}."
