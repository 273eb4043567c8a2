"""What is chosen in a list of campaigns: the scope of its numbers, what is shown and how, which campaign is open."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import traitlets

from results_widgets.campaign.states import STATUSES
from results_widgets.errors import QueryError
from results_widgets.glossary.campaign import CAMPAIGN, CONVERTED_RATE, GOAL_VALUE, USERS
from results_widgets.results.scope import days_of_month
from results_widgets.view_model.selection import Selection
from results_widgets.view_model.serialization import State

USUAL_COLUMNS: Final = ("channels", "entries", "rate", "lift", "value", "trend", "ripe")
"""Default columns besides the name."""
METRICS: Final = tuple(metric for metric in CAMPAIGN if metric.shown)
"""Metrics of a whole campaign: each can be a column, and be drawn for all campaigns."""
_HAVE_COLUMNS: Final = (USERS, CONVERTED_RATE, GOAL_VALUE)
COLUMNS: Final = (*USUAL_COLUMNS, *(one.key for one in METRICS if one not in _HAVE_COLUMNS))
"""All columns, in the order in which they are offered; ``trend`` is sorted by the last rate that stays as it is."""
SETTINGS: Final = ("time_zone", "definitions", "machine_opens", "clock", "locale")
"""Fields that a dashboard's selection also has; each applies to all campaigns."""
SCOPE: Final = ("month", *SETTINGS)
"""Fields that change every number."""
SHOWN: Final = ("table", "multiples")
TABS: Final = ("overlap", "credit", "pressure", "heatmap")
RULES: Final = ("last", "first", "shared")
CREDITS: Final = ("each", *RULES)
PARTS: Final = ("results", "experiment")
_MOST_LETTERS: Final = 200


class CampaignChoice(traitlets.HasTraits):
    """What is chosen in a `Campaigns` widget.

    Attributes:
        month: Year and month that all numbers cover, ``"2026-03"``; None: each campaign as a whole.
        search: Text that the names of the shown campaigns contain.
        channel: Label of a channel that the campaigns shown use; None: any.
        states: States of the campaigns shown, ``["running", "paused"]``; empty: any.
        goal: Goal of the campaigns shown, as the names of its events; None: any.
        least: Fewest entries of the campaigns shown.
        show: Display: a ``table``, or ``multiples``, small charts on one scale.
        metric: Key of the metric that the small charts draw.
        columns: The table's columns beside the name, in order: ``channels``, ``entries``, ``rate``, ``lift``,
            ``value``, ``trend``, ``ripe``, and keys of the glossary such as ``unique_users``.
        sort: The column that the list is sorted by, or ``name``; None: as in the portfolio.
        descending: Whether the largest come first.
        campaign: Name of the campaign that is open; None: the list is shown.
        part: What is shown of it: its results, or its experiment.
        tab: What is shown below: overlap, credit, pressure or heatmap.
        rule: How goal events that several campaigns claim are credited.
        credit: Which value the table shows: ``"each"``, what each campaign claims, or that of a rule.
        time_zone: Zone of all campaigns' days, as an IANA name; None: each campaign's own.
        definitions: Name of a built-in definition set for all campaigns; empty: each campaign's own.
        machine_opens: Whether opens made by machines count; None: as the definitions say.
        clock: The day that events count on: that of the ``event`` or of its ``entry``; None: each campaign's own
            setting.
        locale: How numbers and days are written, such as ``"de"``; None: as each campaign's results are.
    """

    month = traitlets.Unicode(None, allow_none=True)
    search = traitlets.Unicode("")
    channel = traitlets.Unicode(None, allow_none=True)
    states = traitlets.List(traitlets.Unicode())
    goal = traitlets.Unicode(None, allow_none=True)
    least = traitlets.Int(0, min=0)
    show = traitlets.Enum(SHOWN, SHOWN[0])
    metric = traitlets.Enum([one.key for one in METRICS], CONVERTED_RATE.key)
    columns = traitlets.List(traitlets.Unicode(), list(USUAL_COLUMNS))
    sort = traitlets.Enum(("name", *COLUMNS), "value", allow_none=True)
    descending = traitlets.Bool(True)
    campaign = traitlets.Unicode(None, allow_none=True)
    part = traitlets.Enum(PARTS, PARTS[0])
    tab = traitlets.Enum(TABS, TABS[0])
    rule = traitlets.Enum(RULES, RULES[0])
    credit = traitlets.Enum(CREDITS, CREDITS[0])
    time_zone = traitlets.Unicode(None, allow_none=True)
    definitions = traitlets.Unicode("")
    machine_opens = traitlets.Bool(None, allow_none=True)
    clock = traitlets.Unicode(None, allow_none=True)
    locale = traitlets.Unicode(None, allow_none=True)

    def __init__(self, **chosen: Any) -> None:
        known = [*self.trait_names(), "status"]
        unknown = [name for name in chosen if name not in known]
        if unknown:
            raise QueryError.unknown("choice", unknown[0], known)
        if "status" in chosen:
            if "states" in chosen:
                raise QueryError("status is short for states of one; pass states alone")
            chosen["states"] = _only(chosen.pop("status"))
        super().__init__(**chosen)

    @classmethod
    def of_columns(cls, columns: Sequence[str] | None) -> "CampaignChoice":
        """Return a list as it opens with some columns.

        Args:
            columns: Beside the name; None: the usual ones.

        Raises:
            QueryError: A column is not known.
        """
        if columns is None:
            return cls()
        try:
            return cls(columns=list(columns))
        except traitlets.TraitError as error:
            raise QueryError(str(error)) from None

    @property
    def status(self) -> str | None:
        """The state of the campaigns shown where ``states`` has one; None: any, or one of several. May be set."""
        return self.states[0] if len(self.states) == 1 else None

    @status.setter
    def status(self, state: str | None) -> None:
        self.states = _only(state)

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

    @traitlets.validate("columns")
    def _check_columns(self, proposal: Mapping[str, Any]) -> list[str]:
        # The name stands first in any case.
        columns = [one for one in dict.fromkeys(proposal["value"]) if one != "name"]
        unknown = [one for one in columns if one not in COLUMNS]
        if unknown:
            raise traitlets.TraitError(str(QueryError.unknown("column", unknown[0], COLUMNS)))
        return columns

    @traitlets.validate("states")
    def _check_states(self, proposal: Mapping[str, Any]) -> list[str]:
        states = list(dict.fromkeys(proposal["value"]))
        unknown = [one for one in states if one not in STATUSES]
        if unknown:
            raise traitlets.TraitError(str(QueryError.unknown("state", unknown[0], STATUSES)))
        return states

    @traitlets.validate(*SETTINGS)
    def _check_setting(self, proposal: Mapping[str, Any]) -> object:
        name = proposal["trait"].name
        return getattr(Selection(**{name: proposal["value"]}), name)

    @traitlets.validate("search")
    def _check_search(self, proposal: Mapping[str, Any]) -> str:
        return str(proposal["value"])[:_MOST_LETTERS]

    @property
    def scope(self) -> tuple[object, ...]:
        """What every number depends on, as a key."""
        return tuple(getattr(self, name) for name in SCOPE)

    def selected(self) -> dict[str, Any]:
        """Return the same scope as a dashboard's selection has it: its range and settings by name."""
        days = {} if self.month is None else _days(self.month)
        return {"range": "whole", **days, **{name: getattr(self, name) for name in SETTINGS}}

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


def _only(state: str | None) -> list[str]:
    return [] if state is None else [state]


def _days(month: str) -> dict[str, Any]:
    first, last = days_of_month(month)
    return {"range": "custom", "start": first, "end": last}
