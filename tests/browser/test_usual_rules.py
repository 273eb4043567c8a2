"""What usual other rules would give: a line under the verdict of a dashboard, which opens their table."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

import results_widgets as rw
from tests.support.browser.answered import draw


def test_line_under_the_verdict_opens_the_table(new_page: Callable[..., Page]) -> None:
    results = rw.Results(*rw.datasets.generate(800, seed=1), time_zone="UTC")
    page = new_page(1200)
    draw(page, rw.Dashboard(results))
    line = page.get_by_test_id("verdict").locator(".rw-verdict-usual")
    found = results.sensitivity()
    expect(line.get_by_role("button")).to_have_text(found.line)
    # As high as while it is awaited, in words alone: nothing moves when it comes.
    box = line.bounding_box()
    assert box is not None
    assert box["height"] == 16
    line.get_by_role("button").click()
    part = page.get_by_test_id("usual-rules")
    opened = part.get_by_role("button", name="Under other usual rules")
    expect(opened).to_have_attribute("aria-expanded", "true")
    expect(opened).to_be_focused()
    expect(opened).to_be_in_viewport()
    expect(part).to_contain_text(found.line.removeprefix("Under other usual rules: "))
    headline = [row for row in found.rows_as_text() if not row[0].startswith("Lift")]
    expect(part.locator("tbody tr")).to_have_count(len(headline))
    expect(part.locator("tbody tr").first).to_contain_text(headline[0][2])
    opened.click()
    expect(part.locator("table")).to_have_count(0)
