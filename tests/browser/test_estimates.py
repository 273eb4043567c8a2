"""Every estimate that a reader sees is marked with how far off it may be, and nothing that is exact."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

import results_widgets as rw
from results_widgets.view_model.glossary import glossary_state
from tests.support.browser.answered import draw
from tests.support.browser.looks import shown

WITHIN = re.compile(r"within 1\.75\s%.* in 99\.7 of 100 cases")
# What stands behind every number that can be pressed: its metric, its text and its name.
_NUMBERS = """() => [...document.querySelectorAll(".rw [data-metric][data-value]")].map((one) => [
    one.dataset.channel ? `${one.dataset.channel}:${one.dataset.metric}` : one.dataset.metric, one.dataset.metric,
    Number(one.dataset.value || 0), one.querySelector(".rw-face").innerText,
    one.querySelector(".rw-offscreen").textContent,
])"""


@pytest.fixture(scope="module")
def near() -> rw.Results:
    return shown().with_uniques("approximate")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1440, "height": 1100}, timezone_id="Asia/Tokyo", accept_downloads=True
    )
    yield context.new_page()
    context.close()


def check_numbers(page: Page, glossary: Any) -> int:
    """Holds every number against the glossary; returns how many estimates there were."""
    marked = 0
    for channelled, metric, value, face, name in page.evaluate(_NUMBERS):
        entry = glossary.get(channelled) or glossary[metric]
        estimate = "approximate" in entry and value != 0
        # A ring is about its rate, which is another number than the one it opens.
        if "\n" not in face.strip() or metric.startswith("unique_"):
            assert ("≈" in face) is estimate, (channelled, face)
        assert bool(WITHIN.search(name)) is estimate, (channelled, name)
        marked += estimate
    return marked


def test_every_number_of_a_dashboard(page: Page, near: rw.Results) -> None:
    draw(page, rw.Dashboard(near, action="we-miss-you", metric="click_to_open_rate"))
    glossary = glossary_state(near)
    assert check_numbers(page, glossary) > 8
    page.locator('.rw-detail [data-metric="users_received"]').first.hover()
    expect(page.get_by_test_id("tip")).to_contain_text(WITHIN)
    page.get_by_role("switch", name="As a table").click()
    assert check_numbers(page, glossary) > 40
    page.get_by_role("button", name="Back to campaign").click()
    expect(page.locator(".rw-ring-value").nth(1)).to_have_text(re.compile(r"^≈\s[\d.]+\s%$"))
    expect(page.locator(".rw-ring-value").nth(0)).to_have_text(re.compile(r"^≈\s[\d.]+\s%$"))
    assert check_numbers(page, glossary) > 40


@pytest.mark.nightly
def test_the_flow(page: Page, near: rw.Results) -> None:
    draw(page, rw.Flow(near))
    card = page.locator('[data-action="reminder"]')
    received, conversions = card.locator(".rw-card-numbers b").all_inner_texts()
    assert received.startswith("≈")
    assert "≈" not in conversions
    assert re.search(
        r"≈\s\d+ users received, \d+ conversions", card.get_attribute("data-tip") or ""
    )
    assert WITHIN.search(card.get_attribute("data-tip") or "")
    for metric, estimate in (("users_received", True), ("conversions_attributed", False)):
        title = page.locator(f'[data-of="reminder"][data-opens="{metric}"]').get_attribute(
            "data-tip"
        )
        assert (WITHIN.search(title or "") is not None) is estimate
    edge = page.locator('[data-edge="reminder"]')
    expect(edge).to_have_text(re.compile(r"^not opened ≈\s[\d.]+\s%$"))
    said = edge.get_attribute("aria-label") or ""
    assert said.count("≈") == 3
    assert WITHIN.search(said)
    edge.hover()
    expect(page.get_by_test_id("edge-tip")).to_contain_text("of the users of both actions")
    held = page.get_by_test_id("holdback")
    expect(held).to_have_text(re.compile(r"^≈"))
    assert WITHIN.search(held.get_attribute("aria-label") or "")
    for exact in ("flow-entries", "flow-total"):
        assert "≈" not in page.get_by_test_id(exact).locator("b").inner_text()


@pytest.mark.nightly
def test_a_line_its_table_and_its_files(page: Page, near: rw.Results, tmp_path: Path) -> None:
    draw(page, rw.Explore(near, metric="unique_opened", channel="email"))
    expect(page.get_by_test_id("explore-caption")).to_have_text(WITHIN)
    page.locator(".rw-chart svg").first.wait_for()
    page.locator(".rw-chart-box").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("readout")).to_have_text(re.compile(r"≈\s\d+within 1\.75"))
    page.get_by_role("button", name="Show table").click()
    cells = page.locator("[data-testid=explore-table] tbody td").all_inner_texts()
    assert len(cells) > 20
    assert all(cell.startswith("≈") or cell == "0" for cell in cells)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save the chart as SVG").click()
    waiting.value.save_as(tmp_path / "chart.svg")
    drawn = (tmp_path / "chart.svg").read_text()
    assert "Unique opens, Email, per day" in drawn
    assert WITHIN.search(drawn)
    page.get_by_test_id("explore-title").click()
    page.get_by_label("Search metrics").fill("email")
    listed = page.locator(".rw-pop-list button").all_inner_texts()
    assert any("Unique opens\n≈" in text for text in listed)
    assert any(re.search(r"^Opens\n\d", text) for text in listed)


@pytest.mark.nightly
def test_counts_of_rows_are_exact(page: Page, near: rw.Results) -> None:
    draw(page, rw.Explore(near, metric="conversions"))
    page.get_by_role("button", name="Show table").click()
    assert "≈" not in page.locator(".rw-explore").inner_text()


def test_results_counted_exactly_bear_no_mark(page: Page) -> None:
    draw(page, rw.Dashboard(shown()))
    assert "≈" not in page.locator(".rw").first.inner_html()


@pytest.mark.nightly
def test_a_saved_page(browser: Browser, near: rw.Results, tmp_path: Path) -> None:
    path = near.to_html(tmp_path / "near.html")
    context = browser.new_context(viewport={"width": 1440, "height": 1100}, offline=True)
    page = context.new_page()
    page.goto(path.as_uri())
    page.locator("html[data-rw-ready]").wait_for(state="attached")
    assert check_numbers(page, glossary_state(near)) > 8
    page.locator("[data-metric=engaged]").last.click()
    expect(page.get_by_test_id("explore-caption")).to_have_text(WITHIN)
    page.locator("[data-metric=conversions]").first.click()
    expect(page.get_by_test_id("explore-caption")).not_to_have_text(WITHIN)
    page.get_by_text("About these numbers").click()
    expect(page.locator(".rw-about")).to_contain_text("≈ distinct users are estimated")
    plain = path.read_text()
    assert re.search(r"<td>Unique users</td><td>≈\u202f", plain)
    assert re.search(r"<td>Entries</td><td>\d", plain)
    context.close()
