"""Random trials: an experiment's table equals the one worked out user by user."""

from collections import Counter

from hypothesis import given, settings, strategies as st

from tests.reference.experiment import Asked, Study
from tests.support.profiles import examples
from tests.support.properties import both, experiments
from tests.support.trials import trial


@settings(max_examples=examples(20))
@given(seed=st.integers(0, 2**32 - 1))
def test_table_is_the_references(seed: int) -> None:
    asked = trial(seed)
    experiments(asked, *both(asked))


def test_trials_reach_every_verdict() -> None:
    """Else the property above would hold of little."""
    seen: Counter[str] = Counter()
    for seed in range(12):
        asked = trial(seed)
        study = Study(asked.case, asked.query, Asked(by="variant", control="A", level=0.8))
        seen.update(row["verdict"] for row in study.table())
    assert {"better", "worse", "no difference shown", "too early"} <= set(seen)
