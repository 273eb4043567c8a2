"""Who is active and who can be reached, at the edges of the rules."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

import results_widgets as rw

NEWEST = datetime(2026, 3, 20, 12, tzinfo=UTC)
CAMPAIGN = {
    "id": "c1",
    "goal": {"events": ["Purchase"]},
    "attribution_window": "2d",
    "actions": [{"id": "mail", "channel": "email"}, {"id": "note", "channel": "push"}],
}


def results(*rows: tuple[str, str | None, str, timedelta, bool]) -> rw.Results:
    """Events by user, action, event, how long before the newest event, and whether by a machine."""
    newest = ("zed", "mail", "sent", timedelta(0), False)
    table = [
        {
            "user_id": user,
            "campaign_id": "c1" if action else None,
            "action_id": action,
            "event": event,
            "timestamp": NEWEST - before,
            "machine": machine,
        }
        for user, action, event, before, machine in (newest, *rows)
    ]
    return rw.Results(CAMPAIGN, pl.DataFrame(table, infer_schema_length=None), time_zone="UTC")


def reach_of(found: rw.Results) -> dict[str, dict[str, Any]]:
    return {row["channel"]: row for row in found.users_in_campaign().reach().to_dicts()}


def test_active_is_an_event_of_ones_own_in_exactly_seven_days() -> None:
    week, moment = timedelta(days=7), timedelta(microseconds=1)
    sent = [(user, "mail", "sent", timedelta(days=10), False) for user in ("in", "out", "silent")]
    opened = [
        ("in", "mail", "opened", week, False),
        ("out", "mail", "opened", week + moment, False),
    ]
    assert reach_of(results(*sent, *opened))["email"]["active_7d"] == 1


def test_a_machine_open_makes_nobody_active() -> None:
    sent = ("anna", "mail", "sent", timedelta(days=2), False)
    opened = ("anna", "mail", "opened", timedelta(days=1), True)
    assert reach_of(results(sent, opened))["email"]["active_7d"] == 0
    assert reach_of(results(sent, (*opened[:4], False)))["email"]["active_7d"] == 1


def test_who_unsubscribed_is_lost_to_that_channel_alone() -> None:
    rows = [(user, "mail", "sent", timedelta(days=3), False) for user in ("anna", "bob")]
    found = reach_of(results(*rows, ("bob", "mail", "unsubscribed", timedelta(days=2), False)))
    email, push = found["email"], found["push"]
    assert (email["users"], email["reachable"], email["unsubscribed"]) == (3, 2, 1)
    assert (push["users"], push["reachable"], push["unsubscribed"]) == (3, 3, 0)


def test_who_is_lost_to_a_channel_is_not_active_there() -> None:
    rows = [(user, "mail", "sent", timedelta(days=3), False) for user in ("anna", "bob", "carl")]
    made = [(user, "mail", "opened", timedelta(days=2), False) for user in ("anna", "bob")]
    lost = [
        ("bob", "mail", event, timedelta(days=1), False)
        for event in ("unsubscribed", "marked_as_spam")
    ]
    found = reach_of(results(*rows, *made, *lost))
    assert (found["email"]["reachable"], found["email"]["active_7d"]) == (3, 1)
    assert (found["push"]["reachable"], found["push"]["active_7d"]) == (4, 2)
