"""Writes Braze Currents: Avro in folders by event and date, JSON lines, the posts of its HTTP connector."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import fastavro

from tests.support.exports.story import Limits, Story

LIMITS = Limits(variants=True, machine=True, machine_clicks=True, goal="users.behaviors.Purchase")
_NAMES = {
    "sent": "Send",
    "delivered": "Delivery",
    "deferred": "Deferral",
    "opened": "Open",
    "clicked": "Click",
    "bounced": "Bounce",
    "dropped": "Bounce",
    "unsubscribed": "Unsubscribe",
    "marked_as_spam": "MarkAsSpam",
}
_TEXT = ["null", "string"]
_FIELDS: dict[str, Any] = {
    "id": "string",
    "user_id": "string",
    "external_user_id": _TEXT,
    "time": "int",
    "timezone": _TEXT,
    **dict.fromkeys(
        (
            *("campaign_id", "campaign_name", "message_variation_id", "message_variation_name"),
            *("canvas_id", "canvas_name", "canvas_variation_id", "canvas_step_id"),
            *(
                "canvas_step_name",
                "next_step_id",
                "url",
                "machine_open",
                "bounce_reason",
                "product_id",
            ),
        ),
        _TEXT,
    ),
    "is_suspected_bot_click": ["null", "boolean"],
    "is_drop": ["null", "boolean"],
    "in_control_group": ["null", "boolean"],
    "price": ["null", "float"],
    "currency": _TEXT,
}


def records(story: Story) -> list[tuple[str, dict[str, Any]]]:
    """Return each event with its Currents name."""
    names = {id_: name for id_, name, _ in story.actions}
    found = []
    for row in story.rows:
        base = {
            "id": row["event_id"],
            "user_id": row["user_id"],
            "external_user_id": None,
            "time": int(row["timestamp"].timestamp()),
            "timezone": "Europe/Berlin",
        }
        if row["action_id"] is None:
            more = {"price": row["value"], "currency": "EUR", "product_id": "shoe"}
            found.append(("users.behaviors.Purchase", {**base, **more}))
            continue
        canvas = {"canvas_id": story.id, "canvas_name": story.name, "canvas_variation_id": "cv"}
        if row["event"] == "held_back":
            found.append(("users.canvas.Entry", {**base, **canvas, "in_control_group": True}))
            continue
        step = {
            "canvas_step_id": row["action_id"],
            "canvas_step_name": names[row["action_id"]],
            "message_variation_id": row["variant"],
            "url": row["link"],
            "machine_open": "true" if row["machine"] and row["event"] == "opened" else None,
            "is_suspected_bot_click": row["machine"] if row["event"] == "clicked" else None,
            "is_drop": row["event"] == "dropped"
            if row["event"] in ("dropped", "bounced")
            else None,
        }
        found.append((f"users.messages.email.{_NAMES[row['event']]}", {**base, **canvas, **step}))
    for id_, _, parent in story.actions:
        if parent is not None:
            edge = {"canvas_step_id": parent, "next_step_id": f"{id_}-wait"}
            onward = {"canvas_step_id": f"{id_}-wait", "next_step_id": id_}
            base = {"user_id": "someone", "time": 1772440000, "canvas_id": story.id}
            for n, steps in enumerate((edge, onward)):
                one = {"id": f"edge-{id_}-{n}", **base, **steps}
                found.append(("users.canvasstep.Progression", one))
    return found


def write_avro(story: Story, folder: Path) -> int:
    """Write one Avro file for each event and date."""
    parts: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    count = 0
    for name, record in records(story):
        parts[name, f"2026-03-{2 + count % 2:02}-08"].append(record)
        count += 1
    for (name, date), own in parts.items():
        path = folder / f"event_type={name}" / f"date={date}" / "part-0.avro"
        path.parent.mkdir(parents=True)
        used = [one for one in _FIELDS if any(record.get(one) is not None for record in own)]
        schema = {
            "type": "record",
            "name": f"dataexport.S3.inner.{name}",
            "fields": [{"name": one, "type": _FIELDS[one]} for one in used],
        }
        rows = [{one: record.get(one) for one in used} for record in own]
        with path.open("wb") as file:
            fastavro.writer(file, fastavro.parse_schema(schema), rows)
    return count


def write_lines(story: Story, folder: Path) -> int:
    """Write the records as lines of JSON in files by event, with the unions of Avro's JSON."""
    parts: dict[str, list[str]] = defaultdict(list)
    for name, record in records(story):
        kinds = {one: _FIELDS.get(one) for one, value in record.items() if value is not None}
        typed = {
            one: {kind[1]: record[one]} if isinstance(kind, list) else record[one]
            for one, kind in kinds.items()
        }
        parts[name].append(json.dumps(typed) + "\n")
    for name, lines in parts.items():
        (folder / f"{name}.json").write_text("".join(lines))
    return sum(map(len, parts.values()))


def write_http(story: Story, folder: Path) -> int:
    """Write the posts of the HTTP connector, one array a line."""
    posts = []
    for name, record in records(story):
        user = {one: record.get(one) for one in ("user_id", "external_user_id", "timezone")}
        own = {one: value for one, value in record.items() if one not in (*user, "id", "time")}
        post = {"event_type": name, "id": record["id"], "properties": own}
        posts.append({**post, "time": record["time"], "user": user})
    lines = [json.dumps(posts[n : n + 10]) for n in range(0, len(posts), 10)]
    (folder / "posts.json").write_text("\n".join(lines))
    return len(posts)


FORMS = {"avro": write_avro, "lines": write_lines, "http": write_http}
write = write_avro
