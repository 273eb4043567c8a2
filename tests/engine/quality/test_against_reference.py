"""The findings are those of the plain reference, each on logs in which it is common."""

import pytest
from hypothesis import given, settings, strategies as st

from results_widgets.engine.quality.days import Volume
from tests.reference.quality import findings, missing_days, sudden_days
from tests.support.crowded import crowded, held_against_reference
from tests.support.profiles import examples
from tests.support.strategies import Question, questions


@pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=examples(25))
def test_crowded_logs(seed: int) -> None:
    case = crowded(seed)
    held_against_reference(case, case.events)


@pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")
@given(asked=questions())
@settings(max_examples=examples(25))
def test_random_campaigns(asked: Question) -> None:
    held_against_reference(asked.case, asked.case.events)


def test_crowded_logs_have_everything() -> None:
    found: set[str] = set()
    for seed in range(40):
        found |= {check for check, (rows, _) in findings(crowded(seed)).items() if rows}
    assert found == {*findings(crowded(0))}


VOLUMES = st.lists(
    st.sampled_from([0, 0, 1, 19, 20, 21, 30, 49, 50, 60, 100, 149, 150, 250, 251, 300]),
    max_size=40,
)
WEEKS = st.tuples(st.lists(st.sampled_from([0, 20, 60, 400]), min_size=7, max_size=7), VOLUMES)


@given(VOLUMES | WEEKS.map(lambda both: both[0] * 3 + both[1] + both[0] * 2))
@settings(max_examples=examples(300))
def test_days(volumes: list[int]) -> None:
    volume = Volume(0, volumes)
    assert volume.missing == missing_days(volumes)
    assert volume.sudden == sudden_days(volumes)
