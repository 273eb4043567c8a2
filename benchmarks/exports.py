"""How fast exports are read, and in how much memory: beside DuckDB and fastavro on the same file, in one run.

Usage: python -m benchmarks.exports [--rows 500000] [--write]; for files larger than the memory: benchmarks.large_export

DuckDB makes a table of the file and fastavro makes its records, which is where reading starts here: the events' names
become events, times instants, ids text, and refused rows are counted. "one by one" is the code that says what a record
means, which the rest is held against. Every run is a fresh process, and its seconds are the processor's, so that others
on the machine do not count.
"""

import argparse
import csv
import json
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.report import apart, as_markdown, peak_megabytes, write

EVENTS: Final = ("processed", "delivered", "delivered", "open", "click", "bounce")


def main() -> int:
    """Measure every way of reading every file; the exit code."""
    parser = argparse.ArgumentParser(description="Times the reading of exports.")
    parser.add_argument("--rows", type=int, default=500_000)
    parser.add_argument("--write", action="store_true", help="write it into RESULTS.md")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        way, path = arguments.one
        print(json.dumps(measured(WAYS[way], Path(path))))
        return 0
    with TemporaryDirectory() as name:
        rows = []
        for title, (make, ways) in FILES.items():
            path = Path(name) / title.replace(" ", "-").lower()
            make(path, arguments.rows)
            rows += _rows(title, path, ways)
    names = ["file", "way", "rows a CPU second", "ours / way", "CPU s", "peak MB"]
    table = as_markdown(names, rows)
    print(table)
    if arguments.write:
        load = " ".join(f"{one:.1f}" for one in os.getloadavg())
        note = f"load {load} while others worked on the machine; one fresh process each."
        write(f"Reading exports of {arguments.rows:,} rows", note, table)
    return 0


def _rows(title: str, path: Path, ways: tuple[str, ...]) -> list[list[str]]:
    found = {way: apart("benchmarks.exports", "--one", way, str(path)) for way in ways}
    speed = {way: run["rows"] / run["cpu"] for way, run in found.items()}
    megabytes = path.stat().st_size / 1e6
    return [
        [
            f"{title}, {megabytes:,.0f} MB" if way == ways[0] else "",
            way,
            f"{speed[way]:,.0f}",
            f"{speed[ways[0]] / speed[way]:.2f}",
            f"{run['cpu']:.2f}",
            f"{run['megabytes']:,.0f}",
        ]
        for way, run in found.items()
    ]


def measured(way: Callable[[Path], Callable[[], int]], path: Path) -> dict[str, Any]:
    """Read a file in one way: rows, the processor's seconds without what is imported, and the peak of memory."""
    read = way(path)
    start = time.process_time()
    rows = read()
    return {"rows": rows, "cpu": time.process_time() - start, "megabytes": peak_megabytes()}


# ------------------------------------------------------------------------------------------------ ways of reading


def ours(path: Path) -> Callable[[], int]:
    """Read it as an export."""
    import results_widgets as rw

    return lambda: int(rw.read_export(path).report()["rows"].sum())


def one_by_one(path: Path) -> Callable[[], int]:
    """Shape its records one after another."""
    from results_widgets.exports.batches import flat_ones
    from results_widgets.exports.detecting import detect
    from results_widgets.exports.records import records_of
    from results_widgets.exports.shaping import Shaper
    from results_widgets.exports.vendor import About, Placed

    def read() -> int:
        found = detect(path, None)
        shaper = Shaper(found.vendor.mapping, lambda *_: None)
        rows = 0
        for placed in records_of(path, found.files[str(path)], lambda *_: None):
            for one in flat_ones(found.vendor, placed, lambda *_: None):
                if not isinstance(one, About):
                    shaper.add(Placed(one, placed.file, placed.line), 0)
            if len(shaper) >= 20_000:  # noqa: PLR2004
                rows += shaper.take().height
        return rows + shaper.take().height

    return read


def duckdb_read_json(path: Path) -> Callable[[], int]:
    """Make a table of it in DuckDB."""
    import duckdb

    def read() -> int:
        with duckdb.connect() as connection:
            connection.execute("CREATE TABLE t AS SELECT * FROM read_json(?)", [str(path)])
            (rows,) = connection.execute("SELECT count(*) FROM t").fetchone() or (0,)
            return int(rows)

    return read


def duckdb_read_csv(path: Path) -> Callable[[], int]:
    """Make a table of it in DuckDB, of texts alone as it is for us."""
    import duckdb

    def read() -> int:
        with duckdb.connect() as connection:
            query = "CREATE TABLE t AS SELECT * FROM read_csv(?, all_varchar = true)"
            connection.execute(query, [str(path)])
            (rows,) = connection.execute("SELECT count(*) FROM t").fetchone() or (0,)
            return int(rows)

    return read


def polars_read_ndjson(path: Path) -> Callable[[], int]:
    """Make a frame of it."""
    import polars as pl

    return lambda: pl.read_ndjson(path, infer_schema_length=None).height


def fastavro_records(path: Path) -> Callable[[], int]:
    """Make its records, one after another."""
    import fastavro

    def read() -> int:
        with path.open("rb") as file:
            return sum(1 for _ in fastavro.reader(file))

    return read


