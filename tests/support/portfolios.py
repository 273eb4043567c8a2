"""Random small portfolios: one log of a few people and several campaigns, drawn so that claims collide."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import polars as pl

import results_widgets as rw
from tests.reference import Case

START = datetime(2026, 3, 28, 20, tzinfo=UTC)
STEP = timedelta(hours=1)
GRID = 9
CHANNELS = {"email": ["sent", "opened", "clicked"], "push": ["sent", "opened"]}


@dataclass(frozen=True)
class Drawn:
    """A log of several campaigns, and each campaign as JSON, by the name that it has in the portfolio."""

    seed: int
    campaigns: dict[str, dict[str, Any]]
    events: pl.DataFrame
    users: pl.DataFrame

    def cases(self) -> dict[str, Case]:
        """Each campaign with the rows that are its own, or of no campaign."""
        own = pl.col("campaign_id")
        return {
            name: Case(one, self.events.filter(own.is_null() | (own == one["id"])), self.users)
            for name, one in self.campaigns.items()
        }

    def results(self) -> dict[str, rw.Results]:
        """The results of each campaign, read for itself from the whole log."""
        return {
            name: rw.Results(one, self.events, self.users, time_zone="UTC")
            for name, one in self.campaigns.items()
        }

    def portfolio(self) -> rw.Portfolio:
        """The campaigns as a portfolio of one log."""
        return rw.Portfolio(self.results())


def drawn(seed: int) -> Drawn:
    """The portfolio that follows from a seed."""
    random = Random(seed)
    count = random.randint(1, 4)
    campaigns = {f"Campaign {n}": _campaign(random, n) for n in range(count)}
    users = ["anna", "bob", "Ünal", "dora"][: random.randint(1, 4)]
    rows = [
        row
        for index in range(random.choice([1, 6, 20, 60]))
        for row in _rows(random, index, [*campaigns.values()], users)
    ]
    schema: dict[str, Any] = {
        "user_id": pl.String,
        "campaign_id": pl.String,
        "action_id": pl.String,
        "event": pl.String,
        "timestamp": pl.Datetime("us", "UTC"),
        "value": pl.Float64,
        "event_id": pl.String,
    }
    events = pl.DataFrame(rows, schema)
    if random.random() < 0.5:
        events = events.drop("event_id")
    developers = [random.random() < 0.2 for _ in users]
    people = pl.DataFrame({"user_id": users, "is_developer": developers})
    return Drawn(seed, campaigns, events, people)


def _campaign(random: Random, number: int) -> dict[str, Any]:
    id_ = f"c{number}"
    window = random.choice([0, 1, 2, 3, 100])
    actions = [
        {
            "id": f"{id_}-a{n}",
            "channel": random.choice([*CHANNELS]),
            "parent": None if n == 0 else f"{id_}-a0",
        }
        for n in range(random.randint(1, 2))
    ]
    return {
        "id": id_,
        "name": f"Drawn {number}",
        "goal": {
            "events": random.choice([["Purchase"], ["Purchase"], ["Purchase", "Visit"]]),
            "mode": random.choice(["single", "multiple"]),
            "value": "value",
        },
        "attribution_window": f"{window}h",
        "actions": actions,
    }


def _rows(
    random: Random, index: int, campaigns: list[dict[str, Any]], users: list[str]
) -> list[dict[str, Any]]:
    campaign = random.choice(campaigns)
    action = random.choice(campaign["actions"])
    event = random.choice(["sent", "sent", *CHANNELS[action["channel"]], "held_back"])
    row: dict[str, Any] = {
        "user_id": random.choice(users),
        "campaign_id": campaign["id"],
        "action_id": action["id"],
        "event": event,
        "timestamp": START + random.randint(0, GRID) * STEP,
        "value": None,
        "event_id": random.choice([None, f"e{index}"]),
    }
    if random.random() < 0.4:
        goal = random.choice(["Purchase", "Purchase", "Visit"])
        row |= {"campaign_id": None, "action_id": None, "event": goal}
        row["value"] = random.choice([None, 1.0, 2.25])
    return [row] * random.choice([1, 1, 1, 2])
