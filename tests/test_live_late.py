"""Widgets that appear before their numbers: complete by the end of the cell, whoever runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import results_widgets as rw
from results_widgets import datasets
from results_widgets.results import _view

ROOT = Path(__file__).resolve().parent.parent
LATE = """
import ipywidgets
import results_widgets as rw
from results_widgets.results import _view
_view._MANY = 0
results = rw.load("campaign", time_zone="UTC")
"""
WAYS = {
    "shown": "dashboard = rw.Dashboard(results)\ndashboard",
    "by itself": "results",
    "in a box": "dashboard = rw.Dashboard(results)\nipywidgets.VBox([dashboard])",
    "not shown": "dashboard = rw.Dashboard(results)\nassert dashboard._status['state'] == 'computing'",
}
LATER = "if 'dashboard' in globals(): assert dashboard._status['state'] == 'ready'"


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("late")
    datasets.generate(200, seed=1, path=folder / "campaign", overwrite=True)
    return folder


def run(folder: Path, *cells: str) -> dict[str, Any]:
    """A notebook executed by a kernel of its own, as nbconvert does."""
    code: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"c{number}",
            "metadata": {},
            "outputs": [],
            "source": source,
            "execution_count": None,
        }
        for number, source in enumerate(cells)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = {"cells": code, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "book.ipynb").write_text(json.dumps(book))
    words = [sys.executable, str(ROOT / "scripts" / "run_notebook.py"), "book.ipynb", "done.ipynb"]
    places = {"JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime", "IPYTHONDIR": "ipython"}
    own = {name: str(folder / place) for name, place in places.items()}
    done = subprocess.run(
        words, cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, **own}
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads((folder / "done.ipynb").read_text())
    return found


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
    assert ("Unique users" in shown) is (way in ("shown", "by itself"))


def test_outside_a_cell_numbers_are_there_at_once(
    campaign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_view, "_MANY", 0)
    results = rw.load(campaign / "campaign", time_zone="UTC")
    assert results.takes_long
    assert rw.Dashboard(results)._status["state"] == "ready"
    assert not results.takes_long
