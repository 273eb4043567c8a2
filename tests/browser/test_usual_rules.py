"""What usual other rules would give, opened under the experiment of a dashboard."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

import results_widgets as rw
from tests.support.browser.answered import draw


def test_other_rules_are_counted_when_they_are_opened(new_page: Callable[..., Page]) -> None:
    results = rw.Results(*rw.datasets.generate(800, seed=1), time_zone="UTC")
    page = new_page(1200)
    draw(page, rw.Dashboard(results))
    verdict = page.get_by_test_id("verdict")
    expect(verdict).not_to_have_attribute("aria-busy", "true")
    verdict.get_by_role("button").click()
    part = page.get_by_test_id("usual-rules")
    part.get_by_role("button", name="Under other usual rules").click()
    found = results.sensitivity()
    expect(part).to_contain_text(found.line.removeprefix("Under other usual rules: "))
    headline = [row for row in found.rows_as_text() if not row[0].startswith("Lift")]
    expect(part.locator("tbody tr")).to_have_count(len(headline))
    expect(part.locator("tbody tr").first).to_contain_text(headline[0][2])
