"""Writes GA4's BigQuery export: parameters as a list of keys and typed values, whole numbers as text."""

from pathlib import Path
from typing import Any

from tests.support.exports import analytics
from tests.support.exports.analytics import name_of, properties
from tests.support.exports.files import write_lines
from tests.support.exports.story import Story

LIMITS = analytics.LIMITS


def _param(key: str, value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"key": key, "value": {"string_value": str(value).lower(), "int_value": None}}
    if isinstance(value, float):
        return {"key": key, "value": {"double_value": value}}
    return {"key": key, "value": {"string_value": value, "int_value": None}}


def write(story: Story, folder: Path) -> int:
    """Write the export."""
    rows = []
    for row in story.rows:
        own = properties(row, story)
        own["value"] = own.pop("revenue", None)
        rows.append(
            {
                "event_date": row["timestamp"].strftime("%Y%m%d"),
                "event_timestamp": str(int(row["timestamp"].timestamp()) * 1_000_000),
                "event_name": name_of(row),
                "event_params": [
                    _param("ga_session_id", "1"),
                    *(_param(key, value) for key, value in own.items() if value is not None),
                ],
                "user_pseudo_id": row["user_id"],
                "user_id": None,
                "platform": "ANDROID",
            }
        )
    write_lines(folder / "events_20260302.jsonl", rows)
    return len(rows)
