"""The trait of a range's first or last day."""

from datetime import date
from typing import Any

import traitlets

from results_widgets.view_model.known_values import parsed_day


class Day(traitlets.TraitType[date | None, date | str | None]):
    """A date, or its ISO text. Setting one selects the custom range."""

    info_text = "a date such as '2026-03-01', or None"

    def validate(self, obj: Any, value: Any) -> date | None:
        """Return the date that a value is or names."""
        day = parsed_day(value) if isinstance(value, str) else value
        if not isinstance(day, date):
            self.error(obj, value)
        return day

    # Not `set`, which traitlets calls again when it cross-validates.
    def __set__(self, obj: Any, value: date | str | None) -> None:
        with obj._callbacks.held():
            super().__set__(obj, value)
            if value is not None:
                obj.range = "custom"
