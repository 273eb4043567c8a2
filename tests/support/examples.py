"""Small cases written as text: one event a line, so that a rule's example reads like a story.

``anna  mail  opened  02T10:30  platform=ios`` is 10:30 UTC of 2 March 2026; ``-`` is no action.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import polars as pl

from tests.reference import Case
from tests.support.answers import Answers

Ask = Callable[..., Answers]
"""What the fixture ``ask`` is: an example and how it is asked, to its answers."""

COLUMNS: dict[str, Any] = {
    "user_id": pl.String,
    "campaign_id": pl.String,
    "action_id": pl.String,
    "event": pl.String,
    "timestamp": pl.Datetime("us", "UTC"),
}
OPTIONAL: dict[str, Any] = {
    "event_id": pl.String,
    "entry_id": pl.String,
    "variant": pl.String,
    "platform": pl.String,
    "value": pl.Float64,
    "currency": pl.String,
    "machine": pl.Boolean,
}
CAMPAIGN: dict[str, Any] = {
    "id": "c1",
    "goal": {"events": ["Purchase"], "mode": "single", "value": "value"},
    "attribution_window": "2d",
    "actions": [
        {"id": "mail", "channel": "email"},
        {"id": "nudge", "channel": "push", "parent": "mail"},
        {"id": "call", "channel": "webhook", "parent": "mail"},
        {"id": "hello", "channel": "in_app"},
        {"id": "poster", "channel": "billboard", "parent": "hello"},
    ],
    "channels": {
        "billboard": {
            "events": ["shown", "scanned"],
            "received": "shown",
            "interacted": ["scanned"],
        }
    },
}
MULTIPLE = {"events": ["Purchase"], "mode": "multiple", "value": "value"}


def at(text: str) -> datetime:
    """The instant of ``02T10:30``, or of a whole ISO text with an offset."""
    if "-" in text:
        return datetime.fromisoformat(text).astimezone(UTC)
    return datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=UTC)


def case(table: str, users: pl.DataFrame | None = None, **campaign: Any) -> Case:
    """A case of the example campaign, some of its fields replaced."""
    rows = [_row(line.split()) for line in table.splitlines() if line.strip()]
    used = {name: kind for name, kind in OPTIONAL.items() if any(name in row for row in rows)}
    events = pl.DataFrame(rows, schema=COLUMNS | used)
    return Case(CAMPAIGN | campaign, events, users)


def _row(words: list[str]) -> dict[str, Any]:
    user, action, event, time, *extra = words
    row: dict[str, Any] = {
        "user_id": user,
        "action_id": None if action == "-" else action,
        "campaign_id": None if action == "-" else "c1",
        "event": event,
        "timestamp": at(time),
    }
    for word in extra:
        name, _, text = word.partition("=")
        row[name] = (
            float(text) if name == "value" else text == "true" if name == "machine" else text
        )
    return row


def starts(answers: Answers) -> list[datetime]:
    return [entry["started_at"] for entry in answers.entries()]


def ends(answers: Answers) -> list[datetime]:
    return [entry["ended_at"] for entry in answers.entries()]


def converted(answers: Answers) -> list[datetime]:
    return [conversion["converted_at"] for conversion in answers.conversions()]


def credited(answers: Answers) -> list[tuple[str | None, str | None]]:
    return [(c["action_id"], c["attributed_by"]) for c in answers.conversions()]


def number(answers: Answers, metric: str, group: Any = None, by: str | None = None) -> Any:
    return answers.overview(by)[group][metric][0]
