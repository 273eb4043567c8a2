"""Dashboards of results that are not in memory: of a roll-up without users, and of tables on DuckDB."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import results_widgets as rw
from tests.support.browser.choosing import pick
from tests.support.browser.lab import Notebook

Open = Callable[..., Notebook]

ROLLUP = """
import results_widgets as rw
live = rw.Results(*rw.datasets.generate(800, seed=1), time_zone="America/Los_Angeles")
path = live.rollup("1h", users_every="1w").save("kept.rollup.parquet")
dashboard = rw.Dashboard(rw.RollUp.load(path).results())
dashboard
"""
DUCKDB = """
import duckdb
import results_widgets as rw
campaign, events, users = rw.datasets.generate(800, seed=1)
connection = duckdb.connect()
for name, table in (("events", events), ("users", users)):
    connection.register(name, table.lazy().collect().to_arrow())
results = rw.Results(campaign, connection.table("events"), connection.table("users"),
                     time_zone="America/Los_Angeles")
dashboard = rw.Dashboard(results)
dashboard
"""


def test_a_rollup_in_jupyterlab(open_notebook: Open) -> None:
    book = open_notebook(ROLLUP, dark=True, width=1500, height=1400)
    widget, page = book.widget(), book.page
    users = widget.get_by_role("button", name="Users in campaign")
    expect(users).to_be_disabled()
    expect(users).to_have_attribute("data-tip", re.compile("holds no users"))
    expect(widget.locator(".rw-footer")).to_contain_text("A roll-up holds no users")
    expect(widget.get_by_test_id("by")).to_be_disabled()
    expect(widget.get_by_test_id("by")).to_have_attribute(
        "data-tip", re.compile("cannot be broken down by a column")
    )
    expect(widget.get_by_role("switch", name="Count machine opens")).to_be_disabled()
    expect(widget.get_by_test_id("analytics")).to_have_attribute(
        "data-tip", re.compile("Rolled up with developers")
    )
    expect(widget.get_by_test_id("no-variants")).to_be_visible()
    expect(widget.locator(".rw-ring-value").nth(1)).to_have_text(re.compile("^≈"))
    widget.locator("[data-metric=engaged]").last.click()
    expect(widget.get_by_test_id("explore-missing")).to_contain_text("by week, not by day")
    widget.get_by_test_id("every").select_option("1w")
    expect(widget.locator(".rw-chart svg").first).to_be_visible()
    widget.get_by_label("Range").first.select_option("yesterday")
    expect(widget.get_by_test_id("note")).to_contain_text("A dash stands for them here")
    expect(widget.locator(".rw-ring-value").nth(1)).to_have_text("–")
    expect(widget.locator(".rw-ring").nth(0)).to_contain_text(re.compile(r"\d+ entries"))
    assert book.value("dashboard.segment") is None
    expect(page.locator("[data-testid=error]")).to_have_count(0)
    book.problems.check()


@pytest.mark.nightly
def test_a_saved_page_of_a_rollup(browser: Browser, tmp_path: Path) -> None:
    live = rw.Results(*rw.datasets.generate(800, seed=1), time_zone="America/Los_Angeles")
    path = live.rollup("1h", users_every="1w").results().to_html(tmp_path / "page.html")
    context = browser.new_context(viewport={"width": 480, "height": 900}, offline=True)
    page = context.new_page()
    page.goto(path.as_uri())
    page.locator("html[data-rw-ready]").wait_for(state="attached")
    page.get_by_role("tab", name="Explore").click()
    expect(page.locator(".rw-chart svg").first).to_be_visible()
    page.locator("[data-metric=engaged]").last.click()
    expect(page.get_by_test_id("explore-missing")).to_contain_text("by week, not by day")
    page.get_by_test_id("every").select_option("1w")
    expect(page.get_by_test_id("explore-caption")).to_contain_text("within 1.75")
    page.get_by_role("tab", name="Flow").click()
    page.locator('[data-action="reminder"]').click()
    expect(page.get_by_test_id("action-name")).to_have_text("Reminder")
    expect(page.get_by_test_id("error")).to_have_count(0)
    expect(page.get_by_test_id("definitions")).to_have_count(0)
    context.close()


@pytest.mark.nightly
def test_duckdb_in_jupyterlab(open_notebook: Open) -> None:
    book = open_notebook(DUCKDB, width=1500, height=1400)
    widget = book.widget()
    expect(widget.get_by_test_id("flow-entries")).to_have_attribute(
        "data-value", re.compile(r"^\d{3}$")
    )
    assert "≈" not in widget.inner_text()
    widget.locator('[data-action="reminder"]').click()
    expect(widget.get_by_test_id("action-name")).to_have_text("Reminder")
    pick(widget, "by", "platform")
    expect(widget.locator(".rw-chart svg").first).to_contain_text("android")
    widget.get_by_role("button", name="Users in action", exact=True).click()
    panel = widget.locator(".rw-audience")
    expect(panel).to_contain_text("Users in Reminder")
    expect(panel.locator(".rw-reach li").first).to_be_visible()
    expect(panel.locator(".rw-profile tbody tr").first).to_be_visible()
    expect(panel.get_by_role("alert")).to_have_count(0)
    received = widget.locator('[data-action="reminder"]').get_attribute("data-received")
    assert book.value("len(dashboard.segment)") == int(received or 0)
    book.problems.check()
