"""A saved page as its reader gets it: from a file, with the network cut, clicked through every panel."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

import results_widgets as rw

Open = Callable[[Path], Page]

EVIL = (
    "</script><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
)


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(1500, seed=3), time_zone="America/Los_Angeles")


@pytest.fixture(scope="module")
def saved(results: rw.Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    return results.to_html(folder / "report.html", time_zones=["Europe/Berlin"])


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_page(path: Path) -> Page:
        context = browser.new_context(
            viewport={"width": 1440, "height": 1100}, timezone_id="Asia/Tokyo", offline=True
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


def choose(page: Page, what: str, value: str) -> None:
    page.get_by_test_id(what).first.select_option(value)


def table(page: Page) -> Locator:
    page.get_by_role("button", name="Show table").click()
    return page.locator(".rw-explore table tbody tr")


def test_numbers_and_ranges_are_the_engines(results: rw.Results, saved: Path, opened: Open) -> None:
    page = opened(saved)
    for metric in ("users", "engaged", "conversions"):
        assert shown(page, metric) == overview(results)[metric]
    for name in ("7d", "30d", "yesterday", "whole"):
        choose(page, "range", name)
        view = rw.Selection(range=name).look(results, "")
        value = str(int(overview(view)["users"]))
        ring = page.locator('[data-scope="campaign"][data-metric="users"]').first
        expect(ring).to_have_attribute("data-value", value)
    picture(page, "whole")


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
    expect(page.get_by_test_id("explore-title")).to_contain_text("per week")


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


def test_what_is_not_saved_is_refused_in_words(saved: Path, opened: Open) -> None:
    page = opened(saved)
    choose(page, "range", "30d")
    compare = page.locator(".rw-explore").get_by_text("Compare").first
    compare.click()
    expect(page.get_by_test_id("error")).to_contain_text("not in the saved page")
    expect(page.get_by_test_id("range").first).to_have_value("30d")
    assert "custom" not in page.get_by_test_id("range").first.inner_html()
    choose(page, "range", "7d")
    expect(page.get_by_test_id("error")).to_have_count(0)


def test_lines_broken_down_by_variant(results: rw.Results, saved: Path, opened: Open) -> None:
    page = opened(saved)
    choose(page, "by", "variant")
    rows = results.explore("users", by="variant").height
    expect(table(page)).not_to_have_count(0)
    assert rows > 0
    expect(page.get_by_test_id("by")).to_have_value("variant")


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
    page = opened(hostile.to_html(tmp_path / "page.html"))
    expect(page.get_by_test_id("campaign-name")).to_have_text(EVIL)
    page.locator("[data-action]").first.click()
    expect(page.get_by_test_id("action-name")).to_have_text(EVIL)
    assert page.title() == EVIL


def test_tables_stand_in_where_no_script_runs(
    results: rw.Results, saved: Path, browser: Browser
) -> None:
    with browser.new_context(java_script_enabled=False, offline=True) as context:
        page = context.new_page()
        page.goto(saved.as_uri())
        expect(page.get_by_role("cell", name=f"{results.unique_users():,}").first).to_be_visible()


def test_a_page_opens_with_a_selection(results: rw.Results, tmp_path: Path, opened: Open) -> None:
    selection = rw.Selection(range="14d", metric="engaged")
    dashboard = rw.Dashboard(results, selection=selection)
    page = opened(dashboard.to_html(tmp_path / "page.html"))
    expect(page.get_by_test_id("range").first).to_have_value("14d")
    expect(page.get_by_test_id("explore-title")).to_contain_text("Engaged, per day")
    view = selection.look(results, "")
    assert shown(page, "engaged") == overview(view)["engaged"]


def test_a_pdf_has_its_numbers_and_pages(results: rw.Results, tmp_path: Path) -> None:
    path = results.to_pdf(tmp_path / "report.pdf")
    assert path.read_bytes().startswith(b"%PDF-")
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext here")
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    text = done.stdout.decode()
    assert f"{results.unique_users():,}" in text
    assert "1 / " in text
    assert "America/Los_Angeles" in text


def test_a_pdf_without_a_browser_says_what_to_do(
    results: rw.Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESULTS_WIDGETS_CHROMIUM", "no-such-program")
    with pytest.raises(rw.ResultsError, match="to_html needs none"):
        results.to_pdf(tmp_path / "report.pdf")
    assert not list(tmp_path.iterdir())


def test_a_year_of_twenty_actions_stays_small(tmp_path: Path) -> None:
    campaign, events, users = rw.datasets.generate(1500, seed=3)
    said = rw.Campaign.from_json(campaign).to_dict()
    actions = list(said["actions"])  # type: ignore[call-overload]
    doubled = actions + [
        {**a, "id": f"{a['id']}-2", "parent": a["parent"] and f"{a['parent']}-2"} for a in actions
    ]
    assert isinstance(events, pl.DataFrame)
    row = pl.int_range(pl.len())
    # Eight and a half times as long, a half of the rows on the second twenty.
    first = events["timestamp"].min()
    spread = events.with_columns(
        (pl.lit(first) + (pl.col("timestamp") - first) * 9).alias("timestamp"),
        pl.when(row % 2 == 0)
        .then(pl.col("action_id"))
        .otherwise(pl.col("action_id") + "-2")
        .alias("action_id"),
    )
    said.update(actions=doubled, started_at=None, finished_at=None)
    long = rw.Results(said, spread, users, time_zone="America/Los_Angeles")
    first_instant, last_instant = long.span()
    assert last_instant - first_instant > 360 * 86_400_000_000
    path = long.to_html(tmp_path / "page.html")
    size = path.stat().st_size
    print(f"{size:,} bytes, {len(doubled)} actions")  # noqa: T201
    assert size < 2_000_000
