"""Times the main job on a generated campaign: from files on disk to every number of a first paint.

Usage: make bench [ARGS="--events 10000000 --repeat 3"]

Each question runs in a process of its own, so that none lives off another's cache and the peak of
memory is its own. The campaign is generated once into build/bench and reused.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import results_widgets as rw

ROOT = Path(__file__).resolve().parent.parent

JOBS: dict[str, Callable[[rw.Results], object]] = {
    "overview": lambda results: results.overview(),
    "channels": lambda results: results.channels(),
    "actions": lambda results: results.actions(),
    "first paint": lambda results: [
        results.overview(),
        results.channels(),
        results.actions(),
        results.flow(),
        results.explore("unique_users"),
    ],
    "entries": lambda results: results.entries(),
    "conversions": lambda results: results.conversions(),
    "users in campaign": lambda results: results.users_in_campaign().users,
}


def main() -> int:
    """Generates what is missing, runs every job and prints the table; the exit code."""
    parser = argparse.ArgumentParser(description="Times the main job.")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--job", choices=JOBS, help="run one job here and print its numbers")
    arguments = parser.parse_args()
    folder = ROOT / "build" / "bench" / str(arguments.events)
    if arguments.job:
        print(json.dumps(one(folder, arguments.job)))
        return 0
    if not (folder / "campaign.json").is_file():
        print(f"Generating {arguments.events:,} events into {folder.relative_to(ROOT)}", flush=True)
        rw.datasets.generate(events=arguments.events, seed=1, path=folder, overwrite=True)
    print(f"{'job':<18} {'median s':>9} {'worst s':>9} {'peak MB':>9}   of {arguments.repeat} runs")
    for job in JOBS:
        rows = [apart(arguments.events, job) for _ in range(arguments.repeat)]
        seconds = [row["seconds"] for row in rows]
        peak = max(row["megabytes"] for row in rows)
        median, worst = statistics.median(seconds), max(seconds)
        print(f"{job:<18} {median:>9.2f} {worst:>9.2f} {peak:>9,.0f}", flush=True)
    return 0


def one(folder: Path, job: str) -> dict[str, float]:
    """Runs one job in this process: seconds from opening the files, and the peak of memory."""
    started = time.perf_counter()
    JOBS[job](rw.load(folder))
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "megabytes": peak_megabytes()}


def peak_megabytes() -> float:
    """The most memory this process has held."""
    status = Path("/proc/self/status")
    if status.is_file():
        # Linux: getrusage would count the parent's peak, which a child starts with.
        (line,) = (row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def apart(events: int, job: str) -> dict[str, Any]:
    """Runs one job in a fresh process."""
    command = [sys.executable, __file__, "--events", str(events), "--job", job]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{job} failed:\n{done.stderr}")
    numbers: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return numbers


if __name__ == "__main__":
    sys.exit(main())
