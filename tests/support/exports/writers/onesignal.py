"""Writes OneSignal's event streams with flat keys, as its documentation shows them, and the wide CSV."""

import gzip
import io
from pathlib import Path
from typing import Any

import polars as pl

from tests.support.exports.files import write_lines
from tests.support.exports.story import Limits, Story

LIMITS = Limits(channel="push", actions=1, goal="")
_KINDS = {"delivered": "received", "opened": "clicked"}
MESSAGE = "7d7d6e3a-56a5-4b3c-9a4f-0d7d6e3a56a5"


def record(row: dict[str, Any], story: Story) -> dict[str, Any]:
    """Return one event as a stream sends it."""
    return {
        "event.kind": f"message.push.{_KINDS.get(row['event'], row['event'])}",
        "event.id": row["event_id"],
        "event.timestamp": str(int(row["timestamp"].timestamp())),
        "event.datetime": row["timestamp"].isoformat(),
        "event.app_id": "72bcafad-0d7d-4b3c-9a4f-0d7d6e3a56a5",
        "event.external_id": row["user_id"],
        "event.subscription_device_type": "iOS",
        "message.id": story.id,
        "message.title": story.name,
        "message.template_id": "",
    }


def write(story: Story, folder: Path) -> int:
    """Write an object a line."""
    write_lines(folder / "stream.jsonl", [record(row, story) for row in story.messages])
    return len(story.messages)


def write_audience(rows: list[dict[str, Any]], folder: Path) -> None:
    """Write a subscription's first time of each event in one row."""
    names = {"delivered": "delivered", "opened": "clicked"}
    people: dict[str, dict[str, Any]] = {}
    for row in rows:
        base = dict.fromkeys(("sent", "delivered", "clicked"))
        person = people.setdefault(
            row["user_id"],
            {
                "external_user_id": row["user_id"],
                "subscription_id": f"s-{row['user_id']}",
                "device_type": "iOSPush",
                **base,
                "onesignal_id": f"o-{row['user_id']}",
                "failed": None,
                "unsubscribed": None,
                "failure_message": None,
            },
        )
        column = names.get(row["event"], row["event"])
        person[column] = person[column] or row["timestamp"].strftime("%Y-%m-%d %H:%M:%S UTC")
        if column == "failed":
            person["failure_message"] = "token expired"
    text = io.BytesIO()
    pl.DataFrame([*people.values()], infer_schema_length=None).write_csv(text)
    name = f"events_audience-activity-{MESSAGE}-push-2026-03-09.csv.gz"
    (folder / name).write_bytes(gzip.compress(text.getvalue()))
