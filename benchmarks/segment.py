"""Segments: who is behind a number, as a DataFrame with attributes, in a running process."""

import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import results_widgets as rw
from benchmarks.peers.workload import ZONE
from benchmarks.report import as_markdown, campaign, peak_megabytes

TIMES: Final = 9
FIRST: Final = date(2026, 3, 1)

Ask = Callable[[rw.Results], rw.Segment]


def one(events: int) -> dict[str, Any]:
    """Ask for segments in this process, each time over another range that holds them all: sizes and ms."""
    results = rw.load(campaign(events), time_zone=ZONE)
    results.overview()
    action = results.campaign.actions[0].id
    asked: dict[str, Ask] = {
        "users in the first action": lambda seen: seen.users_in_action(action),
        "of these, who opened": lambda seen: seen.users_in_action(action, event="opened"),
        "of these, who did not open": lambda seen: (
            seen.users_in_action(action) - seen.users_in_action(action, event="opened")
        ),
    }
    found: dict[str, Any] = {}
    for name, ask in asked.items():
        times = []
        for days in range(TIMES):
            begun = time.perf_counter()
            users = ask(results.between(FIRST - timedelta(days=days), None)).users
            times.append(1000 * (time.perf_counter() - begun))
        found[name] = {"users": users.height, "columns": users.width, "ms": times}
    return {"segments": found, "megabytes": peak_megabytes()}


def as_table(run: dict[str, Any]) -> str:
    """Lay out what it took, in ms."""
    rows = []
    for name, found in run["segments"].items():
        first, *rest = found["ms"]
        times = [f"{ms:,.0f}" for ms in (first, statistics.median(rest), max(rest))]
        rows.append([name, f"{found['users']:,}", found["columns"], *times])
    rows.append(["peak memory, MB", "", "", "", f"{run['megabytes']:,.0f}", ""])
    return as_markdown(["segment", "users", "columns", "first ms", "then ms", "worst ms"], rows)
