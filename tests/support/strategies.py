"""Random small campaigns and event tables, drawn so that the rules collide.

Few users, and instants on a coarse grid whose step also measures the attribution window, the
finish and the ranges: ties, and windows that end at the very instant of an event, are common.

All choices follow from one seed. Drawn one by one, Hypothesis makes them so alike within sixty
examples that whole rules are never touched; so it draws the seed, and `smallest` shrinks the table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import polars as pl
from hypothesis import strategies as st

from tests.reference import Case, Query
from tests.reference.case import By, Row
from tests.reference.rules import CHANNELS, CREDITED

Happening = tuple[str | None, str]
"""An action, or none, and its event."""

# The grid starts a few steps ahead of a change of the clocks in one of the zones, or anywhere.
STARTS = [
    datetime(2026, 3, 28, 20, tzinfo=UTC),
    datetime(2026, 10, 24, 20, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2026, 4, 23, 20, tzinfo=UTC),
    datetime(2026, 2, 25, 9, 30, tzinfo=UTC),
]
STEPS = [timedelta(minutes=30), timedelta(hours=1), timedelta(hours=7), timedelta(days=1)]
ZONES = ["UTC", "Europe/Berlin", "America/Los_Angeles", "Africa/Cairo", "Asia/Kolkata"]
CLOCKS = [
    *[pl.Datetime("us", "UTC")] * 3,
    pl.Datetime("us", "Europe/Berlin"),
    pl.Datetime("ns", "UTC"),
    pl.Datetime("ms", "Asia/Tokyo"),
]
GRID = 9

CAMPAIGN_CHANNELS = ["email", "email", "push", "in_app", "webhook", "poster"]
POSTER = {"events": ["shown", "scanned"], "received": "shown", "interacted": ["scanned"]}
EVENTS = {name: channel.events for name, channel in CHANNELS.items()} | {
    "poster": ["shown", "scanned"]
}
LIKELY = {"opened", "clicked", "accepted", "scanned", "held_back"}
GOALS = [["Purchase"], ["Purchase"], ["Purchase", "Visit"], ["clicked"], ["accepted", "Visit"]]
USERS: list[tuple[Any, list[Any]]] = [
    (pl.String, ["anna", "bob", "", "Ünal", "9"]),
    (pl.Int64, [7, 2**53, 2**53 + 1, -1, 0]),
]
EXTRAS: dict[str, Any] = {
    "campaign_id": pl.String,
    "variant": pl.String,
    "platform": pl.String,
    "value": pl.Float64,
    "machine": pl.Boolean,
}


@dataclass(frozen=True)
class Plan:
    """What a case's rows have in common: its instants, its columns, what its source knows."""

    start: datetime
    step: timedelta
    kind: Any
    users: list[Any]
    clock: pl.Datetime
    event_id: Any
    anonymous: float
    entry_id: bool
    entry_ids_known: bool
    converts: bool
    columns: list[str]

    def at(self, steps: int, microseconds: int = 0) -> datetime:
        """An instant of the grid, or one right beside it."""
        return self.start + steps * self.step + timedelta(microseconds=microseconds)


def _plan(random: Random) -> Plan:
    kind, users = random.choice(USERS)
    return Plan(
        start=random.choice(STARTS),
        step=random.choice(STEPS),
        kind=kind,
        users=users,
        clock=random.choice(CLOCKS),
        event_id=random.choice([None, pl.String, pl.Int64]),
        anonymous=random.choice([0, 0.1, 0.9]),
        entry_id=random.random() < 0.25,
        entry_ids_known=random.random() < 0.75,
        converts=random.random() < 0.2,
        columns=[name for name in EXTRAS if random.random() < 0.7],
    )


