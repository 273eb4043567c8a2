"""Writes Customer.io's reporting webhooks, an object a line, and the Parquet files of its warehouse sync."""

from pathlib import Path
from typing import Any

import polars as pl

from tests.support.exports.files import write_lines
from tests.support.exports.story import Limits, Story

LIMITS = Limits(variants=True, machine=True, machine_clicks=True, goal="converted")
_METRICS = {
    "marked_as_spam": "spammed",
    "suppressed": "undeliverable",
    "deferred": "attempted",
}


def record(row: dict[str, Any], campaign: str) -> dict[str, Any]:
    """Return one event as Customer.io posts it."""
    metric = _METRICS.get(row["event"], row["event"])
    person = {"id": row["user_id"], "email": row["user_id"], "cio_id": f"d9c1{row['user_id']}"}
    action = row["action_id"]
    data = {
        "customer_id": row["user_id"],
        "identifiers": person,
        "delivery_id": f"RPILAgUBcRhIBqSfeiIwdIYJKxTY-{row['user_id']}-{action}",
        "campaign_id": campaign,
        "action_id": action,
        "content_id": row["variant"],
        "journey_id": "01GW20GXAAXBKZD8J96M8FNV3R",
        "recipient": row["user_id"],
        "subject": "hello",
    }
    if metric == "opened":
        data |= {"proxied": True, "prefetched": row["machine"], "synthetic": False}
    if metric == "clicked":
        data |= {"href": row["link"], "link_id": 1, "machine": row["machine"]}
    if metric in ("bounced", "dropped", "failed", "attempted"):
        data["failure_message"] = "550 5.5.0 mailbox unavailable"
    return {
        "event_id": row["event_id"],
        "object_type": "email",
        "metric": metric,
        "timestamp": int(row["timestamp"].timestamp()),
        "data": data,
    }


def write(story: Story, folder: Path) -> int:
    """Write one file a day; its conversions have no value."""
    for row in story.rows:
        row["value"] = None
    records = [record(row, story.id) for row in story.rows]
    half = len(records) // 2
    write_lines(folder / "webhooks-2026-03-02.jsonl", records[:half])
    write_lines(folder / "webhooks-2026-03-03.jsonl", records[half:])
    return len(records)


def write_warehouse(story: Story, folder: Path) -> None:
    """Write the tables of the warehouse sync: metrics name their delivery, deliveries their person."""
    posts = [record(row, story.id) for row in story.rows]
    base = {"workspace_id": 7, "seq_num": 1}
    metrics = [
        {
            **base,
            "event_id": post["event_id"],
            "delivery_id": post["data"]["delivery_id"],
            "metric": post["metric"],
            "reason": post["data"].get("failure_message"),
            "link_id": post["data"].get("link_id"),
            "link_url": post["data"].get("href"),
            "created_at": row["timestamp"],
        }
        for post, row in zip(posts, story.rows, strict=True)
    ]
    deliveries = {
        post["data"]["delivery_id"]: {
            **base,
            "delivery_id": post["data"]["delivery_id"],
            "internal_customer_id": post["data"]["identifiers"]["cio_id"],
            "subject_id": None,
            "delivery_type": "email",
            **{name: post["data"][name] for name in ("campaign_id", "action_id", "content_id")},
            "newsletter_id": None,
            "created_at": row["timestamp"],
        }
        for post, row in zip(posts, story.rows, strict=True)
    }
    people = {
        post["data"]["identifiers"]["cio_id"]: {
            **base,
            "customer_id": post["data"]["identifiers"]["id"],
            "internal_customer_id": post["data"]["identifiers"]["cio_id"],
            "deleted": False,
            "email_addr": post["data"]["identifiers"]["email"],
        }
        for post in posts
    }
    tables = {
        "metrics": metrics,
        "deliveries": [*deliveries.values()],
        "people": [*people.values()],
    }
    for name, rows in tables.items():
        frame = pl.DataFrame(rows, infer_schema_length=None)
        frame.write_parquet(folder / f"{name}_v4_7_1.parquet")
