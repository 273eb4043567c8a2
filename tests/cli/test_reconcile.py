"""The command ``results-widgets reconcile``."""

import json
from pathlib import Path

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.cli.main import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A campaign's folder, and beside it what another tool says."""
    campaign, events, users = rw.datasets.generate(200, seed=1)
    assert isinstance(users, pl.DataFrame)
    place = tmp_path / "spring"
    place.mkdir()
    (place / "campaign.json").write_text(campaign.to_json(), encoding="utf-8")
    events.lazy().collect().write_parquet(place / "events.parquet")
    users.write_parquet(place / "users.parquet")
    results = rw.load(place, time_zone="UTC")
    own = results.analytics().actions().filter(metric="unique_opened")
    own.select("action_id", "metric", "value").write_csv(tmp_path / "theirs.csv")
    return place


def test_causes_are_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    theirs = folder.parent / "theirs.csv"
    asked = ["reconcile", str(folder), str(theirs), "--time-zone", "UTC"]
    assert main([*asked, "--developers", "left_out", "--no-guess"]) == 0
    told = capsys.readouterr().out
    assert "Developers: theirs left out, ours counted." in told
    assert "Unique opens of We miss you" in told
    assert main([*asked, "--no-guess"]) == 1
    assert "not explained" in capsys.readouterr().out


def test_one_line_of_json_and_a_report(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    theirs, report = folder.parent / "theirs.csv", folder.parent / "report.html"
    asked = ["reconcile", str(folder), str(theirs), "--time-zone", "UTC", "--json"]
    assert main([*asked, "-o", str(report)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["explained"] is True
    assert [one["cause"] for one in found["rules"] if one["status"] == "assumed"] == ["developers"]
    assert found["table"][0]["rest"] == 0
    assert '<section class="rw-reconcile"' in report.read_text("utf-8")


def test_errors_name_the_rows(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder.parent / "wrong.csv"
    path.write_text("action,metric,value\nnobody,sent,1\n", encoding="utf-8")
    assert main(["reconcile", str(folder), str(path)]) == 2
    assert "theirs: 1 row cannot be compared: row 1: unknown action" in capsys.readouterr().err
