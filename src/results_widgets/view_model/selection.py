"""What is selected: one value that widgets share, set by clicks and by code."""

import dataclasses
from collections.abc import Container, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final

import traitlets

from results_widgets.definitions import DEFINITIONS, Definitions
from results_widgets.engine.calendar import EVERY, from_micros
from results_widgets.errors import QueryError, ResultsError
from results_widgets.results import Results
from results_widgets.tables.events import check_zone

RANGES: Final = ("whole", "today", "yesterday", "7d", "14d", "30d", "90d", "custom")
"""Ranges by name; the days count back from the day of the newest event, so that a report reads the same tomorrow."""


class Selection(traitlets.HasTraits):
    """What widgets show. Share one between widgets to link them; set a trait or `observe` it.

    Attributes:
        metric: Key of the glossary; an action's or a channel's where one is selected.
        action: Id of the selected action, or None.
        channel: Id of the selected channel, or None.
        range: One of `RANGES`; ``custom`` takes start and end.
        start: First day of a custom range (a date or ``"2026-03-01"``), or None.
        end: Last day of a custom range, included, or None.
        every: ``1h``, ``1d``, ``1w`` or ``1mo``.
        cumulative: Whether the chart adds up.
        compare: Whether the chart shows the period before.
        by: Column that the chart is broken down by, or None.
        variant: Id of the variant that the flow shows, or None for everybody.
        time_zone: IANA name, or None for the results' own or the viewer's.
        definitions: Name of a shipped definition set; empty for the results' own.
        developers: Whether developer profiles are counted.
        machine_opens: Whether opens made by machines count, or None for as the definitions say.
    """

    metric = traitlets.Unicode("users")
    action = traitlets.Unicode(None, allow_none=True)
    channel = traitlets.Unicode(None, allow_none=True)
    range = traitlets.Enum(RANGES, "whole")
    start = traitlets.Instance(date, None, allow_none=True)
    end = traitlets.Instance(date, None, allow_none=True)
    every = traitlets.Enum(EVERY, "1d")
    cumulative = traitlets.Bool(False)
    compare = traitlets.Bool(False)
    by = traitlets.Unicode(None, allow_none=True)
    variant = traitlets.Unicode(None, allow_none=True)
    time_zone = traitlets.Unicode(None, allow_none=True)
    definitions = traitlets.Unicode("")
    developers = traitlets.Bool(True)
    machine_opens = traitlets.Bool(None, allow_none=True)

    def __init__(self, **values: object) -> None:
        unknown = sorted(set(values) - set(self.class_trait_names()))
        if unknown:
            raise TypeError(
                str(QueryError.unknown("selection trait", unknown[0], self.class_trait_names()))
            )
        # Dates may come as text, and naming days means a custom range.
        for name in ("start", "end"):
            if isinstance(values.get(name), str):
                values[name] = date.fromisoformat(str(values[name]))
        if (values.get("start") or values.get("end")) and "range" not in values:
            values["range"] = "custom"
        super().__init__(**values)

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

    def look(self, results: Results, viewer_zone: str) -> Results:
        """Return the results as this selection wants them seen.

        Raises:
            ResultsError: The range cannot be.
        """
        if self.time_zone is not None:
            results = results.in_time_zone(self.time_zone)
        elif viewer_zone and results._session.follows_viewer:
            results = results.in_time_zone(viewer_zone)
        if self.definitions:
            results = results.with_definitions(self.definitions)
        if self.machine_opens is not None:
            results = results.with_definitions(_machine(results.definitions, self.machine_opens))
        if not self.developers:
            results = results.analytics()
        first, last = self.days(results)
        return results if first is None and last is None else results.between(first, last)

    def days(self, results: Results) -> tuple[date | datetime | None, date | datetime | None]:
        """Return the first and last day of the range, both included; a whole campaign keeps the results' own range."""
        if self.range == "whole":
            return results._session.query.start, results._session.query.end
        if self.range == "custom":
            return self.start, self.end
        newest = from_micros(results._session.newest, results.time_zone).date()
        if self.range in ("today", "yesterday"):
            day = newest - timedelta(days=self.range == "yesterday")
            return day, day
        return newest - timedelta(days=int(self.range.removesuffix("d")) - 1), newest

    def to_wire(self, results: Results) -> dict[str, object]:
        """Return plain values for the browser."""
        wire = {name: getattr(self, name) for name in self.class_trait_names()}
        for name in ("start", "end"):
            wire[name] = None if wire[name] is None else wire[name].isoformat()
        wire["definitions"] = self.definitions or results.definitions.name
        if self.machine_opens is None:
            wire["machine_opens"] = self._counts_machines(results)
        return wire

    def _counts_machines(self, results: Results) -> bool:
        own = DEFINITIONS[self.definitions] if self.definitions else results.definitions
        return own.machine_opens == "counted"

    def take(self, wire: Mapping[str, object], results: Results) -> None:
        """Take over what a browser sent; whatever is malformed or unknown there is ignored."""
        before = self.to_wire(results)
        with self.hold_trait_notifications():
            for name, value in _clean(wire, results):
                # What is as the definitions say stays so when the definitions change.
                if name == "machine_opens" and value == before[name]:
                    continue
                try:
                    setattr(self, name, value)
                except (traitlets.TraitError, ResultsError):
                    continue


def _machine(definitions: Definitions, counted: bool) -> Definitions:  # noqa: FBT001 - a trait
    return dataclasses.replace(definitions, machine_opens="counted" if counted else "left_out")


def _clean(wire: Mapping[str, object], results: Results) -> Iterator[tuple[str, object]]:
    campaign = results.campaign
    known: dict[str, Container[str]] = {
        "action": campaign.action_by_id,
        "channel": campaign.channels,
        "by": results.breakdowns,
        "variant": [variant.id for variant in campaign.variants],
        "time_zone": _Zones(),
    }
    for name, value in wire.items():
        if name in ("start", "end"):
            day = _day(value)
            if value is None or day is not None:
                yield name, day
        elif name in known:
            if value is None or (isinstance(value, str) and value in known[name]):
                yield name, value
        elif name == "definitions":
            # The name of the results' own set may be that of no shipped one.
            if value == results.definitions.name:
                yield name, ""
            elif isinstance(value, str) and value in DEFINITIONS:
                yield name, value
        elif name in Selection.class_trait_names():
            yield name, value


class _Zones:
    """The time zones there are.

    Checked before they are set: a validator that fails where notifications are held takes every
    other trait back with it.
    """

    def __contains__(self, value: object) -> bool:
        try:
            return isinstance(value, str) and bool(check_zone(value))
        except QueryError:
            return False


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
