"""What may be wrong with the events, looked for row by row; each answer is how many, and of how many."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import median
from typing import Any

from tests.reference.case import Case, Query, Row
from tests.reference.rows import counts, is_known, is_received, kept_rows
from tests.reference.rules import BY_MACHINES, channel

SECOND = 1_000_000
DAY = 86_400 * SECOND

Answer = tuple[int, int]


def findings(case: Case) -> dict[str, Answer]:
    """How many rows, users or actions each check finds, and how many it could have found."""
    rows = [row for row in kept_rows(case, Query()) if counts(case, row)]
    return {
        **_receipts(case, rows),
        "clock skew": _skew(case, rows),
        "click within seconds": _quick(case, rows),
        "tied times": _tied(case, rows),
        "ids alike": _alike(rows),
        "two variants": _two_variants(case, rows),
        "developers": _developers(case, rows),
        "goal without value": _worthless(case),
        "action never received": _never(case, rows),
    }


def _channel_of(case: Case, row: Row) -> Any:
    return channel(case.campaign, case.actions[row["action_id"]]["channel"])


def _maker(case: Case, row: Row) -> bool:
    """Whether a machine did it, of what machines are told apart in."""
    if not is_known(case, row) or not row.get("machine"):
        return False
    return (case.actions[row["action_id"]]["channel"], row["event"]) in BY_MACHINES


def _is_touch(case: Case, row: Row) -> bool:
    if not is_known(case, row):
        return False
    return row["event"] in _channel_of(case, row).interacted


def _is_end(case: Case, row: Row) -> bool:
    return row["event"] in [*case.goal_events, "exited"]


def _receipt(case: Case, rows: list[Row], row: Row) -> int | None:
    """When a row's user first received its action; None for never."""
    times = [
        other["at"]
        for other in rows
        if is_received(case, other)
        and (other["user_id"], other["action_id"]) == (row["user_id"], row["action_id"])
    ]
    return min(times, default=None)


def _receipts(case: Case, rows: list[Row]) -> dict[str, Answer]:
    touches = [row for row in rows if _is_touch(case, row)]
    first = [_receipt(case, rows, row) for row in touches]
    late = [at for at, row in zip(first, touches, strict=True) if at is not None and row["at"] < at]
    never = [at for at in first if at is None]
    return {
        "interaction without receipt": (len(late) + len(never), len(touches)),
        "interaction before receipt": (len(late), len(touches)),
    }


def _skew(case: Case, rows: list[Row]) -> Answer:
    early: Counter[tuple[str, str]] = Counter()
    every: Counter[tuple[str, str]] = Counter()
    for row in rows:
        delivered = is_known(case, row) and row["event"] == "delivered"
        if not (_is_touch(case, row) or delivered) or is_received(case, row):
            continue
        group = (case.actions[row["action_id"]]["channel"], row["event"])
        every[group] += 1
        first = _receipt(case, rows, row)
        early[group] += first is not None and 0 < first - row["at"] <= DAY
    skewed = [one for one in every if early[one] >= 10 and early[one] >= 0.05 * every[one]]
    among = skewed or every
    return sum(early[one] for one in skewed), sum(every[one] for one in among)


def _quick(case: Case, rows: list[Row]) -> Answer:
    clicks = [row for row in rows if is_known(case, row) and row["event"] == "clicked"]

    def is_quick(click: Row) -> bool:
        return any(
            0 <= click["at"] - row["at"] <= 5 * SECOND
            for row in rows
            if is_known(case, row)
            and (is_received(case, row) or row["event"] == "delivered")
            and (row["user_id"], row["action_id"]) == (click["user_id"], click["action_id"])
        )

    return sum(map(is_quick, clicks)), len(clicks)


def _tied(case: Case, rows: list[Row]) -> Answer:
    steps = [
        row for row in rows if is_received(case, row) or _is_touch(case, row) or _is_end(case, row)
    ]
    instants = defaultdict(list)
    for row in steps:
        instants[row["user_id"], row["at"]].append(row)

    def is_tied(together: list[Row]) -> bool:
        touched = {row["action_id"] for row in together if _is_touch(case, row)}
        # A goal event may name an action that the campaign does not have, which is none.
        things = {
            (
                row["action_id"] if row.get("action_id") in case.actions else None,
                row["event"],
                _maker(case, row),
            )
            for row in together
        }
        ends = any(_is_end(case, row) for row in together)
        return len(touched) > 1 or (ends and len(things) > 1)

    tied = sum(len(together) for together in instants.values() if is_tied(together))
    return tied, len(steps)


