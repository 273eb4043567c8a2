"""Claims and credit of several campaigns, one goal event at a time."""

from dataclasses import dataclass, field
from typing import Any

from tests.reference.case import Case, Query, Row
from tests.reference.rows import is_interaction, is_received, kept_rows
from tests.reference.walk import Conversion, all_conversions, stands_at, walk

GoalKey = tuple[Any, ...]


@dataclass
class Claim:
    """One campaign's claim of one goal event."""

    campaign: str
    conversion: Conversion
    touched_by: str | None
    touched_at: int | None
    credit: float = 0.0
    tied: bool = False

    @property
    def started_at(self) -> int | None:
        """When the entry started that it lies in."""
        entry = self.conversion.entry
        return None if entry is None else entry.started_at


@dataclass
class GoalEvent:
    """One goal event, and the claims of it in the order of the campaigns."""

    claims: list[Claim] = field(default_factory=list)


def goal_events(cases: dict[str, Case], query: Query, rule: str) -> list[GoalEvent]:
    """All goal events that any campaign claims, credited by a rule."""
    found: dict[GoalKey, GoalEvent] = {}
    for name, case in cases.items():
        rows = kept_rows(case, query)
        for conversion in all_conversions(case, query, walk(case, query)):
            at = stands_at(conversion, query)
            left_out = conversion.held_back and query.definitions == "default"
            if left_out or at is None or not query.holds(at):
                continue
            claim = Claim(name, conversion, *_touch(case, query, rows, conversion))
            found.setdefault(_key(rows, conversion.row), GoalEvent()).claims.append(claim)
    for one in found.values():
        _give_credit(one.claims, rule)
    return [*found.values()]


def _key(rows: list[Row], row: Row) -> GoalKey:
    """What is equal of one goal event in two campaigns: its id, or its instant and place there."""
    own = [one for one in rows if all(one[k] == row[k] for k in ("user_id", "event", "at"))]
    if row.get("event_id") is not None and row["event"] != "converted":
        return row["user_id"], row["event"], "id", str(row["event_id"])
    others = [one for one in own if one.get("event_id") is None or row["event"] == "converted"]
    place = [one["position"] for one in others].index(row["position"])
    return row["user_id"], row["event"], row["at"], place


def _touch(
    case: Case, query: Query, rows: list[Row], conversion: Conversion
) -> tuple[str | None, int | None]:
    """How and when the action that a conversion is attributed to was last touched before it."""
    before = [
        row
        for row in rows
        if row["user_id"] == conversion.user
        and row.get("action_id") == conversion.action
        and row["at"] <= conversion.at
    ]
    clicked = [row["at"] for row in before if is_interaction(case, row, query.definitions)]
    received = [row["at"] for row in before if is_received(case, row)]
    kinds = {"interaction": clicked, "receipt": received}
    wanted = [conversion.attributed_by]
    if conversion.attributed_by == "source":
        wanted = ["interaction", "receipt"]
    for kind in wanted:
        if kind is not None and kinds[kind]:
            return kind, max(kinds[kind])
    return None, None


def _give_credit(claims: list[Claim], rule: str) -> None:
    if rule == "shared":
        for claim in claims:
            claim.credit = 1 / len(claims)
        return
    worth = _last if rule == "last" else _first
    best = max(worth(claim) for claim in claims)
    level = [claim for claim in claims if worth(claim) == best]
    level[0].credit = 1.0
    for claim in level:
        claim.tied = len(level) > 1


NEVER = -(2**62)


def _last(claim: Claim) -> tuple[int, int]:
    interacted = claim.touched_by == "interaction"
    known = claim.touched_at is not None
    rank = 2 if interacted else 1 if known else 0
    return rank, claim.touched_at if claim.touched_at is not None else NEVER


def _first(claim: Claim) -> int:
    return NEVER if claim.started_at is None else -claim.started_at
