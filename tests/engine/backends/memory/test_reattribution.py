"""Conversions credited again are those of a walk of their own, to whichever definition set one changes."""

from itertools import permutations

import pytest
from hypothesis import given, settings, strategies as st
from polars.testing import assert_frame_equal

from results_widgets.engine.backends.memory import reattribution, walk
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.backends.memory.journeys import build_journeys, reattribute
from results_widgets.engine.encoding import user_ids
from tests.reference.rules import CREDITED
from tests.support.answers import FromPackage
from tests.support.definition_sets import definitions_of
from tests.support.loops import some
from tests.support.profiles import examples
from tests.support.strategies import Question, questions

SETS = ("default", "leanplum", "leanplum-v2", "people only", *CREDITED)


@settings(max_examples=examples(20))
@given(questions(), st.sampled_from([2, 1 << 21]))
def test_conversions_credited_again_are_those_of_a_walk(asked: Question, piece: int) -> None:
    data = FromPackage(asked.case, asked.query).results._session.data
    assert isinstance(data, MemoryBackend)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walk, "_CHUNK", piece)
        for module in (reattribution, user_ids):
            patch.setattr(module, "CHUNK_ROWS", piece)
        sets = asked.choose("sets").sample(SETS, 3)
        walked = {
            name: build_journeys(data.log, data.campaign, definitions_of(name)) for name in sets
        }
        for before, after in some(permutations(sets, 2)):
            again = reattribute(walked[before], data.log, definitions_of(after))
            assert_frame_equal(again.entries, walked[after].entries)
            # Without a conversion there is nothing to credit, and the frame stays the one of before.
            some_found = not again.conversions.is_empty()
            assert_frame_equal(
                again.conversions, walked[after].conversions, check_dtypes=some_found
            )
