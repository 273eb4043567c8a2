"""Writes Iterable's tables as Fivetran has them: events, what extends them, and the history of campaigns."""

import csv
import json
from pathlib import Path
from typing import Any

from tests.support.exports.story import Limits, Story
from tests.support.exports.writers import iterable

LIMITS = Limits(variants=True, goal="purchase")
_EVENT = (
    *("_fivetran_id", "email", "campaign_id", "message_id", "content_id", "created_at"),
    *("event_name", "ip", "recipient_state", "transactional_data", "additional_properties"),
    *("_fivetran_synced", "_fivetran_user_id"),
)
_EXTENSION = (
    *("_fivetran_id", "experiment_id", "link_url", "workflow_id", "workflow_name", "reason"),
    *("proxy_source", "_fivetran_synced"),
)


def _write(path: Path, header: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, header, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def write(story: Story, folder: Path) -> int:
    """Write the tables; one campaign's workflow is in its history only."""
    events, more = [], []
    for row in story.rows:
        post = iterable.record(row, story)
        fields = post["dataFields"]
        key = {"_fivetran_id": row["event_id"], "_fivetran_synced": "2026-04-14 21:27:44.224"}
        names = {
            "campaignId": "campaign_id",
            "templateId": "content_id",
            "workflowId": "workflow_id",
        }
        names |= {"workflowName": "workflow_name", "experimentId": "experiment_id"}
        named = {names.get(name, name): value for name, value in fields.items()}
        events.append(
            {
                **key,
                **named,
                "email": post["email"],
                "created_at": row["timestamp"].strftime("%Y-%m-%d %H:%M:%S.000"),
                "event_name": post["eventName"],
                "transactional_data": "null",
                "additional_properties": json.dumps({"total": fields.get("total")}),
            }
        )
        if row["action_id"] is not None:
            if row["action_id"] == story.actions[0][0]:
                named["workflow_id"] = named["workflow_name"] = ""
            more.append({**key, **named, "link_url": row["link"]})
    _write(folder / "event_data.csv", _EVENT, events)
    _write(folder / "event_extension_data.csv", _EXTENSION, more)
    history = [
        {"id": id_, "name": name, "campaign_state": "Ready", "workflow_id": story.id}
        for id_, name, _ in story.actions
    ]
    _write(folder / "campaign_history_data.csv", (*history[0],), history)
    return len(events)
