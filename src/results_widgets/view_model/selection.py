"""What is selected on screen: one object that widgets share, changed by clicks and by code."""

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final, get_args

import traitlets

from results_widgets._shared import shared
from results_widgets.definitions import DEFINITIONS, Definitions
from results_widgets.engine.calendar import EVERY, from_micros
from results_widgets.engine.query import Clock
from results_widgets.errors import QueryError, ResultsError
from results_widgets.locales import locale_of
from results_widgets.results import Results
from results_widgets.tables.zones import check_zone, is_zone
from results_widgets.view_model.callbacks import CallsBackLater
from results_widgets.view_model.compare_trait import Compare
from results_widgets.view_model.day_trait import Day
from results_widgets.view_model.known_values import chosen_text, days_first, known_values
from results_widgets.view_model.serialization import State

RANGES: Final = ("whole", "today", "yesterday", "7d", "14d", "30d", "90d", "custom")
"""Named ranges; their days count back from the day of the newest event, so that a report shows the same tomorrow."""

AUTOMATIC: Final[str] = shared("chart")["automatic"]
"""The interval that suits the metric; see `interval_choice`."""

SCOPE_FIELDS: Final = (
    *("range", "start", "end", "time_zone"),
    *("definitions", "developers", "machine_opens", "clock"),
)
"""Fields of a selection that change every number; the others choose what is drawn."""


CHART_FIELDS: Final = ("metric", "action", "channel", "every", "cumulative", "compare", "by")
"""Fields that choose the chart, in addition to those that choose the data."""