def _alike(rows: list[Row]) -> Answer:
    ids = {row["user_id"] for row in rows}
    if not all(isinstance(one, str) for one in ids):
        return 0, len(ids)
    return len(ids) - len({one.strip().lower() for one in ids}), len(ids)


def _two_variants(case: Case, rows: list[Row]) -> Answer:
    seen = defaultdict(set)
    for row in rows:
        if row.get("variant") is not None:
            seen[row["user_id"]].add(row["variant"])
    return sum(len(variants) > 1 for variants in seen.values()), len(seen)


def _developers(case: Case, rows: list[Row]) -> Answer:
    known = {user["user_id"] for user in case.profiles if user.get("is_developer")}
    return sum(row["user_id"] in known for row in rows), len(rows)


def _worthless(case: Case) -> Answer:
    """Repeats of an event id are rows as well here."""
    ours = [
        row
        for row in case.rows
        if None not in (row["user_id"], row["event"], row["timestamp"])
        and row.get("campaign_id") in (None, case.campaign["id"])
    ]
    given = [row for row in ours if row["event"] == "converted"]
    goals = given or [row for row in ours if row["event"] in case.goal_events]
    column = case.campaign["goal"].get("value") or "value"
    if column not in case.events.columns:
        return 0, len(goals)
    return sum(row[column] is None for row in goals), len(goals)


def _never(case: Case, rows: list[Row]) -> Answer:
    """Actions nobody received though fifty came to the point before them; small cases have no such point."""
    received = Counter(row["action_id"] for row in rows if is_received(case, row))
    roots = [id_ for id_, one in case.actions.items() if one.get("parent") is None]
    reached = {
        id_: received[one["parent"]] if one.get("parent") else sum(received[r] for r in roots)
        for id_, one in case.actions.items()
    }
    never = [id_ for id_ in case.actions if not received[id_] and reached[id_] >= 50]
    return len(never), len(case.actions)


# ------------------------------------------------------------------------------------------- days


def missing_days(volumes: Sequence[int]) -> list[int]:
    """The days without an event between busy ones, but for days of the week that have none anyway."""
    found = []
    for day, volume in enumerate(volumes):
        start, end = day, day
        while start >= 0 and volumes[start] == 0:
            start -= 1
        while end < len(volumes) and volumes[end] == 0:
            end += 1
        before, after = volumes[max(0, start - 6) : start + 1], volumes[end : end + 7]
        if volume or min(len(before), len(after)) < 5 or min(median(before), median(after)) < 20:
            continue
        run = range(start + 1, end)
        weekly = any(
            0 <= other < len(volumes) and other not in run and volumes[other] == 0
            for one in run
            for other in (one - 7, one + 7)
        )
        if len(run) >= 7 or not weekly:
            found.append(day)
    return found


def sudden_days(volumes: Sequence[int]) -> list[int]:
    """The days that have five times, or a fifth, of what the weeks around have, and those on which that begins."""
    found = []
    for day in range(1, len(volumes) - 1):
        before, after = volumes[max(0, day - 7) : day], volumes[day + 1 : day + 8]
        if not volumes[day] or min(len(before), len(after)) < 5:
            continue
        low, high = sorted([median(before), median(after)])
        if low < 20:
            continue
        if _is_peak(volumes, day, low, high):
            if not any(_is_peak(volumes, other, low, high) for other in (day - 7, day + 7)):
                found.append(day)
            continue
        old, new = median(before), median(volumes[day : day + 7])
        changes = max(old, new) >= 5 * min(old, new) and max(old, new) >= 50
        step = sorted(volumes[day - 1 : day + 1])
        changes = changes and step[1] >= 3 * step[0]
        edges = ((volumes[day - 1], old), (volumes[day], new))
        if changes and all(a <= 2 * b and b <= 2 * a for a, b in edges):
            found.append(day)
    return found


def _is_peak(volumes: Sequence[int], day: int, low: float, high: float) -> bool:
    if not 0 <= day < len(volumes):
        return False
    volume = volumes[day]
    return (volume >= 50 and volume >= 5 * high) or (high >= 50 and volume * 5 <= low)
