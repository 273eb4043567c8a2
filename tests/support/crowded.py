"""Logs of few users who do everything within seconds, so that whatever may be wrong is, and their findings."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import polars as pl

import results_widgets as rw
from tests.reference.case import Case
from tests.reference.quality import findings
from tests.support.loops import some

CAMPAIGN: dict[str, Any] = {
    "id": "c1",
    "goal": {"events": ["Purchase"], "mode": "multiple", "value": "value"},
    "attribution_window": "2d",
    "actions": [
        {"id": "mail", "channel": "email"},
        {"id": "text", "channel": "sms", "parent": "mail"},
        {"id": "card", "channel": "direct_mail", "parent": "mail"},
    ],
}
HAPPENINGS = [
    *[("mail", one) for one in ("sent", "sent", "delivered", "opened", "clicked", "clicked")],
    *[("text", one) for one in ("sent", "delivered", "clicked", "replied")],
    *[(None, one) for one in ("Purchase", "Purchase", "exited")],
]
USERS = ["anna", "Anna", "ANNA ", "bob", "Bob", "carl", "dora"]


def crowded(seed: int) -> Case:
    """Few users who do everything within seconds, some of it before it could be done."""
    random = Random(seed)
    users, seconds = USERS[: random.randint(1, 7)], random.choice([4, 20, 90])
    start, early = datetime(2026, 3, 1, tzinfo=UTC), random.choice([0, 0, 1, 40])
    rows = []
    for _ in range(random.choice([3, 20, 60, 200, 400])):
        action, event = random.choice(HAPPENINGS)
        shift = early if event == "opened" else 0
        after = timedelta(seconds=random.randint(0, seconds), minutes=-shift)
        row: dict[str, Any] = {"user_id": random.choice(users), "action_id": action, "event": event}
        value = random.choice([None, 1.0])
        variant = random.choice(["A", "A", "A", "A", None, "B"])
        row["machine"] = random.choice([True, False, None])
        rows.append({**row, "timestamp": start + after, "value": value, "variant": variant})
    kinds: dict[str, Any] = {
        "machine": pl.Boolean,
        "user_id": pl.String,
        "action_id": pl.String,
        "variant": pl.String,
    }
    events = pl.DataFrame(rows, schema_overrides={**kinds, "value": pl.Float64})
    if random.random() < 0.3:
        events = events.drop("value")
    developers = [{"user_id": one, "is_developer": random.random() < 0.3} for one in users]
    return Case(CAMPAIGN, events, pl.DataFrame(developers))


def held_against_reference(case: Case, events: object) -> None:
    results = rw.Results(dict(case.campaign), events, case.users, time_zone="UTC")
    known = findings(case)
    found = {
        row["check"]: (row["rows"], row["among"])
        for row in some(results.quality().filter(pl.col("check").is_in([*known])).to_dicts())
    }
    assert found == known
