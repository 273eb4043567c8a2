"""Where each user who received an action went: one user at a time, by rules written in words."""

from typing import Any

from tests.reference.case import Case, Query, Row, microseconds, microseconds_of
from tests.reference.rows import is_known, is_left_out, is_received, kept_rows, newest
from tests.reference.rules import channel as channel_of
from tests.reference.walk import all_conversions, walk


def next_steps(case: Case, query: Query, action_id: str) -> dict[str, Any]:
    """How many users received the action, each action after it, none but left, none but something is due."""
    rows = [row for row in kept_rows(case, query) if query.holds(row["at"])]
    until = newest(case, query)
    if query.end is not None:
        until = min(until, microseconds(query.end) - 1)
    users: dict[Any, list[Row]] = {}
    for row in rows:
        users.setdefault(row["user_id"], []).append(row)
    ends = _ends(case, query, rows)
    children = [one for one in case.actions.values() if one.get("parent") == action_id]
    counted: dict[str, Any] = {"received": 0, "left": 0, "not_due": 0, "waiting": 0}
    counted |= {"steps": {one["id"]: 0 for one in children}, "several": 0}
    dues: list[int] = []
    for user, mine in users.items():
        receipts = _receipts(case, mine, action_id)
        if not receipts:
            continue
        last = max(row["at"] for row in receipts)
        counted["received"] += 1
        went = [one["id"] for one in children if _receipts(case, mine, one["id"])]
        for child in went:
            counted["steps"][child] += 1
        counted["several"] += max(0, len(went) - 1)
        if went:
            continue
        coming = _coming(case, query, children, receipts, mine, until)
        has_left = any(at >= last for at in ends.get(user, []))
        counted["left" if has_left else "not_due" if coming else "waiting"] += 1
        dues += [] if has_left else coming
    return {**counted, "first_due": min(dues, default=None)}


def _ends(case: Case, query: Query, rows: list[Row]) -> dict[Any, list[int]]:
    """When each user exited, or converted where that ends an entry."""
    found: dict[Any, list[int]] = {}
    for row in rows:
        if row["event"] == "exited":
            found.setdefault(row["user_id"], []).append(row["at"])
    for one in all_conversions(case, query, walk(case, query)) if case.single else []:
        if query.holds(one.at):
            found.setdefault(one.user, []).append(one.at)
    return found


def _receipts(case: Case, rows: list[Row], action_id: str) -> list[Row]:
    return [row for row in rows if row.get("action_id") == action_id and is_received(case, row)]


def _coming(
    case: Case,
    query: Query,
    children: list[Row],
    receipts: list[Row],
    rows: list[Row],
    until: int,
) -> list[int]:
    """When each of the actions that follow is due to a user, as far as that is still to come."""
    last = max(row["at"] for row in receipts)
    variants = [row["variant"] for row in receipts if row.get("variant") is not None]
    found = []
    for child in children:
        own = child.get("variant")
        if own is not None and variants and max(variants) != own:
            continue
        due = _due(case, query, child, last, rows)
        if due is not None and due > until:
            found.append(due)
    return found


def _due(case: Case, query: Query, child: Row, last: int, rows: list[Row]) -> int | None:
    trigger = child.get("trigger") or "received"
    delay = microseconds_of(child.get("delay") or "0d")
    parent = case.actions[child["parent"]]
    received = channel_of(case.campaign, parent["channel"]).received
    event = trigger.removeprefix("not_")
    if event in ("received", received):
        return last + delay
    times = [
        row["at"]
        for row in rows
        if row.get("action_id") == parent["id"]
        and row["event"] == event
        and is_known(case, row)
        and not is_left_out(case, row, query.definitions)
    ]
    if not trigger.startswith("not_"):
        return max(times) + delay if times else None
    # Whoever did it since he received it is not sent what waits for its absence.
    return None if times and max(times) >= last else last + delay
