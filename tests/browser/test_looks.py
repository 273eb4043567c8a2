"""How widgets look: a change of looks is seen as a picture that differs from the one kept."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser, Page, expect

import results_widgets as rw
from tests.support.browser.answered import draw, wait_until_answered
from tests.support.browser.chart import seen_as
from tests.support.browser.looks import LOOKS, Look, shown
from tests.support.browser.picture import KEPT, check_picture, compare, same_fonts, small

NOW = datetime.fromisoformat("2026-04-12T20:58:00+00:00")
CASES = [(name, *size) for name, look in LOOKS.items() for size in look.sizes]
BY_DAY = {
    *("dashboard", "dashboard-action", "dashboard-print", "dashboard-loading", "dashboard-error"),
    *("experiment", "audience-of-two", "campaigns", "overview", "channels-table", "action-push"),
    *("flow-picked", "flow-of-sixty", "explore-days", "explore-rates"),
}
"""The looks that every change waits for: each widget, printed, loading and in error.

By day each has its first size and its last, and thereby both themes, wide and narrow; every night it has those between.
"""


def is_by_day(name: str, width: int, theme: str) -> bool:
    """Whether every change waits for a look in a size."""
    sizes = LOOKS[name].sizes
    return name in BY_DAY and (width, theme) in (sizes[0], sizes[-1])


Open = Callable[[Look, int, str], Page]
SET = """(one, [what, value]) => {
    const of = what === "style" ? [one.style, "cssText"] : [one, what];
    const was = of[0][of[1]];
    of[0][of[1]] = value;
    return was;
}"""
"""Gives an element another text or style, and returns what it had."""


class OpenLooks:
    """Pages with looks; one page shows a look in all its widths and themes."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._kept: tuple[Look, Page] | None = None

    def page(self, look: Look, width: int, theme: str) -> Page:
        """The look in a page that stands still."""
        if self._kept is None or self._kept[0] != look or look.fresh:
            self.close()
            self._kept = look, self._drawn(look, width, theme)
        else:
            seen_as(self._kept[1], width, dark=theme == "dark")
        page = self._kept[1]
        stand_still(page, answered=not look.waiting)
        return page

    def close(self) -> None:
        """Close the page."""
        if self._kept is not None:
            self._kept[1].context.close()
        self._kept = None

    def _drawn(self, look: Look, width: int, theme: str) -> Page:
        printed = look.media.get("media") == "print"
        # A sheet has no time to fetch the code of charts: it is printed from a screen that has one in sight.
        on_screen = max(width, 1008) if printed else width
        context = self._browser.new_context(
            viewport={"width": on_screen, "height": 900},
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="Asia/Tokyo",
        )
        page = context.new_page()
        page.clock.set_fixed_time(NOW)
        if not printed:
            page.emulate_media(**look.media)  # type: ignore[arg-type]
        widget = look.widget()
        draw(page, widget, lost=look.lost)
        # Narrow, a dashboard's chart stands in a tab of its own.
        in_tab = isinstance(widget, rw.Dashboard) and on_screen < 960 and not look.media
        if hasattr(widget, "_chart_esm") and widget._series and not in_tab:
            expect(page.locator(".rw-chart svg, .rw-chart-empty").first).to_be_visible()
        if {"experiment", "experiment_later"} & getattr(type(widget), "parts", set()):
            late = page.locator(".rw:not(.rw-loading) .rw-verdict[aria-busy=true]")
            expect(late).to_have_count(0, timeout=60_000)
        if printed:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(**look.media)  # type: ignore[arg-type]
        look.steps(page)
        if not look.hover:
            page.mouse.move(0, 0)
        return page


@pytest.fixture(scope="module")
def open_looks(browser: Browser) -> Iterator[OpenLooks]:
    looks = OpenLooks(browser)
    yield looks
    looks.close()


@pytest.fixture
def open_look(open_looks: OpenLooks) -> Open:
    return open_looks.page


def stand_still(page: Page, *, answered: bool = True) -> None:
    """Wait until all is answered, and the page looks as it looked a moment before."""
    before, now = b"", page.screenshot()
    while before != now:
        if answered:
            wait_until_answered(page)
        page.wait_for_timeout(60)
        before, now = now, page.screenshot()


@pytest.mark.parametrize(
    ("name", "width", "theme"),
    [pytest.param(*one, marks=() if is_by_day(*one) else pytest.mark.nightly) for one in CASES],
)
def test_look(open_look: Open, name: str, width: int, theme: str) -> None:
    look = LOOKS[name]
    page = open_look(look, width, theme)
    assert same_fonts(page), "the fonts are not those of the pictures: every line would differ"
    check_picture(page, f"{name}-{width}-{theme}", page.locator(look.part).first.screenshot())


def test_every_picture_is_of_a_look_and_all_are_small() -> None:
    kept = {path.stem: path.stat().st_size for path in KEPT.glob("*.png")}
    assert set(kept) == {f"{name}-{width}-{theme}" for name, width, theme in CASES}
    assert set(LOOKS) > BY_DAY
    assert sum(kept.values()) < 3_800_000


def test_a_change_that_can_be_seen_is_found_and_one_that_cannot_is_not(open_look: Open) -> None:
    look = Look(lambda: rw.Overview(shown()), ((700, "light"),), fresh=True)
    page = open_look(look, 700, "light")
    root = page.locator(".rw").first
    before = root.screenshot()
    assert not compare(page, small(page, before), before).matters
    changes = {
        "a number": (".rw-ring-value", "textContent", "8,038"),
        "a colour": (".rw", "style", "--rw-users: #2a9d8f"),
        "a place": (".rw-stat", "style", "margin-left: 4px"),
        "a weight": (".rw-ring-value", "style", "font-weight: 400"),
    }
    for name, (where, what, value) in changes.items():
        changed = page.locator(where).first
        was = changed.evaluate(SET, [what, value])
        assert compare(page, small(page, before), root.screenshot()).matters, name
        changed.evaluate(SET, [what, was])
        assert not compare(page, small(page, before), root.screenshot()).matters, name
    page.evaluate("document.querySelector('.rw').style.color = '#1d2127'")
    assert not compare(page, small(page, before), root.screenshot()).matters
