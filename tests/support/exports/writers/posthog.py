"""Writes PostHog's batch export: an event a line, its properties as an object or as text."""

import json
from pathlib import Path
from typing import Any

from tests.support.exports import analytics
from tests.support.exports.analytics import name_of, properties
from tests.support.exports.files import write_lines
from tests.support.exports.story import Story

LIMITS = analytics.LIMITS


def records(story: Story) -> list[dict[str, Any]]:
    """Return the events."""
    found = []
    for n, row in enumerate(story.rows):
        own = {"$lib": "posthog-python", **properties(row, story)}
        found.append(
            {
                "uuid": row["event_id"],
                "event": name_of(row),
                "distinct_id": row["user_id"],
                "properties": own if n % 2 else json.dumps(own),
                "timestamp": row["timestamp"].strftime("%Y-%m-%d %H:%M:%S.000000"),
                "team_id": 1,
                "person_id": f"person-{row['user_id']}",
            }
        )
    return found


def write(story: Story, folder: Path) -> int:
    """Write the export."""
    write_lines(folder / "events.jsonl", records(story))
    return len(story.rows)
