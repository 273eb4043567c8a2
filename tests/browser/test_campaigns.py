"""The list of campaigns in a browser: for everybody, in every width, by keyboard alone, and in JupyterLab."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

import results_widgets as rw
from tests.support.browser.answered import draw
from tests.support.browser.chart import seen_as
from tests.support.browser.choosing import pick
from tests.support.browser.lab import Notebook
from tests.support.loops import some

SERIOUS = {"serious", "critical"}
HOSTILE = "<img src=x onerror=alert(1)> “ü” " + "x" * 60
_RUNS_OUT = "() => document.documentElement.scrollWidth > innerWidth"
_IS_CUT = "box => box.scrollWidth > box.clientWidth + 1"


@pytest.fixture(scope="module")
def portfolio() -> rw.Portfolio:
    made = {}
    for seed, (name, status) in enumerate((("Spring", "running"), (HOSTILE, "paused")), 1):
        campaign, *tables = rw.datasets.generate(600, seed=seed)
        told = {**campaign.to_dict(), "status": status}
        made[name] = rw.Results(told, *tables, time_zone="UTC")
    return rw.Portfolio(made)


def violations(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page, context=".rw", options={"resultTypes": ["violations"]}).response
    assert len(found["passes"]) > 5
    broken = [rule for rule in found["violations"] if rule["impact"] in SERIOUS]
    return [(rule["id"], node["html"][:200]) for rule in broken for node in rule["nodes"][:3]]


def filters_are_for_everybody(page: Page) -> None:
    """Choose two states, look at their menu and their chips, and take them away."""
    page.get_by_test_id("campaign-states").click()
    for state in ("paused", "running"):
        page.locator(f"[data-state={state}]").click()
    expect(page.locator(".rw-pop")).to_be_in_viewport()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("[data-chip]")).to_have_count(2)
    assert violations(page) == []
    assert not page.evaluate(_RUNS_OUT)
    page.get_by_role("button", name="Clear all").click()
    expect(page.get_by_test_id("campaign-chips")).to_have_count(0)


def test_everybody_can_read_and_use_it(
    new_page: Callable[..., Page], portfolio: rw.Portfolio
) -> None:
    page = new_page(1440)
    widget = rw.Campaigns(portfolio)
    draw(page, widget)
    credit, sets = portfolio.credit(), portfolio.combinations()
    several = sets.filter(pl.col("number") > 1)["users"].sum()
    expect(page.get_by_test_id("several")).to_have_attribute("data-value", str(several))
    twice = credit["claimed"].sum() - round(credit["credited"].sum())
    expect(page.get_by_test_id("twice")).to_have_attribute("data-value", str(twice))
    expect(page.get_by_test_id("together")).to_contain_text("points")
    page.get_by_role("button", name="Unfold Spring").click()
    expect(page.locator(".rw-step-name")).to_have_count(6)
    for tab in ("overlap-matrix", "credit", "pressure", "heatmap"):
        page.locator(f"[data-tab={tab.split('-')[0]}]").click()
        expect(page.get_by_test_id(tab)).to_be_visible()
        assert violations(page) == [], tab
    for width, dark in ((1008, True), (700, False), (390, True)):
        seen_as(page, width, dark=dark)
        assert violations(page) == [], (width, dark)
        assert not page.evaluate(_RUNS_OUT), width
        assert not page.locator(".rw-campaigns-box").evaluate(_IS_CUT), width
    for menu in ("columns", "settings"):
        page.get_by_test_id(menu).click()
        expect(page.locator(".rw-pop")).to_be_in_viewport()
        assert violations(page) == [], menu
        page.keyboard.press("Escape")
        expect(page.get_by_test_id(menu)).to_be_focused()
    filters_are_for_everybody(page)
    page.locator("[data-choice=multiples]").click()
    expect(page.locator("[data-multiple] polyline").first).to_be_visible()
    for width, dark in ((390, True), (1440, False)):
        seen_as(page, width, dark=dark)
        assert violations(page) == [], (width, dark)
        assert not page.evaluate(_RUNS_OUT), width
    page.emulate_media(forced_colors="active")
    page.locator("[data-multiple]").first.hover(position={"x": 100, "y": 50})
    expect(page.locator("[data-multiple] i").first).to_have_css("border-left-style", "solid")
    page.emulate_media(forced_colors="none")
    page.locator("[data-choice=table]").click()
    page.locator("[data-tab=overlap]").click()
    page.locator("[data-choice=only]").click()
    cell = page.locator("[data-cell='0,1']")
    cell.click()
    only = portfolio["Spring"].users_in_campaign() - portfolio[HOSTILE].users_in_campaign()
    notice = page.get_by_test_id("segment-notice")
    expect(notice).to_have_attribute("data-size", str(len(only)))
    expect(notice.locator("code")).to_have_text("campaigns.segment.users")
    assert widget.segment is not None
    assert set(widget.segment.users["user_id"]) == set(only.users["user_id"])
    expect(page.locator(".rw img")).to_have_count(0)


def test_the_keyboard_alone_sorts_filters_finds_and_chooses_a_month(
    new_page: Callable[..., Page], portfolio: rw.Portfolio
) -> None:
    page = new_page(1008)
    widget = rw.Campaigns(portfolio)
    draw(page, widget)
    names = page.locator("[data-row]")
    page.get_by_role("button", name="Entries").press("Enter")
    entries = page.locator("tbody .rw-col-entries")
    counts = [int(one.get_attribute("data-value") or 0) for one in some(entries.all())]
    assert counts == sorted(counts, reverse=True)
    page.locator("th[aria-sort=descending] button").press("Enter")
    expect(page.locator("[aria-sort]")).to_have_attribute("aria-sort", "ascending")
    names.first.press("ArrowDown")
    expect(names.nth(1)).to_be_focused()
    states, size = page.get_by_test_id("campaign-states"), page.get_by_test_id("campaign-least")
    states.press("Enter")
    page.locator("[data-state=paused]").press("Enter")
    page.keyboard.press("Escape")
    expect(names).to_have_text([HOSTILE])
    size.select_option("100")
    assert (widget.selection.states, widget.selection.least) == (["paused"], 100)
    size.press("Tab")
    expect(page.get_by_role("button", name="Remove filter Paused")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(names).to_have_count(2)
    expect(page.get_by_role("button", name="Remove filter 100 entries or more")).to_be_focused()
    page.keyboard.press("Enter")
    expect(size).to_be_focused()
    assert (widget.selection.states, widget.selection.least) == ([], 0)
    names.first.press("/")
    page.keyboard.type("SPRING")
    expect(names).to_have_count(1)
    page.get_by_test_id("month").select_option("2026-04")
    month = portfolio.month("2026-04")["Spring"].overview()
    users = month.filter(metric="users")["value"].item()
    expect(entries.first).to_have_attribute("data-value", str(int(users)))
    assert widget.selection.month == "2026-04"


@pytest.mark.nightly
def test_the_keyboard_alone_chooses_columns_settings_and_lines(
    new_page: Callable[..., Page], portfolio: rw.Portfolio
) -> None:
    page = new_page(1008)
    widget = rw.Campaigns(portfolio)
    draw(page, widget)
    names = page.locator("[data-row]")
    page.get_by_test_id("columns").press("Enter")
    column = page.locator("[data-column=unique_users]")
    page.locator("[data-column=channels]").press("End")
    column.press("Enter")
    page.get_by_test_id("columns").press("Enter")
    page.locator("[data-sort=unique_users]").press("Enter")
    users = portfolio["Spring"].unique_users()
    cell = page.locator("tr:has([data-row='0']) .rw-col-unique_users")
    expect(cell).to_have_text(str(users))
    assert widget.selection.columns[-1] == widget.selection.sort == "unique_users"
    page.get_by_test_id("settings").press("Enter")
    page.get_by_test_id("clock").select_option("entry")
    pick(page, "zone", "Asia/Tokyo")
    page.get_by_test_id("definitions").select_option("leanplum")
    page.keyboard.press("Escape")
    expect(page.locator(".rw-caption").first).to_contain_text("definitions leanplum")
    chosen = widget.selection
    assert (chosen.time_zone, chosen.definitions, chosen.clock) == (
        "Asia/Tokyo",
        "leanplum",
        "entry",
    )
    assert widget.view["Spring"].time_zone == "Asia/Tokyo"
    scoped = portfolio.in_time_zone("Asia/Tokyo").with_definitions("leanplum").with_clock("entry")
    page.locator("[data-choice=multiples]").press("Enter")
    names.first.press("Home")
    names.first.press("ArrowRight")
    trends = widget._shared["trends"]["converted_rate"]
    read = page.get_by_test_id("multiples-read")
    expect(read).to_contain_text("3 Mar 2026")
    first = int(names.first.get_attribute("data-row") or 0)
    rate = trends["rows"][first]["values"][1]
    expect(page.locator("[data-multiple] > b").first).to_have_text(f"{100 * rate:.1f}\u202f%")
    names.first.press("Escape")
    expect(read).to_be_empty()
    page.get_by_test_id("campaign-metric").select_option("conversions")
    total = scoped["Spring"].overview().filter(metric="conversions")["value"].item()
    expect(page.locator("[data-multiple='0'] > b")).to_have_text(f"{total:,.0f}")


def test_in_jupyterlab_a_row_opens_its_dashboard_and_escape_returns(
    open_notebook: Callable[..., Notebook],
) -> None:
    book = open_notebook(
        "import results_widgets as rw\n"
        'made = [rw.Results(*rw.datasets.generate(300, seed=n), time_zone="UTC") for n in (1, 2)]\n'
        'campaigns = rw.Campaigns(rw.Portfolio(dict(zip(["Spring", "Autumn"], made))))\n'
        "campaigns"
    )
    page = book.page
    page.get_by_test_id("rw-campaigns").get_by_role("button", name="Autumn", exact=True).press(
        "Enter"
    )
    dashboard = page.get_by_test_id("opened").get_by_test_id("rw-dashboard")
    expect(dashboard.locator(".rw-ring-button[data-metric=users]")).to_be_visible()
    assert book.value("campaigns.selection.campaign") == "Autumn"
    shown = dashboard.locator(".rw-ring-button[data-metric=users]").get_attribute("data-value")
    assert book.value("int(campaigns.dashboard.view.overview()['value'][0])") == int(shown or 0)
    # An open action is closed first, and then the dashboard.
    card = dashboard.locator("button[data-action]").first
    card.press("Enter")
    expect(dashboard.get_by_test_id("action-detail")).to_be_visible()
    # Escape is heard once the action is drawn with the kernel's answer.
    expect(dashboard.get_by_test_id("explore-chart")).to_have_attribute("aria-busy", "false")
    page.wait_for_timeout(500)
    page.keyboard.press("Escape")
    expect(dashboard.get_by_test_id("action-detail")).to_have_count(0)
    # From where no tooltip stands: on the card, which has the focus again, Escape would be for that.
    page.get_by_role("button", name="All campaigns").press("Escape")
    row = page.get_by_test_id("rw-campaigns").get_by_role("button", name="Autumn", exact=True)
    expect(row).to_be_focused()
    assert book.value("campaigns.selection.campaign") is None
    page.get_by_role("button", name="Unfold Autumn").click()
    page.get_by_role("button", name="Experiment", exact=True).click()
    experiment = page.get_by_test_id("opened").get_by_test_id("rw-experiment")
    expect(experiment.locator(".rw-verdict")).to_be_visible()
    assert book.value("campaigns.experiment.results is campaigns.portfolio['Autumn']")
    book.problems.check()


@pytest.mark.nightly
def test_the_summary_of_a_report_sorts_links_and_prints(
    new_page: Callable[..., Page], portfolio: rw.Portfolio, tmp_path: Path
) -> None:
    path = portfolio.to_html(tmp_path / "pages", columns=["entries", "rate", "unique_users"])
    page = new_page(1008)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path.as_uri())
    names = page.locator("[data-row]")
    expect(names).to_have_count(2)
    expect(page.locator(".rw-static")).to_be_hidden()
    page.get_by_role("button", name="Campaign", exact=True).click()
    expect(names.nth(1)).to_have_text("Spring")
    page.get_by_role("button", name="Unfold Spring").click()
    expect(page.get_by_role("link", name="Open results")).to_have_attribute("href", "1-spring.html")
    assert violations(page) == []
    page.locator("[data-choice=multiples]").click()
    expect(page.locator("[data-multiple] polyline").first).to_be_visible()
    expect(page.get_by_test_id("campaign-metric").locator("option")).to_have_count(4)
    page.locator("[data-choice=table]").click()
    expect(page.locator("tbody .rw-col-unique_users").first).to_be_visible()
    expect(page.locator("svg.rw-chart")).to_have_count(6)
    page.emulate_media(media="print")
    expect(page.get_by_test_id("find-campaign")).to_be_hidden()
    assert said == []
