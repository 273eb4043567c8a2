"""What the page draws over a chart stands on what the chart draws, to the pixel."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import results_widgets as rw
from tests.support.browser.pages import results, write
from tests.support.nightly import rest_nightly

Open = Callable[..., Page]

NOTES = {"2026-03-12": "Price change <b>now</b> & then", "2026-03-24": "Outage"}

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
_LINE = (
    """(place) => document.querySelectorAll(".rw-note-line")[place].getBoundingClientRect().left"""
)
_BOX = """(name) => {
    const box = document.querySelector(name).getBoundingClientRect();
    return [box.left, box.top, box.right, box.bottom];
}"""


@pytest.fixture(scope="module")
def page_of_chart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("marks")
    explore = rw.Explore(results(), metric="conversions", annotations=NOTES)
    return write(folder / "explore.html", explore)


def _opened(new_page: Open, path: Path, width: int) -> tuple[Page, dict[str, Any]]:
    page = new_page(width)
    page.goto(path.as_uri())
    expect(page.locator(".rw-chart svg").first).to_be_visible()
    page.locator(".rw-open").wait_for()
    return page, page.evaluate(_DRAWN)


@pytest.mark.parametrize("width", rest_nightly([1440, 480]))
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


@pytest.mark.parametrize("width", rest_nightly([1440, 480]))
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


@pytest.mark.parametrize("width", rest_nightly([1440, 480]))
def test_notes_stand_on_their_days_and_can_be_hidden(
    new_page: Open, page_of_chart: Path, width: int
) -> None:
    page, drawn = _opened(new_page, page_of_chart, width)
    lines, flags = page.locator(".rw-note-line"), page.locator(".rw-note-flag")
    # The days of first sends; the first one is the campaign's start.
    firsts = {one["at"] for one in rw.Explore(results())._notes}
    assert lines.count() >= len(NOTES) + 2
    assert lines.count() <= len(firsts) + len(NOTES)
    place = next(
        at for at in range(lines.count()) if page.evaluate(_LINE, at) > drawn["points"][9][0]
    )
    assert abs(page.evaluate(_LINE, place) - drawn["points"][10][0]) <= 1
    # Words do not overlap, stay in the panel, and are no markup.
    boxes = [box for one in flags.all() if (box := one.bounding_box())]
    ends = [box["x"] + box["width"] for box in boxes]
    assert all(end <= box["x"] for end, box in zip(ends, boxes[1:], strict=False))
    assert ends[-1] <= width
    expect(flags.filter(has_text="Price change <b>")).to_have_count(1)
    flags.filter(has_text="Price change <b>").hover()
    expect(page.get_by_role("tooltip")).to_contain_text("Price change <b>now</b> & then")
    page.mouse.move(0, 0)
    # By keys, in the table, and hidden.
    page.locator(".rw-chart-box").focus()
    for _ in range(11):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("readout")).to_contain_text("Price change <b>now</b> & then")
    page.get_by_role("button", name="Show table").click()
    row = page.get_by_test_id("explore-table").locator("tbody tr").nth(10)
    expect(row).to_contain_text("Thu 12 Mar 2026 · Price change <b>now</b> & then")
    page.get_by_role("button", name="Hide notes").click()
    expect(lines).to_have_count(0)
    expect(flags).to_have_count(0)
    expect(row).not_to_contain_text("Price change")
    page.get_by_role("button", name="Show notes").click()
    expect(row).to_contain_text("Price change")
