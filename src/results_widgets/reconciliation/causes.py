"""The causes of a difference between two tools' numbers: one declaration each, in the order they are tried.

The order is that in which a number comes about: which rows there are, whose they are, which of them
count, how long they count, how users are counted, and what a rate is taken of.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from results_widgets.channels import MACHINE_EVENTS, reported
from results_widgets.definitions import model_words
from results_widgets.durations import format_duration
from results_widgets.engine.backends.base import Backend
from results_widgets.engine.calendar import from_micros
from results_widgets.reconciliation.scenario import Scenario

_NO_EVENTS: Final = "a roll-up holds no single events"
_SWITCHED: Final[dict[Any, str]] = {True: "counted", False: "left out"}


@dataclass(frozen=True)
class Cause:
    """A rule that two tools may have differently.

    Attributes:
        key: Its name in frames.
        label: Its name on screen.
        read: The rule as a scenario has it.
        change: A scenario with the rule changed.
        words: The rule in words.
        missing: Why it cannot be tried on data; empty if it can.
        other: The rule that is tried where nobody said theirs; None: it has to be told.
    """

    key: str
    label: str
    read: Callable[[Scenario], Hashable]
    change: Callable[[Scenario, Any], Scenario]
    words: Callable[[Any], str]
    missing: Callable[[Backend], str] = lambda _: ""
    other: Callable[[Any], Hashable] | None = None


def _definition(
    field: str,
    key: str,
    label: str,
    words: dict[str, str],
    missing: Callable[[Backend], str] = lambda _: "",
) -> Cause:
    """Return the cause of a field of the definition set that has one of two values."""
    one, two = words
    return Cause(
        key,
        label,
        lambda scenario: getattr(scenario.definitions, field),
        lambda scenario, value: scenario.defining(**{field: value}),
        words.__getitem__,
        missing,
        lambda value: two if value == one else one,
    )


def _without_events(data: Backend) -> str:
    return "" if data.has_users else _NO_EVENTS


def _without_column(column: str, why: str) -> Callable[[Backend], str]:
    def missing(data: Backend) -> str:
        if not data.has_users:
            return _NO_EVENTS
        return "" if data.require_users().columns.has(column) else why

    return missing


def _without_developers(data: Backend) -> str:
    if not data.has_users:
        return ""
    if data.require_users().developers is None:
        return "no table of users says who is a developer"
    return ""


def _without_machine(event: str, words: str) -> Callable[[Backend], str]:
    made = MACHINE_EVENTS[event]

    def missing(data: Backend) -> str:
        if not any(made in reported(channel) for channel in data.campaign.channels.values()):
            return f"no channel of the campaign distinguishes {words} by machines"
        # A roll-up was made of events that are no longer there.
        if not data.has_users:
            return _NO_EVENTS
        flagged = data.require_users().columns.has("machine")
        return "" if flagged else f"the source flags no {words} by machines"

    return missing


def _machine(event: str, key: str, label: str, words: str) -> Cause:
    """Return the cause of what machines did: one of two events, which definition sets have one rule for."""

    def read(scenario: Scenario) -> str:
        if scenario.definitions.machine_opens == "counted":
            return "counted"
        return "counted" if event in scenario.variation.as_people else "left_out"

    def change(scenario: Scenario, value: str) -> Scenario:
        both = {one: _CAUSE_OF[one].read(scenario) for one in MACHINE_EVENTS} | {event: value}
        counted = tuple(one for one in MACHINE_EVENTS if both[one] == "counted")
        if len(counted) == len(MACHINE_EVENTS):
            return scenario.defining(machine_opens="counted").varying(as_people=())
        return scenario.defining(machine_opens="left_out").varying(as_people=counted)

    return Cause(
        key,
        label,
        read,
        change,
        {"counted": "counted", "left_out": "left out"}.__getitem__,
        _without_machine(event, words),
        lambda value: "left_out" if value == "counted" else "counted",
    )


_CAUSE_OF: Final = {
    "opened": _machine("opened", "machine_opens", "Machine opens", "opens"),
    "clicked": _machine("clicked", "machine_clicks", "Clicks by bots", "clicks"),
}


def _without_held_back(data: Backend) -> str:
    return "" if data.codes.held_back_roots else "no first action can be held back"


def _window_words(window: timedelta | None) -> str:
    return "the campaign's own" if window is None else format_duration(window)


def _late_words(rule: tuple[int | None, str | None]) -> str:
    until, arrived = rule
    if until is None:
        return "all counted"
    when = f"{from_micros(until + 1):%Y-%m-%d %H:%M %Z}"
    return f"left out if they {'happened' if arrived is None else 'came in'} after {when}"


def _engaged_words(rules: tuple[Any, ...]) -> str:
    interacted, engaged, _ = rules
    named = "; ".join(f"{channel}: {', '.join(events)}" for channel, events in interacted)
    counted = "added up over actions" if engaged else "distinct users"
    return f"{named or 'as the channels define it'} ({counted})"


CAUSES: Final[tuple[Cause, ...]] = (
    Cause(
        "time_zone",
        "Time zone of the days",
        lambda scenario: scenario.query.time_zone,
        lambda scenario, zone: scenario.asking(time_zone=zone),
        str,
    ),
    Cause(
        "late_events",
        "Late events",
        lambda scenario: (scenario.variation.until, scenario.variation.arrived),
        lambda scenario, rule: scenario.varying(until=rule[0], arrived=rule[1]),
        _late_words,
        _without_events,
    ),
    Cause(
        "duplicates",
        "Rows that repeat an event id",
        lambda scenario: scenario.variation.repeats,
        lambda scenario, repeats: scenario.varying(repeats=repeats),
        {False: "counted once", True: "counted again"}.__getitem__,
        _without_column("event_id", "the source has no event ids, so every row counts in any case"),
        lambda repeats: not repeats,
    ),
    Cause(
        "developers",
        "Developers",
        lambda scenario: scenario.query.developers,
        lambda scenario, developers: scenario.asking(developers=developers),
        _SWITCHED.__getitem__,
        _without_developers,
        lambda developers: not developers,
    ),
    *_CAUSE_OF.values(),
    _definition(
        "held_back",
        "held_back",
        "Users held back",
        {"apart": "apart", "counted": "counted as entered"},
        _without_held_back,
    ),
    Cause(
        "engaged",
        "What counts as engaged",
        lambda scenario: (
            scenario.definitions.interacted,
            scenario.definitions.engaged,
            scenario.definitions.engaged_base,
        ),
        lambda scenario, rules: scenario.defining(
            **dict(zip(("interacted", "engaged", "engaged_base"), rules, strict=True))
        ),
        _engaged_words,
    ),
    Cause(
        "window",
        "Attribution window",
        lambda scenario: scenario.variation.window,
        lambda scenario, window: scenario.varying(window=window),
        _window_words,
        _without_events,
    ),
    Cause(
        "attribution",
        "Whom conversions are credited to",
        lambda scenario: (scenario.definitions.attribution, scenario.definitions.lookback),
        lambda scenario, rule: scenario.defining(attribution=rule[0], lookback=rule[1]),
        lambda rule: model_words(*rule),
        _without_events,
    ),
    Cause(
        "clock",
        "Day that an event counts on",
        lambda scenario: scenario.query.clock,
        lambda scenario, clock: scenario.asking(clock=clock),
        {"event": "of the event", "entry": "of the entry"}.__getitem__,
    ),
    _definition(
        "unique",
        "uniques_per_day",
        "How often a user counts",
        {"user": "once", "user_day": "once per day"},
    ),
    _definition(
        "email_rate_base",
        "rate_base",
        "Base of email rates",
        {"delivered": "delivered", "sent": "sent"},
    ),
    _definition(
        "unique_rates",
        "unique_rates",
        "Base of unique rates",
        {"people": "people", "events": "events"},
    ),
    _definition(
        "rate_clock",
        "rate_clock",
        "Entries that a rate is of",
        {"entry": "those that started in the range", "event": "by what happened in the range"},
    ),
    Cause(
        "approximation",
        "Distinct users estimated",
        lambda scenario: scenario.query.uniques,
        lambda scenario, uniques: scenario.asking(uniques=uniques),
        {"exact": "exact", "approximate": "estimated"}.__getitem__,
    ),
)
"""All causes in the order in which they are applied."""
