"""The walk: one user's events in time order, his entries and his conversions."""

from dataclasses import dataclass, field, replace
from typing import Any

from tests.reference.case import Case, Query, Row, instant
from tests.reference.rows import (
    is_interaction,
    is_known,
    is_received,
    is_root,
    kept_rows,
    source_converts,
)
from tests.reference.rules import MODELS, channel

RANK = {"received": 0, "interacted": 1, "goal": 2, "exited": 3}


@dataclass(frozen=True)
class Step:
    """One row in one of its roles."""

    at: int
    role: str
    row: Row

    @property
    def action(self) -> str | None:
        """The action of the row."""
        return self.row.get("action_id")

    @property
    def held_back(self) -> bool:
        """Whether the step is a root withheld, which counts as received for the entry alone."""
        return self.role == "received" and self.row["event"] == "held_back"


@dataclass
class Entry:
    """One stay of one user; the steps that belong to it, the starting one first."""

    user: Any
    number: int
    steps: list[Step]
    converted: list[Step] = field(default_factory=list)

    @property
    def started_at(self) -> int:
        """The instant of the received row that started the entry."""
        return self.steps[0].at

    @property
    def held_back(self) -> bool:
        """Whether the root that started the entry was withheld: the entry is one of the held back."""
        return self.steps[0].held_back

    @property
    def last_action_at(self) -> int:
        """The instant of the last action received."""
        return max(step.at for step in self.steps if step.role == "received")


@dataclass(frozen=True)
class Conversion:
    """One conversion, its entry (None when the source knows better) and its attribution."""

    user: Any
    entry: Entry | None
    at: int
    row: Row
    action: str | None
    attributed_by: str | None
    value: float | None

    @property
    def held_back(self) -> bool:
        """Whether it belongs to an entry of the held back."""
        return self.entry is not None and self.entry.held_back


def steps_by_user(case: Case, query: Query) -> dict[Any, list[Step]]:
    """Every user's steps in the order of the walk."""
    whose = ("steps", query.developers, query.until, query.definitions)
    return case.once(whose, lambda: _steps_by_user(case, query))


def _steps_by_user(case: Case, query: Query) -> dict[Any, list[Step]]:
    rows = kept_rows(case, query)
    # What a source says at all does not hang on how much of it is known yet.
    said = kept_rows(case, replace(query, until=None))
    goals = ["converted"] if source_converts(said) else case.goal_events
    users: dict[Any, list[Step]] = {}
    for row in rows:
        for role in _roles(case, query, row, goals):
            users.setdefault(row["user_id"], []).append(Step(row["at"], role, row))
    return {user: sorted(steps, key=order_of) for user, steps in users.items()}


def _roles(case: Case, query: Query, row: Row, goals: list[str]) -> list[str]:
    withheld = row["event"] == "held_back" and is_known(case, row) and is_root(case, row)
    roles = []
    if is_received(case, row) or withheld:
        roles.append("received")
    if is_interaction(case, row, query.definitions):
        roles.append("interacted")
    if row["event"] in goals:
        roles.append("goal")
    if row["event"] == "exited":
        roles.append("exited")
    return roles


def order_of(step: Step) -> tuple[Any, ...]:
    """What the walk sorts steps by."""
    event_id = step.row.get("event_id")
    nulls_last = (1, 0) if event_id is None else (0, event_id)
    return (step.at, RANK[step.role], nulls_last, step.row["position"])


def walk(case: Case, query: Query) -> list[Entry]:
    """All entries of all users, whatever the range; each knows the conversions counted in it."""
    whose = ("walk", query.developers, query.until, query.definitions)
    return case.once(whose, lambda: _walk(case, query))


def _walk(case: Case, query: Query) -> list[Entry]:
    everything = steps_by_user(case, query)
    by_source = any(
        step.row.get("entry_id") is not None
        for steps in steps_by_user(case, replace(query, until=None)).values()
        for step in steps
    )
    found = []
    for user, steps in everything.items():
        mine = _entries_by_id(user, steps) if by_source else _entries_by_rule(case, user, steps)
        for entry in mine:
            entry.converted = _counted(case, entry)
        found += mine
    return found


def _entries_by_rule(case: Case, user: Any, steps: list[Step]) -> list[Entry]:
    entries: list[Entry] = []
    last_received: int | None = None
    for step in steps:
        starts = step.role == "received" and is_root(case, step.row)
        if starts and _starts_anew(case, entries, last_received, step):
            entries.append(Entry(user, len(entries), [step]))
        elif entries:
            entries[-1].steps.append(step)
        if step.role == "received":
            last_received = step.at
    return entries


def _starts_anew(case: Case, entries: list[Entry], last_received: int | None, root: Step) -> bool:
    """Whether a received root starts a new entry rather than joining the running one."""
    if not entries:
        return True
    running = entries[-1]
    assert last_received is not None
    if root.at - last_received > case.window:
        return True
    since_root = _steps_since_last_root(case, running)
    if any(step.role == "exited" for step in since_root):
        return True
    return case.single and any(step in since_root for step in _counted(case, running))


def _steps_since_last_root(case: Case, entry: Entry) -> list[Step]:
    since: list[Step] = []
    for step in entry.steps:
        root = step.role == "received" and is_root(case, step.row)
        since = [] if root else [*since, step]
    return since