def _campaign(random: Random, plan: Plan) -> dict[str, Any]:
    """A campaign of one to five actions, each a root or the child of one before it."""
    actions: list[dict[str, Any]] = []
    for index in range(random.randint(1, 5)):
        parent = random.choice([None, None, *(action["id"] for action in actions)])
        channel = random.choice(CAMPAIGN_CHANNELS)
        actions.append({"id": f"a{index}", "channel": channel, "parent": parent})
    finished = random.choice([None, plan.at(random.randint(1, GRID))])
    window = random.choice([0, 1, 1, 2, 3, 100]) * plan.step
    return {
        "id": "c1",
        "name": "Drawn",
        "finished_at": finished and finished.isoformat(),
        "status": "finished" if finished else "running",
        "on_finish": random.choice(["keep_windows", "close_windows"]),
        "goal": {
            "events": random.choice(GOALS),
            "mode": random.choice(["single", "multiple"]),
            "value": random.choice(["value", "value", None]),
        },
        "attribution_window": f"{int(window.total_seconds())}s",
        "variants": [{"id": "A", "share": 0.5, "control": True}, {"id": "B", "share": 0.5}][
            : random.randint(0, 2)
        ],
        "channels": {"poster": {"label": "Poster", **POSTER}},
        "actions": actions,
    }


