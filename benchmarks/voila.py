"""What a reader of a served report costs: memory of his kernel, and time to the dashboard.

Usage: python -m benchmarks.voila [--events 1000000] [--readers 3] [--write]

Readers come one after the other and stay. Memory is the proportional set size of the server's
kernels (pages that several share are counted once), read when the dashboard stands.
"""

import argparse
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
from playwright.sync_api import Page, sync_playwright

from benchmarks.report import as_markdown, campaign, write

_PATIENCE = 300
_NOTEBOOK = """{{"cells": [{{"cell_type": "code", "id": "a", "metadata": {{}}, "execution_count": null,
"outputs": [], "source": "import results_widgets as rw\\nrw.Dashboard(rw.load({folder!r}, time_zone='UTC'))"}}],
"metadata": {{"kernelspec": {{"name": "python3", "display_name": "Python 3"}}}}, "nbformat": 4, "nbformat_minor": 5}}"""


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


def measure(events: int, readers: int) -> list[tuple[str, str, str]]:
    """Return what stands in the table."""
    folder = campaign(events)
    program = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    rows = []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as home:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        with served(folder) as (server, address):
            for number in range(1, readers + 1):
                seconds = opened(browser.new_context().new_page(), address)
                each = kernels(server)
                rows.append((f"reader {number}", f"{seconds:.1f}", f"{sum(each) / len(each):,.0f}"))
            rows.append(("the server itself", "", f"{server.memory_info().rss / 1e6:,.0f}"))
        notebook = Path(home) / "kept.ipynb"
        notebook.write_text(_NOTEBOOK.format(folder=str(folder)), encoding="utf-8")
        with served(notebook, "--preheat", "1") as (server, address):
            while not kernels(server) or server.children(recursive=True)[-1].cpu_percent(2) > 5:  # noqa: PLR2004
                time.sleep(1)
            page = browser.new_context().new_page()
            rows.append(("reader of a preheated kernel", f"{opened(page, address):.1f}", ""))
        browser.close()
    return rows


def main() -> int:
    """Measure and print; the exit code."""
    parser = argparse.ArgumentParser(description="What a reader of a served report costs.")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--readers", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="into RESULTS.md")
    arguments = parser.parse_args()
    rows = measure(arguments.events, arguments.readers)
    table = as_markdown(("", "s to the dashboard", "MB per kernel"), rows)
    note = "one run; memory is the proportional set size, all readers' pages open."
    print(f"{note}\n\n{table}")
    if arguments.write:
        write(f"Readers of a served report, {arguments.events:,} events", note, table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