def _entries_by_id(user: Any, steps: list[Step]) -> list[Entry]:
    """The source's own entries; a row without an id belongs to the entry that started last."""
    entries: dict[Any, Entry] = {}
    latest: Entry | None = None
    early: list[tuple[Any, Step]] = []
    for step in steps:
        entry_id = step.row.get("entry_id")
        if entry_id is None:
            if latest is not None:
                latest.steps.append(step)
        elif entry_id in entries:
            entries[entry_id].steps.append(step)
        elif step.role == "received":
            latest = entries[entry_id] = Entry(user, len(entries), [step])
        elif step.row["event"] == "converted":
            early.append((entry_id, step))
    for entry_id, step in early:
        # What the source calls a conversion of an entry stays one, even ahead of its first action.
        if entry_id in entries:
            entries[entry_id].steps.append(step)
    return list(entries.values())


def limit(case: Case, entry: Entry) -> int:
    """The last instant at which a goal event counts in an entry."""
    ends = [entry.last_action_at + case.window]
    ends += [step.at for step in entry.steps if step.role == "exited"]
    if case.closes_at is not None:
        ends.append(case.closes_at)
    return min(ends)


def _counted(case: Case, entry: Entry) -> list[Step]:
    goals = [step for step in entry.steps if step.role == "goal"]
    if any(step.row["event"] == "converted" for step in goals):
        return goals
    counted = [step for step in goals if step.at <= limit(case, entry)]
    return counted[:1] if case.single else counted


def ended_at(case: Case, entry: Entry) -> int:
    """The end of an entry: its limit, or its conversion in single mode."""
    ends = [limit(case, entry)]
    if case.single and entry.converted:
        ends.append(min(step.at for step in entry.converted))
    return min(ends)


def all_conversions(case: Case, query: Query, found: list[Entry]) -> list[Conversion]:
    """All conversions of all users, whatever the range."""
    conversions = []
    for user, steps in steps_by_user(case, query).items():
        for step in steps:
            if step.role != "goal":
                continue
            entry = next((e for e in found if e.user == user and step in e.converted), None)
            if entry is None and step.row["event"] != "converted":
                continue
            action, by = _attribution(case, query, entry, step)
            value = step.row.get(case.campaign["goal"].get("value") or "value")
            conversions.append(Conversion(user, entry, step.at, step.row, action, by, value))
    return conversions


def _attribution(
    case: Case, query: Query, entry: Entry | None, conversion: Step
) -> tuple[str | None, str | None]:
    model, lookback = MODELS.get(query.definitions, ("last_interaction", None))
    by_source = conversion.row["event"] == "converted" and conversion.action is not None
    if by_source and model == "last_interaction":
        return conversion.action, "source"
    if entry is None or entry.held_back:
        return None, None
    before = [step for step in entry.steps if order_of(step) < order_of(conversion)]
    touches = [step for step in before if is_touch(step)]
    near = [s for s in touches if lookback is None or conversion.at - s.at <= lookback]
    return credited(case, model, near)


def credited(case: Case, model: str, touches: list[Step]) -> tuple[str | None, str | None]:
    """The action that a model credits of some touches in order, and whether it was interacted with or received."""
    interacted = [step for step in touches if step.role == "interacted"]
    clicked = [step for step in interacted if is_click(case, step)]
    wanted = {
        "last_interaction": (interacted or touches)[-1:],
        "last_touch": touches[-1:],
        "first_touch": touches[:1],
        "last_click": clicked[-1:],
    }[model]
    kinds = {"interacted": "interaction", "received": "receipt"}
    return (wanted[0].action, kinds[wanted[0].role]) if wanted else (None, None)


def is_touch(step: Step) -> bool:
    """Whether an action was received or interacted with, and not withheld."""
    return step.role == "interacted" or (step.role == "received" and not step.held_back)


def is_click(case: Case, step: Step) -> bool:
    """Whether a step is a click; an open is one where the channel knows no clicks."""
    assert step.action is not None
    known = channel(case.campaign, case.actions[step.action]["channel"]).events
    opened = step.row["event"] in ("opened", "read")
    return step.role == "interacted" and not (opened and "clicked" in known)


def entries(case: Case, query: Query) -> list[Row]:
    """The entries that start in the range, by user and number."""
    return [
        {
            "user_id": entry.user,
            "entry": entry.number,
            "started_at": instant(entry.started_at),
            "last_action_at": instant(entry.last_action_at),
            "ended_at": instant(ended_at(case, entry)),
            "held_back": entry.held_back,
        }
        for entry in sorted(walk(case, query), key=lambda entry: (entry.user, entry.number))
        if query.holds(entry.started_at)
    ]


def conversions(case: Case, query: Query) -> list[Row]:
    """The conversions that happen in the range, or whose entries start in it, by user and instant."""
    return [
        {
            "user_id": found.user,
            "entry": None if found.entry is None else found.entry.number,
            "converted_at": instant(found.at),
            "action_id": found.action,
            "attributed_by": found.attributed_by,
            "value": found.value,
            "held_back": found.held_back,
        }
        for found in all_conversions(case, query, walk(case, query))
        for at in [stands_at(found, query)]
        if at is not None and query.holds(at)
    ]


def stands_at(found: Conversion, query: Query) -> int | None:
    """The instant that a conversion is counted at; None where it belongs to no entry and needs one."""
    if not query.by_entry:
        return found.at
    return None if found.entry is None else found.entry.started_at
