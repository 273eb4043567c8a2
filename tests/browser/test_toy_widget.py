"""A toy widget, made by the steps of CONTRIBUTING.md, is built and drawn beside one of the package's."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

import results_widgets as rw
from tests.support.browser.pages import document, wire
from tests.support.toy_widget import Pace, built, declared


def test_it_is_drawn_and_shares_its_selection(
    tmp_path: Path, new_page: Callable[..., Page]
) -> None:
    static = built(tmp_path)
    results = rw.Results(*rw.datasets.generate(300, seed=3), time_zone="UTC")
    selection = rw.Selection()
    with declared():
        widgets = {
            "pace": wire(Pace(results, selection=selection)),
            "flow": wire(rw.Flow(results, selection=selection)),
        }
    page = new_page()
    path = tmp_path / "page.html"
    path.write_text(document(widgets, static=static))
    page.goto(path.as_uri())
    page.locator("html[data-rw-ready]").wait_for(state="attached")
    best = results.explore("conversions")["value"].sort()[-1]
    expect(page.get_by_test_id("best")).to_contain_text(f"{best:.0f} converted on 2026-")
    conversions = page.get_by_test_id("rw-pace").locator('[data-metric="conversions"]')
    total = results.overview().filter(metric="conversions")["value"].item()
    expect(conversions).to_have_attribute("data-value", f"{total:.0f}")
    card = page.get_by_test_id("rw-flow").locator('[data-action="we-miss-you"]')
    expect(card).to_have_attribute("aria-pressed", "false")
    page.get_by_test_id("rw-pace").get_by_role("button", name="We miss you").click()
    expect(card).to_have_attribute("aria-pressed", "true")
