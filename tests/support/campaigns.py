"""Campaigns as JSON has them: the least that is one, and one with every field."""

from typing import Any

LEAST: dict[str, Any] = {
    "id": "c1",
    "goal": {"events": ["Purchase"]},
    "actions": [{"id": "a1", "channel": "email"}],
}
# The example of the documentation, every field in it.
WHOLE: dict[str, Any] = {
    "id": "c1",
    "name": "Win-back",
    "status": "finished",
    "delivery": "triggered",
    "started_at": "2026-03-01T09:00:00+01:00",
    "finished_at": None,
    "goal": {"events": ["Purchase"], "mode": "single", "value": "value"},
    "attribution_window": "7d",
    "on_finish": "keep_windows",
    "holdback": 0.1,
    "variants": [{"id": "A", "share": 0.5, "control": True}, {"id": "B", "share": 0.5}],
    "actions": [
        {
            "id": "a1",
            "name": "We miss you",
            "channel": "email",
            "parent": None,
            "trigger": None,
            "delay": "0d",
            "variant": None,
            "copy": {"subject": "…", "body": "…"},
            "settings": {"sender": "…"},
        },
        {
            "id": "a2",
            "name": "Reminder",
            "channel": "push",
            "parent": "a1",
            "trigger": "not_opened",
            "delay": "2d",
        },
    ],
}
