"""Events that live elsewhere: read from PostgreSQL in batches, and counted by Spark where they are.

Usage: python -m benchmarks.elsewhere [--postgres 5000000] [--spark 2000000] [--write]

PostgreSQL is a server of this machine that is filled first; its numbers have to be those of the files.
Spark runs on ``local[2]``. Every measurement is one run in a fresh process.
"""

import argparse
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import polars as pl

import results_widgets as rw
from benchmarks.paint import hold_equal
from benchmarks.peers.workload import ZONE
from benchmarks.report import apart, as_markdown, campaign, peak_megabytes, write

_COLUMNS: Final = (
    "user_id, campaign_id, action_id, event, timestamp, event_id, variant, value, platform, machine"
)
_TABLE: Final = (
    "number bigserial, user_id text, campaign_id text, action_id text, event text, timestamp timestamptz, "
    "event_id bigint, variant text, value double precision, platform text, machine boolean"
)
_BATCH: Final = 500_000
_ADDED: Final = 100_000
"""Rows that are not there before the refresh."""


def _events(folder: Path) -> pl.LazyFrame:
    return pl.scan_parquet(folder / "events*.parquet").select(_COLUMNS.split(", "))


@contextmanager
def _filled(folder: Path) -> Iterator[tuple[str, pl.DataFrame]]:
    """A server with all events but the last, and its address; those last ones too."""
    import psycopg

    from tests.support import postgres

    events = _events(folder).collect()
    with postgres.server() as address:
        with psycopg.connect(address, autocommit=True) as base:
            base.execute(f"CREATE TABLE events ({_TABLE})")
        _add(address, events[:-_ADDED])
        yield address, events[-_ADDED:]


def _add(address: str, events: pl.DataFrame) -> None:
    import psycopg

    order = f"COPY events ({_COLUMNS}) FROM STDIN (FORMAT csv)"
    with psycopg.connect(address, autocommit=True) as base, base.cursor().copy(order) as copy:
        for rows in events.iter_slices(_BATCH):
            copy.write(rows.write_csv(include_header=False, datetime_format="%FT%T%.6fZ"))


def _numbers(results: rw.Results) -> dict[str, float | None]:
    return dict(results.overview().select("metric", "value").iter_rows())


def _overview(source: object, folder: Path) -> tuple[rw.Results, dict[str, float | None]]:
    results = rw.Results(folder / "campaign.json", source, time_zone=ZONE)
    return results, _numbers(results)


def _to_ten_digits(numbers: dict[str, float | None]) -> dict[str, float]:
    return {name: float(f"{value:.10g}") for name, value in numbers.items() if value is not None}


def from_postgres(folder: Path) -> list[tuple[str, float]]:
    """Seconds of the first overview, and of a refresh."""
    with _filled(folder) as (address, more):
        query = rw.sql(address, f"SELECT number, {_COLUMNS} FROM events", watermark="number")
        begun = time.perf_counter()
        results, _ = _overview(query, folder)
        read = time.perf_counter() - begun
        _add(address, more)
        begun = time.perf_counter()
        results = results.refresh()
        found = _numbers(results)
        again = time.perf_counter() - begun
    ours = _overview(_events(folder), folder)[1]
    # Amounts are added up in another order: the last of sixteen digits may differ.
    hold_equal({"ours": _to_ten_digits(ours), "PostgreSQL": _to_ten_digits(found)})
    return [
        ("PostgreSQL: query to the first overview", read),
        (f"PostgreSQL: refresh by {_ADDED:,} rows, and the overview", again),
    ]


def from_files(folder: Path) -> list[tuple[str, float]]:
    """Seconds of the first overview of the same rows in Parquet files."""
    begun = time.perf_counter()
    _overview(_events(folder), folder)
    return [("Parquet files to the first overview", time.perf_counter() - begun)]


def on_spark(folder: Path) -> list[tuple[str, float]]:
    """Seconds of an overview and of all actions."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.driver.host", "127.0.0.1").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    begun = time.perf_counter()
    results, _ = _overview(session.read.parquet(str(folder / "events*.parquet")), folder)
    seen = time.perf_counter()
    results.actions()
    ended = time.perf_counter()
    session.stop()
    return [
        ("Spark: first overview", seen - begun),
        ("Spark: all actions after it", ended - seen),
    ]


STEPS: Final = {"postgres": from_postgres, "files": from_files, "spark": on_spark}


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", type=int, default=5_000_000)
    parser.add_argument("--spark", type=int, default=2_000_000)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    sizes = {"postgres": options.postgres, "files": options.postgres, "spark": options.spark}
    if options.one:
        found = STEPS[options.one](campaign(sizes[options.one]))
        print(json.dumps({"steps": found, "megabytes": peak_megabytes()}))
        return
    rows = []
    for name, events in sizes.items():
        campaign(events)
        asked = ("--one", name, "--postgres", str(options.postgres), "--spark", str(options.spark))
        done: dict[str, Any] = apart("benchmarks.elsewhere", *asked)
        for what, seconds in done["steps"]:
            rows.append([what, f"{events:,}", f"{seconds:.1f}", f"{done['megabytes']:,.0f}"])
    table = as_markdown(["step", "events", "s", "peak MB of the process"], rows)
    print(table)
    if options.write:
        write("Events that live elsewhere", "one run, each in a fresh process", table)


if __name__ == "__main__":
    main()
