"""What stands on screen before, between and without numbers: no old number passes for a new one, no box is empty."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

import results_widgets as rw
from tests.support.browser.answered import draw, wait_until_answered
from tests.support.browser.looks import few, loading, nobody, planned, shown
from tests.support.nightly import rest_nightly

Open = Callable[..., Page]
_WATCH = """() => {
    const own = globalThis;
    own.frames = [];
    const look = () => {
        const text = (selector) => document.querySelector(selector)?.textContent ?? "";
        const line = document.querySelector(".rw-chart-svg:not(.rw-chart-next) svg .mark-line path");
        const ring = document.querySelector(".rw-ring");
        own.frames.push({
            title: text("[data-testid=explore-title]"),
            caption: text("[data-testid=explore-caption]"),
            marked: document.querySelector("[data-action=reminder]")?.ariaPressed === "true",
            opened: document.querySelector("[data-testid=action-detail]") !== null,
            line: line?.getAttribute("d") ?? "",
            range: document.querySelector("[data-testid=range]")?.value,
            stale: Number(getComputedStyle(ring).opacity) < 1,
            users: text(".rw-ring"),
        });
        requestAnimationFrame(look);
    };
    look();
}"""


def frames(page: Page) -> list[dict[str, Any]]:
    """What was on screen, frame by frame, since it was last asked."""
    seen: list[dict[str, Any]] = page.evaluate("() => globalThis.frames.splice(0)")
    assert seen
    return seen


@pytest.fixture
def followed(new_page: Open) -> Page:
    """A dashboard that takes what is selected, and whose every frame is looked at."""
    page = new_page(1008)
    draw(page, rw.Dashboard(shown(), metric="users"), follows=True)
    expect(page.locator(".rw-chart svg").first).to_be_visible()
    wait_until_answered(page)
    page.evaluate(_WATCH)
    return page


def test_a_chart_stands_until_another_takes_its_place_and_keeps_its_words(followed: Page) -> None:
    page, title = followed, followed.get_by_test_id("explore-title")
    for metric in ("engaged", "engagement_rate", "conversions"):
        page.locator(f'.rw-rings [data-metric="{metric}"]').first.click()
        wait_until_answered(page)
    page.get_by_test_id("every").first.select_option("1w")
    expect(title).to_contain_text("per week")
    wait_until_answered(page)
    seen = frames(page)
    assert all(frame["line"] for frame in seen)
    words = {(frame["title"], frame["caption"], frame["line"]) for frame in seen}
    # Four other lines, each with a title of its own from its first frame to its last, and one caption.
    assert (
        len(words) == len({name for name, _, _ in words}) == len({line for *_, line in words}) == 5
    )
    assert len({caption for _, caption, _ in words}) > 1


def test_a_card_is_marked_in_a_frame_of_its_own_before_what_it_opens(followed: Page) -> None:
    followed.locator('[data-action="reminder"]').click()
    expect(followed.get_by_test_id("action-name")).to_have_text("Reminder")
    wait_until_answered(followed)
    told = list(dict.fromkeys((frame["marked"], frame["opened"]) for frame in frames(followed)))
    assert told == [(False, False), (True, False), (True, True)]


@pytest.mark.nightly
def test_numbers_of_before_are_dimmed_from_the_first_frame_on(followed: Page) -> None:
    page = followed
    before = page.locator(".rw-ring").first.text_content()
    page.get_by_test_id("range").first.select_option("7d")
    expect(page.locator(".rw-ring").first).not_to_have_text(before or "")
    wait_until_answered(page)
    seen = [frame for frame in frames(page) if frame["range"] == "7d"]
    told = list(dict.fromkeys((frame["stale"], frame["users"] == before) for frame in seen))
    assert told == [(True, True), (False, False)]


def bars(page: Page) -> Locator:
    return page.locator(".rw-loading .rw-ring-value")


def test_before_the_first_numbers_frame_and_names_stand_there(new_page: Open) -> None:
    page = new_page(1008)
    draw(page, loading())
    expect(page.get_by_test_id("campaign-name")).to_have_text("Win-back, spring 2026")
    expect(page.locator(".rw-rings")).to_contain_text("engaged")
    expect(page.locator(".rw-fresh")).to_have_text("Loading …")
    delays = page.evaluate(
        """() => [".rw-ring-value", ".rw-skeleton"].map((selector) => {
            const style = getComputedStyle(document.querySelector(selector));
            return [style.animationDelay, style.animationFillMode];
        })"""
    )
    assert delays == [["0.15s", "both"]] * 2
    cards = page.locator(".rw-flow [data-action]")
    expect(cards).to_have_count(len(shown().campaign.actions))
    expect(cards.first).to_contain_text(shown().campaign.actions[0].name)
    # Nothing of it can be read as a number.
    expect(bars(page).first).to_have_css("color", "rgba(0, 0, 0, 0)")
    expect(bars(page).first).to_have_css("opacity", "1")
    words = page.locator(".rw").inner_text()
    assert not any(wrong in words for wrong in ("NaN", "No one", "no actions", "0 users"))


@pytest.mark.parametrize("width", rest_nightly([1008, 390]))
def test_a_campaign_without_users_says_when_they_come(new_page: Open, width: int) -> None:
    page = new_page(width)
    draw(page, rw.Dashboard(planned(), metric="converted_rate"))
    expect(page.get_by_test_id("empty")).to_have_text(
        "No one has entered yet. First action planned for 1 Jun 2040, 09:00."
    )
    words = page.locator(".rw").inner_text()
    assert "No one has entered yet" in words
    assert not any(
        wrong in words for wrong in ("NaN", "tarted", "Infinity", "undefined", "hatched")
    )


@pytest.mark.nightly
def test_a_draft_has_not_started(new_page: Open) -> None:
    page = new_page(1008)
    draw(page, rw.Dashboard(nobody(), metric="users"))
    expect(page.get_by_test_id("left-out")).to_be_visible()
    expect(page.get_by_test_id("empty")).to_contain_text("First action planned for 1 Jun 2040")
    expect(page.locator(".rw-pill")).to_have_text("Draft")
    assert "tarted" not in page.locator(".rw").inner_text()


def test_of_few_users_rates_are_muted_and_axes_count_in_whole_steps(new_page: Open) -> None:
    page = new_page(1008)
    draw(page, rw.Dashboard(few(), metric="users"))
    expect(page.locator(".rw-chart svg").first).to_be_visible()
    labels = page.locator(".rw-chart svg .role-axis-label text").all_text_contents()
    # Entries a day: at most three.
    assert [label for label in labels if label.isdigit()][-4:] == ["0", "1", "2", "3"], labels
    expect(page.locator(".rw-few").first).to_be_visible()
    words = page.locator(".rw").inner_text()
    assert not any(wrong in words for wrong in ("NaN", "Infinity", "undefined"))


def test_without_a_kernel_what_asks_for_other_numbers_is_closed_and_the_rest_works(
    new_page: Open,
) -> None:
    page = new_page(1008)
    draw(page, rw.Dashboard(shown(), metric="users"), lost=True)
    expect(page.get_by_test_id("no-kernel")).to_contain_text("was restarted or has ended")
    for name in ("range", "days", "every"):
        expect(page.get_by_test_id(name).first).to_be_disabled()
    expect(page.get_by_role("button", name="Users in campaign")).to_be_disabled()
    page.get_by_test_id("settings").click()
    expect(page.get_by_test_id("clock")).to_be_disabled()
    page.keyboard.press("Escape")
    page.locator('[data-action="reminder"]').click()
    expect(page.get_by_test_id("action-name")).to_have_text("Reminder")
    expect(page.locator(".rw.rw-stale")).to_have_count(0)


@pytest.mark.nightly
def test_one_user_and_one_entry_are_said_as_one(new_page: Open) -> None:
    latest = rw.Results(*rw.datasets.generate(300, seed=3), time_zone="America/Los_Angeles")
    page = new_page(700)
    draw(page, rw.Overview(latest, range="today"))
    ring = page.locator(".rw-ring").first
    expect(ring.get_by_text("1 user", exact=True)).to_be_visible()
    expect(ring.get_by_text("1 entry", exact=True)).to_be_visible()
