"""What is left out is said above the numbers: for everybody, at every width, until it is put away."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

import results_widgets as rw
from tests.support.browser.pages import write
from tests.support.examples import case
from tests.support.nightly import rest_nightly

Open = Callable[..., Page]
SAID = "did you mean that?"


def results(table: str) -> rw.Results:
    asked = case(table)
    return rw.Results(dict(asked.campaign), asked.events, time_zone="UTC")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    other = results("anna mail sent 01T10:00 campaign_id=C1")
    clocks = results("anna mail sent 01T10:00\nbob mail sent 2099-01-01T00:00:00+00:00")
    child = results("anna nudge sent 01T10:00")
    made = {
        "dashboard": rw.Dashboard(other),
        "explore": rw.Explore(other),
        "audience": rw.Audience(other.users_in_campaign()),
        "clocks": rw.Dashboard(clocks),
        "child": rw.Dashboard(child),
    }
    return {name: write(folder / f"{name}.html", widget) for name, widget in made.items()}


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in {"serious", "critical"}]


@pytest.mark.parametrize("dark", rest_nightly([False, True]), ids=["light", "dark"])
@pytest.mark.parametrize("width", rest_nightly([390, 700, 1440]))
def test_banner_is_read_put_away_and_fits(
    new_page: Open, pages: dict[str, Path], width: int, *, dark: bool
) -> None:
    page = new_page(width, dark=dark)
    page.goto(pages["dashboard"].as_uri())
    banner = page.get_by_role("alert")
    expect(banner).to_contain_text(f"None of the events count. campaign_id 'C1' in 1 row; {SAID}")
    box = banner.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert serious(page) == []
    if page.get_by_role("tab", name="Explore").count():
        page.get_by_role("tab", name="Explore").click()
    expect(page.get_by_test_id("explore-empty")).to_contain_text(
        "No one has entered. None of the events"
    )
    close = page.get_by_role("button", name="Dismiss this warning")
    close.focus()
    page.keyboard.press("Enter")
    expect(banner).to_have_count(0)


@pytest.mark.parametrize("name", rest_nightly(["explore", "audience"]))
def test_every_widget_says_it(new_page: Open, pages: dict[str, Path], name: str) -> None:
    page = new_page(700)
    page.goto(pages[name].as_uri())
    expect(page.get_by_test_id("left-out")).to_contain_text(SAID)


@pytest.mark.nightly
def test_paper_has_the_words_without_the_button(new_page: Open, pages: dict[str, Path]) -> None:
    page = new_page(1440)
    page.goto(pages["dashboard"].as_uri())
    page.emulate_media(media="print")
    expect(page.get_by_test_id("left-out")).to_be_visible()
    expect(page.get_by_test_id("left-out").get_by_role("button")).to_be_hidden()


def test_wrong_clocks_and_missing_first_actions_are_noted(
    new_page: Open, pages: dict[str, Path]
) -> None:
    page = new_page(1440)
    page.goto(pages["clocks"].as_uri())
    said = "1 event has a time far outside the campaign (2099-01-01)."
    expect(page.get_by_test_id("note")).to_contain_text(said)
    page.goto(pages["child"].as_uri())
    expect(page.get_by_test_id("empty")).to_contain_text("none says that a user received a first")
