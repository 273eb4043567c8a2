"""Reading an export that is larger than the memory: ``results-widgets read`` of JSON lines, and one campaign written.

Usage: python -m benchmarks.large_export [--bytes 10e9] [--folder /tmp] [--write]

The file is generated, and deleted in the end: SendGrid's posts of twenty campaigns, each user with five events. Peak
memory is that of the command's own process, the spool of unpacked rows lies in the folder for temporary files.
"""

import argparse
import os
import random
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.report import as_markdown, write

CAMPAIGNS: Final = 20
EVENTS: Final = ("processed", "delivered", "open", "click", "bounce")
_AT_ONCE: Final = 20_000
_READ: Final = "import sys; from results_widgets.cli.main import main; sys.exit(main())"


def main() -> int:
    """Write the file, have it read, and print rows, seconds and memory; the exit code."""
    parser = argparse.ArgumentParser(description="Times the reading of a large export.")
    parser.add_argument("--bytes", type=float, default=1e9, help="size of the file")
    parser.add_argument("--folder", type=Path, help="where it is generated")
    parser.add_argument("--write", action="store_true", help="write it into RESULTS.md")
    arguments = parser.parse_args()
    with TemporaryDirectory(dir=arguments.folder) as name:
        path = Path(name) / "posts.jsonl"
        rows = generate(path, int(arguments.bytes))
        size = path.stat().st_size
        found = [
            ("read PATH", *run("read", str(path))),
            (
                "read PATH --campaign -o OUT",
                *run("read", str(path), "--campaign", "campaign-00", "--goal", "click", "-o", name),
            ),
        ]
    table = as_markdown(
        ["command", "rows", "seconds", "CPU s", "MB a second", "peak MB"],
        [
            [
                what,
                f"{rows:,}",
                f"{wall:,.0f}",
                f"{cpu:,.0f}",
                f"{size / 1e6 / wall:,.0f}",
                f"{peak:,.0f}",
            ]
            for what, wall, cpu, peak in found
        ],
    )
    print(table)
    if arguments.write:
        load = " ".join(f"{one:.1f}" for one in os.getloadavg())
        write(f"Reading {size / 1e9:,.1f} GB of JSON lines", f"load {load} at the end.", table)
    return 0


def run(*arguments: str) -> tuple[float, float, float]:
    """Run a command of ours: its seconds, the processor's, and the most MB of memory."""
    start = time.monotonic()
    words = [sys.executable, "-c", _READ, *arguments]
    child = os.posix_spawn(sys.executable, words, {**os.environ})
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"results-widgets {' '.join(arguments)} failed")
    return time.monotonic() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def generate(path: Path, size: int) -> int:
    """Write posts until a file has a size; how many."""
    if shutil.disk_usage(path.parent).free < size * 1.5:
        raise SystemExit(f"{path.parent}: there is no room for {size:,} bytes and what is unpacked")
    rows = 0
    with path.open("w", encoding="ascii") as file:
        for posts in _posts():
            file.write("".join(posts))
            rows += len(posts)
            if file.tell() >= size:
                return rows
    return rows


def _posts() -> Iterator[list[str]]:
    dice, number = random.Random(1), 0
    while True:
        found = []
        for n in range(number, number + _AT_ONCE):
            user, event = divmod(n, len(EVENTS))
            more = ', "url": "https://example.com/a"' if EVENTS[event] == "click" else ""
            if EVENTS[event] == "open":
                more = f', "sg_machine_open": {"true" if dice.random() < 0.3 else "false"}'  # noqa: PLR2004
            found.append(
                f'{{"email": "user{user}@example.com", "timestamp": {1_772_442_000 + n // 50}, '
                f'"smtp-id": "<14c5d75ce93.dfd.{dice.getrandbits(40):012x}@ismtpd-555>", '
                f'"event": "{EVENTS[event]}", "category": ["campaign-{user % CAMPAIGNS:02}", "mail"], '
                f'"sg_event_id": "{dice.getrandbits(96):024x}", '
                f'"sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.{user}", '
                f'"useragent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "ip": "192.0.2.1"{more}}}\n'
            )
        number += _AT_ONCE
        yield found


if __name__ == "__main__":
    sys.exit(main())
