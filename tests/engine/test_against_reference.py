"""Random campaigns: whatever is asked of the package equals what the reference answers.

RESULTS_WIDGETS_HYPOTHESIS=thorough draws new cases, a thousand for each property.
"""

import json

from hypothesis import Phase, given, note, settings

from tests.support.properties import everything_equal
from tests.support.strategies import Question, questions, smallest


@settings(phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(asked=questions())
def test_package_equals_reference(asked: Question) -> None:
    def fails(asked: Question) -> bool:
        try:
            everything_equal(asked)
        except Exception:  # noqa: BLE001
            return True
        return False

    if fails(asked):
        least = smallest(asked, fails)
        note(f"{least.query}\n{json.dumps(least.case.campaign)}")
        note(f"{least.case.rows}\n{least.case.profiles}")
        everything_equal(least)
