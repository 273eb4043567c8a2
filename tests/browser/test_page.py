"""The widgets in a browser without a kernel: for everybody, by keyboard alone, at once, and nothing left behind."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect

import results_widgets as rw
from tests.support.browser.answered import draw
from tests.support.browser.chart import seen_as
from tests.support.browser.lab import Problems
from tests.support.browser.pages import results, write
from tests.support.loops import some
from tests.support.nightly import rest_nightly
from tests.support.profiles import is_thorough

Open = Callable[..., Page]
SERIOUS = {"serious", "critical"}
_DRAW_FIFTY = """async () => {
    const block = JSON.parse(document.querySelector("[data-rw-page]").textContent);
    const code = new Blob([block.modules.dashboard], {type: "text/javascript"});
    const { default: widget } = await import(URL.createObjectURL(code));
    const [model] = Object.values(globalThis.rwModels);
    const heard = new Set();
    for (const target of [document, window]) {
        const [add, remove] = [target.addEventListener, target.removeEventListener];
        target.addEventListener = (name, call, how) => {
            heard.add(call);
            how?.signal?.addEventListener("abort", () => heard.delete(call));
            add.call(target, name, call, how);
        };
        target.removeEventListener = (name, call, how) => { heard.delete(call); remove.call(target, name, call, how); };
    }
    const el = document.createElement("div");
    document.body.append(el);
    const count = () => [document.querySelectorAll("*").length, model.listeners(), heard.size];
    const before = count();
    for (let i = 0; i < 50; i++) {
        const end = widget.render({ model, el });
        if (i % 10 === 0) await new Promise((done) => setTimeout(done, 60));
        end();
    }
    await new Promise((done) => setTimeout(done, 300));
    return [before, count()];
}"""
EVIL = (
    "</script><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
    "\u202e\u2066 \U0001f469\u200d\U0001f680"
)
FOCUSED = "() => document.activeElement?.dataset?.{0} ?? ''"


def views(wide: int, narrow: int, *usual: tuple[bool, bool]) -> list[tuple[int, bool]]:
    """Widths, and whether the theme is dark: a page is drawn once and seen in all of them.

    Args:
        wide: One width.
        narrow: The other.
        *usual: Whether narrow and whether dark, of the views that `make test` sees; every night all four are.
    """
    every = [(is_narrow, dark) for is_narrow in (False, True) for dark in (False, True)]
    seen = every if is_thorough() else usual
    return [(narrow if is_narrow else wide, dark) for is_narrow, dark in seen]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder, shown = tmp_path_factory.mktemp("pages"), results()
    detail = rw.Dashboard(shown, action="we-miss-you", metric="users_received")
    marked = rw.Dashboard(shown, metric="conversions", by="platform")
    marked.highlight(shown.users("conversions"))
    return {
        "dashboard": write(folder / "dashboard.html", rw.Dashboard(shown)),
        "detail": write(folder / "detail.html", detail),
        "marked": write(folder / "marked.html", marked),
        "hostile": write(folder / "hostile.html", rw.Dashboard(hostile())),
    }


def hostile() -> rw.Results:
    """A campaign whose every name is hostile: markup, marks that turn writing round, emoji, ten thousand letters."""
    campaign, events, users = rw.datasets.generate(300, seed=5)
    actions = [
        dataclasses.replace(
            action,
            name=EVIL + "x" * 10_000 if number == 0 else EVIL,
            copy=dict.fromkeys(("subject", "title", "body"), EVIL) | {"buttons": [EVIL]},
            settings={EVIL: EVIL},
        )
        for number, action in enumerate(campaign.actions)
    ]
    variants = [dataclasses.replace(one, name=EVIL) for one in campaign.variants]
    named = dataclasses.replace(
        campaign, name=EVIL, actions=tuple(actions), variants=tuple(variants)
    )
    words = [pl.lit(EVIL).alias(name) for name in ("link", "reason")]
    return rw.Results(named, events.lazy().with_columns(words), users, time_zone="UTC")


@pytest.fixture
def open_page(new_page: Open, pages: dict[str, Path]) -> Open:
    def opened(name: str, width: int = 1440, *, dark: bool = False) -> Page:
        page = new_page(width, dark=dark)
        page.goto(pages[name].as_uri())
        # Narrow, the chart stands in a tab of its own.
        shown = ".rw-chart svg" if width >= 960 else ".rw-flow"
        expect(page.locator(shown).first).to_be_visible()
        return page

    return opened


def violations(page: Page, within: str = ".rw") -> list[tuple[str, list[str]]]:
    """The serious rules that axe finds broken, and the first elements that break them."""
    found = Axe().run(page, context=within, options={"resultTypes": ["violations"]}).response
    assert len(found["passes"]) > 3
    return [
        (rule["id"], [node["html"][:160] for node in rule["nodes"][:3]])
        for rule in found["violations"]
        if rule["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("name", rest_nightly(["dashboard", "detail", "marked"], 2))
def test_axe_finds_nothing_serious(open_page: Open, name: str) -> None:
    page = open_page(name)
    for fold in page.locator("summary").all():
        fold.click()
    if name == "detail":
        page.get_by_role("tab", name="Message").click()
    if name == "dashboard":
        page.get_by_role("button", name="Show table").click()
    # What is hidden in tabs when narrow is seen in both themes when wide.
    for width, dark in some(views(1440, 480, (False, False), (False, True), (True, True))):
        seen_as(page, width, dark=dark)
        assert violations(page) == [], (width, dark)


def test_axe_finds_nothing_serious_in_what_opens(open_page: Open) -> None:
    page = open_page("dashboard")
    flow = page.locator(".rw-flow")
    overlaid = flow.get_by_role("button", name="Overlaid")
    as_table = page.get_by_role("switch", name="As a table")
    opens = {
        "calendar": (".rw-header", page.get_by_test_id("days").first, "[data-testid=calendar]"),
        "settings": (".rw-header", page.get_by_test_id("settings"), "[data-testid=zone]"),
        "Explore": (".rw-explore", page.get_by_test_id("explore-title"), ".rw-pop-list"),
        "Flow": (".rw-flow", overlaid, ".rw-arm-key"),
        "Channels": (".rw-section:has(.rw-table)", as_table, "[data-testid=channel-table]"),
    }
    # The same opens in either width: its colours hang on the theme, and its room on the width.
    for width, dark in some(views(1440, 700, (False, False), (True, True))):
        seen_as(page, width, dark=dark)
        for name, (part, button, opened) in opens.items():
            tab = page.get_by_role("tab", name=name, exact=True)
            if tab.count():
                tab.click()
            button.click()
            if name == "calendar":
                page.locator("[data-day='2026-04-01']").click()
                page.keyboard.press("ArrowRight")
            expect(page.locator(opened).first).to_be_visible()
            assert violations(page, part) == [], (name, width, dark)
            page.keyboard.press("Escape")
            if name in {"Flow", "Channels"}:
                button.click()


@pytest.mark.nightly
def test_axe_finds_nothing_serious_in_what_lies_over_the_rest(new_page: Open) -> None:
    page = new_page(700)
    draw(page, rw.Dashboard(results(), metric="users"))
    for colours in ("none", "active"):
        page.emulate_media(forced_colors=colours)
        page.get_by_test_id("settings").click()
        assert violations(page, ".rw-header") == [], ("settings", colours)
        page.keyboard.press("Escape")
        page.get_by_test_id("days").first.click()
        page.locator(".rw-day-data").first.wait_for()
        assert violations(page, ".rw-header") == [], ("calendar", colours)
        page.keyboard.press("Escape")
        page.locator('[data-action="reminder"]').click()
        tile = page.locator('.rw-detail [data-metric="users_received"]').first
        tile.hover()
        expect(page.get_by_test_id("tip")).to_contain_text("Users received")
        assert violations(page, ".rw-detail") == [], ("sheet", colours)
        assert violations(page, "[data-testid=tip]") == [], ("tooltip", colours)
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("action-detail")).to_have_count(0)
        page.get_by_role("tab", name="Experiment").click()
        expect(page.get_by_test_id("experiment")).to_be_visible()
        assert violations(page, ".rw-experiment") == [], ("experiment", colours)
        page.get_by_role("tab", name="Flow").click()


@pytest.mark.nightly
def test_the_keyboard_alone_chooses_days(browser: Browser) -> None:
    page = browser.new_page()
    draw(page, rw.Explore(results()))
    page.get_by_test_id("days").press("Enter")
    expect(page.locator("[data-day='2026-04-12']")).to_be_focused()
    for key in ("PageUp", "Home", "Enter", "ArrowDown", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("button", name="Days: 9–17 Mar 2026")).to_be_focused()
    expect(page.get_by_test_id("calendar")).to_have_count(0)
    page.close()


@pytest.mark.parametrize("width", rest_nightly([1440, 480]))
def test_hostile_names_are_text_and_break_nothing(open_page: Open, width: int) -> None:
    page = open_page("hostile", width)
    problems = Problems()
    problems.watch(page)
    for fold in page.locator("summary").all():
        fold.click()
    if width > 640:
        page.locator(".rw-flow").get_by_role("button", name="Overlaid").click()
        page.locator("[data-edge]").first.hover()
    page.locator("[data-action]").first.click()
    page.get_by_role("tab", name="Message").click()
    page.get_by_test_id("days").first.click()
    expect(page.get_by_test_id("campaign-name")).to_contain_text("<script>")
    assert page.title() == "Dashboard"
    assert page.locator(".rw script, .rw img").count() == 0
    wide = "() => { const root = document.querySelector('.rw'); return root.scrollWidth - root.clientWidth; }"
    assert page.evaluate(wide) == 0
    problems.check()


def test_a_clicked_number_and_its_chart_are_on_one_screen(open_page: Open) -> None:
    page = open_page("dashboard", 1280)
    rows = page.locator(".rw-lines-table [data-metric]")
    for number in some(range(0, rows.count(), 3)):
        row = rows.nth(number)
        row.scroll_into_view_if_needed()
        row.click()
        chart = page.get_by_test_id("explore-chart").bounding_box()
        assert chart is not None
        assert chart["y"] >= 0
        assert chart["y"] + 120 <= 720


def test_the_keyboard_alone_reaches_a_card_its_detail_and_back(open_page: Open) -> None:
    page = open_page("dashboard")
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED.format("action")):
            break
    # The cards are one stop, and arrows walk between them.
    page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUSED.format("action")) == "reminder"
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("action-name")).to_have_text("Reminder")
    back = page.get_by_role("button", name="Back to campaign")
    back.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("action-detail")).to_have_count(0)


@pytest.mark.nightly
def test_each_number_of_a_card_is_a_control_of_its_own(open_page: Open) -> None:
    page = open_page("dashboard")
    card = page.locator('[data-action="reminder"]')
    numbers = [
        (".rw-card-green", "conversions_attributed", "conversions"),
        (".rw-card-numbers b", "users_received", "received"),
    ]
    for shown, metric, kept in numbers:
        # Pressed where it is seen, whatever lies above it.
        box = card.locator(shown).first.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        number = page.locator(f'[data-of="reminder"][data-opens="{metric}"]')
        expect(number).to_have_attribute("aria-pressed", "true")
        expect(page.get_by_test_id("action-name")).to_have_text("Reminder")
        stat = page.locator(f'[data-scope="action"][data-metric="{metric}"]').first
        expect(stat).to_have_attribute("aria-pressed", "true")
        expect(stat).to_have_attribute("data-value", card.get_attribute(f"data-{kept}") or "")
    # Tab stops at the chosen card and its two numbers, and then leaves the cards.
    card.focus()
    stops = [page.evaluate(FOCUSED.format("action"))]
    for name in ("opens", "opens", "action"):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED.format(name)))
    assert stops[:3] == ["reminder", "users_received", "conversions_attributed"]
    assert stops[3] == ""


def test_the_keyboard_alone_finds_a_metric_and_reads_the_chart(open_page: Open) -> None:
    page = open_page("dashboard")
    page.locator(".rw-pick").first.press("Enter")
    page.keyboard.type("engagement rate")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    # No kernel answers here: the line that is there keeps its title, and is dimmed.
    expect(page.get_by_test_id("explore-chart")).to_have_attribute("aria-busy", "true")
    box = page.locator(".rw-chart-box")
    box.focus()
    page.keyboard.press("ArrowRight")
    first = page.get_by_test_id("readout").inner_text()
    for key in ("Shift+ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    assert page.get_by_test_id("readout").inner_text() != first
    page.keyboard.press("Enter")
    expect(page.locator(".rw-zoomed")).to_contain_text("Zoomed")


def test_charts_are_saved_as_files(open_page: Open, tmp_path: Path) -> None:
    page = open_page("dashboard")
    for name, start in (("PNG", b"\x89PNG"), ("SVG", b"<svg")):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=f"Save the chart as {name}").click()
        waiting.value.save_as(tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(start)


def test_an_emails_copy_can_do_nothing(open_page: Open) -> None:
    page = open_page("detail")
    problems = Problems()
    problems.watch(page)
    page.get_by_role("tab", name="Message").click()
    frame = page.locator("iframe.rw-mail-body")
    assert frame.get_attribute("sandbox") == ""
    assert "default-src 'none'" in (frame.get_attribute("srcdoc") or "")
    expect(page.frame_locator("iframe.rw-mail-body").locator("h1")).to_have_text("We miss you")
    problems.check()


@pytest.mark.nightly
def test_nothing_is_left_after_fifty_drawings(open_page: Open) -> None:
    page = open_page("dashboard")
    counts = page.evaluate(_DRAW_FIFTY)
    assert counts[0] == counts[1]
