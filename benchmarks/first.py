"""First clicks: what each choice of a dashboard costs right after opening, in a process that was asked nothing else.

Usage: .venv/bin/python -m benchmarks.first [EVENTS]

Every choice is made once of a reading of its own, raw and from a store, after the first paint. Processor
seconds say more than the clock where the machine is busy.
"""

import argparse
import gc
import shutil
import time
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

import results_widgets as rw
from benchmarks.click import State, show
from benchmarks.peers.workload import ZONE
from benchmarks.report import ROOT, as_markdown, campaign

Click = Callable[[rw.Results], object]

_RANGE: Final = (date(2026, 3, 10), date(2026, 3, 20))


def _of_segment(results: rw.Results) -> None:
    theirs = results.within(results.users("engaged"))
    for ask in (theirs.overview, theirs.channels, theirs.actions, theirs.flow):
        ask()


def _by_entry(results: rw.Results) -> None:
    seen = results.with_clock("entry")
    for ask in (seen.overview, seen.channels, seen.actions, seen.flow):
        ask()


def _without_developers(results: rw.Results) -> None:
    seen = results.analytics()
    for ask in (seen.overview, seen.channels, seen.actions, seen.flow):
        ask()


CLICKS: Final[Mapping[str, Click]] = {
    "a range": partial(show, state=State(range=_RANGE)),
    "a zone": partial(show, state=State(zone="Asia/Kolkata")),
    "definitions leanplum": partial(show, state=State(definitions="leanplum")),
    "definitions leanplum-v2": partial(show, state=State(definitions="leanplum-v2")),
    "by variant": partial(show, state=State(by="variant")),
    "by platform": partial(show, state=State(by="platform")),
    "by country": partial(show, state=State(by="country")),
    "a metric": lambda results: results.explore("unique_opened", channel="email"),
    "by the hour": lambda results: results.explore("engaged", every="1h"),
    "compared": lambda results: results.between(*_RANGE).explore("engaged", compare="previous"),
    "the day of entry": _by_entry,
    "without developers": _without_developers,
    "users behind a number": lambda results: len(results.users("engaged")),
    "within a segment": _of_segment,
    "next steps": lambda results: results.next_steps(results.campaign.actions[0].id),
}


def measured(path: Path, click: Click) -> float:
    """Return the processor seconds of one choice, after the first paint."""
    results = rw.load(path, time_zone=ZONE)
    show(results, State())
    gc.collect()
    used = time.process_time()
    click(results)
    return time.process_time() - used


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=int, nargs="?", default=5_000_000)
    events = parser.parse_args().events
    folder, store = campaign(events), ROOT / "build" / "bench" / f"{events}-first.rw"
    shutil.rmtree(store, ignore_errors=True)
    rw.load(folder, time_zone=ZONE).save(store)
    # To map a store's files takes an import of its own, once.
    measured(store, CLICKS["a range"])
    rows = [
        [name, *(f"{measured(path, click):.2f}" for path in (folder, store))]
        for name, click in CLICKS.items()
    ]
    print(as_markdown(["first choice of", "raw, processor s", "store, processor s"], rows))


if __name__ == "__main__":
    main()
