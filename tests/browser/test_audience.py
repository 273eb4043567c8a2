"""Audience details in a browser, answered by the real widget: for everybody, by keyboard alone, and in JupyterLab."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

import results_widgets as rw
from results_widgets.widgets.segment_widget import SegmentWidget
from tests.support.browser.answered import draw
from tests.support.browser.chart import seen_as
from tests.support.browser.lab import Notebook, Problems
from tests.support.browser.pages import results
from tests.support.nightly import rest_nightly

Draw = Callable[..., Page]
SERIOUS = {"serious", "critical"}
HOSTILE = "<img src=x onerror=alert(1)> “ü” " + "x" * 120

_RUNS_OUT = """() => [...document.querySelectorAll(".rw > section")].flatMap((panel) => {
    const edge = panel.getBoundingClientRect().right + 1;
    const free = (one) => !one.closest(".rw-table, .rw-upset-columns, .rw-clip");
    const own = [...panel.querySelectorAll("*")].filter(free);
    return own.filter((one) => one.getBoundingClientRect().right > edge).map((one) => one.className);
})"""


@pytest.fixture(scope="module")
def seen() -> rw.Results:
    return results()


@pytest.fixture(scope="module")
def parts(seen: rw.Results) -> list[rw.Segment]:
    return [
        seen.users_in_action("we-miss-you", "opened"),
        seen.users("unique_converters").named(HOSTILE),
        seen.users_in_action("reminder"),
        seen.users_in_action("offer-10"),
    ]


@pytest.fixture
def drawn(new_page: Draw) -> Draw:
    def opened(widget: SegmentWidget, width: int = 1440, *, dark: bool = False) -> Page:
        page = new_page(width, dark=dark)
        draw(page, widget)
        return page

    return opened


@pytest.mark.parametrize("count", rest_nightly([2, 1, 4]))
def test_axe_finds_nothing_serious(drawn: Draw, parts: list[rw.Segment], count: int) -> None:
    page = drawn(rw.Audience(*parts[:count]))
    expect(page.get_by_test_id("profile").locator("table").first).to_be_visible()
    page.locator("summary").click()
    page.get_by_role("button", name="Show a sample of users").click()
    expect(page.get_by_test_id("sample").locator("tbody tr")).to_have_count(10)
    if count > 1:
        page.get_by_role("button", name="Show table").click()
    for width, dark in ((1440, False), (480, True)):
        seen_as(page, width, dark=dark)
        assert violations(page) == [], (width, dark)
        # Nothing runs out of its panel sideways; wide tables scroll in their own frame.
        assert page.evaluate(_RUNS_OUT) == [], (width, dark)


def violations(page: Page) -> list[tuple[str, list[tuple[str, str]]]]:
    """The serious rules that axe finds broken, and the first elements that break them."""
    found = Axe().run(page, context=".rw", options={"resultTypes": ["violations"]}).response
    assert len(found["passes"]) > 5
    return [
        (
            rule["id"],
            [(node["html"][:160], node["failureSummary"][:300]) for node in rule["nodes"][:3]],
        )
        for rule in found["violations"]
        if rule["impact"] in SERIOUS
    ]


def test_two_bars_are_as_long_as_their_users(drawn: Draw, parts: list[rw.Segment]) -> None:
    page = drawn(rw.Audience(parts[0], parts[1]))
    lines = page.locator(".rw-pair-line > span")
    boxes = [line.bounding_box() for line in lines.all()]
    assert boxes[0] is not None
    assert boxes[1] is not None
    all_users = len(parts[0] | parts[1])
    whole = boxes[1]["x"] + boxes[1]["width"] - boxes[0]["x"]
    for box, segment in zip(boxes, parts, strict=False):
        assert box is not None
        assert box["width"] / whole == pytest.approx(len(segment) / all_users, abs=0.01)
    shared = boxes[0]["x"] + boxes[0]["width"] - boxes[1]["x"]
    assert shared / whole == pytest.approx(len(parts[0] & parts[1]) / all_users, abs=0.01)


def test_the_keyboard_alone_opens_a_combination_and_saves_it(
    drawn: Draw, parts: list[rw.Segment], tmp_path: Path
) -> None:
    store = rw.SegmentStore(tmp_path / "segments.db")
    widget = rw.Audience(*parts, store=store)
    page = drawn(widget)
    problems = Problems()
    problems.watch(page)
    second = page.locator(".rw-upset-column").nth(1)
    for _ in range(20):
        page.keyboard.press("Tab")
        if second.evaluate("node => node === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(second).to_have_attribute("aria-pressed", "true")
    size = int(second.get_attribute("data-value") or "")
    expect(page.get_by_test_id("audience")).to_have_attribute("data-size", str(size))
    page.get_by_label("Save as").focus()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("Kept")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("saved")).to_contain_text('load("Kept")')
    assert widget.segment is not None
    assert store.load("Kept").users.equals(widget.segment.users)
    assert len(store.load("Kept")) == size
    problems.check()


@pytest.mark.nightly
def test_a_dashboards_users_open_where_they_were_asked_for(drawn: Draw, seen: rw.Results) -> None:
    dashboard = rw.Dashboard(seen, action="reminder", metric="users_received")
    page = drawn(dashboard)
    for name in ("Users in campaign", "Users in action"):
        page.get_by_role("button", name=name, exact=True).first.click()
        assert dashboard.segment is not None
        panel = page.get_by_test_id("segment-notice")
        expect(panel).to_be_in_viewport()
        expect(panel.get_by_test_id("profile").locator("table").first).to_be_visible()
        expect(panel).to_have_attribute("data-size", str(len(dashboard.segment)))
    assert dashboard.segment is not None
    assert dashboard.segment.name == "Users in Reminder"
    reach = dict(dashboard.segment.reach().select("channel", "reachable").iter_rows())
    for channel, reachable in reach.items():
        row = page.locator(f'.rw-reach [data-channel="{channel}"]')
        assert row.get_attribute("data-value") == str(reachable)


def test_in_jupyterlab_nobody_stays_in_the_saved_notebook(
    open_notebook: Callable[..., Notebook], seen: rw.Results
) -> None:
    book = open_notebook(
        "import results_widgets as rw\n"
        'results = rw.Results(*rw.datasets.generate(1500, seed=3), time_zone="America/Los_Angeles")',
        'audience = rw.Audience(results.users("engaged"), results.users("unique_converters"))\naudience',
    )
    page = book.page
    page.locator('[data-parts="true,true"]').click()
    both = seen.users("engaged") & seen.users("unique_converters")
    expect(page.get_by_test_id("audience")).to_have_attribute("data-size", str(len(both)))
    page.get_by_role("button", name="Show a sample of users").click()
    shown = page.get_by_test_id("sample").locator("tbody th").all_inner_texts()
    assert set(shown) <= set(both.users["user_id"])
    assert book.value("len(audience.segment)") == len(both)
    state = book.value(
        "{k: v for k, v in audience.get_state().items() if k[:4] not in ('_esm', '_css')}"
    )
    assert not any(
        id_ in json.dumps(state, default=str) for id_ in seen.users_in_campaign().users["user_id"]
    )
    book.problems.check()
