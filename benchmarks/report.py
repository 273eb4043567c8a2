"""Where measurements are kept: campaigns under build/bench, results in RESULTS.md."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import results_widgets as rw

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "RESULTS.md"
VERSIONS = ("polars", "duckdb", "narwhals", "pandas", "chdb")


def campaign(events: int) -> Path:
    """Return the folder of a generated campaign, made once."""
    folder = ROOT / "build" / "bench" / str(events)
    if not (folder / "campaign.json").is_file():
        print(f"Generating {events:,} events into {folder.relative_to(ROOT)}", flush=True)
        rw.datasets.generate(events=events, seed=1, path=folder, overwrite=True)
    return folder


def apart(*arguments: str) -> dict[str, Any]:
    """Run a measurement in a fresh process: ``python -m benchmarks.…`` that prints JSON last."""
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def peak_megabytes() -> float:
    """The most memory this process has held; Linux only, since getrusage counts the parent's too."""
    status = Path("/proc/self/status").read_text().splitlines()
    (line,) = (row for row in status if row.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def as_markdown(names: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Lay out a table."""
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def write(heading: str, note: str, table: str) -> None:
    """Put a section into the results, in place of the one with its heading."""
    text = f"## {heading}\n\n{machine()}; {note}\n\n{table}\n"
    before = (
        RESULTS.read_text()
        if RESULTS.is_file()
        else "# Benchmark results\n\nWritten by `make bench`.\n"
    )
    head, *parts = before.split("\n## ")
    kept = [f"## {part.rstrip()}" for part in parts if part.splitlines()[0] != heading]
    RESULTS.write_text("\n\n".join([head.rstrip(), *kept, text.rstrip()]) + "\n")


def machine() -> str:
    """Say when and on what this is measured."""
    versions = ", ".join(f"{name} {version(name)}" for name in VERSIONS if find_spec(name))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    cores = len(os.sched_getaffinity(0))
    python = platform.python_version()
    return (
        f"{datetime.now(UTC):%d %B %Y}, {cores} cores, {memory:.0f} GB, Python {python}, {versions}"
    )
