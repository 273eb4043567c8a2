"""The tooltip: one of ours for a pointer that rests, for the focus and for a finger; no native one anywhere."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import results_widgets as rw
from tests.support.browser.answered import draw, wait_until_answered
from tests.support.browser.chart import seen_as
from tests.support.browser.looks import shown
from tests.support.nightly import rest_nightly

# Where the element is now: a page that is still laid out anew has moved it since anyone asked.
_TOUCH = """(element, [in_, held]) => {
    const box = element.getBoundingClientRect();
    const [x, y] = [box.left + in_, box.top + Math.min(box.height / 2, 200)];
    const target = document.elementFromPoint(x, y);
    const say = (name) => target.dispatchEvent(new PointerEvent(name, {
        bubbles: true, cancelable: true, composed: true, pointerType: "touch", clientX: x, clientY: y,
    }));
    say("pointerdown");
    const end = () => { say("pointerup"); say("click"); };
    if (held) return new Promise((done) => setTimeout(() => { end(); done(); }, 600));
    end();
}"""


@pytest.fixture(scope="module")
def drawn(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1008, "height": 900}, reduced_motion="reduce", has_touch=True
    )
    page = context.new_page()
    draw(page, rw.Dashboard(shown(), range="14d"))
    expect(page.locator(".rw-chart svg").first).to_be_visible()
    yield page
    context.close()


@pytest.fixture
def page(drawn: Page) -> Page:
    seen_as(drawn, 1008, dark=False)
    drawn.mouse.move(1, 1)
    drawn.evaluate("() => document.activeElement?.blur()")
    expect(tip(drawn)).to_have_count(0)
    return drawn


def tip(page: Page) -> Locator:
    return page.get_by_test_id("tip")


def touch(element: Locator, in_: int, *, held: bool = False) -> None:
    """Touches an element so many pixels from its left."""
    element.scroll_into_view_if_needed()
    # What scrolled is told of a frame later, and takes a tooltip away.
    element.page.wait_for_timeout(200)
    element.evaluate(_TOUCH, [in_, held])


def number(page: Page, metric: str) -> Locator:
    return page.locator(f'[data-scope="campaign"][data-metric="{metric}"]').first


def test_a_pointer_that_rests_is_told_all_of_a_number_and_reaches_its_users(page: Page) -> None:
    number(page, "converted_rate").hover()
    expect(tip(page)).to_contain_text("Converted rate")
    for words in (r"\d / Entries \d", r"95\s% interval", r"\w+ to \d+ \w+ 2026 [\d.]+\s%", "▲|▼"):
        expect(tip(page)).to_contain_text(re.compile(words))
    # It stays while the pointer is on it, which is how its button is reached.
    users = tip(page).get_by_role("button", name="Users")
    users.hover()
    page.wait_for_timeout(300)
    users.click()
    expect(page.get_by_test_id("segment-notice")).to_be_visible()


@pytest.mark.nightly
def test_escape_takes_away_the_tooltip_and_nothing_else(page: Page) -> None:
    page.locator('[data-action="reminder"]').click()
    page.mouse.move(1, 1)
    page.get_by_role("button", name="Close this action").focus()
    tile = page.locator('.rw-detail [data-metric="users_received"]').first
    tile.hover()
    expect(tip(page)).to_contain_text("Users received")
    page.keyboard.press("Escape")
    expect(tip(page)).to_have_count(0)
    expect(page.get_by_test_id("action-detail")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("action-detail")).to_have_count(0)


@pytest.mark.nightly
def test_what_comes_to_lie_under_a_pointer_at_rest_asks_nothing(page: Page) -> None:
    """Else the next Escape would go to a tooltip that nobody asked for, and not to the action."""
    page.locator('[data-action="reminder"]').press("Enter")
    tile = page.locator('.rw-detail [data-metric="users_received"]').first.bounding_box()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("action-detail")).to_have_count(0)
    assert tile is not None
    at = tile["x"] + tile["width"] / 2, tile["y"] + tile["height"] / 2
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.up()
    page.locator('[data-action="reminder"]').press("Enter")
    expect(page.locator('.rw-detail [data-metric="users_received"]:hover').first).to_be_visible()
    page.wait_for_timeout(300)
    expect(tip(page)).to_have_count(0)
    page.mouse.move(at[0] + 1, at[1])
    expect(tip(page)).to_contain_text("Users received")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("action-detail")).to_have_count(0)


def test_the_focus_of_a_keyboard_is_told_too(page: Page) -> None:
    number(page, "unique_users").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    # A page that scrolls below a pointer at rest tells of it as of one that moves.
    page.locator(".rw").dispatch_event("pointerover", {"pointerType": "mouse"})
    page.wait_for_timeout(300)
    expect(tip(page)).to_contain_text("Unique users")
    owner = page.locator(":focus")
    described = owner.get_attribute("aria-describedby") or ""
    expect(page.locator(f'[id="{described}"]')).to_contain_text("user")
    page.keyboard.press("u")
    expect(page.get_by_test_id("segment-notice")).to_be_visible()


@pytest.mark.nightly
def test_a_finger_that_is_held_asks_and_presses_nothing(page: Page) -> None:
    seen_as(page, 390, dark=True)
    # The page is still laid out anew for its width, and perhaps for users who were asked for before.
    wait_until_answered(page)
    page.wait_for_timeout(500)
    before = page.locator('[aria-pressed="true"][data-metric]').count()
    ring = number(page, "engaged")
    touch(ring, 8, held=True)
    expect(tip(page)).to_contain_text("Engaged")
    assert page.locator('[aria-pressed="true"][data-metric]').count() == before
    # What cannot be pressed tells at a tap.
    touch(page.locator(".rw-fresh"), 20)
    expect(tip(page)).to_contain_text("Newest event")
    page.locator(".rw").evaluate(_TOUCH, [2, False])
    expect(tip(page)).to_have_count(0)


@pytest.mark.parametrize("width", rest_nightly([390, 1008]))
def test_it_never_leaves_the_frame(page: Page, width: int) -> None:
    seen_as(page, width, dark=False)
    root = page.locator(".rw").bounding_box()
    assert root is not None
    numbers = page.locator("[data-scope][data-metric]:visible, [data-tip]:visible")
    seen = 0
    for place in range(0, numbers.count(), 5):
        numbers.nth(place).hover()
        expect(tip(page)).to_be_visible()
        box = tip(page).bounding_box()
        assert box is not None
        assert box["x"] >= root["x"]
        assert box["x"] + box["width"] <= root["x"] + root["width"]
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 900
        seen += 1
        page.keyboard.press("Escape")
        page.mouse.move(1, 1)
    assert seen >= 4
    page.locator(".rw-change").first.hover()
    expect(tip(page)).to_contain_text("compared with the period before")


def test_no_native_tooltip_is_left(page: Page) -> None:
    for fold in page.locator("summary:visible").all():
        fold.click()
    assert page.locator(".rw [title]").count() == 0
    assert page.locator(".rw [data-tip]").count() > 10
