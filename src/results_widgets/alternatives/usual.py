"""The usual other rules: what tools of this field choose differently, each tried alone."""

from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from results_widgets.reconciliation.causes import CAUSES, Cause
from results_widgets.reconciliation.scenario import Laboratory, Scenario

ATTRIBUTION: Final = "attribution"
MODELS: Final = (
    "last_interaction",
    "last_touch",
    "first_touch",
    "linear",
    "time_decay",
    "last_click",
)
"""The models of attribution that are tried, but for the numbers' own."""

WINDOWS: Final = tuple(timedelta(days=days) for days in (1, 3, 7, 30))
"""The attribution windows that are tried."""

RULES: Final = (
    "window",
    "machine_opens",
    "machine_clicks",
    "uniques_per_day",
    "held_back",
    "clock",
    "rate_clock",
)
"""Keys of the rules that are tried, in their order."""

_CAUSES: Final[dict[str, Cause]] = {cause.key: cause for cause in CAUSES}


@dataclass(frozen=True, slots=True)
class Choice:
    """One usual other rule.

    Attributes:
        rule: Key of what is chosen.
        label: Its name on screen.
        words: The choice in words.
        scenario: The numbers' scenario with this rule changed; None where it cannot be.
        why: Why it cannot be tried on this data; else empty.
    """

    rule: str
    label: str
    words: str
    scenario: Scenario | None
    why: str = ""


def usual_choices(
    lab: Laboratory, base: Scenario, rules: Collection[str] = RULES
) -> Iterator[Choice]:
    """Yield every rule that is tried, changed from the numbers' own, one at a time.

    Args:
        lab: Has the data.
        base: The numbers' own scenario.
        rules: Which of `RULES` are tried.
    """
    for key in (one for one in RULES if one in rules):
        cause = _CAUSES[key]
        why = cause.missing(lab.data)
        for value in _others(cause, lab, base):
            scenario = None if why else cause.change(base, value)
            yield Choice(key, cause.label, cause.words(value), scenario, why)


def _others(cause: Cause, lab: Laboratory, base: Scenario) -> list[Any]:
    own = cause.read(base)
    if cause.key == "window":
        given = lab.data.campaign.attribution_window
        return [window for window in WINDOWS if window != given]
    if cause.key == "clock":
        return ["entry" if own == "event" else "event"]
    assert cause.other is not None, "a rule with one other value"
    other: Hashable = cause.other(own)
    return [other]
