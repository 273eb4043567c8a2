"""Writes Airship's real-time data stream: an event a line."""

from pathlib import Path
from typing import Any

from tests.support.exports.files import write_lines
from tests.support.exports.story import Limits, Story

LIMITS = Limits(channel="push", actions=1, variants=True, goal="purchased")
_TYPES = {
    "sent": "SEND",
    "opened": "OPEN",
    "bounced": "SEND_REJECTED",
    "held_back": "CONTROL",
}


def record(row: dict[str, Any], story: Story, offset: int) -> dict[str, Any]:
    """Return one event as the stream has it."""
    base = {
        "id": row["event_id"],
        "offset": str(offset),
        "occurred": row["timestamp"].strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "processed": row["timestamp"].strftime("%Y-%m-%dT%H:%M:%S.900Z"),
        "device": {
            "channel": f"c-{row['user_id']}",
            "named_user_id": row["user_id"],
            "device_type": "IOS",
        },
    }
    if row["action_id"] is None:
        body = {"name": "purchased", "value": row["value"], "properties": {}}
        return {**base, "type": "CUSTOM", "body": body}
    push = {"push_id": f"p-{offset}", "group_id": story.id, "variant_id": row["variant"]}
    if row["event"] == "opened":
        return {**base, "type": "OPEN", "body": {"session_id": "s1", "triggering_push": push}}
    return {**base, "type": _TYPES[row["event"]], "body": push}


def write(story: Story, folder: Path) -> int:
    """Write the stream into one file."""
    records = [record(row, story, 1000 + n) for n, row in enumerate(story.rows)]
    write_lines(folder / "stream.jsonl", records)
    return len(records)
