"""The trait for what a chart is compared with: a plain value, since it is sent to the browser and saved in views."""

from datetime import date
from typing import Any, Final

import traitlets

from results_widgets.engine.metrics.earlier import Against
from results_widgets.errors import QueryError
from results_widgets.results.over_time import as_against

CAMPAIGN: Final = "campaign"
"""Names the other campaign that a widget was given."""


class Compare(traitlets.TraitType[bool | str, bool | str | date | None]):
    """Nothing (False), the period before (True), ``"last_year"``, the first day of another period as ISO text, or
    ``"campaign"``.
    """

    info_text = (
        "True (the period before), 'last_year', the first day of another period such as '2026-02-15', or "
        "'campaign' (the one that the widget was given: rw.Dashboard(results, compare=other))"
    )

    def validate(self, obj: Any, value: Any) -> bool | str:
        """Return the plain value of what is compared."""
        if value is None or isinstance(value, bool):
            return bool(value)
        if value == CAMPAIGN:
            return CAMPAIGN
        try:
            against = as_against(value)
        except QueryError:
            self.error(obj, value)
        return True if against == "previous" else str(against)


def chosen_against(compare: bool | str) -> Against | None:  # noqa: FBT001 - the trait's own values
    """Return the period that a selection's value asks for; None: none."""
    if isinstance(compare, bool):
        return "previous" if compare else None
    return None if compare == CAMPAIGN else as_against(compare)
