"""A dashboard printed from the browser, on either paper: nothing on it is cut."""

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import results_widgets as rw
from tests.support.browser.looks import forest
from tests.support.browser.pages import write
from tests.support.nightly import rest_nightly
from tests.support.programs import find, output_of

Open = Callable[..., Page]

LONG = "A reminder that was given a rather long name by one of us"
# Every text of the dashboard that stands on paper, cut or not.
_TEXTS = """() => [...document.querySelectorAll(
        ".rw-title h2, .rw-card-name, .rw-card-numbers b, .rw-row-name, .rw-row b, .rw-stat-name, .rw-stat-value, " +
        ".rw-ring-name, .rw-ring-value, .rw-entry, .rw-total b, .rw-caption, .rw-channel h4, .rw-about dd")]
    .filter((one) => one.checkVisibility())
    .map((one) => one.textContent)"""
# What juts out of the box that clips it; what is clipped whole is for screen readers.
_CUT = """() => [...document.querySelectorAll(".rw *")]
    .filter((one) => one.checkVisibility() && getComputedStyle(one).overflowX !== "visible")
    .filter((one) => getComputedStyle(one).clipPath === "none")
    .filter((one) => !one.closest(".rw-offscreen, svg, select") && one.scrollWidth > one.clientWidth + 1)
    .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    campaign, events, users = rw.datasets.generate(1500, seed=3)
    actions = list(campaign.actions)
    actions[1] = dataclasses.replace(actions[1], name=LONG)
    named = dataclasses.replace(campaign, actions=tuple(actions))
    results = rw.Results(named, events, users, time_zone="America/Los_Angeles")
    folder = tmp_path_factory.mktemp("paper")
    return results.to_html(folder / "report.html", annotations={"2026-03-24": "Outage"})


def bare(text: str) -> str:
    """A text without what breaks lines and words on paper."""
    return re.sub(r"[-\s\u202f\u00ad]|ﬁ|ﬂ", "", text)


@pytest.mark.parametrize("width", rest_nightly([1440, 700]))
@pytest.mark.parametrize("paper", rest_nightly(["A4", "Letter"]))
def test_a_printed_report_has_all_its_texts(
    new_page: Open, report: Path, tmp_path: Path, paper: str, width: int
) -> None:
    page = new_page(width)
    page.goto(report.as_uri())
    expect(page.locator(".rw-rings")).to_be_visible(timeout=30_000)
    # In one column the chart's tab was never opened.
    expect(page.locator(".rw-chart svg")).to_have_count(1 if width > 960 else 0)
    assert page.locator("details.rw-about").get_attribute("open") is None
    target = tmp_path / "printed.pdf"
    page.pdf(path=target, format=paper, print_background=True)
    printed = bare(output_of(find("pdftotext"), target, "-"))
    # A browser prints what it finds, and does not wait for what is drawn anew.
    chart = printed.partition("perday")[2].partition("Channels")[0]
    assert "2Mar" in chart
    assert "Outage" in chart
    # Nobody presses paper.
    buttons = ("Settings", "Cumulative", "Hidenotes", "Sidebyside", "Copy")
    assert [word for word in buttons if word in printed] == []
    page.emulate_media(media="print")
    page.locator("details.rw-about").evaluate("(one) => { one.open = true; }")
    texts = page.evaluate(_TEXTS)
    assert len(texts) > 60
    # Lines of cards side by side are read in turn, so each word is looked for.
    assert [word for text in texts for word in text.split() if bare(word) not in printed] == []


@pytest.mark.parametrize("width", rest_nightly([794, 816]))
def test_nothing_juts_out_of_its_box_on_paper(new_page: Open, report: Path, width: int) -> None:
    page = new_page(1440)
    page.goto(report.as_uri())
    expect(page.locator(".rw-chart svg").first).to_be_visible(timeout=30_000)
    # Paper has the notes, and no button that hides them.
    switch = page.locator(".rw-note-switch").first
    expect(switch).to_be_visible()
    page.emulate_media(media="print")
    expect(switch).to_be_hidden()
    expect(page.locator(".rw-note-line").first).to_be_visible()
    expect(page.locator(".rw-open")).to_be_visible()
    page.set_viewport_size({"width": width - 90, "height": 1000})
    page.wait_for_timeout(300)
    assert page.evaluate(_CUT) == []
    boxes = page.evaluate(
        """() => {
            const box = (one) => one.getBoundingClientRect();
            const room = box(document.querySelector(".rw-flow"));
            return [...document.querySelectorAll(".rw-card, .rw-total, .rw-entry")].map(box)
                .map((one) => [one.left - room.left, room.right - one.right, room.bottom - one.bottom]);
        }"""
    )
    assert len(boxes) > 10
    assert min(min(one) for one in boxes) >= 0


def test_a_flow_of_sixty_is_folded_for_its_sheet_and_not_for_the_window(
    new_page: Open, tmp_path: Path
) -> None:
    page = new_page(1008)
    page.goto(write(tmp_path / "sixty.html", rw.Dashboard(forest(60))).as_uri())
    expect(page.get_by_text("60 steps, 5 shown")).to_be_visible()
    page.pdf(path=tmp_path / "sixty.pdf", format="A4", print_background=True)
    printed = output_of(find("pdftotext"), tmp_path / "sixty.pdf", "-")
    # As many as a page made for paper shows.
    assert "60 steps, 21 shown" in printed
    assert "Folded to fit" not in printed
    expect(page.get_by_text("60 steps, 5 shown")).to_be_visible()
