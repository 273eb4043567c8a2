"""A dashboard among a notebook's cells: it follows the theme, keeps its keys, and gives the focus back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.support.browser.chart import MEASURES, wait_until_it_fits
from tests.support.browser.lab import Notebook

Open = Callable[..., Notebook]

DASHBOARD = """
import results_widgets as rw
results = rw.Results(*rw.datasets.generate(800, seed=1), time_zone="UTC")
dashboard = rw.Dashboard(results, metric="users")
dashboard
"""
_NOTEBOOK = """() => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    const scrolled = [...document.querySelectorAll(".jp-WindowedPanel-outer, .jp-Notebook")]
        .map((box) => box.scrollTop);
    return { cell: notebook.activeCellIndex, mode: notebook.mode, scrolled };
}"""


@pytest.fixture
def book(open_notebook: Open) -> Notebook:
    shown = open_notebook(DASHBOARD, *["# empty"] * 12, width=1500)
    expect(shown.widget().locator(".rw-chart svg").first).to_be_visible()
    return shown


@pytest.mark.nightly
def test_a_chart_follows_the_theme(book: Notebook) -> None:
    page = book.page
    wait_until_it_fits(page)
    before = page.evaluate(MEASURES)
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        page.evaluate(
            "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })",
            theme,
        )
        name = "dark" if "Dark" in theme else "light"
        expect(page.get_by_test_id("rw-dashboard")).to_have_attribute("data-rw-theme", name)
        wait_until_it_fits(page)
        if name == "dark":
            dark = page.evaluate(MEASURES)
            assert dark["line"] == dark["users"] != before["line"] == before["users"]
    # A theme may come with another font and another measure of things.
    style = page.add_style_tag(
        content=":root { --jp-ui-font-family: 'DejaVu Serif', serif !important }"
        ".jp-OutputArea-output { padding-right: 240px !important }"
    )
    page.evaluate(
        "() => window.jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Dark' })"
    )
    wait_until_it_fits(page)
    after = page.evaluate(MEASURES)
    assert after["fonts"][0] != before["fonts"][0]
    # The halves share less between them.
    assert after["drawn"] < before["drawn"] - 50
    style.evaluate("(tag) => tag.remove()")
    book.problems.check()


def test_arrow_keys_stay_in_the_widget(book: Notebook) -> None:
    page, widget = book.page, book.widget()
    chart = widget.locator(".rw-chart-box")
    card = widget.locator(".rw-card").first
    ring = widget.locator(".rw-ring-button").first
    title = widget.locator(".rw-explore-title button")
    for control in (chart, card, ring, title):
        control.focus()
        before = page.evaluate(_NOTEBOOK)
        for key in ("ArrowDown", "ArrowUp", "ArrowRight", "ArrowLeft") * 2:
            page.keyboard.press(key)
            page.keyboard.press("ArrowDown")
        page.wait_for_timeout(200)
        assert page.evaluate(_NOTEBOOK) == before
        # Of cards, and of rings, another one may have it now: they are one stop each.
        expect(widget.locator(":focus")).to_have_count(1)
    # Where arrow keys mean something, they still do it.
    chart.focus()
    page.keyboard.press("ArrowRight")
    expect(widget.get_by_test_id("readout")).to_be_visible()
    box = widget.get_by_test_id("every")
    box.focus()
    page.keyboard.press("ArrowDown")
    expect(box).to_have_value("1w")
    book.problems.check()


@pytest.mark.nightly
def test_escape_closes_what_is_open_first_and_then_goes_back_to_the_card(book: Notebook) -> None:
    page, widget = book.page, book.widget()
    card = widget.locator('.rw-card[data-action="reminder"]')
    card.click()
    expect(widget.get_by_test_id("action-name")).to_have_text("Reminder")
    # The kernel's answer draws another chart, which takes the readout of the one before away.
    expect(widget.get_by_test_id("explore-title")).to_contain_text("Reminder")
    expect(widget.get_by_test_id("explore-chart")).to_have_attribute("aria-busy", "false")
    wait_until_it_fits(page)
    widget.get_by_test_id("explore-title").click()
    expect(widget.get_by_label("Search metrics")).to_be_focused()
    page.keyboard.press("Escape")
    expect(widget.get_by_label("Search metrics")).to_have_count(0)
    expect(widget.get_by_test_id("action-detail")).to_be_visible()
    chart = widget.locator(".rw-chart-box")
    chart.focus()
    page.keyboard.press("ArrowRight")
    expect(widget.get_by_test_id("readout")).to_be_visible()
    before = page.evaluate(_NOTEBOOK)
    # The first Escape takes the readout away, the second goes back.
    page.keyboard.press("Escape")
    expect(widget.get_by_test_id("readout")).to_have_count(0)
    expect(widget.get_by_test_id("action-detail")).to_be_visible()
    page.keyboard.press("Escape")
    expect(widget.get_by_test_id("action-detail")).to_have_count(0)
    expect(card).to_be_focused()
    expect(card).to_have_attribute("aria-pressed", "false")
    after = page.evaluate(_NOTEBOOK)
    assert [after[name] for name in ("cell", "mode")] == [before[name] for name in ("cell", "mode")]
    # The button says the same as the key.
    page.keyboard.press("Enter")
    widget.get_by_role("button", name="Back to campaign").click()
    expect(card).to_be_focused()
    assert book.value("dashboard.selection.action") is None
    book.problems.check()