def _happenings(campaign: Mapping[str, Any], plan: Plan) -> list[Happening]:
    """What can happen; what the walk hangs on comes up more often."""
    goals = campaign["goal"]["events"]
    found: list[Happening] = []
    for action in campaign["actions"]:
        known = EVENTS[action["channel"]]
        likely = [event for event in known if event in LIKELY]
        found += [(action["id"], event) for event in [known[0], *known, *likely, *likely]]
        found += [(action["id"], known[0])] * (6 if action["parent"] is None else 1)
    usual: list[Happening] = [(None, goal) for goal in goals]
    usual += [(None, "converted"), ("a0", "converted")] if plan.converts else []
    found += usual * (1 + len(found) // (3 * len(usual)))
    found += [(None, "exited"), ("a0", "exited")] * (1 + len(found) // 30)
    found += [(None, "entered"), ("nowhere", "opened"), ("a0", "yodelled"), ("nowhere", goals[0])]
    return found


def _row(random: Random, index: int, plan: Plan, possible: list[Happening]) -> Row:
    user = random.choice(plan.users[:2] + plan.users)
    steps = random.randint(0, GRID)
    action, event = random.choice(possible)
    # An order that is not that of the file.
    event_id: Any = None if random.random() < plan.anonymous else (index * 37) % 101
    if plan.event_id is pl.String and event_id is not None:
        event_id = f"e{event_id}"
    # The source's entries mostly follow each other.
    entry_id = f"{user}/{(steps + random.randint(0, 1)) // 4}"
    return {
        "user_id": user,
        "action_id": action,
        "event": event,
        "timestamp": plan.at(steps, random.choice([0, 0, 0, 0, 1, -1])),
        "event_id": event_id,
        "entry_id": random.choice([None, *[entry_id] * 4]) if plan.entry_ids_known else None,
        "campaign_id": random.choice(["c1"] * 6 + [None, "c2"]) if action else None,
        "variant": random.choice([None, "A", "B"]),
        "platform": random.choice([None, "ios", "android"]),
        "value": random.choice([None, 1.0, 2.25, 10.5]),
        "machine": random.choice([None, True, False]),
    }


def _table(random: Random, plan: Plan, rows: list[Row]) -> pl.DataFrame:
    """The rows as a table of the plan's columns, some repeated under the same event id."""
    kinds: dict[str, Any] = {
        "user_id": plan.kind,
        "action_id": pl.String,
        "event": pl.String,
        "timestamp": plan.clock,
    }
    if plan.event_id is not None:
        kinds["event_id"] = plan.event_id
        again = random.sample(rows, min(len(rows), random.randint(0, 4)))
        shifts = [random.randint(-2, 2) * plan.step for _ in again]
        repeats = zip(again, shifts, strict=True)
        rows = rows + [row | {"timestamp": row["timestamp"] + shift} for row, shift in repeats]
    if plan.entry_id:
        kinds["entry_id"] = pl.String
    kinds |= {name: EXTRAS[name] for name in plan.columns}
    return pl.DataFrame([{name: row[name] for name in kinds} for row in rows], schema=kinds)


def _users(random: Random, plan: Plan) -> pl.DataFrame | None:
    """No table of users, or one that lacks some of them and knows who is a developer."""
    if random.random() < 0.4:
        return None
    known = random.sample(plan.users, random.randint(0, len(plan.users)))
    return pl.DataFrame(
        {
            "user_id": known,
            "is_developer": [random.choice([True, False, None]) for _ in known],
            "country": [random.choice(["NO", "SE", None]) for _ in known],
        },
        schema={"user_id": plan.kind, "is_developer": pl.Boolean, "country": pl.String},
    )


def _query(random: Random, plan: Plan) -> Query:
    start = end = None
    if random.random() < 0.35:
        first = random.randint(-1, GRID)
        start, end = plan.at(first), plan.at(first + random.randint(1, GRID))
    return Query(
        definitions=random.choice(["default", "leanplum", "leanplum-v2", "people only"]),
        start=start,
        end=end,
        developers=random.random() < 0.6,
        zone=random.choice(ZONES),
        clock=random.choice(["event", "event", "entry"]),
    )


def _credited(query: Query, random: Random) -> Query:
    """The query under a set that may credit conversions otherwise than the default."""
    if query.definitions != "default" or random.random() < 0.5:
        return query
    return replace(query, definitions=random.choice([*CREDITED]))


@dataclass(frozen=True)
class Question:
    """A campaign with its events and perhaps its users, and a way to ask it."""

    seed: int
    case: Case
    query: Query

    @property
    def columns(self) -> list[str]:
        """The columns that break the numbers down."""
        return [name for name in ("variant", "platform", "country") if self._has(name)]

    @property
    def breakdowns(self) -> list[By]:
        """What the numbers are broken down by: nothing, each column, two together."""
        two = self.choose("two columns").sample(self.columns, 2) if len(self.columns) > 1 else []
        return [None, *self.columns, *([two] if two else [])]

    def _has(self, column: str) -> bool:
        tables = [self.case.events, self.case.users]
        return any(table is not None and column in table.columns for table in tables)

    def choose(self, what: str) -> Random:
        """A source of further choices that follow from the seed, one for each purpose."""
        return Random(f"{self.seed} {what}")

    def without(self, first: int, count: int) -> "Question":
        """The question without some rows of its table."""
        events = self.case.events
        rest = pl.concat([events[:first], events[first + count :]])
        return replace(self, case=replace(self.case, events=rest))


@dataclass(frozen=True)
class OneColumn(Question):
    """A question by one column at most, where each query is dear."""

    @property
    def columns(self) -> list[str]:
        """The column that breaks the numbers down."""
        every = super().columns
        return [self.choose("column").choice(every)] if every else []


def question(seed: int) -> Question:
    """The question that follows from a seed."""
    random = Random(seed)
    plan = _plan(random)
    campaign = _campaign(random, plan)
    possible = _happenings(campaign, plan)
    size = random.choice([1, 4, 10, 25, 40, 40, 55, 55])
    rows = [_row(random, index, plan, possible) for index in range(size)]
    case = Case(campaign, _table(random, plan, rows), _users(random, plan))
    return Question(seed, case, _credited(_query(random, plan), Random(f"{seed} credit")))


def questions() -> st.SearchStrategy[Question]:
    """Random questions, each of its own kind."""
    return st.integers(0, 2**32 - 1).map(question)


def smallest(asked: Question, fails: Callable[[Question], bool]) -> Question:
    """The question with as few rows as still make it fail."""
    count = max(1, asked.case.events.height // 2)
    while count:
        first = 0
        while first < asked.case.events.height:
            less = asked.without(first, count)
            if less.case.events.height and fails(less):
                asked = less
            else:
                first += count
        count //= 2
    return asked
