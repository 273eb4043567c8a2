"""A dashboard that is watched: the number on screen moves when a file arrives."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from results_widgets import datasets
from tests.support.browser.lab import SECOND, Notebook, Server, keep_screenshot
from tests.support.refreshed import CAMPAIGN, EVENTS

WATCHED = f"""
import results_widgets as rw
results = rw.Results({CAMPAIGN!r}, "live", time_zone="UTC")
dashboard = rw.Dashboard(results, action="a1")
dashboard
"""


@pytest.fixture
def folder(server: Server) -> None:
    (server.root / "live").mkdir(exist_ok=True)
    EVENTS[:3].write_parquet(server.root / "live" / "a.parquet")


def test_new_file_moves_the_numbers(
    folder: None, server: Server, open_notebook: Callable[..., Notebook]
) -> None:
    book = open_notebook(WATCHED, "watch = results.watch('1s')\nwatch")
    card = book.widget().locator('[data-action="a1"]').first
    expect(card).to_have_attribute("data-received", "2")
    EVENTS[3:].write_parquet(server.root / "live" / "b.parquet")
    expect(card).to_have_attribute("data-received", "3", timeout=30 * SECOND)
    keep_screenshot(book.page, "live")
    assert book.value("dashboard.selection.action") == "a1"
    assert book.value("dashboard.results.unique_users()") == 3
    # The kernel is free in between, and closing what is shown is no trouble.
    assert book.run("dashboard.close(); watch.stop(); print(watch.stopped)") == "True"
    book.problems.check()


LATE = """
import time
from pathlib import Path
import results_widgets as rw
from results_widgets.engine.backends.memory import dataset as memory
from results_widgets.results import session

session.MANY_ROWS = 0
walk = memory.find_journeys
def slow(*given):
    while not Path("go").exists():
        time.sleep(0.05)
    return walk(*given)
memory.find_journeys = slow
results = rw.load("campaign", time_zone="UTC")
"""


# Done when the server has passed it on.
INTERRUPT = """async () => {
  await window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.interrupt();
}"""


def begun(server: Server, open_notebook: Callable[..., Notebook]) -> Notebook:
    """A dashboard that stands there already, of a campaign whose walk waits until it is told to go."""
    datasets.generate(300, seed=1, path=server.root / "campaign", overwrite=True)
    (server.root / "go").unlink(missing_ok=True)
    book = open_notebook(LATE)
    book.start("dashboard = rw.Dashboard(results)\ndashboard")
    expect(book.page.get_by_test_id("rw-dashboard")).to_be_visible(timeout=60 * SECOND)
    return book


def test_dashboard_appears_at_once_and_fills_in(
    server: Server, open_notebook: Callable[..., Notebook]
) -> None:
    book = begun(server, open_notebook)
    expect(book.widget().get_by_role("progressbar", name="Computing")).to_be_visible()
    keep_screenshot(book.page, "computing")
    (server.root / "go").touch()
    users = book.widget().locator('[data-scope="campaign"][data-metric="users"]').first
    # Of 326 entries 37 are held back.
    expect(users).to_have_attribute("data-value", "289", timeout=60 * SECOND)
    keep_screenshot(book.page, "filled")
    book.problems.check()


@pytest.mark.nightly
def test_computing_can_be_interrupted(
    server: Server, open_notebook: Callable[..., Notebook]
) -> None:
    book = begun(server, open_notebook)
    # Long enough for the bar of what takes more than two seconds.
    expect(book.page.get_by_text("step 3 of 4")).to_be_visible(timeout=60 * SECOND)
    keep_screenshot(book.page, "progress")
    book.page.evaluate(INTERRUPT)
    interrupted = book.page.get_by_test_id("error")
    expect(interrupted).to_contain_text("interrupted while computing", timeout=60 * SECOND)
    (server.root / "go").touch()
    # The kernel lives, and the same results answer: 290 users, of whom 35 are held back.
    assert book.run("memory.find_journeys = walk; print(results.unique_users())") == "255"
    assert book.run("dashboard.results = results; print(dashboard._status['state'])") == "ready"
    expect(book.page.get_by_test_id("error")).to_have_count(0)
    book.problems.check()


WARM = """
import results_widgets as rw
from results_widgets.results import session

session.SLOW_TO_SORT = 1
results = rw.Results(*rw.datasets.generate(300, seed=1), time_zone="UTC")
dashboard = rw.Dashboard(results)
dashboard
"""


@pytest.mark.nightly
def test_page_that_shows_the_numbers_warms_them(open_notebook: Callable[..., Notebook]) -> None:
    book = open_notebook(WARM)
    book.widget()
    for _ in range(100):
        if book.value("results._session.warmer.is_done"):
            break
        book.page.wait_for_timeout(SECOND / 10)
    else:
        pytest.fail("nothing warmed")
    users = book.widget().locator('[data-scope="campaign"][data-metric="users"]').first
    book.page.get_by_test_id("range").first.select_option("7d")
    week = "rw.Selection(range='7d').apply(results, 'Asia/Tokyo').overview()['value'][0]"
    expect(users).to_have_attribute("data-value", str(int(book.value(week))))
    book.problems.check()
