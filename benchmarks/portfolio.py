"""Times the first numbers of many campaigns in one log: read together, one by one, and as one campaign of that size.

Usage: .venv/bin/python -m benchmarks.portfolio [EVENTS] [--campaigns 40] [--repeat 3] [--write]
"""

import argparse
import json
import statistics
import time
import warnings
from pathlib import Path
from typing import Any, Final

import polars as pl

import results_widgets as rw
from benchmarks.peers.workload import ZONE
from benchmarks.report import ROOT, apart, as_markdown, campaign, peak_megabytes, write

WAYS: Final = {
    "together": "as a portfolio",
    "alone": "one by one",
    "largest": "one campaign of that size",
    "one": "one of the campaigns",
}


def log(events: int, campaigns: int) -> Path:
    """Return the folder of one log of many campaigns, made once."""
    folder = ROOT / "build" / "bench" / f"portfolio-{events}-{campaigns}"
    if (folder / "events.parquet").is_file():
        return folder
    parts = []
    for number in range(campaigns):
        made, rows, _ = rw.datasets.generate(events=events // campaigns, seed=number)
        id_ = f"campaign-{number}"
        own = pl.when(pl.col("campaign_id").is_not_null()).then(pl.lit(id_))
        names = rows.lazy().collect_schema().names()
        ids = [pl.format(f"{number}-{{}}", "event_id")] if "event_id" in names else []
        parts.append(rows.lazy().with_columns(own.alias("campaign_id"), *ids).collect())
        (folder / id_).mkdir(parents=True, exist_ok=True)
        text = json.dumps({**made.to_dict(), "id": id_, "name": f"Campaign {number}"})
        (folder / id_ / "campaign.json").write_text(text, encoding="utf-8")
    pl.concat(parts).sort("timestamp").write_parquet(folder / "events.parquet")
    return folder


def one(way: str, events: int, campaigns: int) -> dict[str, Any]:
    """Measure one way in this process."""
    folder = log(events, campaigns)
    warnings.simplefilter("ignore")
    begun = time.perf_counter()
    if way == "together":
        rw.Portfolio.load(folder, time_zone=ZONE).overview()
    elif way == "largest":
        rw.load(campaign(events), time_zone=ZONE).overview()
    else:
        count = 1 if way == "one" else campaigns
        for number in range(count):
            made = folder / f"campaign-{number}" / "campaign.json"
            rw.Results(made, str(folder / "events.parquet"), time_zone=ZONE).overview()
    return {"s": time.perf_counter() - begun, "megabytes": peak_megabytes()}


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--campaigns", type=int, default=40)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--one", choices=WAYS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    size = options.events, options.campaigns
    if options.one:
        print(json.dumps(one(options.one, *size)))
        return
    log(*size)
    campaign(options.events)
    here = ["benchmarks.portfolio", str(size[0]), "--campaigns", str(size[1]), "--one"]
    runs: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    for _ in range(options.repeat):
        for way, found in runs.items():
            found.append(apart(*here, way))
    seconds = {way: statistics.median(run["s"] for run in found) for way, found in runs.items()}
    rows = [
        [
            words,
            f"{seconds[way]:.2f}",
            f"{seconds[way] / seconds['largest']:.2f}",
            f"{max(run['megabytes'] for run in runs[way]):,.0f}",
        ]
        for way, words in WAYS.items()
    ]
    names = ["first overview", "s", "times one campaign of that size", "MB"]
    table = as_markdown(names, rows)
    print(table)
    if options.write:
        note = f"median of {options.repeat} runs, each a fresh process, by turns"
        write(f"{size[1]} campaigns in one log, {size[0]:,} events", note, table)


if __name__ == "__main__":
    main()
