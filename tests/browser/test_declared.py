"""A metric and a channel that are declared in one place are drawn, with the code that is built already."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from results_widgets.glossary import Events, Metric, Users, campaign
from tests.support.kiosk import kiosk_results

SCANNERS = Metric(
    "scanners", "Scanners of anything", Users(Events(("scanned",))), "Distinct users who scanned."
)


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(campaign, "CAMPAIGN", (*campaign.CAMPAIGN, SCANNERS))
    return kiosk_results().to_html(tmp_path / "report.html")


def test_a_dashboard_draws_them(saved: Path, new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto(saved.as_uri())
    page.locator("html[data-rw-ready]").wait_for(state="attached")
    scanners = page.locator('[data-scope="campaign"][data-metric="scanners"]').first
    expect(scanners).to_contain_text("Scanners of anything")
    expect(scanners).to_have_attribute("data-value", "2")
    block = page.locator('[data-channel="kiosk"][data-metric="unique_scanned"]').first
    expect(block).to_have_attribute("data-value", "2")
    expect(page.get_by_text("Unique scanners").first).to_be_visible()
    expect(page.locator('[data-action="board"]')).to_have_attribute("data-received", "4")
    scanners.click()
    expect(page.get_by_test_id("explore-title")).to_have_text(
        "Scanners of anything, cumulative by hour"
    )
