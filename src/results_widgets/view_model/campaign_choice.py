"""What is chosen in a list of campaigns: the month, which of them are shown, in which order, and which one is open."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any, Final

import traitlets

from results_widgets.errors import QueryError
from results_widgets.results.scope import days_of_month
from results_widgets.view_model.serialization import State

COLUMNS: Final = ("name", "channels", "entries", "rate", "lift", "value", "trend", "ripe")
"""Columns that the list can be sorted by; ``trend`` by the last rate that stays as it is."""
TABS: Final = ("overlap", "credit", "pressure", "heatmap")
RULES: Final = ("last", "first", "shared")
CREDITS: Final = ("each", *RULES)
PARTS: Final = ("results", "experiment")
_MOST_LETTERS: Final = 200


class CampaignChoice(traitlets.HasTraits):
    """What is chosen in a `Campaigns` widget.

    Attributes:
        month: Year and month that all numbers are of, ``"2026-03"``; None: each campaign as a whole.
        search: Letters that the names of the campaigns shown contain.
        channel: Label of a channel that the campaigns shown use; None: any.
        status: State of the campaigns shown, ``"running"``; None: any.
        goal: Goal of the campaigns shown, as the names of its events; None: any.
        least: Fewest entries of the campaigns shown.
        sort: The column that the list is sorted by, of `COLUMNS`; None: as in the portfolio.
        descending: Whether the largest come first.
        campaign: Name of the campaign that is open; None: the list is shown.
        part: What is shown of it: its results, or its experiment.
        tab: What is shown below: overlap, credit, pressure or heatmap.
        rule: How goal events that several campaigns claim are credited.
        credit: Which value the table shows: ``"each"``, what each campaign claims, or that of a rule.
    """

    month = traitlets.Unicode(None, allow_none=True)
    search = traitlets.Unicode("")
    channel = traitlets.Unicode(None, allow_none=True)
    status = traitlets.Unicode(None, allow_none=True)
    goal = traitlets.Unicode(None, allow_none=True)
    least = traitlets.Int(0, min=0)
    sort = traitlets.Enum(COLUMNS, "value", allow_none=True)
    descending = traitlets.Bool(True)
    campaign = traitlets.Unicode(None, allow_none=True)
    part = traitlets.Enum(PARTS, PARTS[0])
    tab = traitlets.Enum(TABS, TABS[0])
    rule = traitlets.Enum(RULES, RULES[0])
    credit = traitlets.Enum(CREDITS, CREDITS[0])

    def __init__(self, **chosen: Any) -> None:
        unknown = [name for name in chosen if name not in self.trait_names()]
        if unknown:
            raise QueryError.unknown("choice", unknown[0], self.trait_names())
        super().__init__(**chosen)

    @traitlets.validate("month")
    def _check_month(self, proposal: Mapping[str, Any]) -> str | None:
        month: str | None = proposal["value"]
        if month is None:
            return None
        try:
            days_of_month(month)
        except QueryError as error:
            raise traitlets.TraitError(str(error)) from None
        return month

    @traitlets.validate("search")
    def _check_search(self, proposal: Mapping[str, Any]) -> str:
        return str(proposal["value"])[:_MOST_LETTERS]

    def to_state(self) -> State:
        """Return the value of ``_choice``."""
        return {name: getattr(self, name) for name in self.trait_names()}

    def update_from(self, state: Mapping[str, object], names: Collection[str]) -> None:
        """Take over what a browser chose; values that cannot be chosen are left as they were.

        Args:
            state: As `to_state` returns it.
            names: The campaigns.
        """
        # One by one: notifications that are held are checked together, and one bad value would undo all.
        for name in self.trait_names():
            if name not in state or (name == "campaign" and state[name] not in (None, *names)):
                continue
            with suppress(traitlets.TraitError):
                setattr(self, name, state[name])
