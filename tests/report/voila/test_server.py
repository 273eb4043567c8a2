"""Kernels of served reports: those that nobody looks at end soon, however long a reader's may idle."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.disclosure import HIDE_USERS
from results_widgets.report.voila import show
from results_widgets.report.voila.campaign_list import CampaignList, campaign_list
from results_widgets.report.voila.ready_report import Page
from results_widgets.report.voila.server import LimitedKernelManager
from tests.support.comm import browser_asks, connected, small


def test_a_kernel_that_no_page_connected_to_ends_sooner() -> None:
    async def ended() -> list[bool]:
        manager = LimitedKernelManager(cull_unvisited=60, cull_idle_timeout=900, cull_interval=3600)
        ids = [await manager.start_kernel() for _ in range(3)]
        try:
            forgotten, visited, fresh = ids
            manager.notify_connect(visited)
            manager.notify_disconnect(visited)  # type: ignore[no-untyped-call]
            long_ago = datetime.now(UTC) - timedelta(seconds=61)
            for one in ids:
                kernel: Any = manager.get_kernel(one)
                kernel.execution_state = "idle"
                kernel.last_activity = datetime.now(UTC) if one == fresh else long_ago
            await manager.cull_kernels()
            return [one in manager for one in (forgotten, visited, fresh)]
        finally:
            await manager.shutdown_all()

    assert asyncio.run(ended()) == [False, True, True]


USERS = (
    {"kind": "segment", "of": "campaign"},
    {"kind": "sample", "token": 1, "seed": 0},
    {"kind": "profile", "token": 1},
    {"kind": "reach", "token": 1},
    {"kind": "save", "token": 1, "name": "mine"},
)


def test_a_server_without_users_answers_with_numbers_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HIDE_USERS, "1")
    with connected(monkeypatch):
        widget = rw.Dashboard(small(), store=rw.SegmentStore("never.db"))
        widget.segment = widget.results.users_in_campaign()
        for content in USERS:
            (answer,) = browser_asks(widget, {**content, "id": "1"})
            assert not answer["ok"], content
            assert answer["error"]["message"] == "this report shows numbers and no users"
        (days,) = browser_asks(widget, {"kind": "days", "id": "2"})
        assert days["ok"]
        assert widget._options["closed"]["users"] == "This report shows numbers and no users"
    assert not Path("never.db").exists()


@pytest.mark.parametrize("users", ["/srv/people/list.parquet", "C:\\people\\list.parquet"])
def test_a_page_names_no_folder_of_the_server(users: str, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    entry = {"campaign": "/srv/data/c.json", "events": "/srv/data/e*.parquet", "users": users}
    (folder / "list.json").write_text(json.dumps({"campaigns": {"a": entry}}))
    shown = show("campaign=a", folder / "list.json")
    assert isinstance(shown, Page)
    page = shown._repr_html_()
    assert "c.json" in page
    assert "/srv" not in page
    assert str(tmp_path) not in page


def test_the_list_links_each_campaigns_page_and_says_what_cannot_be_read() -> None:
    campaign = rw.Results(*rw.datasets.generate(600, seed=1), time_zone="UTC")

    def broken() -> rw.Results:
        raise rw.EventsError("/srv/data/b: no events file")

    reads = {"a": lambda: campaign, "a b": lambda: campaign, "<b>": broken}
    found = campaign_list(reads, lambda text: text.replace("/srv/data/", ""))
    assert isinstance(found, CampaignList)
    one, other, third = found._campaigns["rows"]
    label = campaign.campaign.label
    assert (one["name"], one["href"]) == (f"{label} (a)", "?campaign=a")
    assert (other["name"], other["href"]) == (f"{label} (a b)", "?campaign=a%20b")
    assert one["numbers"]["entries"] == campaign.overview().filter(metric="users")["value"][0]
    assert (third["name"], third["numbers"]) == ("<b>", None)
    assert third["trouble"] == "b: no events file"
    html = (found._repr_mimebundle_() or ({}, {}))[0]["text/html"]
    assert "&lt;b&gt;" in html
    alone = campaign_list({"<b>": broken}, str)
    assert isinstance(alone, str)
    assert '<th scope="row">&lt;b&gt;</th>' in alone


def test_campaigns_without_events_have_those_of_the_folder_around_them(tmp_path: Path) -> None:
    campaign, events, _ = rw.datasets.generate(120, seed=1)
    made = rw.Campaign.from_json(campaign).to_dict()
    assert isinstance(events, pl.DataFrame)
    events.write_parquet(tmp_path / "events.parquet")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "campaign.json").write_text(json.dumps({**made, "name": name}))
    found = show("", tmp_path)
    assert isinstance(found, CampaignList)
    entries = rw.Results(campaign, events).overview().filter(metric="users")["value"][0]
    assert [row["numbers"]["entries"] for row in found._campaigns["rows"]] == [entries] * 2
    opened = show("campaign=two", tmp_path)
    assert isinstance(opened, rw.Dashboard)
    assert opened.results.campaign.name == "two"


def test_a_store_is_served_alone_and_in_a_folder_of_campaigns(tmp_path: Path) -> None:
    users = {}
    for name, seed in (("one", 1), ("two", 2)):
        campaign, events, _ = rw.datasets.generate(120, seed=seed)
        results = rw.Results(campaign, events)
        results.save(tmp_path / f"{name}.rw")
        users[f"{name}.rw"] = results.unique_users()
    (tmp_path / "notes").mkdir()

    alone = show("", tmp_path / "one.rw")
    assert isinstance(alone, rw.Dashboard)
    assert alone.results.unique_users() == users["one.rw"]

    listed = show("", tmp_path)
    assert isinstance(listed, CampaignList)
    links = [f"?campaign={name}" for name in users]
    assert [row["href"] for row in listed._campaigns["rows"]] == links
    for name, count in users.items():
        opened = show(f"campaign={name}", tmp_path)
        assert isinstance(opened, rw.Dashboard)
        assert opened.results.unique_users() == count


def test_a_folder_without_campaigns_says_what_to_put_there(tmp_path: Path) -> None:
    found = show("", tmp_path)
    assert isinstance(found, Page)
    assert "put stores, or folders with campaign.json and events files, into" in found.html
