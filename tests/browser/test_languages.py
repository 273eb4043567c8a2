"""One language for numbers, days and axes, whatever the browser and the machine speak; names of any writing."""

import dataclasses
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

import results_widgets as rw
from results_widgets.locales import locale_of
from tests.support.browser.pages import write
from tests.support.loops import some
from tests.support.nightly import rest_nightly
from tests.support.programs import find, output_of

Visit = Callable[..., Page]

ARABIC = "عرض الربيع 20%"
THIN = "\u202f"


@pytest.fixture(scope="module")
def results() -> rw.Results:
    """More than a thousand of most things, so that thousands are grouped, and Arabic names."""
    campaign, events, users = rw.datasets.generate(4000, seed=3)
    actions = [
        dataclasses.replace(one, name=f"{ARABIC} {n}") for n, one in enumerate(campaign.actions)
    ]
    named = dataclasses.replace(campaign, name=ARABIC, actions=tuple(actions), status=None)
    return rw.Results(named, events, users, time_zone="Europe/Berlin")


@pytest.fixture(scope="module")
def german(results: rw.Results, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A dashboard in German, as a widget and as a saved page."""
    folder = tmp_path_factory.mktemp("german")
    dashboard = rw.Dashboard(
        results, locale="de", metric="sent", channel="email", every="1mo", cumulative=True
    )
    page = dashboard.to_html(folder / "report.html")
    return [write(folder / "dashboard.html", dashboard), page]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    contexts: list[BrowserContext] = []

    def opened(path: Path, language: str, *, chart: bool = True, **scene: Any) -> Page:
        context = browser.new_context(
            viewport={"width": 1300, "height": 900}, locale=language, offline=True, **scene
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(path.as_uri())
        shown = ".rw-chart svg" if chart else ".rw"
        expect(page.locator(shown).first).to_be_visible(timeout=30_000)
        return page

    yield opened
    for context in contexts:
        context.close()


def _axis(page: Page) -> list[str]:
    return page.locator(".rw-chart svg .role-axis-label text").all_text_contents()


def _all_text(page: Page) -> str:
    text: str = page.evaluate(
        """() => {
            const root = document.querySelector(".rw");
            const said = [...root.querySelectorAll("[data-tip], [aria-label]")]
                .flatMap((one) => [one.dataset.tip ?? "", one.getAttribute("aria-label") ?? ""]);
            return [root.innerText, ...said].join("\\n");
        }"""
    )
    return text


@pytest.mark.parametrize("language", rest_nightly(["ar-EG", "fr-FR", "en-US"]))
def test_english_is_written_whatever_the_browser_speaks(
    results: rw.Results, visit: Visit, tmp_path: Path, language: str
) -> None:
    shown = rw.Explore(results, metric="sent", channel="email", every="1mo", cumulative=True)
    page = visit(write(tmp_path / "explore.html", shown), language)
    axis = _axis(page)
    assert any(re.fullmatch(r"\d,\d{3}", label) for label in axis), axis
    assert any(re.fullmatch(r"Mar 2026|Apr", label) for label in axis), axis
    page.get_by_role("button", name="Show table").click()
    last = page.locator("[data-testid=explore-table] tbody td").last.inner_text()
    total = results.explore("sent", channel="email", every="1mo", cumulative=True)["value"][-1]
    assert last == f"{total:,.0f}"


@pytest.mark.parametrize("language", rest_nightly(["ar-EG", "en-GB"]))
def test_german_is_written_where_it_is_asked_for(
    results: rw.Results, visit: Visit, german: list[Path], language: str
) -> None:
    for path in some(german):
        page = visit(path, language)
        users = f"{results.unique_users():,}".replace(",", ".")
        expect(
            page.locator('[data-scope="campaign"][data-metric="unique_users"]').first
        ).to_contain_text(f"{users} users")
        axis = _axis(page)
        assert any(re.fullmatch(r"\d\.\d{3}", label) for label in axis), axis
        assert any(label.startswith("März") for label in axis), axis
        newest = re.compile(r"\d+\. \w+\.? 2026")
        expect(page.locator(".rw-fresh")).to_have_attribute("data-tip", newest)
        text = _all_text(page)
        # Nothing is grouped or pointed as in English: "1,234" and "12.3 %" are other numbers here.
        assert (
            re.findall(rf"\d,\d{{3}}(?!\d*{THIN}%)\b|\d\.\d{THIN}%|\d\.\d{{1,2}}\b(?!\d)", text)
            == []
        )
        assert re.search(rf"\d,\d{THIN}%", text)
        root = page.locator(".rw").first
        assert (root.get_attribute("lang"), root.get_attribute("dir")) == ("en", "ltr")


ENGLISH_WORDS = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    r"|Mon|Tue|Wed|Thu|Fri|Sat|Sun|ago|just now)\b"
    rf"|(?<=\d)[ {THIN}](?:days?|hours?|d|h|k|M|B)\b"
)
"""Names of months and days, and what stands behind numbers, in English."""
NO_NUMBERS = re.compile(
    r"Atlantic/Jan Mayen|\b(?:Last|Young|within|Active in the last) \d+ days?", re.IGNORECASE
)
"""Names of zones, and of choices."""


def english_words(name: str, text: str) -> set[str]:
    """Words of numbers and days in a text that are English, and not the language's own."""
    own = locale_of(name)
    months = [*own.months, *own.months_in_dates, *own.months_short]
    units = [*own.durations, *(one["behind"] for one in own.compact)]
    same = {word.strip(f". {THIN}") for word in [*months, *own.weekdays_short, *units]}
    found = {word.strip(f" {THIN}") for word in ENGLISH_WORDS.findall(NO_NUMBERS.sub("", text))}
    return found - same


@pytest.mark.parametrize(
    ("name", "month"),
    rest_nightly([("de", r"März"), ("fr", "mars"), ("ja", "3月"), ("ar", "مارس")]),
)
def test_no_english_word_belongs_to_a_number_or_a_day(
    results: rw.Results, visit: Visit, tmp_path: Path, name: str, month: str
) -> None:
    dashboard = rw.Dashboard(results, locale=name, metric="median_time_to_convert", every="1w")
    # Every series and view of a saved page in one language with a decimal comma, and in one that runs leftwards;
    # of the other two the view it opens with, which is written by the same code.
    whole = {} if name in ("de", "ar") else {"min_cell": 1}
    for path in (
        write(tmp_path / "dashboard.html", dashboard),
        dashboard.to_html(tmp_path / "report.html", **whole),
        write(tmp_path / "experiment.html", rw.Experiment(results, locale=name)),
    ):
        page = visit(path, "en-US", chart=path.stem != "experiment")
        labels = page.locator(".rw-chart svg text").all_text_contents()
        text = "\n".join([_all_text(page), *labels])
        assert english_words(name, text) == set()
        assert month in text
        if locale_of(name).decimal == ",":
            assert re.findall(rf"\d\.\d{THIN}%|\b[1-9]\d{{0,2}},\d{{3}}\b(?!{THIN})", text) == []


@pytest.mark.parametrize("name", rest_nightly(["de", "ar"]))
def test_pictures_sentences_and_paper_are_in_one_language(
    results: rw.Results, tmp_path: Path, name: str
) -> None:
    shown = rw.Selection(locale=name).written(results)
    flow = results.save_flow(tmp_path / "flow.svg", locale=name).read_text(encoding="utf-8")
    chart = results.save_chart(tmp_path / "chart.svg", "users", every="1w", locale=name)
    pdf = results.to_pdf(tmp_path / "report.pdf", locale=name)
    printed = output_of(find("pdftotext"), "-layout", pdf, "-")
    experiment = shown.experiment()
    for text in (
        *(re.sub(r"<[^>]*>", "\n", one) for one in (flow, chart.read_text(encoding="utf-8"))),
        *(printed, shown.summary(), repr(experiment), experiment._repr_html_()),
        repr(shown._repr_mimebundle_()),
    ):
        assert english_words(name, text) == set()
        if name == "de":
            assert re.findall(rf"\d\.\d{THIN}%", text) == []


@pytest.mark.nightly
def test_a_mixture_is_noticed() -> None:
    assert english_words("de", f"12. Apr., 2{THIN}Tg., vor 3 Tagen, 1,2{THIN}Mio.") == set()
    assert english_words("de", f"12 Mar, 2{THIN}d, 3 days ago, 1.2{THIN}M") == {
        *("Mar", "d", "days", "ago", "M"),
    }


def test_the_page_without_scripts_is_german_too(
    results: rw.Results, browser: Browser, german: list[Path]
) -> None:
    with browser.new_context(java_script_enabled=False, locale="en-US") as context:
        page = context.new_page()
        page.goto(german[1].as_uri())
        users = f"{results.unique_users():,}".replace(",", ".")
        expect(page.locator(".rw-headline")).to_contain_text(users)
        expect(page.locator(".rw-headline")).to_contain_text(re.compile(rf"\d,\d{THIN}%"))
        expect(page.locator(".rw-about")).to_contain_text(re.compile(r"\w\w \d+\. \w+\.? 2026"))


def test_names_keep_their_direction_and_numbers_theirs(
    results: rw.Results, visit: Visit, tmp_path: Path
) -> None:
    dashboard = rw.Dashboard(
        results, action=results.campaign.actions[0].id, metric="users_received"
    )
    page = visit(write(tmp_path / "dashboard.html", dashboard), "en-GB")
    # Every text that is a name of the data stands in an element that takes its own direction.
    unmarked = page.evaluate(
        """(name) => {
            const walk = document.createTreeWalker(document.querySelector(".rw"), NodeFilter.SHOW_TEXT);
            const found = [];
            for (let node = walk.nextNode(); node; node = walk.nextNode()) {
                const parent = node.parentElement;
                if (!node.data.includes(name) || parent.closest("option, svg")) continue;
                if (!parent.closest("bdi, [dir=auto]")) found.push(parent.outerHTML.slice(0, 160));
            }
            return found;
        }""",
        ARABIC,
    )
    assert unmarked == []
    name = page.locator(".rw-card-name").first
    assert name.evaluate("(one) => getComputedStyle(one).direction") == "rtl"
    assert page.locator(".rw").first.evaluate("(one) => getComputedStyle(one).direction") == "ltr"


@pytest.mark.nightly
def test_a_status_nobody_gave_is_no_badge(
    results: rw.Results, visit: Visit, tmp_path: Path
) -> None:
    page = visit(write(tmp_path / "dashboard.html", rw.Dashboard(results)), "en-GB")
    expect(page.locator(".rw-title h2")).to_have_text(ARABIC)
    expect(page.locator(".rw-pill")).to_have_count(0)


@pytest.mark.nightly
def test_entries_and_people_are_told_apart(
    results: rw.Results, visit: Visit, tmp_path: Path
) -> None:
    page = visit(write(tmp_path / "dashboard.html", rw.Dashboard(results)), "en-GB")
    numbers = dict(results.overview().select("metric", "value").iter_rows())
    entries, users = (f"{numbers[name]:,.0f}" for name in ("users", "unique_users"))
    seen = "(one) => one.innerText.replace(/\\s+/g, ' ')"
    page.add_style_tag(content=".rw-offscreen { display: none }")
    first, _, last = (ring.evaluate(seen) for ring in page.locator(".rw-ring").all())
    share = f"{numbers['unique_users_rate']:.1%}".replace("%", " %")
    assert first == f"{share}unique {users} users, {entries} entries"
    assert f"of {entries} entries" in last
    expect(page.get_by_test_id("flow-entries")).to_have_text(f"{entries}entries")
