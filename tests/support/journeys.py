"""Three users' journeys through two e-mails, and results of rows written as tuples."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

import results_widgets as rw

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
CAMPAIGN: dict[str, Any] = {
    "id": "c",
    "name": "Spring",
    "goal": {"events": ["Purchase"]},
    "attribution_window": "7d",
    "actions": [
        {"id": "a", "name": "Welcome", "channel": "email"},
        {"id": "b", "name": "Offer", "channel": "email", "parent": "a", "trigger": "opened"},
    ],
}
JOURNEYS = [
    *(("anna", "a", "sent", 0), ("anna", "a", "opened", 1), ("anna", "b", "sent", 2)),
    ("anna", None, "Purchase", 3),
    *(("bob", "a", "sent", 0), ("bob", "b", "sent", 2), ("bob", "b", "opened", 3)),
    ("bob", None, "Purchase", 4),
    *(("carl", "a", "sent", 30), ("carl", "b", "sent", 40)),
]


def results_of(
    rows: Sequence[tuple[Any, str | None, str, float]], users: pl.DataFrame | None = None
) -> rw.Results:
    """Results of (user, action, event, hours after the start)."""
    events = pl.DataFrame(
        [(user, action, event, START + timedelta(hours=at)) for user, action, event, at in rows],
        schema={
            "user_id": pl.Int64 if rows and isinstance(rows[0][0], int) else pl.String,
            "action_id": pl.String,
            "event": pl.String,
            "timestamp": pl.Datetime("us", "UTC"),
        },
        orient="row",
    )
    return rw.Results(CAMPAIGN, events, users, time_zone="UTC")


def ids(segment: rw.Segment) -> list[Any]:
    """The ids of a segment's users, in its order."""
    return segment.users["user_id"].to_list()
