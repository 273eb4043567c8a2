"""Times the first rows of a list of the 27 mailings of Complete Journey, and one row.

Usage: .venv/bin/python -m benchmarks.mailings [--repeat 5]
"""

import argparse
import statistics
import time
import warnings
from collections.abc import Callable, Sequence

import results_widgets as rw
from benchmarks.report import as_markdown
from results_widgets.datasets import Dataset
from results_widgets.datasets._complete_journey import ZONE
from results_widgets.view_model.campaigns import campaigns_state

Ask = Callable[[rw.Portfolio], object]

ASKED: dict[str, Ask] = {
    "opened": len,
    "overview": rw.Portfolio.overview,
    "rows of `Campaigns`": campaigns_state,
}


def opened(mailings: Sequence[Dataset]) -> rw.Portfolio:
    """Return the mailings, each read anew from a frame in memory."""
    return rw.Portfolio([rw.Results(*one, time_zone=ZONE) for one in mailings])


def seconds(ask: Ask, mailings: Sequence[Dataset]) -> tuple[float, float]:
    """Return how long an answer takes: by the clock, and by the processor."""
    wall, processor = time.perf_counter(), time.process_time()
    ask(opened(mailings))
    return time.perf_counter() - wall, time.process_time() - processor


def main() -> None:
    """Measure and print: medians of runs by turns, after one that is not counted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    every = [rw.datasets.complete_journey(number) for number in range(1, 28)]
    largest = [max(every, key=lambda one: one.users.height)]
    rows = []
    for words, ask in ASKED.items():
        seconds(ask, every)
        runs = [(seconds(ask, every), seconds(ask, largest)) for _ in range(options.repeat)]
        for place, clock in enumerate(("wall", "processor")):
            many, one = (statistics.median(run[side][place] for run in runs) for side in (0, 1))
            rows.append(
                [words, clock, f"{many * 1000:.0f}", f"{one * 1000:.0f}", f"{many / one:.1f}"]
            )
    print(as_markdown(["first", "clock", "27 mailings, ms", "the largest, ms", "ratio"], rows))


if __name__ == "__main__":
    main()
