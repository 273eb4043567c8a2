"""What an experiment costs, beside a breakdown of the overview by the same column.

Usage: .venv/bin/python -m benchmarks.experiment [EVENTS] [--repeat 5] [--write]
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Final

import results_widgets as rw
from benchmarks.peers.workload import ZONE
from benchmarks.report import as_markdown, campaign, write
from results_widgets.experiments.estimates import compare_means
from results_widgets.experiments.moments import Moments

BY: Final = "variant"
ASKED: Final[dict[str, Callable[[rw.Results], object]]] = {
    "overview by variant": lambda results: results.overview(by=BY),
    "experiment by variant": lambda results: results.experiment(by=BY).table,
}


def measure(events: int, repeat: int) -> dict[str, list[float]]:
    """Return the ms that each question takes whose campaign is read and walked, by turns."""
    # SciPy takes a while to import, once.
    compare_means(Moments(2, 1, 1), Moments(2, 0, 1))
    found: dict[str, list[float]] = {name: [] for name in ASKED}
    for _ in range(repeat):
        results = rw.load(campaign(events), time_zone=ZONE)
        results.overview()
        for name, ask in ASKED.items():
            begun = time.perf_counter()
            ask(results)
            found[name].append(1000 * (time.perf_counter() - begun))
    return found


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=int, nargs="?", default=20_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    found = measure(options.events, options.repeat)
    medians = {name: statistics.median(times) for name, times in found.items()}
    base = next(iter(medians.values()))
    rows = [
        [name, f"{median:,.0f}", f"{max(found[name]):,.0f}", f"{median / base:.2f}"]
        for name, median in medians.items()
    ]
    table = as_markdown(["question", "ms", "worst ms", "times the breakdown"], rows)
    print(table)
    if options.write:
        note = f"each {options.repeat} times, by turns, after the first overview"
        write(f"An experiment, {options.events:,} events", note, table)


if __name__ == "__main__":
    main()
