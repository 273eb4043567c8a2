"""Kernels of served reports: those that nobody looks at end soon, however long a reader's may idle."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

import pytest

import results_widgets as rw
from results_widgets.disclosure import HIDE_USERS
from results_widgets.report.voila import show
from results_widgets.report.voila.campaign_list import list_html
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
    page = show("campaign=a", folder / "list.json")._repr_html_()
    assert "c.json" in page
    assert "/srv" not in page
    assert str(tmp_path) not in page


def test_the_list_of_campaigns_tells_each_verdict() -> None:
    campaign = rw.Results(*rw.datasets.generate(2_000, seed=1), time_zone="UTC")
    page = list_html(
        {"a": lambda: campaign, "b": lambda: campaign.between("2020-01-01", "2020-01-02")}, str
    )
    assert '<th scope="col">Verdict</th>' in page
    assert escape(campaign.experiment().verdict().title) in page
    assert "No one has entered in this range" in page
