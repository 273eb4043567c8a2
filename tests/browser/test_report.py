"""A saved page as its reader gets it: from a file, with the network cut, clicked through every panel."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import polars as pl
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

import results_widgets as rw
from tests.support.browser.choosing import choose
from tests.support.nightly import rest_nightly
from tests.support.saved_pages import every_choice

Open = Callable[..., Page]

EVIL = (
    "</script><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
    "\u202egnorw\u202c \u2067<!--" + "long " * 2000
).strip()
SHOWN = re.sub("[\u202a-\u202e\u2066-\u2069]", "", EVIL)  # without what turns letters round


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(1500, seed=3), time_zone="America/Los_Angeles")


@pytest.fixture(scope="module")
@every_choice()
def saved(results: rw.Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    return results.to_html(path, time_zones=["Europe/Berlin"])


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_page(path: Path, **scene: Any) -> Page:
        context = browser.new_context(
            viewport={"width": 1440, "height": 1100},
            timezone_id="Asia/Tokyo",
            offline=True,
            **scene,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console", lambda said: problems.append(said.text) if said.type == "error" else None
        )
        page.on("request", lambda asked: _note(asked.url, problems))
        page.goto(path.as_uri())
        page.locator("html[data-rw-ready]").wait_for(state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def _note(url: str, problems: list[str]) -> None:
    if not url.startswith(("file:", "blob:", "data:")):
        problems.append(f"a request left the page: {url}")


def picture(page: Page, name: str) -> None:
    folder = os.environ.get("RESULTS_WIDGETS_PICTURES")
    if folder:
        page.wait_for_timeout(500)
        page.screenshot(path=Path(folder) / f"report-{name}.png", full_page=True)


def shown(page: Page, metric: str) -> float:
    control = page.locator(f'[data-scope="campaign"][data-metric="{metric}"]').first
    return float(control.get_attribute("data-value") or "nan")


def overview(results: rw.Results) -> dict[str, float]:
    return dict(results.overview().select("metric", "value").iter_rows())


def table(page: Page) -> Locator:
    page.get_by_role("button", name="Show table").click()
    return page.locator(".rw-explore table tbody tr")


def test_numbers_and_ranges_are_the_engines(results: rw.Results, saved: Path, opened: Open) -> None:
    page = opened(saved)
    for metric in ("users", "engaged", "conversions"):
        assert shown(page, metric) == overview(results)[metric]
    for name in ("7d", "30d", "yesterday", "whole"):
        choose(page, "range", name)
        view = rw.Selection(range=name).apply(results)
        value = str(int(overview(view)["users"]))
        ring = page.locator('[data-scope="campaign"][data-metric="users"]').first
        expect(ring).to_have_attribute("data-value", value)
    picture(page, "whole")


@pytest.mark.nightly
def test_rings_cards_and_back(results: rw.Results, saved: Path, opened: Open) -> None:
    page = opened(saved)
    page.locator('[data-scope="campaign"][data-metric="conversions"]').first.click()
    expect(page.get_by_test_id("explore-title")).to_contain_text("Conversions, per day")
    choose(page, "every", "1w")
    expect(page.get_by_test_id("explore-title")).to_contain_text("Conversions, per week")
    weeks = results.explore("conversions", every="1w")
    expect(table(page)).to_have_count(weeks.height)
    for node in results.flow().nodes.iter_rows(named=True):
        card = page.locator(f'[data-action="{node["action_id"]}"]').first
        assert card.get_attribute("data-received") == str(node["users_received"])
        card.click()
        expect(page.get_by_test_id("action-name")).to_have_text(node["action"])
        expect(page.get_by_test_id("explore-title")).to_contain_text(f"{node['action']}, per")
    picture(page, "action")
    page.get_by_role("button", name="Back to campaign").click()
    expect(page.get_by_test_id("explore-title")).to_contain_text("Conversions, per week")


def test_zones_definitions_and_developers(results: rw.Results, saved: Path, opened: Open) -> None:
    page = opened(saved)
    choose(page, "zone", "Europe/Berlin")
    expect(page.get_by_test_id("explore-caption")).to_contain_text("Europe/Berlin")
    choose(page, "zone", "")
    choose(page, "definitions", "leanplum-v2")
    engaged = overview(results.with_definitions("leanplum-v2"))["engaged"]
    ring = page.locator('[data-scope="campaign"][data-metric="engaged"]').first
    expect(ring).to_have_attribute("data-value", str(int(engaged)))
    choose(page, "definitions", "default")
    page.get_by_test_id("analytics").click()
    users = overview(results.analytics())["users"]
    ring = page.locator('[data-scope="campaign"][data-metric="users"]').first
    expect(ring).to_have_attribute("data-value", str(int(users)))


def known(results: rw.Results) -> dict[tuple[str, str, str], float | None]:
    """Every number of the engine, by scope, owner and metric."""
    frames = {"campaign": results.overview(), "channel": results.channels()}
    frames["action"] = results.actions()
    owners = {"campaign": pl.lit(""), "channel": pl.col("channel"), "action": pl.col("action_id")}
    return {
        (scope, owner, metric): value
        for scope, frame in frames.items()
        for owner, metric, value in frame.select(owners[scope], "metric", "value").iter_rows()
    }


def drawn(page: Page) -> list[list[str]]:
    """The cells of the table below the chart."""
    return page.locator(".rw-explore table tbody tr").evaluate_all(  # type: ignore[no-any-return]
        "(rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent))"
    )


def becomes(page: Page, first: int, expected: list[list[str]]) -> None:
    """Waits until the columns of the table from the first on are as expected."""
    last = first + len(expected[0])
    for _ in range(100):
        if [row[first:last] for row in drawn(page)] == expected:
            return
        page.wait_for_timeout(50)
    assert [row[first:last] for row in drawn(page)] == expected


def words(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def day(row: dict[str, Any]) -> str:
    """The day that a row is compared with, as the table has it."""
    time = row["previous_time"]
    return f"{time:%a} {time.day} {time:%b %Y}" if time else ""


def take_days(page: Page, first: str, last: str) -> None:
    page.get_by_test_id("days").first.click()
    for day in (last, first):
        while not page.locator(f'[data-day="{day}"]').count():
            page.get_by_role("button", name="Previous month").click()
        page.locator(f'[data-day="{day}"]').click()


@pytest.mark.nightly
def test_custom_days_give_the_engines_numbers(
    results: rw.Results, saved: Path, opened: Open
) -> None:
    page = opened(saved)
    take_days(page, "2026-03-10", "2026-03-23")
    view = results.between("2026-03-10", "2026-03-23")
    expect(page.get_by_test_id("note")).to_contain_text("added up from single days")
    before = view.previous()
    assert before is not None
    engine, earlier = known(view), known(before)
    rows: list[dict[str, Any]] = page.evaluate("rwModel.get('_metrics')")
    seen = 0
    for row in rows:
        owner = {"campaign": "", "channel": row["channel"], "action": row["action_id"]}[
            row["scope"]
        ]
        key = (row["scope"], owner, row["metric"])
        unit = results.describe(
            row["metric"],
            action=row["action_id"],
            channel=None if row["action_id"] else row["channel"],
        ).unit
        if unit == "seconds":
            assert row["value"] is None
            continue
        assert row["value"] == pytest.approx(engine[key]), key
        assert row["previous"] == pytest.approx(earlier[key]), key
        seen += 1
    assert seen > 200
    edges = page.evaluate("rwModel.get('_flow').arms[0].edges")
    for edge, known_edge in zip(edges, view.flow().edges.iter_rows(named=True), strict=True):
        assert edge["users"] == known_edge["users"]
        assert edge["share"] == pytest.approx(known_edge["share"])
    assert page.evaluate("rwModel.get('_flow').held_back") == view.held_back()
    flow = view.flow().nodes
    for node in flow.iter_rows(named=True):
        card = page.locator(f'[data-action="{node["action_id"]}"]').first
        assert card.get_attribute("data-received") == str(node["users_received"])
        assert card.get_attribute("data-conversions") == str(node["conversions_attributed"])
    picture(page, "days")


@pytest.mark.nightly
def test_lines_of_ones_own_days_are_the_engines(
    results: rw.Results, saved: Path, opened: Open
) -> None:
    page = opened(saved)
    take_days(page, "2026-03-10", "2026-03-23")
    view = results.between("2026-03-10", "2026-03-23")
    page.get_by_role("button", name="Show table").click()
    # Distinct users of a single day are exact, too.
    for metric in ("users", "engaged"):
        page.locator(f'[data-scope="campaign"][data-metric="{metric}"]').first.click()
        line = view.explore(metric)["value"].to_list()
        assert len(line) == 14
        becomes(page, 1, [[words(value)] for value in line])
    page.get_by_role("switch", name="Cumulative").click()
    line = view.explore("engaged", cumulative=True)["value"].to_list()
    becomes(page, 1, [[words(value)] for value in line])
    choose(page, "every", "1w")
    expect(page.get_by_test_id("explore-title")).to_contain_text("cumulative by week")
    line = view.explore("engaged", cumulative=True, every="1w")["value"].to_list()
    becomes(page, 1, [[words(value)] for value in line])
    page.get_by_role("switch", name="Cumulative").click()
    line = view.explore("engaged", every="1w")["value"].to_list()
    becomes(page, 1, [[words(value)] for value in line])
    choose(page, "every", "1d")
    choose(page, "compare", "true")
    caption = page.get_by_test_id("explore-caption")
    expect(caption).to_contain_text("dashed: period before, 24 Feb to 9 Mar 2026")
    compared = view.explore("engaged", compare="previous")
    becomes(page, 3, [[words(value)] for value in compared["previous"]])
    picture(page, "compared")
    choose(page, "compare", "from")
    field = page.get_by_label("Compare with the days from")
    expect(field).to_have_value("2026-02-24")
    field.fill("2026-04-03")
    expect(caption).to_contain_text("dashed: 3 Apr to 16 Apr 2026")
    compared = view.explore("engaged", compare="2026-04-03")
    becomes(page, 2, [[day(row), words(row["previous"])] for row in compared.to_dicts()])
    # The log ends before these days do.
    assert compared["previous"].null_count() > 0
    choose(page, "compare", "last_year")
    expect(caption).to_contain_text("10 Mar to 23 Mar 2025: before the campaign began")
    choose(page, "compare", "true")
    choose(page, "range", "14d")
    week = rw.Selection(range="14d").apply(results)
    before = week.previous()
    assert before is not None
    expect(page.get_by_test_id("range").first).to_have_value("14d")
    # The page has whole days only: the last, unfinished one stands beside a whole one.
    compared = week.explore("engaged", compare="previous")
    both = zip(compared.to_dicts(), before.explore("engaged")["value"], strict=True)
    becomes(page, 1, [[words(row["value"]), day(row), words(other)] for row, other in both])


def test_what_is_not_saved_is_refused_in_words(saved: Path, opened: Open) -> None:
    page = opened(saved)
    take_days(page, "2026-03-10", "2026-03-23")
    page.get_by_test_id("by").click()
    expect(page.locator("[role=option][data-value=variant]")).to_be_disabled()
    page.keyboard.press("Escape")
    page.get_by_test_id("every").focus()
    expect(page.get_by_test_id("why-closed")).to_contain_text("Breakdowns were saved only per day")
    choose(page, "range", "whole")
    choose(page, "by", "variant")
    expect(page.get_by_test_id("every").locator("option[value='1w']")).to_be_disabled()
    expect(page.get_by_test_id("compare").locator("option[value='true']")).to_be_disabled()
    choose(page, "range", "7d")
    expect(page.get_by_test_id("by")).to_have_value("No breakdown")
    expect(page.get_by_test_id("error")).to_contain_text("Shown without the breakdown")
    take_days(page, "2025-01-01", "2025-01-02")
    expect(page.get_by_test_id("error")).to_contain_text("no days in this range")
    choose(page, "range", "30d")
    expect(page.get_by_test_id("error")).to_have_count(0)
    # Users are nowhere in the file: whatever asks for them says so, and cannot be pressed.
    asking = page.get_by_role("button", name=re.compile("^(Users in |Show these users)"))
    assert asking.count() > 1
    assert all(button.is_disabled() for button in asking.all())


def test_every_panel_can_be_clicked_through(results: rw.Results, saved: Path, opened: Open) -> None:
    page = opened(saved)
    explore = page.get_by_test_id("explore-title")
    engine = known(results)
    for channel in results.campaign.channels:
        block = page.locator(f'[data-channel="{channel}"]')
        for place in range(block.count()):
            control = block.nth(place)
            metric = control.get_attribute("data-metric") or ""
            value = engine["channel", channel, metric]
            shown_value = control.get_attribute("data-value")
            assert (float(shown_value) if shown_value else None) == pytest.approx(value)
        block.first.click()
        expect(explore).to_contain_text(results.campaign.channels[channel].label)
    for variant in results.campaign.variants:
        page.locator(f'[data-variant="{variant.id}"]').first.click()
        of_variant = results.overview(by="variant").filter(variant=variant.id, metric="users")
        users = of_variant["value"].item()
        expect(page.get_by_test_id("flow-entries").first).to_have_attribute(
            "data-value", str(int(users))
        )
    for name in ("Overlaid", "Side by side", "All"):
        page.get_by_role("button", name=name, exact=True).click()
    card = page.locator("[data-action]").first
    card.click()
    action = card.get_attribute("data-action") or ""
    detail = page.get_by_test_id("action-detail").locator('[data-scope="action"]')
    for place in range(detail.count()):
        metric = detail.nth(place).get_attribute("data-metric") or ""
        shown_value = detail.nth(place).get_attribute("data-value")
        expected = engine["action", action, metric]
        assert (float(shown_value) if shown_value else None) == pytest.approx(expected), metric
    page.get_by_role("tab", name="Message").click()
    expect(page.get_by_test_id("view-action")).to_be_visible()
    page.get_by_role("switch", name="As a table").click()
    expect(page.get_by_test_id("channel-table")).to_be_visible()
    page.locator(".rw-about > summary").click()
    expect(page.get_by_text("SHA-256 of the input")).to_be_visible()
    picture(page, "everything")


@pytest.mark.parametrize("scheme", rest_nightly(["light", "dark"]))
def test_a_page_follows_its_readers_theme(
    saved: Path, opened: Open, scheme: Literal["light", "dark"]
) -> None:
    page = opened(saved, color_scheme=scheme)
    colours = page.evaluate(
        """() => [document.body, document.querySelector('.rw'), document.querySelector('.rw-card')]
            .map((one) => getComputedStyle(one).backgroundColor.match(/[\\d.]+/g).slice(0, 3)
                .map((part) => +part).reduce((sum, part) => sum + part, 0))"""
    )
    # color-mix gives parts of one, rgb() parts of 255.
    assert len(colours) == 3
    for colour in colours:
        share = colour / (3 if colour <= 3 else 765)
        assert share > 0.9 if scheme == "light" else share < 0.2
    page.locator("[data-action]").first.click()
    picture(page, scheme)


@pytest.mark.nightly
def test_lines_broken_down_by_variant(results: rw.Results, saved: Path, opened: Open) -> None:
    page = opened(saved)
    choose(page, "by", "variant")
    days = results.explore("conversions")["value"]
    expect(table(page)).to_have_count(len(days))
    expect(page.get_by_test_id("by")).to_have_value("By variant")
    last = page.get_by_test_id("explore-pivot").locator("td:last-child").all_inner_texts()
    assert last == [f"{count:.0f}" for count in (*days, days.sum())]


def test_small_counts_are_a_dash(results: rw.Results, tmp_path: Path, opened: Open) -> None:
    page = opened(results.to_html(tmp_path / "page.html", min_cell=25))
    expect(page.get_by_test_id("flow-entries")).to_be_visible()
    cards = page.locator("[data-action][data-received]")
    for place in range(cards.count()):
        cards.nth(place).click()
        expect(page.get_by_test_id("action-name")).to_be_visible()
    picture(page, "hidden")


def test_hostile_names_run_nothing(tmp_path: Path, opened: Open) -> None:
    campaign, events, users = rw.datasets.generate(300, seed=3)
    said = rw.Campaign.from_json(campaign).to_dict()
    changed = {**said, "name": EVIL, "actions": [{**a, "name": EVIL} for a in said["actions"]]}  # type: ignore[attr-defined]
    hostile = rw.Results(changed, events, users, time_zone="UTC")
    page = opened(hostile.to_html(tmp_path / "page.html", min_cell=1))
    expect(page.get_by_test_id("campaign-name")).to_have_text(SHOWN)
    page.locator("[data-action]").first.click()
    expect(page.get_by_test_id("action-name")).to_have_text(SHOWN)
    assert page.title() == SHOWN


def test_tables_stand_in_where_no_script_runs(
    results: rw.Results, saved: Path, browser: Browser
) -> None:
    with browser.new_context(java_script_enabled=False, offline=True) as context:
        page = context.new_page()
        page.goto(saved.as_uri())
        expect(page.get_by_role("cell", name=f"{results.unique_users():,}").first).to_be_visible()


@pytest.mark.nightly
def test_another_tools_numbers_stand_under_the_dashboard(tmp_path: Path, opened: Open) -> None:
    results = rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC")
    theirs = results.analytics().actions().filter(metric="unique_opened")
    found = results.reconcile(theirs.select("action_id", "metric", "value"))
    page = opened(results.to_html(tmp_path / "report.html", reconcile=found))
    section = page.get_by_role("region", name="Another tool’s numbers beside these")
    expect(section).to_be_visible()
    own = section.get_by_role("table", name="Unique opens of We miss you")
    expect(own.locator("tbody tr")).to_have_text(
        [
            re.compile(words)
            for words in ("^Ours71", "^Developers−170left out", "^Rest070", "^Theirs70")
        ]
    )
    # A bar from one number to the next: it ends where theirs is marked.
    bars = own.locator("svg rect").evaluate_all(
        "(all) => all.map((one) => ['x', 'width'].map((name) => Number(one.getAttribute(name))))"
    )
    (ours, _), (left, width), (theirs_at, _) = bars
    assert left == pytest.approx(theirs_at + 1)
    assert left + width == pytest.approx(ours + 1)
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.emulate_media(media="print")
    expect(section).to_be_visible()


@pytest.mark.nightly
def test_a_page_opens_with_a_selection(results: rw.Results, tmp_path: Path, opened: Open) -> None:
    selection = rw.Selection(range="14d", metric="engaged")
    dashboard = rw.Dashboard(results, selection=selection)
    page = opened(dashboard.to_html(tmp_path / "page.html"))
    expect(page.get_by_test_id("range").first).to_have_value("14d")
    expect(page.get_by_test_id("explore-title")).to_contain_text("Engaged, per day")
    view = selection.apply(results)
    assert shown(page, "engaged") == overview(view)["engaged"]
