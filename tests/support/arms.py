"""Campaigns made to measure: how many users each arm has, and how many of them convert."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

import results_widgets as rw

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
SCHEMA: dict[str, Any] = {
    "user_id": pl.String,
    "action_id": pl.String,
    "event": pl.String,
    "timestamp": pl.Datetime("us", "UTC"),
    "variant": pl.String,
    "value": pl.Float64,
}
CAMPAIGN: dict[str, Any] = {
    "id": "c1",
    "name": "Win-back",
    "goal": {"events": ["Purchase"], "value": "value"},
    "attribution_window": "7d",
    "holdback": 0.1,
    "variants": [
        {"id": "A", "name": "10 % off", "share": 0.5, "control": True},
        {"id": "B", "name": "15 % off", "share": 0.5},
    ],
    "actions": [{"id": "mail", "channel": "email"}],
}
HELD_BACK = "held_back"


def event(
    user: str, name: str, days: float = 0, variant: str | None = None, value: float | None = None
) -> dict[str, Any]:
    """One event of a user, so many days after the start; a purchase belongs to no action."""
    return {
        "user_id": user,
        "action_id": None if name == "Purchase" else "mail",
        "event": name,
        "timestamp": START + timedelta(days=days),
        "variant": variant,
        "value": value,
    }


def users(arm: str, count: int, converted: int, value: float = 10.0) -> list[dict[str, Any]]:
    """An arm's users, all entered at the start; so many of them purchase a day later."""
    held = arm == HELD_BACK
    entered = ("held_back", None) if held else ("sent", arm)
    rows = [event(f"{arm}{n}", entered[0], 0, entered[1]) for n in range(count)]
    return rows + [event(f"{arm}{n}", "Purchase", 1, value=value) for n in range(converted)]


def closing() -> list[dict[str, Any]]:
    """A late event of somebody without an entry, so that every window is closed."""
    return [event("late", "Purchase", 30)]


def results(
    *rows: list[dict[str, Any]], users: pl.DataFrame | None = None, **campaign: Any
) -> rw.Results:
    """Results of some rows, under a campaign of which some fields are replaced."""
    table = pl.DataFrame([row for some in rows for row in some], schema=SCHEMA, orient="row")
    return rw.Results({**CAMPAIGN, **campaign}, table, users, time_zone="UTC")
