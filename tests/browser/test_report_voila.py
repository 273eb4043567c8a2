"""Two readers of one served report: each has his own kernel, and neither asks anything of elsewhere."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import polars as pl
import pytest
from playwright.sync_api import Browser, Page, expect

import results_widgets as rw
from results_widgets.report import served

pytest.importorskip("voila")

PATIENCE = 90


def campaign_folder(folder: Path, seed: int) -> rw.Results:
    folder.mkdir()
    campaign, events, users = rw.datasets.generate(300, seed=seed)
    for name, frame in {"events": events, "users": users}.items():
        assert isinstance(frame, pl.DataFrame)
        frame.write_parquet(folder / f"{name}.parquet")
    said = rw.Campaign.from_json(campaign).to_dict()
    (folder / "campaign.json").write_text(json.dumps(said), encoding="utf-8")
    return rw.load(folder, time_zone="UTC")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("campaigns")
    campaign_folder(root / "one", 1)
    campaign_folder(root / "two", 2)
    (root / "broken").mkdir()
    (root / "broken" / "campaign.json").write_text("{}")
    return root


@pytest.fixture(scope="module")
def address(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = tmp_path_factory.mktemp("voila")
    places = {f"JUPYTER_{name}_DIR": str(home / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    start = "import sys; from results_widgets.cli import main; sys.exit(main())"
    words = [sys.executable, "-c", start, "serve", str(folder), "--port", str(port)]
    with (home / "log.txt").open("wb") as log:
        server = subprocess.Popen(
            words, env={**os.environ, **places}, stdout=log, stderr=log, start_new_session=True
        )
        try:
            _wait(f"http://127.0.0.1:{port}/")
            yield f"http://127.0.0.1:{port}/"
        finally:
            os.killpg(server.pid, 15)
            server.wait(20)


def _wait(address: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            urlopen(f"{address}static/none", timeout=5)
        except HTTPError:
            return
        except (URLError, OSError):
            time.sleep(0.3)
    pytest.fail("Voila did not start")


def reader(browser: Browser, asked: list[str]) -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    page.set_default_timeout(PATIENCE * 1000)
    page.on("request", lambda request: asked.append(request.url))
    return page


def test_two_readers_do_not_see_each_other(browser: Browser, address: str) -> None:
    asked: list[str] = []
    first, second = reader(browser, asked), reader(browser, asked)
    for page in (first, second):
        page.goto(f"{address}?campaign=one")
    for page in (first, second):
        page.get_by_test_id("rw-dashboard").wait_for()
    first.locator('[data-scope="campaign"][data-metric="conversions"]').first.click()
    first.get_by_test_id("range").first.select_option("7d")
    expect(first.get_by_test_id("explore-title")).to_contain_text("Conversions", timeout=20_000)
    expect(second.get_by_test_id("explore-title")).to_contain_text("Users, per day")
    expect(second.get_by_test_id("range").first).to_have_value("whole")
    outside = [
        url for url in asked if not url.startswith((address, "blob:", "data:", "ws://127.0.0.1"))
    ]
    assert outside == []
    for page in (first, second):
        page.context.close()


def test_the_list_and_what_is_wrong_are_shown_in_words(browser: Browser, address: str) -> None:
    page = reader(browser, [])
    page.goto(address)
    expect(page.get_by_role("link", name="two")).to_be_visible(timeout=PATIENCE * 1000)
    page.goto(f"{address}?campaign=thr%3Cb%3Eee")
    expect(page.get_by_text("unknown campaign 'thr<b>ee'")).to_be_visible(timeout=PATIENCE * 1000)
    assert "Traceback" not in page.content()
    page.context.close()


def test_campaigns_come_from_a_folder_or_a_file(folder: Path, tmp_path: Path) -> None:
    assert list(served.campaigns(folder)) == ["broken", "one", "two"]
    listed = served.show("", folder)
    assert isinstance(listed, served.Words)
    assert "?campaign=one" in listed.html
    config = tmp_path / "campaigns.json"
    entry = {"campaign": str(folder / "one"), "time_zone": "Asia/Tokyo"}
    config.write_text(json.dumps({"campaigns": {"18": entry}}))
    shown = served.show("campaign=18", config)
    assert isinstance(shown, rw.Dashboard)
    assert shown.results.time_zone == "Asia/Tokyo"
    wrong = served.show("campaign=broken", folder)
    assert isinstance(wrong, served.Words)
    assert "<p>broken: no events file" in wrong.html
    config.write_text("[]")
    with pytest.raises(rw.EventsError, match="names no campaigns"):
        served.campaigns(config)
