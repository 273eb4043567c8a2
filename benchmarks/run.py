"""Times what a dashboard does, and writes it down.

Usage: make bench [ARGS="paint click segment --events 20000000 --repeat 5 --write"]

paint: the first paint beside other engines, side by side in one run. click: the same numbers again
after fifty mixed changes. segment: users behind a number. Every measurement runs in a fresh process;
the campaign is generated once into build/bench.
"""

import argparse
import json
import sys

from benchmarks import click, paint, segment
from benchmarks.report import RESULTS, ROOT, apart, campaign, write

PEERS = ("ours", "duckdb_sql", "chdb_sql", "plain_polars", "pandas_frames", "bare_scan")
WHAT = ("paint", "click", "segment")


def main() -> int:
    """Measure what is asked for; the exit code."""
    parser = argparse.ArgumentParser(description="Times what a dashboard does.")
    parser.add_argument("what", nargs="*", default=["paint"], help=f"any of {', '.join(WHAT)}")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3, help="runs of each peer")
    parser.add_argument(
        "--peers", nargs="*", default=list(PEERS), help="modules of benchmarks.peers"
    )
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.relative_to(ROOT)}")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    unknown = [what for what in arguments.what if what not in WHAT]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(WHAT)}")
    if arguments.one:
        print(json.dumps(one(arguments.events, arguments.one)))
        return 0
    campaign(arguments.events)
    for what in arguments.what:
        heading, note, table = measured(what, arguments.events, arguments.repeat, arguments.peers)
        heading = f"{heading}, {arguments.events:,} events"
        print(f"{heading}\n\n{table}\n", flush=True)
        if arguments.write:
            write(heading, note, table)
    return 0


def one(events: int, what: str) -> object:
    """Measure one thing in this process."""
    if what.startswith("click"):
        return click.one(events, warm=what == "click-warm")
    return segment.one(events) if what == "segment" else paint.one(events, what)


def measured(what: str, events: int, repeat: int, peers: list[str]) -> tuple[str, str, str]:
    """Return the heading, a note and the table of a measurement."""
    if what == "paint":
        note = f"{repeat} runs each, every run a fresh process."
        return "First paint", note, paint.measure(events, repeat, peers)
    here = ["benchmarks.run", "--events", str(events), "--one"]
    if what == "segment":
        note = f"median of {segment.TIMES - 1} after the first, each over another range."
        return "Segments", note, segment.as_table(apart(*here, "segment"))
    note = f"{click.CHANGES} mixed changes; after `results.warm()`, and without it."
    runs = {name: apart(*here, f"click-{name}") for name in ("warm", "cold")}
    return "Clicks", note, click.as_table(runs)


if __name__ == "__main__":
    sys.exit(main())
