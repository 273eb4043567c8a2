"""The converted rate under the usual other rules, one rule at a time, so that a click can go between two."""

from collections.abc import Generator
from typing import Final

from results_widgets.alternatives.run import Changed, Found, Line, changed_under
from results_widgets.alternatives.usual import usual_choices
from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.query import QueryScope
from results_widgets.reconciliation.scenario import Laboratory, Place, Scenario

_RATE: Final = Place("campaign", "", "converted_rate")
_MOVING: Final = frozenset({"window", "held_back", "clock", "rate_clock"})
"""The rules on which it depends which entries there are, and which of them converted: no open, click or credit does."""


def converted_rate_in_steps(data: UserBackend, query: QueryScope) -> Generator[None, None, Found]:
    """Return the converted rate under each usual other rule that can move it, pausing before each.

    The range is that of `sensitivity_of`, which also tries the rules that change other numbers only.

    Args:
        data: The campaign's data.
        query: Of the number as it is.
    """
    base = Scenario(query)
    lab = Laboratory(data)
    (own,) = lab.numbers(base, (_RATE,))
    metric = lab.metrics(base, "campaign", "").get(_RATE.metric)
    changed: list[Changed] = []
    for choice in usual_choices(lab, base, _MOVING):
        yield
        # Each has its own laboratory: of many events, one rule's entries are a gigabyte and are let go.
        changed.extend(changed_under(Laboratory(data), choice, (_RATE,)))
    return Found((Line(_RATE.metric, None, metric, own, tuple(changed)),), ())
