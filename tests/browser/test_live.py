"""A dashboard that is watched: the number on screen moves when a file arrives."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.lab import SECOND, Notebook, Server
from tests.browser.test_dashboard import picture
from tests.test_live import CAMPAIGN, EVENTS

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
    picture(book.page, "live")
    assert book.value("dashboard.selection.action") == "a1"
    assert book.value("dashboard.results.unique_users()") == 3
    # The kernel is free in between, and closing what is shown is no trouble.
    assert book.run("dashboard.close(); watch.stop(); print(watch.stopped)") == "True"
    book.problems.check()
