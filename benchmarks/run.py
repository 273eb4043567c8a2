"""Times the first paint of a dashboard beside other engines, side by side in one run.

Usage: make bench [ARGS="--events 20000000 --repeat 5 --write"]

First paint: overview, channels, actions with distinct users, entries, conversions with attribution,
flow edges and the daily series of engaged users, from the files, in a fresh process. Every peer must
give the same numbers before anything is timed. The campaign is generated once into build/bench.
"""

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import results_widgets as rw

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "RESULTS.md"
PEERS = ("ours", "duckdb_sql", "chdb_sql", "plain_polars", "pandas_frames", "bare_scan")


def main() -> int:
    """Generate what is missing, check the peers against each other, time them; the exit code."""
    parser = argparse.ArgumentParser(description="Times the first paint beside other engines.")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=PEERS)
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.relative_to(ROOT)}")
    parser.add_argument("--one", choices=PEERS, help="run one peer here and print what it gave")
    arguments = parser.parse_args()
    folder = ROOT / "build" / "bench" / str(arguments.events)
    if arguments.one:
        print(json.dumps(one(folder, arguments.one)))
        return 0
    if not (folder / "campaign.json").is_file():
        print(f"Generating {arguments.events:,} events into {folder.relative_to(ROOT)}", flush=True)
        rw.datasets.generate(events=arguments.events, seed=1, path=folder, overwrite=True)
    runs = {peer: [apart(arguments.events, peer)] for peer in arguments.peers}
    hold_equal({peer: found[0]["numbers"] for peer, found in runs.items()})
    # Round by round, so that a busy moment of the machine hits every peer alike.
    for _ in range(arguments.repeat - 1):
        for peer in arguments.peers:
            runs[peer].append(apart(arguments.events, peer))
    table = as_table(runs)
    print(table)
    if arguments.write:
        write(arguments.events, arguments.repeat, table)
    return 0


def one(folder: Path, peer: str) -> dict[str, Any]:
    """Run one peer in this process: its numbers, seconds, and the peak of memory."""
    first_paint = import_module(f"benchmarks.peers.{peer}").first_paint
    started = time.perf_counter()
    numbers = first_paint(folder)
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "megabytes": peak_megabytes(), "numbers": numbers}


def peak_megabytes() -> float:
    """The most memory this process has held; Linux only, since getrusage counts the parent's too."""
    status = Path("/proc/self/status").read_text().splitlines()
    (line,) = (row for row in status if row.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def apart(events: int, peer: str) -> dict[str, Any]:
    """Run one peer in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.run", "--events", str(events), "--one", peer]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode != 0:
        raise SystemExit(f"{peer} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


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
    peaks = {peer: max(r["megabytes"] for r in found) for peer, found in runs.items()}
    base = medians.get("ours", next(iter(medians.values())))
    lines = ["| peer | median s | worst s | peak MB | ours / peer |", "|---|---|---|---|---|"]
    for peer, found in runs.items():
        worst = max(r["seconds"] for r in found)
        row = f"| {peer} | {medians[peer]:.2f} | {worst:.2f} | {peaks[peer]:,.0f} | {base / medians[peer]:.2f} |"
        lines.append(row)
    return "\n".join(lines)


def write(events: int, repeat: int, table: str) -> None:
    """Put the table, with the machine and the versions, into the results."""
    names = ("polars", "narwhals", "duckdb", "chdb", "pandas", "pyarrow")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    memory = next(
        row for row in Path("/proc/meminfo").read_text().splitlines() if "MemTotal" in row
    )
    gigabytes = int(memory.split()[1]) / 1024**2
    cores = subprocess.run(["nproc"], capture_output=True, text=True, check=True).stdout.strip()
    heading = f"## First paint, {events:,} events"
    text = (
        f"{heading}\n\n{datetime.now(UTC):%d %B %Y}, {cores} cores, {gigabytes:.0f} GB, Python "
        f"{platform.python_version()}, {versions}; {repeat} runs each, every run a fresh process.\n\n{table}\n"
    )
    before = (
        RESULTS.read_text()
        if RESULTS.is_file()
        else "# Benchmark results\n\nWritten by `make bench`.\n"
    )
    kept = [part for part in before.split("\n## ")[1:] if not f"## {part}".startswith(heading)]
    head = before.split("\n## ")[0].rstrip()
    RESULTS.write_text(
        "\n\n".join([head, *(f"## {part.rstrip()}" for part in kept), text.rstrip()]) + "\n"
    )


if __name__ == "__main__":
    sys.exit(main())
