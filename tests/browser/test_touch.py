"""By finger: two zoom the flow and one moves it, a tap opens, a held finger asks, and a swipe scrolls the page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Locator, Page, expect

import results_widgets as rw
from tests.support.browser.answered import draw, wait_until_answered
from tests.support.browser.chart import seen_as
from tests.support.browser.looks import shown
from tests.support.nightly import rest_nightly

Point = tuple[float, float]
STEPS = 8
_SCROLLED = "() => document.scrollingElement.scrollTop"


@pytest.fixture(scope="module")
def drawn(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1008, "height": 720}, reduced_motion="reduce", has_touch=True
    )
    page = context.new_page()
    draw(page, rw.Dashboard(shown(), metric="users"), follows=True)
    expect(page.locator(".rw-chart svg").first).to_be_visible()
    wait_until_answered(page)
    yield page
    context.close()


@pytest.fixture
def page(drawn: Page) -> Page:
    seen_as(drawn, 1008, dark=False)
    drawn.keyboard.press("Escape")
    drawn.evaluate("() => scrollTo(0, 0)")
    return drawn


class Fingers:
    """Fingers on a page, as a touch screen reports them."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._cdp: CDPSession = page.context.new_cdp_session(page)

    def _send(self, kind: str, points: list[Point]) -> None:
        told = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self._cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})

    def move(self, *ways: tuple[Point, Point]) -> None:
        """Put a finger down for each way, move them along, and lift them."""
        self._send("touchStart", [start for start, _ in ways])
        for step in range(1, STEPS + 1):
            share = step / STEPS
            self._send(
                "touchMove",
                [(a + (c - a) * share, b + (d - b) * share) for (a, b), (c, d) in ways],
            )
            self._page.wait_for_timeout(16)
        self._send("touchEnd", [])

    def hold(self, at: Point, ms: int) -> None:
        """Put a finger down and lift it later."""
        self._send("touchStart", [at])
        self._page.wait_for_timeout(ms)
        self._send("touchEnd", [])


@pytest.fixture
def fingers(page: Page) -> Fingers:
    return Fingers(page)


def middle(one: Locator) -> Point:
    box = one.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def scale(page: Page) -> float:
    return float(page.get_by_test_id("flow-view").get_attribute("data-scale") or 0)


def test_two_fingers_zoom_the_flow_about_what_is_between_them_and_one_moves_it(
    page: Page, fingers: Fingers
) -> None:
    flow, card = page.get_by_test_id("flow-view"), page.locator('[data-action="offer-10"]')
    before, (x, y) = scale(page), middle(card)
    fingers.move(((x - 30, y), (x - 60, y)), ((x + 30, y), (x + 60, y)))
    expect(flow).not_to_have_attribute("data-scale", f"{before:.3f}")
    assert scale(page) == pytest.approx(min(1.6, before * 2), rel=0.05)
    assert middle(card) == pytest.approx((x, y), abs=12)
    # It is the flow that is zoomed, and not the page; and nothing was pressed.
    assert page.evaluate("() => visualViewport.scale") == 1
    expect(page.get_by_test_id("action-detail")).to_have_count(0)
    fingers.move(((x, y), (x - 80, y)))
    assert middle(card)[0] == pytest.approx(x - 80, abs=24)
    fingers.move(((x - 60, y), (x - 20, y)), ((x + 60, y), (x + 20, y)))
    expect(flow).not_to_have_attribute("data-scale", f"{before * 2:.3f}")
    page.get_by_role("button", name="Show the whole flow").tap()


@pytest.mark.parametrize(
    "part", rest_nightly([".rw-flow-view", ".rw-chart", ".rw-rings", ".rw-lines-table"])
)
def test_a_swipe_over_a_part_scrolls_the_page(page: Page, fingers: Fingers, part: str) -> None:
    one = page.locator(part).first
    one.scroll_into_view_if_needed()
    start, (x, y) = page.evaluate(_SCROLLED), middle(one)
    by = 120 if start > 200 else -120
    fingers.move(((x, y), (x, y + by)))
    page.wait_for_function(
        f"() => Math.abs(document.scrollingElement.scrollTop - {start}) > 60", timeout=5000
    )
    expect(page.get_by_test_id("action-detail")).to_have_count(0)


def test_a_tap_opens_a_card_and_a_held_finger_asks_about_it(page: Page, fingers: Fingers) -> None:
    ring = page.locator('.rw-ring [data-metric="engaged"]').first
    fingers.hold(middle(ring), 600)
    expect(page.get_by_test_id("tip")).to_contain_text("Engaged")
    expect(ring).to_have_attribute("aria-pressed", "false")
    page.locator('[data-action="reminder"]').tap()
    expect(page.get_by_test_id("action-name")).to_have_text("Reminder")
    expect(page.get_by_test_id("tip")).to_have_count(0)
    page.get_by_role("button", name="Close this action").tap()
    expect(page.get_by_test_id("action-detail")).to_have_count(0)
    wait_until_answered(page)
    # A row of the list has no room for all of a card's words, and says them when it is asked.
    seen_as(page, 390, dark=False)
    row = page.locator('[data-action="reminder"]')
    row.scroll_into_view_if_needed()
    fingers.hold(middle(row), 600)
    expect(page.get_by_test_id("tip")).to_contain_text("Reminder: ")
    expect(page.get_by_test_id("action-detail")).to_have_count(0)


@pytest.mark.nightly
def test_a_tap_on_a_day_reads_it(page: Page) -> None:
    chart = page.locator(".rw-chart-box").first
    box = chart.bounding_box()
    assert box is not None
    chart.tap(position={"x": box["width"] / 2, "y": box["height"] / 2})
    expect(page.get_by_test_id("point-users")).to_be_visible()


def test_a_finger_drawn_across_days_zooms_into_them(page: Page, fingers: Fingers) -> None:
    chart = page.locator(".rw-chart-box").first
    chart.scroll_into_view_if_needed()
    x, y = middle(chart)
    fingers.move(((x - 60, y), (x + 60, y)))
    expect(page.get_by_text("Zoomed: ")).to_be_visible()
