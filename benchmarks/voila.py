"""What a reader of a served report costs: memory of their kernel, and time to the dashboard.

Usage: python -m benchmarks.voila [--events 1000000] [--readers 3] [--crowd 10] [--write]

Readers of the raw files and of the store that ``results-widgets prepare`` makes come one after the
other and stay; then a crowd opens the store at the same moment, in one browser on the same machine.
Memory is the proportional set size of the server's kernels (pages that several share are counted
once), read when the dashboard stands. A notebook that shows a label only tells what a kernel with the
same packages needs before it opens anything.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.report import as_markdown, campaign, write
from results_widgets.cli.main import main as prepare

_PATIENCE = 300
Row = tuple[str, str, str]
_CELL = """{{"cells": [{{"cell_type": "code", "id": "a", "metadata": {{}}, "execution_count": null,
"outputs": [], "source": {source}}}],
"metadata": {{"kernelspec": {{"name": "python3", "display_name": "Python 3"}}}}, "nbformat": 4, "nbformat_minor": 5}}"""
_LABEL = (
    "import results_widgets, polars, altair, anywidget, ipywidgets\n"
    "ipywidgets.HTML('<p data-testid=flow-entries>.</p>')"
)
_DASHBOARD = "import results_widgets as rw\nrw.Dashboard(rw.load({folder!r}, time_zone='UTC'))"


@contextmanager
def served(target: Path, *more: str) -> Iterator[tuple[psutil.Process, str]]:
    """Serve a target; the server and its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    start = "import sys; from results_widgets.cli.main import main; sys.exit(main())"
    words = [sys.executable, "-c", start, "serve", str(target), "--port", str(port), *more]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(words, stdout=quiet, stderr=quiet, start_new_session=True)
    address = f"http://127.0.0.1:{port}/"
    try:
        while True:
            try:
                urlopen(f"{address}static/none", timeout=5)
            except HTTPError:
                break
            except (URLError, OSError):
                time.sleep(0.2)
        yield psutil.Process(server.pid), address
    finally:
        os.killpg(server.pid, 15)
        server.wait(30)


def kernels(server: psutil.Process) -> list[float]:
    """Proportional memory of each kernel, MB."""
    children = [p for p in server.children(recursive=True) if "ipykernel" in " ".join(p.cmdline())]
    return sorted(process.memory_full_info().pss / 1e6 for process in children)


def opened(page: Page, address: str) -> float:
    """Seconds until the dashboard stands."""
    started = time.perf_counter()
    page.goto(address)
    page.get_by_test_id("flow-entries").first.wait_for(timeout=_PATIENCE * 1000)
    return time.perf_counter() - started


def one_by_one(browser: Browser, target: Path, what: str, readers: int) -> list[Row]:
    """Readers who come one after the other and stay, and what the server itself holds."""
    rows = []
    with served(target) as (server, address):
        for number in range(1, readers + 1):
            seconds = opened(browser.new_context().new_page(), address)
            each = kernels(server)
            name = f"{what}, reader {number}"
            rows.append((name, f"{seconds:.1f}", f"{sum(each) / len(each):,.0f}"))
        rows.append((f"{what}, the server", "", f"{server.memory_info().rss / 1e6:,.0f}"))
    return rows


def at_once(browser: Browser, target: Path, readers: int) -> Row:
    """Readers who open the page at the same moment: when the last dashboard stands."""
    with served(target) as (server, address):
        pages = [browser.new_context().new_page() for _ in range(readers)]
        started = time.perf_counter()
        for page in pages:
            page.goto(address, wait_until="commit", timeout=_PATIENCE * 1000)
        for page in pages:
            page.get_by_test_id("flow-entries").first.wait_for(timeout=_PATIENCE * 1000)
        seconds, each = time.perf_counter() - started, kernels(server)
    name = f"store, the last of {readers} at once"
    return name, f"{seconds:.1f}", f"{sum(each) / len(each):,.0f}"


def preheated(browser: Browser, notebook: Path) -> Row:
    """A reader who gets a kernel that has run the notebook already."""
    with served(notebook, "--preheat", "1") as (server, address):
        while not kernels(server) or server.children(recursive=True)[-1].cpu_percent(2) > 5:  # noqa: PLR2004
            time.sleep(1)
        return (
            "reader of a preheated kernel",
            f"{opened(browser.new_context().new_page(), address):.1f}",
            "",
        )


def measure(events: int, readers: int, crowd: int) -> list[Row]:
    """Return what stands in the table."""
    folder = campaign(events)
    program = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as home:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        store, label, kept = (
            Path(home) / name for name in ("kept.rw", "label.ipynb", "kept.ipynb")
        )
        if prepare(["prepare", str(folder), "-o", str(store)]):
            raise SystemExit(f"{folder} could not be prepared")
        label.write_text(_CELL.format(source=json.dumps(_LABEL)), encoding="utf-8")
        source = json.dumps(_DASHBOARD.format(folder=str(folder)))
        kept.write_text(_CELL.format(source=source), encoding="utf-8")
        rows = [
            *one_by_one(browser, label, "a label", 1),
            *one_by_one(browser, folder, "raw files", readers),
            *one_by_one(browser, store, "store", readers),
            at_once(browser, store, crowd),
            preheated(browser, kept),
        ]
        browser.close()
    return rows


def main() -> int:
    """Measure and print; the exit code."""
    parser = argparse.ArgumentParser(description="What a reader of a served report costs.")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--readers", type=int, default=3, help="who come one after the other")
    parser.add_argument("--crowd", type=int, default=10, help="who come at the same moment")
    parser.add_argument("--write", action="store_true", help="into RESULTS.md")
    arguments = parser.parse_args()
    rows = measure(arguments.events, arguments.readers, arguments.crowd)
    table = as_markdown(("", "s to the dashboard", "MB per kernel"), rows)
    note = "one run; memory is the proportional set size, all readers' pages open."
    print(f"{note}\n\n{table}")
    if arguments.write:
        write(f"Readers of a served report, {arguments.events:,} events", note, table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
