"""A flow of many actions: it fits, folds, is searched, walked and zoomed by keys, and stands as a list."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

import results_widgets as rw
from tests.support.browser.chart import seen_as
from tests.support.browser.looks import forest
from tests.support.browser.pages import write

CARDS = 60
_FITS = """() => {
    const box = document.querySelector(".rw-flow-view"), room = box.getBoundingClientRect();
    const drawn = document.querySelector(".rw-flow-space").getBoundingClientRect();
    const middle = (one) => (one.left + one.right) / 2;
    return box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight
        && Math.abs(middle(drawn) - middle(room)) < 12;
}"""
_FOCUS = "() => document.activeElement.dataset.card ?? document.activeElement.dataset.testid"
_STOPS = """() => document.querySelectorAll('.rw-flow :is(button, input, select):not([tabindex="-1"])').length"""
# What a pan redraws: nothing of the cards may change while the flow is moved.
_PANNED = """async () => {
    const box = document.querySelector(".rw-flow-view");
    let changes = 0;
    // The tooltip of the focused card comes and goes; nothing else may change.
    const isDrawn = ({ attributeName }) => attributeName !== "aria-describedby";
    const watch = new MutationObserver((found) => { changes += found.filter(isDrawn).length; });
    watch.observe(document.querySelector(".rw-flow-stage"),
        { subtree: true, childList: true, attributes: true, characterData: true });
    for (let step = 0; step < 5; step++) {
        box.scrollBy(30, 20);
        await new Promise(requestAnimationFrame);
    }
    watch.disconnect();
    return [changes, box.scrollTop];
}"""


# Words of folded cards that are seen, and touch its edge; and the zoom where it is not at the right of the tools.
_INSIDE = """() => {
    const right = (one) => one.getBoundingClientRect().right;
    const words = [...document.querySelectorAll(".rw-card-folded .rw-card-green small")]
        .filter((one) => one.getBoundingClientRect().top
            < one.parentElement.getBoundingClientRect().bottom - 1)
        .filter((one) => right(one) > right(one.closest(".rw-card")) - 4)
        .map((one) => one.innerText);
    const [zoom, tools] = [".rw-zoom", ".rw-flow-tools"].map((name) => document.querySelector(name));
    return right(tools) - right(zoom) > 20 ? [...words, "zoom"] : words;
}"""


def violations(page: Page) -> list[str]:
    found = Axe().run(page, context=".rw-flow", options={"resultTypes": ["violations"]}).response
    return [str(rule["id"]) for rule in found["violations"]]


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return forest(CARDS)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory, results: rw.Results) -> Path:
    return write(tmp_path_factory.mktemp("flow") / "page.html", rw.Flow(results))


@pytest.fixture
def page(new_page: Callable[..., Page], saved: Path) -> Page:
    page = new_page(1440)
    page.goto(saved.as_uri())
    expect(page.locator(".rw-card").first).to_be_visible()
    return page


def test_many_actions_are_folded_until_all_fits_and_a_fold_has_their_sum(
    page: Page, results: rw.Results
) -> None:
    for width in (1440, 900):
        seen_as(page, width, dark=width == 900)
        assert page.evaluate(_FITS), width
        assert page.locator(".rw-card").count() <= 24
        expect(page.get_by_test_id("flow-map")).to_have_count(0)
        assert violations(page) == []
        assert page.evaluate(_INSIDE) == [], width
    fold = page.locator("[data-fold]").last
    after = {fold.get_attribute("data-fold")}
    steps: list[str] = []
    for action in results.campaign.actions:
        if action.parent in after:
            after.add(action.id)
            steps.append(action.id)
    nodes = results.flow().nodes
    counted = nodes.filter(nodes["action_id"].is_in(steps))["conversions_attributed"].sum()
    expect(fold).to_contain_text(f"+{len(steps)} steps")
    expect(fold).to_have_attribute("data-conversions", str(int(counted)))


def test_a_fold_opens_by_one_row_and_closes_and_the_frame_stays(page: Page) -> None:
    high = "() => document.querySelector('.rw-flow-frame').clientHeight"
    before, cards = page.evaluate(high), page.locator(".rw-card").count()
    fold = page.locator("[data-fold]").last
    parent = fold.get_attribute("data-fold")
    fold.press("+")
    assert page.locator(".rw-card").count() > cards
    # Where the fold was one is at the first of its steps.
    assert page.evaluate(_FOCUS).startswith("n")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(_FOCUS) == parent
    page.keyboard.press("Tab")
    expect(page.locator(f'[data-handle="{parent}"]')).to_be_focused()
    page.keyboard.press("Enter")
    assert page.locator(".rw-card").count() == cards
    assert page.evaluate(_FOCUS) == parent
    assert page.evaluate(high) == before


def test_a_search_walks_the_matches_opens_their_folds_and_dims_the_rest(page: Page) -> None:
    page.locator(".rw-card").first.press("/")
    field = page.get_by_test_id("flow-find")
    expect(field).to_be_focused()
    field.type("STEP 5")
    # Steps 5, and 50 to 59.
    expect(page.get_by_test_id("flow-found")).to_have_text("1 of 11")
    expect(page.locator('[data-match="here"]')).to_have_attribute("data-action", "n5")
    expect(page.locator(".rw-card-matches").first).to_contain_text("match")
    field.press("Enter")
    expect(page.get_by_test_id("flow-found")).to_have_text("2 of 11")
    here = page.locator('[data-match="here"]')
    expect(here).to_have_attribute("data-action", "n50")
    expect(here).to_be_in_viewport()
    expect(here.locator("mark")).to_have_text("Step 5")
    assert page.locator(".rw-card-dim").count() > 10
    assert violations(page) == []
    field.press("Shift+Enter")
    expect(page.locator('[data-match="here"]')).to_have_attribute("data-action", "n5")
    field.press("ArrowDown")
    assert page.evaluate(_FOCUS) == "n5"
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    expect(page.locator("[data-match], .rw-card-dim")).to_have_count(0)
    field.fill("nothing is called so")
    expect(page.get_by_test_id("flow-found")).to_have_text("No match")


@pytest.mark.nightly
def test_keys_zoom_and_fit_and_cards_are_one_stop(page: Page) -> None:
    view = page.get_by_test_id("flow-view")
    scale = view.get_attribute("data-scale")
    page.get_by_test_id("flow-fold").select_option("none")
    expect(page.locator(".rw-card")).to_have_count(CARDS)
    assert page.evaluate(_FITS)
    card = page.locator('[data-card="n0"]')
    card.focus()
    assert page.evaluate(_STOPS) <= 15
    before = float(view.get_attribute("data-scale") or 0)
    for _ in range(3):
        page.keyboard.press("+")
    assert float(view.get_attribute("data-scale") or 0) == pytest.approx(before * 1.25**3, 0.01)
    # What is out of sight has a map, and the map covers no card.
    map_, seen = page.get_by_test_id("flow-map").bounding_box(), view.bounding_box()
    assert map_ is not None
    assert seen is not None
    assert map_["y"] >= seen["y"] + seen["height"]
    changes, moved = page.evaluate(_PANNED)
    assert changes == 0
    assert moved > 0
    page.keyboard.press("-")
    page.keyboard.press("0")
    expect(page.get_by_test_id("flow-map")).to_have_count(0)
    # What is found can be read, however small all of it is drawn.
    page.keyboard.press("/")
    page.keyboard.type("step 42")
    expect(page.locator('[data-match="here"]')).to_be_in_viewport(ratio=1)
    expect(page.locator('[data-match="here"] mark')).to_have_text("Step 42")
    assert float(view.get_attribute("data-scale") or 0) >= 0.66
    page.keyboard.press("Escape")
    page.get_by_test_id("flow-fold").select_option("auto")
    expect(view).to_have_attribute("data-scale", scale or "")


@pytest.mark.nightly
def test_it_stands_as_a_list_where_one_wants_that(page: Page) -> None:
    page.get_by_test_id("flow-list").click()
    rows = page.locator(".rw-list-row")
    expect(rows).to_have_count(CARDS)
    rows.first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(rows.nth(3)).to_be_focused()
    page.keyboard.press("End")
    expect(rows.last).to_be_in_viewport()
    assert page.evaluate(_STOPS) <= 15
    page.keyboard.press("/")
    page.keyboard.type("step 42")
    expect(page.locator('[data-match="here"]')).to_be_in_viewport()
    assert violations(page) == []
    rows.first.press("Enter")
    expect(rows.first).to_have_attribute("aria-pressed", "true")


@pytest.mark.nightly
def test_made_narrow_it_stands_in_the_middle_as_drawn_narrow(
    new_page: Callable[..., Page], tmp_path: Path, results: rw.Results
) -> None:
    path = write(tmp_path / "narrow.html", rw.Dashboard(results))
    left = """() => document.querySelector("[data-testid=flow-entries]").getBoundingClientRect().left"""
    drawn, made = new_page(700), new_page(1440)
    for page in (drawn, made):
        page.goto(path.as_uri())
        expect(page.locator(".rw-card").first).to_be_visible()
    seen_as(made, 700, dark=False)
    expect(made.get_by_role("tab", name="Flow")).to_be_visible()
    assert made.evaluate(_FITS)
    assert made.evaluate(left) == pytest.approx(drawn.evaluate(left), abs=1)
