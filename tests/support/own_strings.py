"""Campaigns in which every user has strings of their own, everywhere, and what finds those strings again.

A value of one user carries the mark of `OWN`, one that a few users share that of `FEW`, whatever column
it stands in. So a text that gives somebody away is found by a pattern, wherever it comes from.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any, Final

import polars as pl

import results_widgets as rw

OWN: Final = re.compile(rb"ofone\d+z", re.IGNORECASE)
"""What stands in every value of a single user."""
FEW: Final = re.compile(rb"offew\d+z", re.IGNORECASE)
"""What stands in every value that two to four users share."""

_EVENT_COLUMNS: Final = (
    *("variant", "platform", "os", "device", "country", "city", "locale", "language"),
    *("app_version", "currency", "note", "group"),
)
_USER_COLUMNS: Final = ("plan", "email", "household")
_VARIANTS: Final = [{"id": "A", "share": 0.5, "control": True}, {"id": "B", "share": 0.5}]
_CAMPAIGN: Final[dict[str, Any]] = {
    "id": "spring",
    "name": "Spring",
    "started_at": "2026-03-01T00:00:00Z",
    "goal": {"events": ["Purchase"], "value": "value"},
    "attribution_window": "2d",
    "actions": [
        {"id": "mail", "channel": "email"},
        {"id": "nudge", "channel": "push", "parent": "mail"},
    ],
}


@dataclass(frozen=True)
class Told:
    """What was drawn.

    Attributes:
        seed: What it follows from.
        campaign: The campaign.
        events: Its events.
        users: Its users; None: there is no such table.
        folder: An empty folder, whose path must not be told either.
    """

    seed: int
    campaign: dict[str, Any]
    events: pl.DataFrame
    users: pl.DataFrame | None
    folder: Path

    def results(self) -> rw.Results:
        """The results: the same ones as long as the same campaign is drawn, so that each answer is computed once."""
        return _results(self.seed)

    def some_columns(self, results: rw.Results) -> list[str]:
        """Three of the columns that numbers can be broken down by."""
        return Random(self.events.height).sample(results.breakdowns, 3)

    def written(self) -> Path:
        """A folder with the campaign and its tables as files."""
        folder = self.folder / "data"
        folder.mkdir(exist_ok=True)
        (folder / "campaign.json").write_text(json.dumps(self.campaign), encoding="utf-8")
        self.events.write_parquet(folder / "events.parquet")
        if self.users is not None:
            self.users.write_parquet(folder / "users.parquet")
        return folder


def drawn(seed: int, folder: Path) -> Told:
    """The campaign that follows from a seed."""
    random = Random(seed)
    campaign = dict(_CAMPAIGN)
    if random.random() < 0.7:
        campaign["variants"] = [
            {"id": "A", "share": 0.5, "control": True},
            {"id": "B", "share": 0.5},
        ]
    people = random.randint(6, 14)
    named = [name for name in _EVENT_COLUMNS if random.random() < 0.7]
    # Of some columns every value is one user's, of others most users share one.
    shared = {name: random.choice([0, 0.5, 0.8]) for name in (*named, *_USER_COLUMNS)}

    def value(column: str, user: int) -> str | None:
        if random.random() < 0.1:
            return None
        if random.random() < shared[column]:
            return "A" if column == "variant" else f"{column} of all"
        if user % 4 == 0:
            return f"{column} offew{user // 12}z"
        return f"{column} ofone{user}z"

    rows: list[dict[str, Any]] = []
    for user in range(people):
        own = {name: value(name, user) for name in named}
        rows += _rows(random, user, own)
    random.shuffle(rows)
    events = pl.DataFrame(rows, infer_schema_length=None)
    if "city" in named and random.random() < 0.5:
        events = events.with_columns(pl.col("city").cast(pl.Categorical))
    users = None
    if random.random() < 0.8:
        known = [user for user in range(people) if user % 7]
        table = {name: [value(name, user) for user in known] for name in _USER_COLUMNS}
        ids = {"user_id": [f"user ofone{user}z" for user in known]}
        users = pl.DataFrame(ids | table, schema_overrides=dict.fromkeys(_USER_COLUMNS, pl.String))
    return Told(seed, campaign, events, users, folder)


@lru_cache(maxsize=1)
def _results(seed: int) -> rw.Results:
    told = drawn(seed, Path())
    return rw.Results(told.campaign, told.events, told.users, time_zone="UTC")


def _rows(random: Random, user: int, own: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of one user: what counts, and perhaps what does not, each under names of their own."""
    mark, day = f"ofone{user}z", random.randint(1, 9)

    def row(hour: int, event: str | None, **more: Any) -> dict[str, Any]:
        fixed = {
            "user_id": f"user {mark}",
            "campaign_id": "spring",
            "action_id": None,
            "event": event,
        }
        known = {"link": None, "reason": None, "value": None, "event_id": f"e{hour} {mark}"}
        time = {"timestamp": f"2026-03-{day:02}T{hour:02}:00:00Z", "entry_id": f"entry {mark}"}
        return {**fixed, **known, **time, **own, **more}

    rows = [row(8, "sent", action_id="mail")]
    links = [
        f"https://shop.example/{mark}",
        f"https://shop.example/?who={mark}",
        "https://a.example",
    ]
    rows.append(row(9, "clicked", action_id="mail", link=random.choice(links)))
    reasons = [f"550 <{mark}@example.com> unknown", f"mailbox of {mark} is full", "full"]
    rows.append(row(10, "bounced", action_id="mail", reason=random.choice(reasons)))
    rows.append(row(11, "sent", action_id="nudge"))
    rows.append(row(12, "Purchase", value=random.choice([1.5, 20.0, None])))
    strange = [
        row(13, f"event {mark}", action_id="mail"),
        row(14, "opened", action_id=f"action {mark}"),
        row(15, "sent", action_id="mail", campaign_id=f"campaign {mark}"),
        row(16, f"Purchase {mark}"),
        row(17, "opened", action_id="mail", timestamp=f"time {mark}"),
        row(18, "sent", action_id="mail", user_id=None),
        row(20, "opened", action_id="nudge", timestamp="2090-01-01T00:00:00Z"),
    ]
    return rows + [one for one in strange if random.random() < 0.35]
