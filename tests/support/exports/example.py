"""The export that examples in docstrings read: three events of one campaign, as SendGrid posts them."""

import json
from pathlib import Path


def write_example(folder: Path) -> None:
    """Write the export."""
    events = [
        ("anna@example.com", "processed", 1772442000),
        ("bob@example.com", "processed", 1772442060),
        ("anna@example.com", "open", 1772445600),
    ]
    posts = [
        {
            "email": email,
            "event": event,
            "timestamp": timestamp,
            "category": ["Spring"],
            "sg_event_id": f"event-{number}",
        }
        for number, (email, event, timestamp) in enumerate(events)
    ]
    folder.mkdir()
    (folder / "posts.json").write_text(json.dumps(posts), encoding="utf-8")
