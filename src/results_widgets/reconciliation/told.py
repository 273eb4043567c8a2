"""What is told of another tool's rules, as the value of each cause."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, get_args

from results_widgets.campaign import Campaign
from results_widgets.definitions import (
    Definitions,
    EmailRateBase,
    MachineOpens,
    Unique,
    as_definitions,
)
from results_widgets.durations import parse_duration
from results_widgets.engine.query import Clock, QueryScope, Uniques, as_moment
from results_widgets.errors import QueryError
from results_widgets.tables.zones import check_zone

Moment = str | date | datetime | None
MachineClicks = Literal["counted", "left_out"]
Duplicates = Literal["once", "counted"]

_CHOICES: Final[Mapping[str, Any]] = {
    "machine_opens": MachineOpens,
    "machine_clicks": MachineClicks,
    "duplicates": Duplicates,
    "unique": Unique,
    "rate_base": EmailRateBase,
    "clock": Clock,
    "uniques": Uniques,
}


@dataclass(frozen=True)
class TheirRules:
    """Their rules as far as anybody told them; None: not told.

    Attributes:
        time_zone: IANA name of the zone of their days.
        definitions: Their definition set.
        developers: Whether they count developers.
        machine_opens: Whether they count opens by mail privacy proxies.
        machine_clicks: Whether they count clicks by bots.
        duplicates: Whether they count a row that repeats an event id once or again.
        unique: Whether they count a user once, or once per day.
        rate_base: What their email rates are taken of.
        window: Their attribution window.
        as_of: When their numbers were made: later events are not in them.
        arrived: Column that says when an event came in, which is later than it happened.
        clock: The day that their counts stand on.
        uniques: Whether their distinct users are exact.
    """

    time_zone: str | None = None
    definitions: str | Definitions | None = None
    developers: bool | None = None
    machine_opens: MachineOpens | None = None
    machine_clicks: MachineClicks | None = None
    duplicates: Duplicates | None = None
    unique: Unique | None = None
    rate_base: EmailRateBase | None = None
    window: str | timedelta | None = None
    as_of: Moment = None
    arrived: str | None = None
    clock: Clock | None = None
    uniques: Uniques | None = None

    def __post_init__(self) -> None:
        """Check what was passed."""
        for name, known in _CHOICES.items():
            value = getattr(self, name)
            if value is not None and value not in get_args(known):
                raise QueryError.unknown(name, value, get_args(known))
        if self.developers not in (None, True, False):
            raise QueryError(f"developers is {self.developers!r}; pass True, False or None")
        if self.arrived is not None and self.as_of is None:
            raise QueryError(
                f"arrived={self.arrived!r} says when events came in; pass as_of=, when their numbers were made"
            )

    def by_cause(self, campaign: Campaign, query: QueryScope) -> dict[str, Any]:
        """Return the value of each cause that was told, by the cause's key.

        Args:
            campaign: Whose channels a definition set may name.
            query: Of our own numbers; its zone is that of days where theirs is not told.

        Raises:
            QueryError: A value cannot be read.
        """
        found = {} if self.definitions is None else rules_of_set(self.definitions, campaign)
        zone = query.time_zone if self.time_zone is None else check_zone(self.time_zone)
        read: dict[str, Callable[[Any], Any]] = {
            "time_zone": lambda _: zone,
            "late_events": lambda as_of: (_until(as_of, zone), self.arrived),
            "duplicates": lambda value: value == "counted",
            "developers": bool,
            "machine_opens": str,
            "machine_clicks": str,
            "window": _window,
            "clock": str,
            "uniques_per_day": str,
            "rate_base": str,
            "approximation": str,
        }
        names = {
            "late_events": "as_of",
            "uniques_per_day": "unique",
            "approximation": "uniques",
        }
        told = {key: getattr(self, names.get(key, key)) for key in read}
        return found | {key: read[key](value) for key, value in told.items() if value is not None}


def rules_of_set(definitions: str | Definitions, campaign: Campaign) -> dict[str, Any]:
    """Return the rules of a definition set, by the key of their cause.

    Raises:
        QueryError: It is not known, or names what the campaign does not have.
    """
    rules = as_definitions(definitions, campaign.known_channels)
    return {
        "machine_opens": rules.machine_opens,
        "machine_clicks": rules.machine_opens,
        "held_back": rules.held_back,
        "engaged": (rules.interacted, rules.engaged, rules.engaged_base),
        "attribution": (rules.attribution, rules.lookback),
        "uniques_per_day": rules.unique,
        "rate_base": rules.email_rate_base,
        "unique_rates": rules.unique_rates,
        "rate_clock": rules.rate_clock,
    }


def _until(as_of: Moment, zone: str) -> int:
    """Return the last instant before a moment, or of a day in a zone."""
    _, end = QueryScope(time_zone=zone, end=as_moment(as_of)).micros()
    assert end is not None, "a moment has an end"
    return end - 1


def _window(window: str | timedelta) -> timedelta:
    if isinstance(window, timedelta):
        return window
    try:
        return parse_duration(str(window))
    except ValueError as error:
        raise QueryError(f"window: {error}") from None


def in_range(query: QueryScope, start: Moment, end: Moment) -> QueryScope:
    """Return a query of the days that their numbers are of; without any, its own.

    Raises:
        QueryError: An edge cannot be read, or the end is before the start.
    """
    if start is None and end is None:
        return query
    found = replace(query, start=as_moment(start), end=as_moment(end))
    first, last = found.micros()
    if first is not None and last is not None and last < first:
        raise QueryError(f"the range ends ({end}) before it starts ({start}); swap them")
    return found
