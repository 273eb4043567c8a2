"""Writes Amplitude's export: an event a line, packed, times in UTC that do not say so."""

import gzip
import json
from pathlib import Path

from tests.support.exports import analytics
from tests.support.exports.analytics import name_of, properties
from tests.support.exports.story import Story

LIMITS = analytics.LIMITS


def write(story: Story, folder: Path) -> int:
    """Write a file for each hour's half of the events."""
    lines = [
        json.dumps(
            {
                "$insert_id": row["event_id"],
                "uuid": f"uuid-{row['event_id']}",
                "amplitude_id": 1234,
                "device_id": "d",
                "user_id": row["user_id"],
                "event_type": name_of(row),
                "event_time": row["timestamp"].strftime("%Y-%m-%d %H:%M:%S.000000"),
                "client_event_time": "2026-01-01 00:00:00.000000",
                "event_properties": properties(row, story),
                "user_properties": {},
                "platform": "Web",
            }
        )
        + "\n"
        for row in story.rows
    ]
    half = len(lines) // 2
    for name, own in (("10#0", lines[:half]), ("11#0", lines[half:])):
        path = folder / f"187520_2026-03-02_{name}.json.gz"
        path.write_bytes(gzip.compress("".join(own).encode()))
    return len(lines)
