"""A dashboard fits where it stands: two columns in a cell, tabs and sheets below, a list where no card has room."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import results_widgets as rw
from tests.support.browser.answered import draw, wait_until_answered
from tests.support.browser.chart import seen_as
from tests.support.browser.looks import shown
from tests.support.browser.pages import write
from tests.support.nightly import rest_nightly

CELL = 1008
"""How wide a cell of JupyterLab usually is."""
_BOXES = """() => Object.fromEntries(Object.entries({
    root: ".rw", flow: ".rw-flow", card: '[data-action="reminder"]', detail: ".rw-detail",
    explore: ".rw-explore",
}).map(([name, selector]) => {
    const box = document.querySelector(selector)?.getBoundingClientRect();
    return [name, box && { left: box.left, right: box.right, top: box.top, height: box.height }];
}))"""
_FOCUSED = "() => document.activeElement.textContent"
_SMALLEST = """() => Math.min(...[...document.querySelectorAll(".rw-flow-view *")]
    .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim())
        && one.checkVisibility() && !one.closest(".rw-offscreen"))
    .map((one) => parseFloat(getComputedStyle(one).fontSize)
        * parseFloat(document.querySelector(".rw-flow-view").dataset.scale)))"""
_CUT = """() => [...document.querySelectorAll(".rw *")].filter((one) =>
    one.checkVisibility() && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1
    && getComputedStyle(one).overflowX === "hidden"
    && getComputedStyle(one).textOverflow !== "ellipsis"
    && getComputedStyle(one).webkitLineClamp === "none"
    && !one.classList.contains("rw-flow-space")).map((one) => one.className)"""

_UNFOLD = """() => {
    for (const one of document.querySelectorAll(".rw-channel-name[aria-expanded=false]")) one.click();
    return new Promise((done) => setTimeout(done, 100));
}"""
_PARTS = ["header", "verdict", "rings", "stats", "explore", "flow", "tabs", "footer"]
_STOPS = """() => {
    const parts = ["header", "verdict", "rings", "stats", "explore", "flow", "tabs", "footer"];
    return [...document.querySelectorAll(".rw :is(button, a[href], input, select, summary, [tabindex])")]
        .filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility())
        .map((one) => parts.find((part) => one.closest(`.rw-${part}`)) ?? "");
}"""

_TOTAL_IS_LAST = """() => [...document.querySelectorAll(".rw-card, .rw-total")].pop().className.includes("rw-total")"""


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("widths") / "page.html", rw.Dashboard(shown()))


@pytest.fixture
def page(new_page: Callable[..., Page], saved: Path) -> Page:
    page = new_page(CELL)
    page.goto(saved.as_uri())
    expect(page.locator(".rw-chart svg").first).to_be_visible()
    return page


def boxes(page: Page) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = page.evaluate(_BOXES)
    return found


def test_a_cell_has_two_columns_and_is_at_most_1100_high(page: Page) -> None:
    found = boxes(page)
    assert found["root"]["height"] <= 1100
    assert found["explore"]["right"] < found["flow"]["left"]
    # Notes are on the chart's days, and take no room when they are hidden or there are none.
    notes = page.get_by_test_id("notes")
    expect(notes).to_contain_text("8 notes")
    page.get_by_role("button", name="Hide notes").click()
    expect(notes).not_to_contain_text("8 notes")
    assert boxes(page)["root"]["height"] == found["root"]["height"]
    page.locator('[data-action="reminder"]').click()
    expect(page.get_by_test_id("action-name")).to_have_text("Reminder")
    assert boxes(page)["root"]["height"] <= 1100


@pytest.mark.parametrize("width", rest_nightly([CELL, 1440]))
def test_a_card_opens_beside_the_flow_which_stays_where_it_was(page: Page, width: int) -> None:
    seen_as(page, width, dark=False)
    before = boxes(page)
    page.locator('[data-action="reminder"]').click()
    expect(page.get_by_test_id("action-name")).to_have_text("Reminder")
    after = boxes(page)
    for name in ("flow", "card"):
        assert after[name] == before[name]
    assert after["root"]["height"] == pytest.approx(before["root"]["height"], abs=1)
    assert after["detail"]["right"] < after["flow"]["left"]
    expect(page.locator(".rw-detail h3")).to_be_in_viewport()
    assert page.evaluate(_FOCUSED) == "Reminder"
    page.keyboard.press("Escape")
    expect(page.locator('[data-action="reminder"]')).to_be_focused()


def test_below_it_a_card_opens_as_a_sheet_over_the_flow(page: Page) -> None:
    seen_as(page, 700, dark=True)
    card = page.locator('[data-action="last-chance"]')
    card.scroll_into_view_if_needed()
    before = boxes(page)
    card.click()
    expect(page.locator(".rw-detail h3")).to_be_in_viewport()
    # It slides in.
    page.wait_for_function("document.getAnimations().every((one) => one.playState === 'finished')")
    after = boxes(page)
    assert after["flow"] == before["flow"]
    assert after["detail"]["left"] > after["flow"]["left"]
    assert after["detail"]["right"] == pytest.approx(after["flow"]["right"], abs=1)
    page.keyboard.press("]")
    expect(page.get_by_test_id("action-name")).not_to_have_text("Last chance")
    page.get_by_role("button", name="Close this action").click()
    expect(page.get_by_test_id("action-detail")).to_have_count(0)


@pytest.mark.parametrize("width", rest_nightly([250, 390, 480]))
def test_narrow_the_flow_is_a_list_and_nothing_is_cut(page: Page, width: int) -> None:
    seen_as(page, width, dark=False)
    rows = page.locator(".rw-list-row")
    expect(rows).to_have_count(10)
    if width >= 390:
        # The name, and one line of controls, whose words are for those who hear them.
        header = page.locator(".rw-header").bounding_box()
        assert header is not None
        assert header["height"] <= 96
        expect(page.get_by_role("button", name="Settings", exact=True)).to_be_visible()
    assert page.evaluate(_CUT) == []
    page.locator('[data-action="reminder"]').click()
    expect(page.locator(".rw-detail h3")).to_be_in_viewport()
    expect(rows.first).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator('[data-action="reminder"]')).to_be_focused()
    page.get_by_role("tab", name="Channels").click()
    for fold in page.locator("summary:visible").all():
        fold.click()
    assert 10 < len(page.evaluate(_STOPS)) <= 60


@pytest.mark.parametrize("width", rest_nightly([504, 1920]))
def test_at_twice_the_size_and_on_a_large_screen_nothing_is_cut(page: Page, width: int) -> None:
    seen_as(page, width, dark=False)
    assert page.evaluate(_CUT) == []
    root = page.locator(".rw").bounding_box()
    assert root is not None
    assert root["width"] == width


@pytest.mark.parametrize("width", rest_nightly([CELL, 1440]))
def test_with_all_unfolded_tab_stops_at_most_sixty_times_in_reading_order(
    page: Page, width: int
) -> None:
    seen_as(page, width, dark=False)
    page.evaluate(_UNFOLD)
    stops = page.evaluate(_STOPS)
    assert 20 < len(stops) <= 60
    # From part to part downwards, and in two columns first the left one.
    order = [stops.index(part) for part in _PARTS if part in stops]
    assert len(order) > 5
    assert order == sorted(order)
    assert page.evaluate(_TOTAL_IS_LAST)
    rings = page.locator(".rw-rings")
    rings.locator("button").first.focus()
    page.keyboard.press("ArrowRight")
    expect(rings.locator(":focus")).to_have_count(1)
    assert page.evaluate(_STOPS) == stops
    page.keyboard.press("End")
    expect(rings.locator("button").last).to_be_focused()
    page.keyboard.press("Tab")
    expect(rings.locator(":focus")).to_have_count(0)


def test_what_a_click_asks_for_comes_forward(page: Page) -> None:
    seen_as(page, 700, dark=False)
    page.locator('[data-scope="campaign"][data-metric="engaged"]').first.click()
    expect(page.get_by_role("tab", name="Explore")).to_have_attribute("aria-selected", "true")
    # Without a kernel the line of before stays, dimmed, since no other one comes.
    expect(page.get_by_test_id("explore-chart")).to_have_attribute("aria-busy", "true")
    page.get_by_role("tab", name="Explore").press("ArrowRight")
    channels = page.get_by_role("tab", name="Channels")
    expect(channels).to_be_focused()
    expect(page.locator(".rw-lines-table")).to_be_visible()
    page.keyboard.press("Home")
    expect(page.locator(".rw-card").first).to_be_visible()
    # Where the system chooses colours, the line below the tab that is shown still tells it from the others.
    page.emulate_media(forced_colors="active")
    lines = page.locator("[role=tab]").evaluate_all(
        "(tabs) => tabs.map((one) => getComputedStyle(one).borderBottomColor)"
    )
    assert lines[0] not in lines[1:]


@pytest.mark.nightly
def test_a_variant_that_is_chosen_says_that_only_the_flow_is_of_it(
    new_page: Callable[..., Page],
) -> None:
    page = new_page(1440)
    draw(page, rw.Dashboard(shown(), metric="conversions"))
    # The verdict comes last, and moves the flow.
    wait_until_answered(page)
    ring = page.locator('[data-scope="campaign"][data-metric="conversions"]').first
    before = ring.inner_text()
    page.locator("[data-variant]").last.click()
    note = page.get_by_test_id("flow-alone")
    expect(note).to_contain_text("Only the flow is of 15 % off; other numbers are of everyone.")
    assert ring.inner_text() == before
    note.get_by_role("button", name="Chart by variant").click()
    expect(page.get_by_test_id("by")).to_have_value("By variant")
    expect(note.get_by_role("button")).to_have_count(0)
    page.get_by_role("button", name="All", exact=True).click()
    expect(note).to_have_count(0)


@pytest.mark.nightly
def test_a_flow_that_is_narrowed_keeps_its_beginning_in_the_middle(page: Page) -> None:
    seen_as(page, 700, dark=False)
    box = page.get_by_test_id("flow-view").bounding_box()
    entries = page.get_by_test_id("flow-entries").bounding_box()
    assert box is not None
    assert entries is not None
    assert box["x"] <= entries["x"]
    assert entries["x"] + entries["width"] <= box["x"] + box["width"]


@pytest.mark.nightly
def test_zooming_leaves_the_frame_as_high_as_it_was_and_no_letter_under_11_px(page: Page) -> None:
    for width in (700, CELL, 1440):
        seen_as(page, width, dark=False)
        before = boxes(page)["flow"]
        for name in (*["Zoom out"] * 5, *["Zoom in"] * 6):
            page.get_by_role("button", name=name).click()
            assert page.evaluate(_SMALLEST) >= 10.9, (width, name)
        assert boxes(page)["flow"] == before


@pytest.mark.nightly
def test_a_page_zoomed_by_its_styles_has_the_room_that_is_left(page: Page) -> None:
    page.evaluate("document.documentElement.style.zoom = 2")
    expect(page.get_by_role("tab", name="Explore")).to_be_visible()
    assert page.evaluate(_CUT) == []
    page.evaluate("document.documentElement.style.zoom = 1")
    expect(page.locator(".rw-halves")).to_be_visible()
