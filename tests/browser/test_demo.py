"""The demo notebook as `make demo` serves it: executed before, then run by its reader."""

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.browser.kept_lab import KeptLab
from tests.support.browser.lab import PATIENCE

ROOT = Path(__file__).resolve().parent.parent.parent
DEMO = ROOT / "notebooks" / "demo.ipynb"
SMALL = """
import results_widgets as rw
rw.Dashboard(rw.Results(*rw.datasets.generate(2000, seed=1), time_zone="America/Los_Angeles"))
"""


def test_demo_runs_in_lab(lab: KeptLab) -> None:
    (lab.server.root / "demo.ipynb").write_text(DEMO.read_text())
    book = lab.open("demo.ipynb")
    book.run_all()
    mailing = book.page.get_by_test_id("rw-dashboard").filter(has_text="Coupon mailing 18")
    for metric, value in {"users": "1133", "engaged": "214"}.items():
        number = mailing.locator(f'[data-scope="campaign"][data-metric="{metric}"]').first
        expect(number).to_have_attribute("data-value", value)
    # Above 100 % it says how many one entry has, and both counts; nothing juts out of its card.
    ring = mailing.locator(".rw-tone-conversions")
    for words in ("16,669 conversions", "1,133 entries", "97.4\u202f% converted"):
        expect(ring.get_by_role("button", name=words)).to_be_visible()
    card = mailing.locator("[data-action]").first
    expect(card).to_contain_text("14.7 per entry")
    right = """(card) => [card, ...card.querySelectorAll("*")].map(
        (one) => one.getBoundingClientRect().right)"""
    own, *within = card.evaluate(right)
    assert max(within) <= own
    book.problems.check()


@pytest.mark.nightly
def test_saved_widgets_show_before_anything_runs(lab: KeptLab) -> None:
    server = lab.server
    server.write("fresh.ipynb", [SMALL])
    script = ROOT / "scripts" / "run_notebook.py"
    fresh, saved = server.root / "fresh.ipynb", server.root / "saved.ipynb"
    command = [sys.executable, str(script), str(fresh), str(saved)]
    done = subprocess.run(
        command, env=server.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    book = lab.open("saved.ipynb")
    card = book.page.locator("[data-action]").first
    card.wait_for(timeout=PATIENCE)
    expect(book.page.get_by_test_id("flow-entries")).to_be_visible()
    book.problems.check()
