"""Clicks: a dashboard's numbers again, after each of fifty mixed changes in a running process.

A change picks another range, zone, definition set, breakdown or action, by a fixed seed; the numbers
are those of the first paint, and with a breakdown overview, channels and actions by it as well.
"""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

import results_widgets as rw
from benchmarks.peers.workload import ZONE
from benchmarks.report import as_markdown, campaign, peak_megabytes

CHANGES: Final = 50
ZONES: Final = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney")
BREAKDOWNS: Final = ("variant", "platform", "country")
KINDS: Final = ("range", "zone", "definitions", "by", "action")
DEFINITIONS: Final = ("default", "leanplum", "leanplum-v2")
FIRST: Final = date(2026, 3, 1)
DAYS: Final = 42


@dataclass(frozen=True)
class State:
    """What a dashboard shows."""

    range: tuple[date | datetime | None, date | datetime | None] = (None, None)
    zone: str = ZONE
    definitions: str = "default"
    by: str | None = None
    action: str | None = None


def one(events: int, *, warm: bool) -> dict[str, Any]:
    """Click in this process: ms of the first paint, the warming and each change."""
    started = time.perf_counter()
    results = rw.load(campaign(events), time_zone=ZONE)
    show(results, State())
    painted = time.perf_counter()
    if warm:
        results.warm()
    warmed = time.perf_counter()
    clicks = []
    for kind, state, fresh in changes(results, Random(1)):
        begun = time.perf_counter()
        show(results, state)
        clicks.append((kind, fresh, 1000 * (time.perf_counter() - begun)))
    return {
        "paint": 1000 * (painted - started),
        "warm": 1000 * (warmed - painted),
        "clicks": clicks,
        "megabytes": peak_megabytes(),
    }


def show(results: rw.Results, state: State) -> None:
    """Compute everything that a dashboard shows."""
    seen = results.between(*state.range).in_time_zone(state.zone)
    seen = seen.with_definitions(rw.DEFINITIONS[state.definitions])
    seen.overview()
    seen.channels()
    seen.actions()
    seen.flow()
    metric = "engaged" if state.action is None else "users_received"
    seen.explore(rw.MetricKey(metric), action=state.action, by=state.by)
    if state.by is not None:
        seen.overview(by=state.by)
        seen.channels(by=state.by)
        seen.actions(by=state.by)


def changes(results: rw.Results, random: Random) -> list[tuple[str, State, bool]]:
    """Return each change's kind, the state after it, and whether its definition set or breakdown is new."""
    choices: dict[str, Sequence[Any]] = {
        "zone": ZONES,
        "definitions": DEFINITIONS,
        "by": [None, *BREAKDOWNS],
        "action": [None, *(action.id for action in results.campaign.actions)],
    }
    state = State()
    seen: set[object] = {"default", None}
    found: list[tuple[str, State, bool]] = []
    while len(found) < CHANGES:
        kind = random.choice(KINDS)
        value: Any = any_range(random) if kind == "range" else random.choice(choices[kind])
        following = replace(state, **{kind: value})
        if following != state:
            fresh = kind in ("definitions", "by") and value not in seen
            seen.add(value)
            found.append((kind, following, fresh))
        state = following
    return found


def any_range(random: Random) -> tuple[date | datetime | None, date | datetime | None]:
    """Whole campaign, days up to its end, days in its middle, or hours."""
    first = FIRST + timedelta(days=random.randrange(DAYS))
    last = first + timedelta(days=random.randrange(30))
    kind = random.randrange(6)
    if kind == 0:
        return None, None
    if kind in (1, 2):
        return FIRST + timedelta(days=DAYS - random.choice([1, 7, 14, 30])), None
    if kind == 3:  # noqa: PLR2004 - the fourth of the kinds
        begin = datetime(
            first.year, first.month, first.day, random.randrange(24), tzinfo=ZoneInfo(ZONE)
        )
        return begin, begin + timedelta(hours=random.randrange(1, 200))
    return first, last


def as_table(runs: dict[str, dict[str, Any]]) -> str:
    """Lay out what each run took, in ms."""
    rows = []
    for name, run in runs.items():
        parts = {
            "all changes": [ms for *_, ms in run["clicks"]],
            "first touches of a definition set or breakdown": [
                ms for _, fresh, ms in run["clicks"] if fresh
            ],
            **{
                f"{kind}, seen before": [
                    ms for own, fresh, ms in run["clicks"] if own == kind and not fresh
                ]
                for kind in KINDS
            },
        }
        rows += [[name, part, len(times), *shown(times)] for part, times in parts.items() if times]
        rows.append([name, "first paint", 1, f"{run['paint']:,.0f}", "", ""])
        if run["warm"] > 1:
            rows.append(
                [name, "warming, once after the first paint", 1, f"{run['warm']:,.0f}", "", ""]
            )
        rows.append([name, "peak memory, MB", "", f"{run['megabytes']:,.0f}", "", ""])
    return as_markdown(["run", "what", "times", "p50 ms", "p95 ms", "worst ms"], rows)


def shown(times: list[float]) -> list[str]:
    """The median, the 95th percentile (nearest rank) and the worst."""
    ordered = sorted(times)
    p95 = ordered[max(0, -(-95 * len(ordered) // 100) - 1)]
    return [f"{ms:,.0f}" for ms in (statistics.median(ordered), p95, ordered[-1])]
