"""What is counted: every entry, conversion, event and exit of a range, with its instant and group.

A group is a column's value: an entry and its conversions take it from the row that started the
entry, an event from its own row; a column of the users holds for all of a user's rows.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from tests.reference.case import By, Case, Query, Row, instant
from tests.reference.rows import is_interaction, is_known, is_received, kept_rows, newest
from tests.reference.walk import Conversion, Entry, Step, all_conversions, ended_at, walk


@dataclass(frozen=True)
class EntryFact:
    """An entry: when it began, whether it is still open, which actions were received in it."""

    at: int
    group: Any
    user: Any
    is_open: bool
    received: frozenset[str]
    held_back: bool
    engaged: bool


@dataclass(frozen=True)
class ConversionFact:
    """A conversion: when, by whom, credited to which action, worth what, after how long."""

    at: int
    group: Any
    user: Any
    action: str | None
    value: float | None
    seconds: float | None
    entry: tuple[Any, int] | None
    entry_at: int | None
    held_back: bool


@dataclass(frozen=True)
class EventFact:
    """An event of an action; or, with neither action nor channel, an exit."""

    at: int
    group: Any
    user: Any
    action: str | None
    channel: str | None
    event: str
    received: bool
    interacted: bool
    machine: bool
    day: date
    entry_at: int | None


Fact = EntryFact | ConversionFact | EventFact


@dataclass(frozen=True)
class ScopedRows:
    """All that the metrics of a range are made from."""

    entries: list[EntryFact]
    conversions: list[ConversionFact]
    events: list[EventFact]
    exits: list[EventFact]
    only_held_back: frozenset[Any]
    """The users all of whose entries, in whatever range, were held back."""

    def where(self, keep: Callable[[Fact], bool]) -> "ScopedRows":
        """The facts that satisfy a condition on their instant or group."""
        return ScopedRows(
            [fact for fact in self.entries if keep(fact)],
            [fact for fact in self.conversions if keep(fact)],
            [fact for fact in self.events if keep(fact)],
            [fact for fact in self.exits if keep(fact)],
            self.only_held_back,
        )

    def of_held_back(self, *held_back: bool) -> "ScopedRows":
        """The facts without the entries and conversions of the held back, or of all others, or of none."""
        return replace(
            self,
            entries=[fact for fact in self.entries if fact.held_back in held_back],
            conversions=[fact for fact in self.conversions if fact.held_back in held_back],
        )

    def at_start(self, zone: str) -> "ScopedRows":
        """The facts at the start of their entries; those outside any entry are left out."""
        return replace(
            self,
            conversions=[
                replace(fact, at=fact.entry_at)
                for fact in self.conversions
                if fact.entry_at is not None
            ],
            events=_events_at_start(self.events, zone),
            exits=_events_at_start(self.exits, zone),
        )

    def in_group(self, group: Any) -> "ScopedRows":
        """The facts of one group."""
        return self.where(lambda fact: fact.group == group)

    def between(self, start: int | None, end: int) -> "ScopedRows":
        """The facts in [start, end), or up to the end if there is no start."""
        return self.where(lambda fact: fact.at < end and (start is None or fact.at >= start))

    def groups(self) -> list[Any]:
        """The groups that occur, null last."""
        every: list[Fact] = [*self.entries, *self.conversions, *self.events, *self.exits]
        found = {fact.group for fact in every}
        return sorted(found - {None}, key=repr) + ([None] if None in found else [])

    def of_actions(self, ids: list[str]) -> "ScopedRows":
        """The facts of some actions; entries stay, since a share is a share of all of them."""
        return replace(
            self,
            conversions=[fact for fact in self.conversions if fact.action in ids],
            events=[fact for fact in self.events if fact.action in ids],
        )


def _events_at_start(events: list[EventFact], zone: str) -> list[EventFact]:
    return [
        replace(fact, at=fact.entry_at, day=_day(fact.entry_at, zone))
        for fact in events
        if fact.entry_at is not None
    ]


def _day(at: int, zone: str) -> date:
    return instant(at).astimezone(ZoneInfo(zone)).date()


def collect(case: Case, query: Query, by: By = None) -> ScopedRows:
    """The facts of a query's range, grouped by a column, or the values of several together, if named."""
    group = _grouping(case, by)
    rows = kept_rows(case, query)
    # How far the data reach does not hang on who is counted in them.
    last = newest(case, query)
    found = walk(case, query)
    engaged = {
        id(entry)
        for row in rows
        if is_interaction(case, row, query.definitions)
        for entry in [entry_of(row, found)]
        if entry is not None
    }
    entries = [
        _entry_fact(case, entry, last, group, engaged=id(entry) in engaged) for entry in found
    ]
    conversions = [_conversion_fact(c, group) for c in all_conversions(case, query, found)]

    def facts_of(rows: list[Row]) -> list[EventFact]:
        return [_event_fact(case, query, row, group, entry_of(row, found)) for row in rows]

    events = facts_of([row for row in rows if is_known(case, row)])
    exits = facts_of([row for row in rows if row["event"] == "exited"])
    held = {entry.user for entry in found if entry.held_back}
    only_held_back = frozenset(held - {entry.user for entry in found if not entry.held_back})
    facts = ScopedRows(entries, conversions, events, exits, only_held_back)
    if query.by_entry:
        facts = facts.at_start(query.zone)
    return facts.where(lambda fact: query.holds(fact.at))


