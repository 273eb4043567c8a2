"""Writes Mixpanel's raw export: an event a line."""

from pathlib import Path

from tests.support.exports import analytics
from tests.support.exports.analytics import name_of, properties
from tests.support.exports.files import write_lines
from tests.support.exports.story import Story

LIMITS = analytics.LIMITS


def write(story: Story, folder: Path) -> int:
    """Write the export."""
    write_lines(
        folder / "raw.jsonl",
        [
            {
                "event": name_of(row),
                "properties": {
                    "time": int(row["timestamp"].timestamp()),
                    "distinct_id": row["user_id"],
                    "$insert_id": row["event_id"],
                    "mp_lib": "python",
                    **properties(row, story),
                },
            }
            for row in story.rows
        ],
    )
    return len(story.rows)
