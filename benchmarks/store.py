"""A prepared store, beside the raw files and beside a DuckDB that has its own prepared table.

Usage: .venv/bin/python -m benchmarks.store [EVENTS] [--repeat 3] [--write]
"""

import argparse
import json
import shutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import results_widgets as rw
from benchmarks.paint import hold_equal
from benchmarks.peers import duckdb_sql, ours
from benchmarks.peers.workload import ZONE
from benchmarks.report import ROOT, apart, as_markdown, campaign, peak_megabytes, write

RANGE: Final = ("2026-03-10", "2026-03-20")


def _prepare(folder: Path, store: Path) -> None:
    shutil.rmtree(store, ignore_errors=True)
    rw.load(folder, time_zone=ZONE).save(store)


def _prepare_warm(folder: Path, store: Path) -> None:
    shutil.rmtree(store, ignore_errors=True)
    results = rw.load(folder, time_zone=ZONE)
    results.warm()
    results.save(store)


def _prepare_duckdb(folder: Path, database: Path) -> None:
    database.unlink(missing_ok=True)
    duckdb_sql.prepare(folder, database)


def _range(store: Path) -> None:
    rw.load(store, time_zone=ZONE).between(*RANGE).overview()


def _steps(events: int) -> dict[str, Callable[[], Any]]:
    folder = campaign(events)
    here = ROOT / "build" / "bench"
    store, warm, database = (here / f"{events}{end}" for end in (".rw", "-warm.rw", ".duckdb"))
    return {
        "raw files to first paint": lambda: ours.first_paint(folder),
        "raw files to a store": lambda: _prepare(folder, store),
        "raw files to a warm store": lambda: _prepare_warm(folder, warm),
        "raw files to a prepared DuckDB": lambda: _prepare_duckdb(folder, database),
        "store to first paint": lambda: ours.first_paint(store),
        "warm store to first paint": lambda: ours.first_paint(warm),
        "prepared DuckDB to first paint": lambda: duckdb_sql.first_paint(folder, database),
        "store to a range": lambda: _range(store),
        "warm store to a range": lambda: _range(warm),
    }


def one(events: int, step: str) -> dict[str, Any]:
    """Run one step in this process."""
    run = _steps(events)[step]
    begun, used = time.perf_counter(), time.process_time()
    numbers = run()
    return {
        "seconds": time.perf_counter() - begun,
        "processor": time.process_time() - used,
        "megabytes": peak_megabytes(),
        "numbers": numbers,
    }


def _size(events: int, end: str) -> float:
    path = ROOT / "build" / "bench" / f"{events}{end}"
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return sum(file.stat().st_size for file in files) / events


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=int, nargs="?", default=20_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(options.events, options.one)))
        return
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in _steps(options.events)}
    for _ in range(options.repeat):
        for name, found in runs.items():
            found.append(apart("benchmarks.store", str(options.events), "--one", name))
    painted = {name: found[0]["numbers"] for name, found in runs.items() if found[0]["numbers"]}
    hold_equal({"ours": painted["raw files to first paint"], **painted})
    middle = {name: statistics.median(r["seconds"] for r in found) for name, found in runs.items()}
    raw = middle["raw files to first paint"]
    rows = [
        [
            name,
            f"{middle[name]:.2f}",
            f"{statistics.median(r['processor'] for r in found):.2f}",
            f"{max(r['megabytes'] for r in found):,.0f}",
            f"{middle[name] / raw:.2f}",
        ]
        for name, found in runs.items()
    ]
    table = as_markdown(["step", "s", "processor s", "peak MB", "times the raw first paint"], rows)
    print(table)
    if options.write:
        sizes = ", ".join(
            f"{name} {_size(options.events, end):.0f}"
            for name, end in (("store", ".rw"), ("warm", "-warm.rw"), ("DuckDB", ".duckdb"))
        )
        note = (
            f"medians of {options.repeat}, by turns, each a fresh process; bytes an event: {sizes}"
        )
        write(f"A store, {options.events:,} events", note, table)


if __name__ == "__main__":
    main()
