"""How many random examples a property draws.

The profile `ci` draws the same cases every time, so that a failure is a change's own fault, and a sixth
of what is usual; RESULTS_WIDGETS_HYPOTHESIS=thorough (`make test-thorough`, every night in CI) draws
new ones, and many; `mutants` (`make mutants`) draws all that is usual, the same every time, and stops at
the first that fails, however long it is; `mutants-few` (`ARGS=--few`) draws as many as `ci`.
"""

import os

from hypothesis import HealthCheck, Phase, settings

USUAL = 60
"""The examples of a property that says nothing else."""
_FEW = USUAL // 6
"""The same in `ci`, where every change waits for it."""
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def load() -> None:
    """Sets the profile that the environment asks for."""
    settings.register_profile(
        "ci", max_examples=_FEW, deadline=None, derandomize=True, suppress_health_check=_SLOW
    )
    settings.register_profile(
        "thorough",
        max_examples=1_000,
        deadline=None,
        derandomize=False,
        print_blob=True,
        suppress_health_check=_SLOW,
    )
    settings.register_profile(
        "mutants",
        settings.get_profile("ci"),
        max_examples=USUAL,
        phases=[Phase.explicit, Phase.generate],
    )
    settings.register_profile("mutants-few", settings.get_profile("mutants"), max_examples=_FEW)
    settings.load_profile(os.environ.get("RESULTS_WIDGETS_HYPOTHESIS", "ci"))


def examples(count: int) -> int:
    """As many examples as are usual of a property, and in each profile in proportion."""
    return max(1, settings().max_examples * count // USUAL)


def is_thorough() -> bool:
    """Whether everything is to be tried, of which `ci` takes a fixed share."""
    return settings().max_examples > USUAL
