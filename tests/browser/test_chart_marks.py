"""What the page draws over a chart stands on what the chart draws, to the pixel."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import results_widgets as rw
from tests.support.browser.pages import results, write

Open = Callable[..., Page]

# The corners of the line as the browser paints it, and where the plot begins and ends.
_DRAWN = """() => {
    // Two paths, the settled days and those that may still grow, meet in a point.
    const points = [...document.querySelectorAll(".rw-chart svg .mark-line path")]
        .flatMap((line) => [...line.getAttribute("d").matchAll(/[ML](-?[\\d.]+),(-?[\\d.]+)/g)]
            .map(([, x, y]) => new DOMPoint(+x, +y).matrixTransform(line.getScreenCTM())))
        .map(({ x, y }) => [x, y])
        .sort(([one], [other]) => one - other)
        .filter(([x], place, all) => place === 0 || x - all[place - 1][0] > 1);
    const plot = document.querySelector(".rw-chart svg .background").getBoundingClientRect();
    return { points, top: plot.top, bottom: plot.bottom };
}"""
_BOX = """(name) => {
    const box = document.querySelector(name).getBoundingClientRect();
    return [box.left, box.top, box.right, box.bottom];
}"""


@pytest.fixture(scope="module")
def page_of_chart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("marks")
    return write(folder / "explore.html", rw.Explore(results(), metric="conversions"))


def _opened(new_page: Open, path: Path, width: int) -> tuple[Page, dict[str, Any]]:
    page = new_page(width)
    page.goto(path.as_uri())
    expect(page.locator(".rw-chart svg").first).to_be_visible()
    page.locator(".rw-open").wait_for()
    return page, page.evaluate(_DRAWN)


@pytest.mark.parametrize("width", [1440, 480])
def test_the_crosshair_stands_on_its_point(new_page: Open, page_of_chart: Path, width: int) -> None:
    page, drawn = _opened(new_page, page_of_chart, width)
    page.locator(".rw-chart-box").focus()
    for x, _ in drawn["points"][:4]:
        page.keyboard.press("ArrowRight")
        left, _, right, _ = page.evaluate(_BOX, ".rw-crosshair")
        assert abs((left + right) / 2 - x) <= 1
    x, y = drawn["points"][20]
    page.mouse.move(x, y)
    left, _, right, _ = page.evaluate(_BOX, ".rw-crosshair")
    assert abs((left + right) / 2 - x) <= 1


@pytest.mark.parametrize("width", [1440, 480])
def test_the_hatch_covers_the_open_days(new_page: Open, page_of_chart: Path, width: int) -> None:
    page, _ = _opened(new_page, page_of_chart, width)
    page.get_by_role("button", name="Show table").click()
    # To press the button, the page was scrolled.
    drawn = page.evaluate(_DRAWN)
    rows = page.get_by_test_id("explore-table").locator("tbody tr").all_inner_texts()
    first = next(number for number, row in enumerate(rows) if "still open" in row)
    xs = [x for x, _ in drawn["points"]]
    assert len(xs) == len(rows)
    left, top, right, bottom = page.evaluate(_BOX, ".rw-open")
    # It begins halfway before the first open day, and ends on the last.
    assert abs(left - (xs[first - 1] + xs[first]) / 2) <= 1
    assert abs(right - xs[-1]) <= 1
    assert abs(bottom - drawn["bottom"]) <= 1
    assert abs(top - drawn["top"]) <= 1
