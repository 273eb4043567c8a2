"""An export becomes a dashboard in one call: the numbers on its cards are those of the file."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import results_widgets as rw
from results_widgets.exports import all_vendors
from tests.support.browser.pages import write
from tests.support.exports.story import tell
from tests.support.nightly import rest_nightly

GOALS = {"braze": "Purchase", "leanplum": "Purchase", "sendgrid": "click"}


@pytest.mark.parametrize("key", rest_nightly(GOALS))
def test_export_becomes_a_dashboard(
    new_page: Callable[..., Page], tmp_path: Path, key: str
) -> None:
    writer = import_module(f"tests.support.exports.writers.{key}")
    story = tell(all_vendors()[key], writer.LIMITS, 4)
    folder = tmp_path / "export"
    folder.mkdir()
    writer.write(story, folder)
    results = rw.read_export(folder).results(goal=GOALS[key], window="3d")
    page = new_page()
    page.goto(write(tmp_path / "page.html", rw.Dashboard(results)).as_uri())
    for action, _, _ in story.actions:
        own = (row for row in story.messages if row["action_id"] == action)
        received = {row["user_id"] for row in own if row["event"] == "sent"}
        door = page.locator(f'[data-of="{action}"][data-opens="users_received"]')
        name = results.campaign.action_by_id[action].label
        expect(door).to_have_attribute("aria-label", f"Users received, {name}: {len(received)}")
    # Braze says which step follows which; of others the flow is a guess, and drawn as one.
    guessed = 0 if key == "braze" else len(story.actions) - 1
    expect(page.locator(".rw-edge-guessed")).to_have_count(guessed)
