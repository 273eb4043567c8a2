"""What stays in sight while the rest scrolls, in a notebook and in its output windows; and two views of one widget."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

import results_widgets as rw
from tests.support.browser.answered import draw
from tests.support.browser.lab import Notebook
from tests.support.browser.looks import shown

Open = Callable[..., Notebook]

DASHBOARD = """
import results_widgets as rw
dashboard = rw.Dashboard(rw.Results(*rw.datasets.generate(800, seed=1), time_zone="UTC"))
dashboard
"""
_NEW_VIEW = """async () => {
    const { commands, shell } = window.jupyterapp;
    const book = shell.currentWidget;
    book.content.activeCellIndex = 0;
    await commands.execute("notebook:create-output-view");
}"""
_SCROLL = """(root, by) => {
    for (let box = root; box; box = box.parentElement)
        if (/auto|scroll/.test(getComputedStyle(box).overflowY)
            && box.scrollHeight > box.clientHeight + 1) {
            box.scrollTop = by === null ? box.scrollTop : by;
            return [box.scrollTop, box.getBoundingClientRect().top];
        }
    return null;
}"""


def scrolled(root: Locator, by: float | None = None) -> tuple[float, float]:
    """How far the box around a widget, or the widget itself, is scrolled; and where it begins."""
    found = root.evaluate(_SCROLL, by)
    assert found is not None
    return found[0], found[1]


def top(one: Locator) -> float:
    box = one.bounding_box()
    assert box is not None
    return box["y"]


def test_in_jupyterlab_the_head_sticks_and_two_views_scroll_for_themselves(
    open_notebook: Open,
) -> None:
    book = open_notebook(DASHBOARD, *["# empty"] * 12, width=1500)
    page = book.page
    roots = page.get_by_test_id("rw-dashboard")
    expect(roots.locator(".rw-chart svg").first).to_be_visible()
    page.evaluate(_NEW_VIEW)
    expect(roots).to_have_count(2)
    first, second = roots.nth(0), roots.nth(1)
    expect(second.locator(".rw-channels-any, .rw-tabs").first).to_be_visible()
    for root in (first, second):
        at, edge = scrolled(root, 500)
        assert at > 200
        assert top(root) < edge
        assert top(root.locator(".rw-header")) == pytest.approx(edge, abs=14)
    # Each is scrolled as it was left: by the other's scrolling, its tabs, its zoom.
    scrolled(second, 260)
    assert scrolled(first)[0] == pytest.approx(500, abs=2)
    second.get_by_role("tab", name="Experiment").click()
    expect(second.get_by_role("tab", name="Experiment")).to_have_attribute("aria-selected", "true")
    expect(first.get_by_role("tab", name="Channels")).to_have_attribute("aria-selected", "true")
    scale = first.get_by_test_id("flow-view").get_attribute("data-scale")
    second.get_by_role("button", name="Zoom in").click()
    expect(second.get_by_test_id("flow-view")).not_to_have_attribute("data-scale", scale or "")
    expect(first.get_by_test_id("flow-view")).to_have_attribute("data-scale", scale or "")
    # What is selected is the model's, and moves nobody's page.
    before = scrolled(first)[0]
    second.locator('.rw-card[data-action="reminder"]').click()
    expect(first.get_by_test_id("action-name")).to_have_text("Reminder")
    assert scrolled(first)[0] == pytest.approx(before, abs=2)
    book.problems.check()


@pytest.mark.nightly
def test_a_height_is_what_it_says_and_scrolls_within(new_page: Callable[..., Page]) -> None:
    page = new_page(1008)
    draw(page, rw.Dashboard(shown(), height=620))
    root = page.get_by_test_id("rw-dashboard")
    expect(root.locator(".rw-chart svg").first).to_be_visible()
    box = root.bounding_box()
    assert box is not None
    assert box["height"] == 620
    assert scrolled(root, 400)[0] == 400
    assert top(root.locator(".rw-header")) == pytest.approx(box["y"], abs=1)
    assert top(root.locator(".rw-verdict")) > top(root.locator(".rw-header"))
    root.locator('.rw-card[data-action="reminder"]').click()
    # What a click opens does not stop behind what sticks.
    stuck = root.locator(".rw-verdict").bounding_box()
    assert stuck is not None
    assert top(page.get_by_role("button", name="Close this action")) >= stuck["y"] + stuck["height"]
    # Neither does the experiment, which comes from below what is in sight to right under its verdict.
    root.get_by_role("button", name="Experiment").click()
    heading = root.get_by_role("heading", name="Experiment", exact=True)
    expect(heading).to_be_focused()
    page.wait_for_timeout(200)  # it scrolls some frames later
    stuck = root.locator(".rw-verdict").bounding_box()
    assert stuck is not None
    assert 0 <= top(heading) - stuck["y"] - stuck["height"] < 40


def test_a_height_is_a_number_of_pixels() -> None:
    flow = rw.Flow(shown(), height=300)
    assert flow.height == 300
    wrong: Any
    for wrong in (100, "300px", 300.5, True):
        with pytest.raises(rw.QueryError, match="whole number of pixels"):
            flow.height = wrong
    assert flow.height == 300
