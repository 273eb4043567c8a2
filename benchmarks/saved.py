"""Sizes and times of what leaves a notebook: the HTML file, the PDF, pictures, a snapshot.

Usage: python -m benchmarks.saved [--users 20000] [--write]

The campaign is the hard case that the file is made for: twenty actions over a year of days, every
look at it (ranges, definitions, developers, machine opens) and one further zone.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

import results_widgets as rw
from benchmarks.report import apart, as_markdown, peak_megabytes, write

_DAYS = 365
_ZONE = "America/Los_Angeles"


def year(users: int) -> rw.Results:
    """Return the results of twenty actions over a year."""
    campaign, events, people = rw.datasets.generate(users, seed=3)
    assert isinstance(events, pl.DataFrame)
    said = json.loads(json.dumps(rw.Campaign.from_json(campaign).to_dict()))
    again = [
        {**a, "id": f"{a['id']}-2", "parent": a["parent"] and f"{a['parent']}-2"}
        for a in said["actions"]
    ]
    said.update(actions=[*said["actions"], *again], started_at=None, finished_at=None)
    time_ = pl.col("timestamp")
    span = time_.max() - time_.min()
    stretched = time_.min() + pl.duration(days=_DAYS) * ((time_ - time_.min()) / span)
    # A half of the rows belong to the second ten.
    second = pl.int_range(pl.len()) % 2 == 1
    action = pl.when(second).then(pl.col("action_id") + "-2").otherwise("action_id")
    spread = events.with_columns(stretched, action.alias("action_id"))
    return rw.Results(said, spread, people, time_zone=_ZONE)


def one(users: int) -> dict[str, dict[str, float]]:
    """Write each file once; size in bytes, seconds of wall and of processor."""
    results = year(users)
    # Altair takes seconds to import, once.
    rw.Selection()
    folder = Path(tempfile.mkdtemp())
    steps: dict[str, Callable[[], Path]] = {
        "HTML, one more zone": lambda: results.to_html(
            folder / "zones.html", time_zones=["Europe/Berlin"]
        ),
        "HTML": lambda: year(users).to_html(folder / "page.html"),
        "HTML, min_cell=10": lambda: results.to_html(folder / "cells.html", min_cell=10),
        "PDF": lambda: results.to_pdf(folder / "report.pdf"),
        "flow as SVG": lambda: results.save_flow(folder / "flow.svg"),
        "chart as PNG": lambda: results.save_chart(folder / "chart.png"),
        "snapshot": lambda: results.snapshot(folder / "snapshot.json"),
    }
    found = {}
    for name, step in steps.items():
        started, spent = time.perf_counter(), _spent()
        size = step().stat().st_size
        found[name] = {
            "bytes": size,
            "wall": time.perf_counter() - started,
            "processor": _spent() - spent,
        }
    found["peak"] = {"megabytes": peak_megabytes()}
    return found


def _spent() -> float:
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [resource.getrusage(who) for who in whose]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> int:
    """Measure; the exit code: 1 if the page is over its two megabytes."""
    parser = argparse.ArgumentParser(description="Sizes and times of files that travel.")
    parser.add_argument("--users", type=int, default=20_000)
    parser.add_argument("--write", action="store_true", help="into RESULTS.md")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(one(arguments.users)))
        return 0
    found = apart("benchmarks.saved", "--one", "--users", str(arguments.users))
    peak = found.pop("peak")["megabytes"]
    rows = [
        (name, f"{row['bytes']:,.0f}", f"{row['wall']:.2f}", f"{row['processor']:.2f}")
        for name, row in found.items()
    ]
    table = as_markdown(("file", "bytes", "s", "processor s"), rows)
    note = f"20 actions, {_DAYS} days; one run, files in this order; peak {peak:,.0f} MB."
    print(f"{note}\n\n{table}")
    if arguments.write:
        write(f"Files that travel, {arguments.users:,} users", note, table)
    return 1 if max(row["bytes"] for row in found.values()) > 2_000_000 else 0  # noqa: PLR2004


if __name__ == "__main__":
    sys.exit(main())
