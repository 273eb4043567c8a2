"""The other hosts that run a notebook: each draws the dashboard, and a click reaches Python and comes back."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser.lab import PATIENCE, Notebook, Server

SETUP = """
import results_widgets as rw
results = rw.Results(*rw.datasets.generate(800, seed=1), time_zone="America/Los_Angeles")
"""
DASHBOARD = "dashboard = rw.Dashboard(results)\ndashboard"
MARIMO = """
import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo
    import results_widgets as rw

    dataset = rw.datasets.generate(800, seed=1)
    shown = mo.ui.anywidget(rw.Dashboard(rw.Results(*dataset, time_zone="America/Los_Angeles")))
    shown
    return mo, rw, shown


@app.cell
def _(mo, shown):
    mo.md(f"metric: {shown.value['_selection']['metric']}")
    return


if __name__ == "__main__":
    app.run()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(command: Sequence[str], port: int, log: Path) -> Iterator[str]:
    """Runs a server until it is listened to; its address."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=log.parent)
    try:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        else:
            pytest.fail(f"{command[2]} did not start:\n{log.read_text()[-2000:]}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1400, "height": 900}, timezone_id="Asia/Tokyo")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


def answers(page: Page) -> None:
    """A click on a number goes to the kernel, whose chart comes back."""
    expect(page.get_by_test_id("flow-entries")).to_be_visible(timeout=2 * PATIENCE)
    # Of a journey, conversions are what its chart begins with.
    page.locator('[data-scope="campaign"][data-metric="engaged"]').first.click()
    title = page.get_by_test_id("explore-title")
    expect(title).to_have_text("Engaged, per day", timeout=PATIENCE)
    expect(page.locator(".rw-chart svg").first).to_be_visible()


def test_notebook_7(server: Server, page: Page) -> None:
    server.write("seven.ipynb", [SETUP, DASHBOARD])
    book = Notebook(page)
    try:
        book.open(server.notebook_url("seven.ipynb"))
        book.run_all()
        answers(page)
        assert book.value("dashboard.selection.metric") == "engaged"
    finally:
        page.close()
        server.end_kernels()


@pytest.mark.nightly
def test_voila(server: Server, page: Page, tmp_path: Path) -> None:
    server.write("voila.ipynb", [SETUP, DASHBOARD])
    port = free_port()
    command = [sys.executable, "-m", "voila", str(server.root / "voila.ipynb"), "--no-browser"]
    command += [f"--port={port}", "--Voila.ip=127.0.0.1"]
    with serving(command, port, tmp_path / "voila.log") as address:
        page.goto(address, timeout=2 * PATIENCE)
        answers(page)


def test_marimo(page: Page, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(MARIMO)
    port = free_port()
    command = [sys.executable, "-m", "marimo", "run", "app.py", "--headless", "--no-token"]
    command += [f"--port={port}", "--host=127.0.0.1"]
    with serving(command, port, tmp_path / "marimo.log") as address:
        page.goto(address, timeout=2 * PATIENCE)
        answers(page)
        expect(page.get_by_text("metric: engaged")).to_be_visible()
