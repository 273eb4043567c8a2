"""The whole path in a real JupyterLab: numbers on screen, clicks, the users behind a card."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

import results_widgets as rw
from tests.support.browser.lab import Notebook, keep_screenshot

Open = Callable[..., Notebook]

SETUP = """
import results_widgets as rw
results = rw.Results(*rw.datasets.generate(3000, seed=1), time_zone="America/Los_Angeles")
"""
DASHBOARD = "dashboard = rw.Dashboard(results)\ndashboard"


@pytest.fixture(scope="module")
def results() -> rw.Results:
    """The engine's answer to what the notebook shows."""
    dataset = rw.datasets.generate(3000, seed=1)
    return rw.Results(*dataset, time_zone="America/Los_Angeles")


def shown(page: Page, scope: str, metric: str) -> float:
    """The exact number that a control stands for."""
    control = page.locator(f'[data-scope="{scope}"][data-metric="{metric}"]').first
    value = control.get_attribute("data-value")
    assert value is not None
    return float(value)


def test_numbers_on_screen_are_the_engines(open_notebook: Open, results: rw.Results) -> None:
    book = open_notebook(SETUP, DASHBOARD)
    page = book.page
    expect(page.get_by_test_id("flow-entries")).to_be_visible()
    overview = dict(results.overview().select("metric", "value").iter_rows())
    for metric in ("users", "engaged", "conversions"):
        assert shown(page, "campaign", metric) == overview[metric]
    for node in results.flow().nodes.iter_rows(named=True):
        card = page.locator(f'[data-action="{node["action_id"]}"]')
        assert card.get_attribute("data-received") == str(node["users_received"])
        assert card.get_attribute("data-conversions") == str(node["conversions_attributed"])
    for row in results.channels().iter_rows(named=True):
        control = page.locator(f'[data-channel="{row["channel"]}"][data-metric="{row["metric"]}"]')
        if control.count() and row["value"] is not None:
            assert float(control.first.get_attribute("data-value") or "nan") == row["value"]
    keep_screenshot(page, "light-1440")
    book.problems.check()


def test_a_click_goes_to_the_chart_the_card_and_the_users(
    open_notebook: Open, results: rw.Results
) -> None:
    book = open_notebook(SETUP, DASHBOARD, width=800)
    page = book.page
    expect(page.get_by_test_id("flow-entries")).to_be_visible()
    page.locator('[data-scope="campaign"][data-metric="conversions"]').first.click()
    expect(page.get_by_test_id("explore-title")).to_have_text("Conversions, per day")
    assert book.value("dashboard.selection.metric") == "conversions"
    keep_screenshot(page, "light-800")
    page.get_by_role("tab", name="Flow").click()
    card = page.locator('[data-action="reminder"]')
    card.click()
    expect(page.get_by_test_id("action-name")).to_have_text("Reminder")
    expect(page.get_by_test_id("explore-title")).to_contain_text("Reminder")
    # A flow wider than the cell scrolls in its frame: it once widened the cell, and the layout went to and fro.
    cell = page.locator(".jp-Notebook-cell").filter(has=page.locator(".rw")).first
    fits = "(cell) => cell.querySelector('.rw').offsetWidth <= cell.clientWidth"
    assert cell.evaluate(fits)
    page.get_by_role("button", name="Users in action").first.click()
    size = card.get_attribute("data-received")
    expect(page.get_by_test_id("segment-notice")).to_have_attribute("data-size", size or "")
    users = book.value("sorted(dashboard.segment.users['user_id'])")
    assert users == sorted(results.users_in_action("reminder").users["user_id"])
    keep_screenshot(page, "detail-800")
    book.problems.check()


def test_dark_and_in_the_viewers_zone(open_notebook: Open) -> None:
    setup = SETUP.replace(', time_zone="America/Los_Angeles"', "")
    book = open_notebook(setup, DASHBOARD, dark=True)
    page = book.page
    expect(page.get_by_test_id("explore-caption")).to_contain_text("Asia/Tokyo")
    assert book.value("dashboard.view.time_zone") == "Asia/Tokyo"
    page.locator('[data-scope="campaign"][data-metric="engaged"]').first.click()
    expect(page.get_by_test_id("explore-title")).to_contain_text("Engaged")
    keep_screenshot(page, "dark-1440")
    book.problems.check()


@pytest.mark.nightly
def test_widgets_that_share_a_selection_move_together(open_notebook: Open) -> None:
    cell = """
import ipywidgets
selection = rw.Selection(metric="engaged")
overview, explore = rw.Overview(results, selection=selection), rw.Explore(results, selection=selection)
ipywidgets.VBox([overview, explore])
"""
    book = open_notebook(SETUP, cell)
    page = book.page
    expect(page.get_by_test_id("explore-title")).to_have_text("Engaged, per day")
    page.locator('[data-scope="campaign"][data-metric="users"]').first.click()
    expect(page.get_by_test_id("explore-title")).to_have_text("Entries, per day")
    book.problems.check()
