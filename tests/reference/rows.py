"""Which rows count, and what one row means by itself."""

from dataclasses import replace
from typing import Any

from tests.reference.case import Case, Query, Row, microseconds
from tests.reference.rules import BY_MACHINES, USUAL, WITHOUT_MACHINES, channel, interacted


def kept_rows(case: Case, query: Query) -> list[Row]:
    """The campaign's rows up to what is known, without developers and repeats, each with its instant,
    in file order.
    """
    whose = ("kept rows", query.developers, query.until)
    return case.once(whose, lambda: _kept_rows(case, query))


def _kept_rows(case: Case, query: Query) -> list[Row]:
    developers = {user["user_id"] for user in case.profiles if user.get("is_developer")}
    rows = []
    for position, row in enumerate(case.rows):
        if row["user_id"] is None or row["event"] is None or row["timestamp"] is None:
            continue
        if row.get("campaign_id") not in (None, case.campaign["id"]):
            continue
        if not query.developers and row["user_id"] in developers:
            continue
        rows.append({**row, "at": microseconds(row["timestamp"]), "position": position})
    kept = _without_repeats(rows)
    return kept if query.until is None else [row for row in kept if row["at"] <= query.until]


def _without_repeats(rows: list[Row]) -> list[Row]:
    first: dict[Any, Row] = {}
    for row in rows:
        event_id = row.get("event_id")
        if event_id is not None:
            known = first.get(event_id)
            if known is None or row["at"] < known["at"]:
                first[event_id] = row
    return [r for r in rows if r.get("event_id") is None or first[r["event_id"]] is r]


def is_known(case: Case, row: Row) -> bool:
    """Whether a row is an event of one of the campaign's actions that its channel knows."""
    action = case.actions.get(row.get("action_id") or "")
    return action is not None and row["event"] in channel(case.campaign, action["channel"]).events


def reported(case: Case, name: str) -> set[str]:
    """The events that the source reports of a channel: in any range, of anybody.

    Where the channel is used, what is usual and never seen is not reported.
    """
    seen = {
        row["event"]
        for row in kept_rows(case, Query())
        if is_known(case, row) and case.actions[row["action_id"]]["channel"] == name
    }
    known = channel(case.campaign, name)
    usual = {*USUAL, known.received} if seen else set()
    return {event for event in known.events if event in seen or event not in usual}


def counts(case: Case, row: Row) -> bool:
    """Whether a row says anything at all: an action's event, a goal event, or the campaign's own."""
    campaigns_own = ["entered", "exited", "converted"]
    return is_known(case, row) or row["event"] in [*case.goal_events, *campaigns_own]


def is_received(case: Case, row: Row) -> bool:
    """Whether a row means that its user received its action (a root held back does not)."""
    if not is_known(case, row):
        return False
    return bool(
        row["event"] == channel(case.campaign, case.actions[row["action_id"]]["channel"]).received
    )


def is_root(case: Case, row: Row) -> bool:
    """Whether a row of a known action belongs to a root."""
    return case.actions[row["action_id"]].get("parent") is None


def is_interaction(case: Case, row: Row, definitions: str) -> bool:
    """Whether a row means that its user interacted with its action."""
    if not is_known(case, row):
        return False
    name = case.actions[row["action_id"]]["channel"]
    counted = not is_left_out(case, row, definitions)
    return counted and row["event"] in interacted(case.campaign, name, definitions)


def is_left_out(case: Case, row: Row, definitions: str) -> bool:
    """Whether a row of a known action is what a machine did, which the definition set leaves out."""
    name = case.actions[row["action_id"]]["channel"]
    by_machine = bool(row.get("machine")) and (name, row["event"]) in BY_MACHINES
    return by_machine and definitions in WITHOUT_MACHINES


def source_converts(rows: list[Row]) -> bool:
    """Whether the source itself says what converted."""
    return any(row["event"] == "converted" for row in rows)


def newest(case: Case, query: Query) -> int:
    """The instant up to which things are known, in microseconds: that of the newest row, whoever's."""
    if query.until is not None:
        return query.until
    everybody = kept_rows(case, replace(query, developers=True))
    return max((row["at"] for row in everybody if counts(case, row)), default=0)
