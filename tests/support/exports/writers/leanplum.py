"""Writes Leanplum's raw export: sessions as JSON, or the six CSV tables, each with an answer of getMessages."""

import csv
import json
from pathlib import Path
from typing import Any

from tests.support.exports.story import Limits, Story

LIMITS = Limits(
    variants=True,
    campaign="4503600000000001",
    ids=("6678706135760896", "5066549580791808", "4925812092436480"),
)
_NAMES = {
    "sent": "",
    "delivered": " Delivered",
    "deferred": " Deferred",
    "opened": " Open",
    "clicked": " Click",
    "bounced": " Bounce",
    "blocked": " Block",
    "dropped": " Dropped",
    "unsubscribed": " Unsubscribe",
    "marked_as_spam": " Marked as spam",
    "held_back": " Held Back",
}
_TEST = 4600000000000007
_JOB = "export-5700-3f2a-output"


def answers(story: Story, folder: Path) -> None:
    """Write what the API says of the messages."""
    messages = [
        {
            "id": int(id_),
            "campaignID": int(story.id),
            "campaignName": story.name,
            "abTestIds": [_TEST],
            "name": name,
            "messageType": "Email",
            "active": True,
        }
        for id_, name, _ in story.actions
    ]
    answer = {"response": [{"success": True, "messages": messages}]}
    (folder / "messages.json").write_text(json.dumps(answer))


def _name(row: dict[str, Any]) -> str:
    if row["action_id"] is None:
        return str(row["event"])
    return f".m{row['action_id']}{_NAMES[row['event']]}"


def _number(row: dict[str, Any], n: int) -> int:
    number = 9_000_000_000_000_000_000 + n
    return -number if n % 2 else number


def write_json(story: Story, folder: Path) -> int:
    """Write one session for each event; events and experiments are repeated, as they are."""
    answers(story, folder)
    sessions, count = [], 0
    for n, row in enumerate(story.rows):
        seconds = row["timestamp"].timestamp()
        event = {
            "eventId": _number(row, n),
            "name": _name(row),
            "time": f"{seconds / 10**9!r}E9",
            "value": row["value"] or 0.0,
            "parameters": {"URL": row["link"]} if row["link"] else {},
        }
        copies = 3 if n % 7 == 0 else 1
        count += copies
        variant = [{"id": _TEST, "variantId": row["variant"]}] * 3 if row["variant"] else []
        sessions.append(
            {
                "sessionId": str(1000 + n),
                "userId": row["user_id"],
                "time": event["time"],
                "isSession": True,
                "experiments": variant,
                "userAttributes": {"premium": "True"},
                "states": [{"stateId": n, "events": [event] * copies}],
            }
        )
    text = "".join(json.dumps(session) + "\n" for session in sessions)
    (folder / f"{_JOB}-0").write_text(text)
    return count


def write_csv(story: Story, folder: Path) -> int:
    """Write the tables in parts, and a manifest for each."""
    answers(story, folder)
    tables: dict[str, list[dict[str, Any]]] = {
        name: []
        for name in ("sessions", "events", "eventparameters", "experiments", "userattributes")
    }
    for n, row in enumerate(story.rows):
        session, event = str(2000 + n), str(_number(row, n))
        tables["sessions"].append(
            {
                "sessionId": session,
                "userId": row["user_id"],
                "userBucket": 7,
                "isDeveloper": "false",
            }
        )
        tables["events"].append(
            {
                "eventId": event,
                "stateId": n,
                "sessionId": session,
                "eventName": _name(row),
                "start": f"{row['timestamp'].timestamp():.3f}",
                "value": row["value"] or 0.0,
                "info": "",
                "timeUntilFirstForUser": "",
            }
        )
        tables["userattributes"].append({"sessionId": session, "name": "premium", "value": "True"})
        if row["link"]:
            tables["eventparameters"].append(
                {"eventId": event, "name": "URL", "value": row["link"]}
            )
        if row["variant"]:
            one = {"experimentId": _TEST, "sessionId": session, "variantId": row["variant"]}
            tables["experiments"] += [one, one, one]
    for name, rows in tables.items():
        if not rows:
            continue
        half = len(rows) // 2
        names = []
        for part, own in enumerate((rows[:half], rows[half:])):
            path = folder / f"{_JOB}{name}-{part}"
            names.append(path.name)
            with path.open("w", newline="") as file:
                writer = csv.DictWriter(file, [*rows[0]])
                writer.writeheader()
                writer.writerows(own)
        (folder / f"{_JOB}{name}-manifest").write_text(json.dumps({"files": names}))
    return len(story.rows)


FORMS = {"json": write_json, "csv": write_csv}
write = write_json
