"""Widgets that appear before their numbers: complete by the end of the cell, whoever runs it."""

import json
from pathlib import Path

import pytest

import results_widgets as rw
from results_widgets import datasets
from results_widgets.results import session
from tests.support.notebooks import LATE, run

WATCHED = """
sent = []
dashboard = rw.Dashboard(results)
send = dashboard.send_state
dashboard.send_state = lambda key=None: (sent.append(set(key)), send(key))
dashboard
"""
WAYS = {
    "shown": WATCHED,
    "by itself": "results",
    "in a box": "dashboard = rw.Dashboard(results)\nipywidgets.VBox([dashboard])",
    "not shown": "dashboard = rw.Dashboard(results)\nassert dashboard._status['state'] == 'computing'",
}
LATER = """
if "dashboard" in globals():
    assert dashboard._status["state"] == "ready"
if "sent" in globals():
    headline, rest = filter(None, sent)
    assert headline == {"_selection", "_metrics", "_status"}, headline
    assert rest == {"_flow", "_trends", "_parts", "_notes", "_chart", "_series"}, rest
"""
"""What takes longer than the headline is sent after it."""


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("late")
    datasets.generate(200, seed=1, path=folder / "campaign", overwrite=True)
    return folder


@pytest.mark.parametrize("way", WAYS)
def test_notebook_executed_unseen_is_complete(campaign: Path, way: str) -> None:
    book = run(campaign, LATE, WAYS[way], LATER)
    models = book["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    (ours,) = (model for model in models.values() if "_metrics" in str(model.get("buffers")))
    assert ours["state"]["_status"]["state"] == "ready"
    assert len(next(one["data"] for one in ours["buffers"] if one["path"] == ["_metrics"])) > 1000
    shown = json.dumps(book["cells"][1]["outputs"])
    assert "Computing" not in shown
    # Where no JavaScript runs, the numbers stand beside it.
    assert ("Unique users" in shown) is (way != "not shown")


def test_outside_a_cell_numbers_are_there_at_once(
    campaign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "MANY_ROWS", 0)
    results = rw.load(campaign / "campaign", time_zone="UTC")
    assert results._session.takes_long
    assert rw.Dashboard(results)._status["state"] == "ready"
    assert not results._session.takes_long


def test_many_rows_of_a_store_are_waited_for_until_somebody_has_looked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    datasets.generate(200, seed=1, path=tmp_path / "campaign", overwrite=True)
    store = tmp_path / "kept.rw"
    rw.load(tmp_path / "campaign", time_zone="UTC").save(store)
    monkeypatch.setattr(session, "MANY_CODED", 100)
    kept = rw.load(store, time_zone="UTC")
    # Nothing is left to encode, and no number is known.
    assert (kept._session.reading.rows_to_code, kept._session.takes_long) == (0, True)
    assert rw.Dashboard(kept)._status["state"] == "ready"
    assert not kept._session.takes_long