def _grouping(case: Case, by: By) -> Callable[[Row], Any]:
    if by is None:
        return lambda row: None
    if isinstance(by, list):
        parts = [_grouping(case, name) for name in by]
        return lambda row: tuple(part(row) for part in parts)
    if by in case.events.columns:
        return lambda row: row[by]
    values = {user["user_id"]: user[by] for user in case.profiles}
    return lambda row: values.get(row["user_id"])


def entry_of(row: Row, entries: list[Entry]) -> Entry | None:
    """The entry that a row belongs to: the one it names, else the one its user started last."""
    mine = [one for one in entries if one.user == row["user_id"] and one.started_at <= row["at"]]
    by_source = any(_id_of(entry) is not None for entry in entries)
    if by_source and row.get("entry_id") is not None:
        return next((one for one in mine if _id_of(one) == row["entry_id"]), None)
    return max(mine, key=lambda one: (one.started_at, one.number), default=None)


def _id_of(entry: Entry) -> Any:
    return entry.steps[0].row.get("entry_id")


def _entry_fact(
    case: Case, entry: Entry, newest: int, group: Callable[[Row], Any], *, engaged: bool
) -> EntryFact:
    received = {step.row["action_id"] for step in entry.steps if _receives(step)}
    return EntryFact(
        at=entry.started_at,
        group=group(entry.steps[0].row),
        user=entry.user,
        is_open=ended_at(case, entry) > newest,
        received=frozenset(received),
        held_back=entry.held_back,
        engaged=engaged,
    )


def _receives(step: Step) -> bool:
    return step.role == "received" and not step.held_back


def _conversion_fact(found: Conversion, group: Callable[[Row], Any]) -> ConversionFact:
    entry = found.entry
    return ConversionFact(
        at=found.at,
        # A conversion that the source knows of and no entry does has no other row than its own.
        group=group(found.row if entry is None else entry.steps[0].row),
        user=found.user,
        action=found.action,
        value=found.value,
        seconds=None if entry is None else (found.at - entry.started_at) / 1_000_000,
        entry=None if entry is None else (entry.user, entry.number),
        entry_at=None if entry is None else entry.started_at,
        held_back=found.held_back,
    )


def _event_fact(
    case: Case, query: Query, row: Row, group: Callable[[Row], Any], entry: Entry | None
) -> EventFact:
    action = case.actions[row["action_id"]] if is_known(case, row) else None
    return EventFact(
        at=row["at"],
        group=group(row),
        user=row["user_id"],
        action=None if action is None else action["id"],
        channel=None if action is None else action["channel"],
        event=row["event"],
        received=is_received(case, row),
        interacted=is_interaction(case, row, query.definitions),
        machine=bool(row.get("machine")),
        day=_day(row["at"], query.zone),
        entry_at=None if entry is None else entry.started_at,
    )
