"""How much memory and time segments of very many ids take: made, combined, drawn from, kept and handed on.

Usage: python -m benchmarks.ids [--ids 10000000] [--write]

Two segments, three quarters and a half of so many users and a quarter in both, from files in no
order, go through every step in one fresh process, once with text and once with whole numbers as ids.
The peak is that of the whole process.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl

import results_widgets as rw
from benchmarks.report import apart, as_markdown, peak_megabytes, write

KINDS: Final = ("text", "whole numbers")
LIMIT: Final = 1_000
"""Megabytes that no step may pass."""


def main() -> int:
    """Measure both kinds of ids; the exit code says whether they kept to the limit."""
    parser = argparse.ArgumentParser(description="Measures segments of very many ids.")
    parser.add_argument("--ids", type=int, default=10_000_000)
    parser.add_argument("--write", action="store_true", help="write it into RESULTS.md")
    parser.add_argument("--one", choices=KINDS, help="measure one kind here, in this folder")
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(measured(arguments.folder, arguments.ids)))
        return 0
    runs = {kind: _apart(kind, arguments.ids) for kind in KINDS}
    table = as_table(runs)
    print(table)
    if arguments.write:
        note = "three quarters of them in one segment, half in another; one process per kind of id."
        write(f"Segments of {arguments.ids:,} ids", note, table)
    peak = max(step["megabytes"] for run in runs.values() for step in run["steps"])
    return 0 if peak < LIMIT else 1


def _apart(kind: str, count: int) -> dict[str, Any]:
    with TemporaryDirectory() as name:
        for part, start, size in (("one", 0, count * 3 // 4), ("other", count // 2, count // 2)):
            numbers = pl.int_range(start, start + size, eager=True).shuffle(seed=1)
            ids = pl.format("user-{}", numbers.cast(pl.String).str.zfill(9))
            users = pl.select(user_id=ids if kind == "text" else numbers)
            users.write_parquet(Path(name) / f"{part}.parquet")
        return apart("benchmarks.ids", "--one", kind, "--folder", name, "--ids", str(count))


def measured(folder: Path, count: int) -> dict[str, Any]:
    """Go through the steps: what each took, and the peak of memory up to then."""
    one, other = (
        rw.Segment(folder / f"{part}.parquet", name=part, rule="from a file")
        for part in ("one", "other")
    )
    store = rw.SegmentStore(folder / "segments.db")
    half, quarter = count // 2, count // 4
    steps: dict[str, tuple[Callable[[], object], object]] = {
        "made of a Parquet file": (lambda: len(one), half + quarter),
        "and the other": (lambda: len(other), half),
        "one & other": (lambda: len(one & other), quarter),
        "one - other": (lambda: len(one - other), half),
        "either of them": (lambda: len(one | other), count),
        "overlap": (lambda: one.overlap(other).height, 3),
        "sample of 1,000": (lambda: len(one.sample(1_000, seed=1)), 1_000),
        "split in halves": (lambda: sum(map(len, one.split(0.5, seed=1))), half + quarter),
        "saved to a file": (lambda: one.save(folder / "kept.parquet").is_file(), True),
        "loaded": (lambda: len(rw.Segment.load(folder / "kept.parquet")), half + quarter),
        "saved in a store": (lambda: store.save(one), 1),
        "loaded from it": (lambda: len(store.load("one")), half + quarter),
        "exported as CSV": (lambda: one.export(folder / "out.csv").is_file(), True),
        "with hashed ids": (lambda: one.export(folder / "out.csv", salt="s").is_file(), True),
    }
    found = []
    for name, (step, expected) in steps.items():
        wall, cpu = time.perf_counter(), time.process_time()
        given = step()
        took = {"seconds": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        if given != expected:
            raise SystemExit(f"{name}: expected {expected}, found {given}")
        found.append({"step": name, **took, "megabytes": peak_megabytes()})
    return {"steps": found}


def as_table(runs: dict[str, dict[str, Any]]) -> str:
    """Lay out the steps."""
    names = [f"{kind}: {what}" for kind in runs for what in ("s", "CPU s", "peak MB")]
    rows = []
    for steps in zip(*(run["steps"] for run in runs.values()), strict=True):
        cells = [
            cell
            for step in steps
            for cell in (
                f"{step['seconds']:.2f}",
                f"{step['cpu']:.2f}",
                f"{step['megabytes']:,.0f}",
            )
        ]
        rows.append([steps[0]["step"], *cells])
    return as_markdown(["step", *names], rows)


if __name__ == "__main__":
    sys.exit(main())
