"""First paint: everything a dashboard needs to appear, from the files, in a fresh process.

Overview, channels, actions with distinct users, entries, conversions with attribution, flow edges and
the daily series of engaged users. Every peer must give the same numbers before anything is timed.
"""

import statistics
import time
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from benchmarks.report import apart, as_markdown, campaign, peak_megabytes


def one(events: int, peer: str) -> dict[str, Any]:
    """Run one peer in this process: its numbers, seconds, and the peak of memory."""
    first_paint = import_module(f"benchmarks.peers.{peer}").first_paint
    folder = campaign(events)
    started = time.perf_counter()
    numbers = first_paint(folder)
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "megabytes": peak_megabytes(), "numbers": numbers}


def measure(events: int, repeat: int, peers: Sequence[str]) -> str:
    """Check the peers against each other, then time them; a table."""

    def run(peer: str) -> dict[str, Any]:
        return apart("benchmarks.run", "--events", str(events), "--one", peer)

    runs = {peer: [run(peer)] for peer in peers}
    hold_equal({peer: found[0]["numbers"] for peer, found in runs.items()})
    # Round by round, so that a busy moment of the machine hits every peer alike.
    for _ in range(repeat - 1):
        for peer in peers:
            runs[peer].append(run(peer))
    return as_table(runs)


def hold_equal(numbers: dict[str, dict[str, float]]) -> None:
    """Stop where two peers differ: a time of wrong numbers is worth nothing."""
    ours = numbers.get("ours", {})
    for peer, theirs in numbers.items():
        names = sorted(set(ours) | set(theirs))
        wrong = [name for name in names if ours.get(name) != theirs.get(name)]
        if theirs and wrong:
            shown = ", ".join(f"{n}: {ours.get(n)} / {theirs.get(n)}" for n in wrong[:5])
            raise SystemExit(f"ours and {peer} differ in {len(wrong)} numbers: {shown}")


def as_table(runs: dict[str, list[dict[str, Any]]]) -> str:
    """Medians and ratios to ours, as a Markdown table."""
    medians = {peer: statistics.median(r["seconds"] for r in found) for peer, found in runs.items()}
    base = medians.get("ours", next(iter(medians.values())))
    rows = []
    for peer, found in runs.items():
        worst = max(r["seconds"] for r in found)
        peak = max(r["megabytes"] for r in found)
        share = base / medians[peer]
        rows.append([peer, f"{medians[peer]:.2f}", f"{worst:.2f}", f"{peak:,.0f}", f"{share:.2f}"])
    return as_markdown(["peer", "median s", "worst s", "peak MB", "ours / peer"], rows)
