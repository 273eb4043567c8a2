"""Notebooks opened again: what their saved state weighs, and what they show without a kernel of theirs."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.kept_lab import KeptLab
from tests.support.browser.lab import PATIENCE, SECOND, Notebook, Server
from tests.support.nightly import rest_nightly
from tests.support.notebooks import run

SETUP = """
import results_widgets as rw
results = rw.Results(*rw.datasets.generate(300, seed=1), time_zone="UTC")
"""
STATE = "application/vnd.jupyter.widget-state+json"


def shown(number: int) -> list[str]:
    return [SETUP, *["rw.Dashboard(results)"] * number]


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A notebook of five dashboards, executed, with saved state."""
    return run(tmp_path_factory.mktemp("five"), *shown(5))


@pytest.mark.nightly
def test_five_dashboards_have_their_code_once(tmp_path: Path, five: dict[str, Any]) -> None:
    one = run(tmp_path, *shown(1))
    sizes = [len(json.dumps(book)) for book in (one, five)]
    each = (sizes[1] - sizes[0]) / 4
    states = five["metadata"]["widgets"][STATE]["state"].values()
    assert (
        sum("_text" in model["state"] for model in states) == 3
    )  # the dashboard's, its styles, Vega
    assert sizes[0] < 1_600_000
    assert each < 200_000


def without_state(book: dict[str, Any]) -> dict[str, Any]:
    return {**book, "metadata": {**book["metadata"], "widgets": {}}}


def trust(server: Server, name: str) -> None:
    """Sign a notebook, as JupyterLab does when its reader runs and saves it."""
    subprocess.run(
        [sys.executable, "-m", "jupyter", "trust", str(server.root / name)],
        env=server.environment,
        check=True,
        capture_output=True,
    )


@pytest.mark.parametrize("trusted", rest_nightly([True, False]))
def test_without_state_the_static_page_stands_there(
    lab: KeptLab, five: dict[str, Any], trusted: bool
) -> None:
    name = f"reopened-{trusted}.ipynb"
    (lab.server.root / name).write_text(json.dumps(without_state(five)))
    if trusted:
        trust(lab.server, name)
    page = lab.open(name).page
    tables = page.locator(".rw-static:visible")
    expect(tables.first).to_contain_text("Overview", timeout=PATIENCE)
    keep_screenshot_of(page, f"reopened-{trusted}")
    assert "Error displaying widget" not in page.locator("body").inner_text()
    # Once each, not beside a copy.
    captions = page.locator(".jp-OutputArea caption:visible", has_text="Overview")
    expect(captions.first).to_be_visible()
    assert 0 < captions.count() <= 5


def keep_screenshot_of(page: Page, name: str) -> None:
    if folder := os.environ.get("RESULTS_WIDGETS_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.nightly
def test_without_state_the_pages_of_what_a_box_holds_stand_there(
    lab: KeptLab, tmp_path: Path
) -> None:
    box = "ipywidgets.VBox([rw.Overview(results), ipywidgets.HBox([rw.Flow(results)])])"
    name = "reopened-box.ipynb"
    book = run(tmp_path, SETUP, f"import ipywidgets\n{box}", "ipywidgets.VBox([])")
    (lab.server.root / name).write_text(json.dumps(without_state(book)))
    trust(lab.server, name)
    page = lab.open(name).page
    captions = page.locator(".jp-OutputArea caption:visible", has_text="Overview")
    expect(captions.first).to_be_visible(timeout=PATIENCE)
    expect(captions).to_have_count(2)
    assert "Error displaying widget" not in page.locator("body").inner_text()
    # A box that holds nothing of ours is left to its own way.
    (plain,) = book["cells"][2]["outputs"]
    assert "text/html" not in plain["data"]


def test_with_state_the_dashboards_stand_there_and_say_that_their_kernel_is_gone(
    lab: KeptLab, five: dict[str, Any]
) -> None:
    name = "with-state.ipynb"
    (lab.server.root / name).write_text(json.dumps(five))
    trust(lab.server, name)
    book = lab.open(name)
    widget = book.widget()
    expect(widget.locator(".rw-chart svg").first).to_be_visible(timeout=PATIENCE)
    expect(book.page.get_by_test_id("no-kernel").first).to_be_visible(timeout=10 * SECOND)
    expect(widget.get_by_role("button", name="Users in campaign")).to_be_disabled()
    expect(book.page.locator(".rw-static:visible")).to_have_count(0)


@pytest.mark.nightly
def test_live_widgets_have_no_copy_below(open_notebook: Callable[..., Notebook]) -> None:
    book = open_notebook(*shown(2), fresh=True)
    expect(book.widget(1)).to_be_visible()
    expect(book.page.locator(".rw-reopened")).to_have_count(2)
    expect(book.page.locator(".rw-static:visible")).to_have_count(0)
    evaluated = "globalThis[Symbol.for('results-widgets code')].size"
    expect(book.widget(1).locator(".rw-chart svg").first).to_be_visible()
    # The dashboard's code and Vega's, each once for both.
    assert book.page.evaluate(evaluated) == 2
    book.problems.check()
