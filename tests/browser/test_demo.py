"""The demo notebook as `make demo` serves it: executed before, then run by its reader."""

import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.support.browser.chromium import ELSEWHERE
from tests.support.browser.lab import PATIENCE, Server, notebook

ROOT = Path(__file__).resolve().parent.parent.parent
DEMO = ROOT / "notebooks" / "demo.ipynb"
SMALL = """
import results_widgets as rw
rw.Dashboard(rw.Results(*rw.datasets.generate(2000, seed=1), time_zone="America/Los_Angeles"))
"""


def test_demo_runs_in_lab(server: Server, browser: Browser) -> None:
    (server.root / "demo.ipynb").write_text(DEMO.read_text())
    context = browser.new_context(
        viewport={"width": 1440, "height": 1000}, timezone_id=ELSEWHERE, locale="en-GB"
    )
    with notebook(server, context) as book:
        book.open(server.url("demo.ipynb"))
        book.run_all()
        mailing = book.page.get_by_test_id("rw-dashboard").first
        for metric, value in {"users": "1133", "engaged": "214"}.items():
            number = mailing.locator(f'[data-scope="campaign"][data-metric="{metric}"]').first
            expect(number).to_have_attribute("data-value", value)
        book.problems.check()
    context.close()


def test_saved_widgets_show_before_anything_runs(server: Server, browser: Browser) -> None:
    server.write("fresh.ipynb", [SMALL])
    script = ROOT / "scripts" / "run_notebook.py"
    fresh, saved = server.root / "fresh.ipynb", server.root / "saved.ipynb"
    command = [sys.executable, str(script), str(fresh), str(saved)]
    done = subprocess.run(
        command, env=server.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    context = browser.new_context(timezone_id=ELSEWHERE, locale="en-GB")
    with notebook(server, context) as book:
        book.open(server.url("saved.ipynb"))
        card = book.page.locator("[data-action]").first
        card.wait_for(timeout=PATIENCE)
        expect(book.page.get_by_test_id("flow-entries")).to_be_visible()
        book.problems.check()
    context.close()
