"""Random small campaigns and event tables, drawn so that the rules collide.

Few users, and instants on a coarse grid whose step also measures the attribution window, the
finish and the ranges: ties, and windows that end at the very instant of an event, are common.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import strategies as st

from tests.reference import Case, Query
from tests.reference.rules import CHANNELS

Draw = st.DrawFn

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
GRID = 9
LIKELY = {"opened", "clicked", "accepted", "scanned", "held_back"}
POSTER = {"events": ["shown", "scanned"], "received": "shown", "interacted": ["scanned"]}
EVENTS = {name: channel.events for name, channel in CHANNELS.items()} | {
    "poster": list(POSTER["events"])
}
USERS: dict[str, tuple[Any, list[Any]]] = {
    "text": (pl.String, ["anna", "bob", "", "Ünal", "9"]),
    "number": (pl.Int64, [7, 2**53, 2**53 + 1, -1, 0]),
}


@dataclass(frozen=True)
class Grid:
    """The instants of one case."""

    start: datetime
    step: timedelta

    def at(self, steps: int, microseconds: int = 0) -> datetime:
        return self.start + steps * self.step + timedelta(microseconds=microseconds)

    def duration(self, steps: int) -> str:
        return f"{int((steps * self.step).total_seconds())}s"


grids = st.builds(Grid, st.sampled_from(STARTS), st.sampled_from(STEPS))


@st.composite
def campaigns(draw: Draw, grid: Grid) -> dict[str, Any]:
    """A campaign: a random forest of one to five actions, of any goal, window and finish."""
    goals = st.sampled_from(
        [["Purchase"], ["Purchase", "Visit"], ["clicked"], ["accepted", "Visit"]]
    )
    finished = draw(st.none() | st.integers(1, GRID))
    variants = draw(st.integers(0, 2))
    return {
        "id": "c1",
        "name": "Drawn",
        "finished_at": None if finished is None else grid.at(finished).isoformat(),
        "on_finish": draw(st.sampled_from(["keep_windows", "close_windows"])),
        "goal": {
            "events": draw(goals),
            "mode": draw(st.sampled_from(["single", "multiple"])),
            "value": draw(st.sampled_from(["value", None])),
        },
        "attribution_window": grid.duration(draw(st.sampled_from([0, 1, 2, 3, 3, 100]))),
        "variants": [{"id": "AB"[i], "share": 0.5, "control": i == 0} for i in range(variants)],
        "channels": {"poster": {"label": "Poster", **POSTER}},
        "actions": draw(forests()),
    }


@st.composite
def forests(draw: Draw) -> list[dict[str, Any]]:
    """Actions, each a root or the child of one before it."""
    names = ["email", "email", "push", "in_app", "webhook", "poster"]
    actions: list[dict[str, Any]] = []
    for index in range(draw(st.integers(1, 5))):
        parents = [None, *(action["id"] for action in actions)]
        channel, parent = draw(st.sampled_from(names)), draw(st.sampled_from(parents))
        actions.append({"id": f"a{index}", "channel": channel, "parent": parent})
    return actions


@dataclass(frozen=True)
class Shape:
    """Which columns a table has, and what the source knows."""

    ids: str
    event_id: str | None
    entry_id: bool
    converts: bool
    columns: list[str]


shapes = st.builds(
    Shape,
    ids=st.sampled_from(sorted(USERS)),
    event_id=st.sampled_from([None, "text", "number"]),
    entry_id=st.sampled_from([False, False, True]),
    converts=st.sampled_from([False, False, False, True]),
    columns=st.lists(
        st.sampled_from(["variant", "platform", "value", "machine", "campaign_id"]), unique=True
    ),
)


def happenings(campaign: dict[str, Any], shape: Shape) -> list[tuple[str | None, str]]:
    """What can happen: pairs of action and event, those that the walk hangs on more often."""
    goals = campaign["goal"]["events"]
    found: list[tuple[str | None, str]] = []
    for action in campaign["actions"]:
        known = EVENTS[action["channel"]]
        likely = [event for event in known if event in LIKELY]
        found += [(action["id"], event) for event in [known[0], *known, *likely, *likely]]
        found += [(action["id"], known[0])] * (4 if action["parent"] is None else 1)
    # As often as all that, so that something is there to be credited.
    usual: list[tuple[str | None, str]] = [(None, goal) for goal in goals]
    usual += [(None, "converted"), ("a0", "converted")] if shape.converts else []
    found += usual * (len(found) // (2 * len(usual)))
    found += [(None, "exited"), ("a0", "exited")] * (1 + len(found) // 40)
    found += [(None, "entered"), ("nowhere", "opened"), ("a0", "yodelled"), ("nowhere", goals[0])]
    return found


@st.composite
def tables(draw: Draw, grid: Grid, campaign: dict[str, Any], shape: Shape) -> pl.DataFrame:
    """An event table in no order of time, some of its rows repeated under the same event id."""
    kind, users = USERS[shape.ids]
    row = st.tuples(
        st.integers(0, 1) | st.integers(0, len(users) - 1),
        st.integers(0, GRID),
        st.sampled_from(happenings(campaign, shape)),
        st.sampled_from([0, 0, 0, 1, -1]),
        st.integers(0, 63),
    )
    # Left to itself Hypothesis draws short lists, in which hardly anybody enters twice.
    size = draw(st.sampled_from([0, 1, 6, 14, 20, 26, 32]))
    drawn = draw(st.lists(row, min_size=size, max_size=size))
    rows = []
    for index, (user, steps, (action, event), jitter, dice) in enumerate(drawn):
        rows.append(
            {
                "user_id": users[user],
                "action_id": action,
                "event": event,
                "timestamp": grid.at(steps, jitter),
                "event_id": _event_id(shape, index, dice),
                **_extras(shape, users[user], steps, action, dice),
            }
        )
    if shape.event_id and rows:
        again = st.tuples(st.integers(0, len(rows) - 1), st.integers(-2, 2))
        for index, shift in draw(st.lists(again, max_size=4)):
            rows.append(rows[index] | {"timestamp": rows[index]["timestamp"] + shift * grid.step})
    columns = _schema(shape, kind)
    return pl.DataFrame([{name: row[name] for name in columns} for row in rows], schema=columns)


def _event_id(shape: Shape, index: int, dice: int) -> Any:
    """An id whose order is not that of the file; sometimes none."""
    if shape.event_id is None or dice % 8 == 0:
        return None
    number = (index * 37) % 101
    return number if shape.event_id == "number" else f"e{number}"


def _extras(shape: Shape, user: Any, steps: int, action: str | None, dice: int) -> dict[str, Any]:
    """The optional columns, all from one throw of the dice so that a case stays small."""
    theirs = "c2" if dice % 16 == 5 else "c1" if action else None
    return {
        "campaign_id": theirs,
        "variant": [None, "A", "B"][dice % 3],
        "platform": ["ios", "android", None, "ios"][dice // 4 % 4],
        "value": [None, 1.0, 2.25, 10.5][dice // 8 % 4],
        "machine": [None, True, False][dice // 2 % 3],
        # The source's entries mostly follow each other, and mostly on events of an action.
        "entry_id": None if dice % 5 == 0 else f"{user}/{(steps + (dice % 7 == 0)) // 4}",
    }


def _schema(shape: Shape, user: Any) -> dict[str, Any]:
    kinds: dict[str, Any] = {
        "user_id": user,
        "action_id": pl.String,
        "event": pl.String,
        "timestamp": pl.Datetime("us", "UTC"),
    }
    if shape.event_id:
        kinds["event_id"] = pl.Int64 if shape.event_id == "number" else pl.String
    if shape.entry_id:
        kinds["entry_id"] = pl.String
    known = {
        "campaign_id": pl.String,
        "variant": pl.String,
        "platform": pl.String,
        "value": pl.Float64,
        "machine": pl.Boolean,
    }
    return kinds | {name: known[name] for name in shape.columns}


@st.composite
def profiles(draw: Draw, shape: Shape) -> pl.DataFrame | None:
    """No table of users, or one that lacks some of them and knows who is a developer."""
    kind, users = USERS[shape.ids]
    known = draw(st.none() | st.lists(st.sampled_from(users), unique=True))
    if known is None:
        return None
    flags = st.lists(st.sampled_from([True, False, None]), min_size=len(known), max_size=len(known))
    countries = [["NO", "SE", None][index % 3] for index in range(len(known))]
    return pl.DataFrame(
        {"user_id": known, "is_developer": draw(flags), "country": countries},
        schema={"user_id": kind, "is_developer": pl.Boolean, "country": pl.String},
    )


@st.composite
def cases(draw: Draw) -> tuple[Case, Grid]:
    """A campaign, its events, perhaps its users; and the grid that its instants lie on."""
    grid, shape = draw(grids), draw(shapes)
    campaign = draw(campaigns(grid))
    events = draw(tables(grid, campaign, shape))
    return Case(campaign, events, draw(profiles(shape))), grid


@st.composite
def questions(draw: Draw) -> tuple[Case, Query]:
    """A case and a way to ask it: definition set, range, developers, zone."""
    case, grid = draw(cases())
    start = end = None
    if draw(st.sampled_from([False, False, True])):
        first = draw(st.integers(-1, GRID))
        start, end = grid.at(first), grid.at(first + draw(st.integers(1, GRID)))
    query = Query(
        definitions=draw(st.sampled_from(["default", "leanplum", "leanplum-v2"])),
        start=start,
        end=end,
        developers=draw(st.booleans()),
        zone=draw(st.sampled_from(ZONES)),
    )
    return case, query


def columns_to_group_by(case: Case) -> list[str]:
    """The columns of a case that break its numbers down."""
    mine = [name for name in ("variant", "platform") if name in case.events.columns]
    return mine + ([] if case.users is None else ["country"])