WAYS: Final = {
    "ours": ours,
    "one by one": one_by_one,
    "DuckDB read_json": duckdb_read_json,
    "DuckDB read_csv": duckdb_read_csv,
    "Polars read_ndjson": polars_read_ndjson,
    "fastavro": fastavro_records,
}

# ------------------------------------------------------------------------------------------------ files


def write_sendgrid(path: Path, rows: int) -> None:
    """Write flat JSON lines of 14 fields, as SendGrid posts them."""
    dice = random.Random(1)
    with path.open("w") as file:
        for n in range(rows):
            event = dice.choice(EVENTS)
            post: dict[str, Any] = {
                "email": f"user{dice.randrange(100_000)}@example.com",
                "timestamp": 1_772_442_000 + n,
                "smtp-id": f"<14c5d75ce93.dfd.{dice.randrange(10**6)}@ismtpd-555>",
                "event": event,
                "category": ["Spring", "mail"],
                "sg_event_id": f"{dice.getrandbits(96):024x}",
                "sg_message_id": f"14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.{n}",
            }
            if event == "open":
                machine = dice.random() < 0.3  # noqa: PLR2004
                post |= {"useragent": "Mozilla/4.0", "ip": "192.0.2.1", "sg_machine_open": machine}
            elif event == "click":
                post |= {"url": "https://example.com/a", "ip": "192.0.2.1"}
            elif event == "bounce":
                post |= {"reason": "500 unknown recipient", "status": "5.0.0", "type": "bounce"}
            file.write(json.dumps(post) + "\n")


def write_segment(path: Path, rows: int) -> None:
    """Write track calls, whose properties are an object."""
    dice = random.Random(1)
    names = (
        "Email Delivered",
        "Email Opened",
        "Email Link Clicked",
        "Order Completed",
        "Page Seen",
    )
    with path.open("w") as file:
        for n in range(rows):
            call = {
                "type": "track",
                "event": dice.choice(names),
                "userId": f"user{dice.randrange(100_000)}",
                "messageId": f"{dice.getrandbits(96):024x}",
                "timestamp": f"2026-03-{1 + n % 28:02}T09:{n % 60:02}:00.{n % 1000:03}Z",
                "properties": {
                    "campaign_id": "spring",
                    "email_id": f"step-{n % 5}",
                    "revenue": 9.5,
                },
                "context": {"library": {"name": "analytics.js"}, "ip": "192.0.2.1"},
            }
            file.write(json.dumps(call) + "\n")


def write_braze(path: Path, rows: int) -> None:
    """Write Avro as Braze Currents has it, packed with deflate."""
    import fastavro

    dice = random.Random(1)
    texts = ("id", "user_id", "external_user_id", "event_type", "canvas_id", "canvas_name")
    more = ("canvas_step_id", "canvas_step_name", "message_variation_id", "platform", "device_id")
    fields = [{"name": name, "type": ["null", "string"]} for name in (*texts, *more)]
    schema = {
        "type": "record",
        "name": "event",
        "fields": [*fields, {"name": "time", "type": "int"}],
    }
    kinds = ("Send", "Delivery", "Open", "Click")
    records = (
        {
            "id": f"{dice.getrandbits(96):024x}",
            "user_id": f"{dice.randrange(100_000):024}",
            "event_type": f"users.messages.email.{dice.choice(kinds)}",
            "canvas_id": "spring",
            "canvas_name": "Spring sale",
            "canvas_step_id": f"step-{n % 5}",
            "canvas_step_name": f"Step {n % 5}",
            "message_variation_id": "AB"[n % 2],
            "time": 1_772_442_000 + n,
        }
        for n in range(rows)
    )
    with path.open("wb") as file:
        fastavro.writer(file, schema, records, codec="deflate")


def write_array(path: Path, rows: int) -> None:
    """Write SendGrid's posts as one array."""
    write_sendgrid(path, rows)
    path.write_text(f"[{path.read_text().rstrip().replace(chr(10), f',{chr(10)}')}]")


def write_table(path: Path, rows: int) -> None:
    """Write a table of Segment's warehouse as CSV."""
    write_segment(path, rows)
    calls = [json.loads(line) for line in path.read_text().splitlines()]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        names = ("id", "user_id", "event_text", "timestamp", "received_at", "context_ip")
        writer.writerow((*names, "campaign_id", "email_id", "revenue"))
        for call in calls:
            own, time_ = call["properties"], call["timestamp"]
            ids = call["messageId"], call["userId"], call["event"]
            writer.writerow((*ids, time_, time_, call["context"]["ip"], *own.values()))


JSON_WAYS: Final = ("ours", "one by one", "DuckDB read_json", "Polars read_ndjson")
FILES: Final = {
    "SendGrid JSON lines": (write_sendgrid, JSON_WAYS),
    "Segment JSON lines": (write_segment, JSON_WAYS),
    "SendGrid JSON array": (write_array, ("ours", "one by one", "DuckDB read_json")),
    "Segment warehouse CSV": (write_table, ("ours", "one by one", "DuckDB read_csv")),
    "Braze Avro": (write_braze, ("ours", "one by one", "fastavro")),
}

if __name__ == "__main__":
    sys.exit(main())