class Selection(CallsBackLater):
    """What widgets show. Share one between widgets to link them; set a trait or `observe` it.

    A callback given to `observe` runs when every widget of the selection shows the change: it finds
    their new `segment`, `view` and `chart`, whichever was registered first.

    Attributes:
        metric: Key of the glossary; a metric of the action or channel, if one is selected. If neither metric,
            interval nor running totals are chosen, the first widget chooses all three to suit the campaign.
        action: Id of the selected action, or None.
        channel: Id of the selected channel, or None.
        range: One of `RANGES`; ``custom`` takes start and end.
        start: First day of a custom range (a date or ``"2026-03-01"``), or None; setting it selects
            the custom range.
        end: Last day of a custom range, included, or None; setting it selects the custom range.
        every: ``1h``, ``1d``, ``1w``, ``1mo``, or ``auto``: days; for a rate the shortest with denominators from 100.
        cumulative: Whether the chart shows running totals.
        compare: True (the period before), ``"last_year"``, another period's first day, or ``"campaign"``: another.
        by: Column that the chart is broken down by, or None.
        variant: Id of the variant that the flow shows, or None for everyone.
        time_zone: IANA name, or None for the results' own or the viewer's.
        definitions: Name of a built-in definition set; empty for the results' own.
        developers: Whether developer profiles are counted.
        machine_opens: Whether opens made by machines count; None: as the definitions say.
        clock: The day that events count on: that of the ``event`` or of its ``entry``; None: the results' own setting.
        locale: How numbers and days are written, such as ``"de"``; None: in English.

    Raises:
        TypeError: A keyword is none of these.
        TraitError: A value is not possible.

    Examples:
        >>> selection = rw.Selection(metric="conversions", start="2026-03-01", end="2026-03-31")
        >>> selection.range
        'custom'
        >>> flow = rw.Flow(results, selection=selection)
        >>> chart = rw.Explore(results, selection=selection)
        >>> selection.action = "we-miss-you"  # changes both
    """

    metric = traitlets.Unicode("users")
    action = traitlets.Unicode(None, allow_none=True)
    channel = traitlets.Unicode(None, allow_none=True)
    range = traitlets.Enum(RANGES, "whole")
    start = Day(None, allow_none=True)
    end = Day(None, allow_none=True)
    every = traitlets.Enum((AUTOMATIC, *EVERY), AUTOMATIC)
    cumulative = traitlets.Bool(False)
    compare = Compare(False)
    by = traitlets.Unicode(None, allow_none=True)
    variant = traitlets.Unicode(None, allow_none=True)
    time_zone = traitlets.Unicode(None, allow_none=True)
    definitions = traitlets.Unicode("")
    developers = traitlets.Bool(True)
    machine_opens = traitlets.Bool(None, allow_none=True)
    clock = traitlets.Enum(get_args(Clock), None, allow_none=True)
    locale = traitlets.Unicode(None, allow_none=True)

    def __init__(self, **values: object) -> None:
        unknown = sorted(set(values) - set(self.class_trait_names()))
        if unknown:
            raise TypeError(
                str(QueryError.unknown("selection trait", unknown[0], self.class_trait_names()))
            )
        super().__init__(**dict(days_first(values)))
        self._metric_is_chosen = "metric" in values
        self._line_is_chosen = any(name in values for name in CHART_FIELDS)

    def __getstate__(self) -> dict[str, Any]:
        # A copy is of the values: the widgets of this one, and their callbacks, stay with it.
        return {
            name: value
            for name, value in super().__getstate__().items()
            if name != "_own_callbacks"
        }

    def __repr__(self) -> str:
        return f"Selection({chosen_text(self)})"

    _line_is_chosen: bool = False  # by anybody, a widget included
    _metric_is_chosen: bool = False  # since the widgets last looked whether it goes with the rest
    # A metric, action and channel that were refused together.
    _refused: tuple[str, str | None, str | None] | None = None

    def notify_change(self, change: Any) -> None:
        """Have the widgets show the change, then the observers called."""
        if change["name"] == "metric":
            self._metric_is_chosen = True
        self._line_is_chosen |= change["name"] in CHART_FIELDS
        with self._callbacks.held():
            self._callbacks.changed()
            super().notify_change(change)

    @traitlets.validate("definitions")
    def _known_definitions(self, proposal: Mapping[str, str]) -> str:
        if proposal["value"] and proposal["value"] not in DEFINITIONS:
            raise traitlets.TraitError(
                str(QueryError.unknown("definition set", proposal["value"], DEFINITIONS))
            )
        return proposal["value"]

    @traitlets.validate("time_zone")
    def _known_zone(self, proposal: Mapping[str, str | None]) -> str | None:
        if proposal["value"] is None:
            return None
        try:
            return check_zone(proposal["value"])
        except QueryError as error:
            raise traitlets.TraitError(str(error)) from None

    @traitlets.validate("locale")
    def _known_locale(self, proposal: Mapping[str, str | None]) -> str | None:
        try:
            return proposal["value"] and locale_of(proposal["value"]).name
        except QueryError as error:
            raise traitlets.TraitError(str(error)) from None

    def apply(self, results: Results, viewer_zone: str = "") -> Results:
        """Return the results in the selected range, zone and definitions.

        Args:
            results: The results.
            viewer_zone: Zone of the browser, for results that name none; empty if not known.

        Returns:
            The results that widgets show.

        Raises:
            ResultsError: The range ends before it starts, or the like.

        Examples:
            >>> rw.Selection(range="7d").apply(results).unique_users()
            16
        """
        zone = self.zone(results, viewer_zone)
        if zone is not None:
            results = results.in_time_zone(zone)
        if self.definitions:
            results = results.with_definitions(DEFINITIONS[self.definitions])
        if self.machine_opens is not None:
            results = results.with_definitions(
                _with_machine_opens(results.definitions, counted=self.machine_opens)
            )
        if not self.developers:
            results = results.analytics()
        if self.clock is not None:
            results = results.with_clock(self.clock)
        results = self.written(results)
        first, last = self.days(results)
        return results if first is None and last is None else results.between(first, last)

    def written(self, results: Results) -> Results:
        """Return the same results, shown in the selected locale; see `locale`.

        Args:
            results: The results.

        Returns:
            Results that are shown in the selected locale; those passed if none is selected.

        Examples:
            >>> dashboard = rw.Dashboard(results, selection=rw.Selection(locale="de"))
            >>> dashboard.selection.locale
            'de'
        """
        if self.locale is None:
            return results
        return results._with(results._session.written_in(locale_of(self.locale)))

    def zone(self, results: Results, viewer_zone: str = "") -> str | None:
        """Return the zone that the results are to be shown in.

        Args:
            results: The results.
            viewer_zone: Zone of the browser; empty if not known.

        Returns:
            The selected zone, else the viewer's for results that name none; None: the results' own.

        Examples:
            >>> rw.Selection(time_zone="Asia/Tokyo").zone(results)
            'Asia/Tokyo'
        """
        follows = results._session.follows_viewer and is_zone(viewer_zone)
        return self.time_zone or (viewer_zone if follows else "") or None

    def days(self, results: Results) -> tuple[date | datetime | None, date | datetime | None]:
        """Return the days of the selected range.

        Args:
            results: The results; days count back from their newest event.

        Returns:
            The first and the last day, both included; those of the results' own range for ``whole``.

        Examples:
            >>> [str(day) for day in rw.Selection(range="7d").days(results)]
            ['2026-04-06', '2026-04-12']
        """
        if self.range == "whole":
            return results._session.query.start, results._session.query.end
        if self.range == "custom":
            return self.start, self.end
        newest = from_micros(results._session.newest, results.time_zone).date()
        if self.range in ("today", "yesterday"):
            day = newest - timedelta(days=self.range == "yesterday")
            return day, day
        return newest - timedelta(days=int(self.range.removesuffix("d")) - 1), newest

    def to_state(self, results: Results) -> State:
        """Return the selection as plain JSON values, as it travels to the browser.

        Args:
            results: What is shown; it fills in what the selection leaves open (definitions, machine opens).

        Returns:
            Each field by its name; dates are ISO texts.

        Examples:
            >>> rw.Selection(start="2026-03-01").to_state(results)["start"]
            '2026-03-01'
        """
        state = {name: getattr(self, name) for name in self.class_trait_names()}
        for name in ("start", "end"):
            state[name] = None if state[name] is None else state[name].isoformat()
        state["definitions"] = self.definitions or results.definitions.name
        state["clock"] = self.clock or results._session.query.clock
        if self.machine_opens is None:
            own = DEFINITIONS[self.definitions] if self.definitions else results.definitions
            state["machine_opens"] = own.machine_opens == "counted"
        return state

    def update_from(self, state: Mapping[str, object], results: Results) -> None:
        """Take over a selection that a browser sent; values that are malformed or not known are ignored.

        Args:
            state: Fields by their names, as `to_state` returns them.
            results: What is shown, which says what is known.

        Examples:
            >>> selection = rw.Selection()
            >>> selection.update_from({"metric": "conversions", "channel": "pigeon"}, results)
            >>> selection.metric, selection.channel
            ('conversions', None)
        """
        before = self.to_state(results)
        fields = {name: value for name, value in state.items() if name in before}
        with self.hold_trait_notifications():
            for name, value in days_first(dict(known_values(fields, results))):
                # Left as it is, the choice keeps following the definitions, or the results.
                if name in ("machine_opens", "clock") and value == before[name]:
                    continue
                try:
                    setattr(self, name, value)
                except (traitlets.TraitError, ResultsError):
                    continue


def _with_machine_opens(definitions: Definitions, *, counted: bool) -> Definitions:
    return dataclasses.replace(definitions, machine_opens="counted" if counted else "left_out")
