"""Notebooks that travel: run by papermill, turned into HTML, and opened by somebody who trusts nobody."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Browser, expect

import results_widgets as rw
from tests.support.browser.kept_lab import KeptLab
from tests.support.browser.lab import PATIENCE, Server

ROOT = Path(__file__).resolve().parent.parent.parent
WIDGETS = ("Dashboard", "Overview", "Channels", "Flow", "Explore", "ActionDetail")
# As docs/reports.md says.
OFFLINE = (
    "--ClearMetadataPreprocessor.enabled=True",
    "--HTMLExporter.mathjax_url=",
    "--HTMLExporter.require_js_url=",
)


def run(words: list[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *words], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def campaign_folder(folder: Path, share: float = 1.0) -> rw.Results:
    folder.mkdir(exist_ok=True)
    campaign, events, users = rw.datasets.generate(300, seed=1)
    assert isinstance(events, pl.DataFrame)
    assert isinstance(users, pl.DataFrame)
    known = events.sort("timestamp").head(int(events.height * share))
    known.write_parquet(folder / "events.parquet")
    users.write_parquet(folder / "users.parquet")
    rw.Campaign.from_json(campaign).to_json(folder / "campaign.json")
    return rw.load(folder, time_zone="America/New_York")


@pytest.fixture(scope="module")
def executed(server: Server) -> tuple[rw.Results, Path]:
    """A notebook with every widget, run to its end, its widgets' state kept, trusted by nobody."""
    folder = server.root / "campaign"
    results = campaign_folder(folder)
    load = f"import results_widgets as rw\nresults = rw.load({str(folder)!r}, time_zone='America/New_York')"
    shown = [f"rw.{name}(results)" for name in WIDGETS]
    shown[-1] = f"rw.ActionDetail(results, action={results.campaign.actions[0].id!r})"
    server.write("every.ipynb", [load, *shown])
    target = server.root / "saved.ipynb"
    run(["papermill", str(server.root / "every.ipynb"), str(target)], server.environment)
    return results, target


def test_html_of_a_notebook_shows_every_widget_offline(
    executed: tuple[rw.Results, Path], server: Server, browser: Browser, tmp_path: Path
) -> None:
    results, saved = executed
    words = ["nbconvert", "--to", "html", *OFFLINE, "--output-dir", str(tmp_path), str(saved)]
    run(words, server.environment)
    asked: list[str] = []
    with browser.new_context(offline=True) as context:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto((tmp_path / "saved.html").as_uri())
        # Once each: the copy for where JupyterLab has no widget to draw stays hidden.
        plain = page.locator(".rw-static:visible")
        expect(plain).to_have_count(len(WIDGETS))
        for place in range(len(WIDGETS)):
            table = plain.nth(place)
            expect(table).to_contain_text(f"{results.unique_users():,}")
            expect(table).to_contain_text("America/New_York")
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


@pytest.mark.nightly
def test_an_untrusted_notebook_still_shows_the_numbers(
    executed: tuple[rw.Results, Path], lab: KeptLab
) -> None:
    results, saved = executed
    page = lab.open(saved.name).page
    number = page.get_by_role("cell", name=f"{results.unique_users():,}", exact=True)
    expect(number.first).to_be_visible(timeout=PATIENCE)
    trusted = (
        "() => window.jupyterapp.shell.currentWidget.content.widgets.map((c) => c.model.trusted)"
    )
    assert not any(page.evaluate(trusted))
    assert page.locator("[data-testid=rw-dashboard]").count() == 0


@pytest.mark.nightly
def test_papermill_runs_the_recipe(tmp_path: Path, server: Server) -> None:
    folder = tmp_path / "campaign"
    campaign_folder(folder, share=0.6)
    words = ["papermill", str(ROOT / "notebooks/scheduled.ipynb"), str(tmp_path / "today.ipynb")]
    words += ["-p", "folder", str(folder), "-p", "keep", str(tmp_path)]
    words += ["-p", "time_zone", "America/New_York"]
    run(words, server.environment)
    results = campaign_folder(folder)
    run(words, server.environment)
    said = (tmp_path / "today.ipynb").read_text(encoding="utf-8")
    outputs = [o for cell in json.loads(said)["cells"] for o in cell.get("outputs", [])]
    assert "new events: +" in json.dumps(outputs)
    page = (tmp_path / f"{results.campaign.id}.html").read_text(encoding="utf-8")
    assert f"<td>{results.unique_users():,}</td>" in page
