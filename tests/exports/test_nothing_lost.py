"""Files that change while they are read, and readings that are killed: good rows are kept, nothing half is left."""

import json
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import fastavro
import polars as pl
import pytest

import results_widgets as rw
from results_widgets.exports import all_vendors, reading
from results_widgets.exports.detecting import Detected, detect
from tests.support.exports.story import tell


def post(n: int) -> dict[str, Any]:
    mail = {"email": f"user{n}@example.com", "event": "processed", "category": "Spring"}
    return {**mail, "timestamp": 1772442000 + n, "sg_event_id": f"e{n}"}


def lines(first: int, last: int) -> str:
    return "".join(json.dumps(post(n)) + "\n" for n in range(first, last))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    parts = tmp_path / "parts"
    parts.mkdir()
    for n in range(3):
        (parts / f"part-{n}.jsonl").write_text(lines(n * 10, n * 10 + 10))
    return parts


def between(change: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let something happen after the files were looked at, and before they are read."""

    def then(*arguments: Any) -> Detected:
        found = detect(*arguments)
        change()
        return found

    monkeypatch.setattr(reading, "detect", then)


def test_a_part_that_vanishes_is_named_and_the_others_are_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = folder / "part-1.jsonl"
    between(gone.unlink, monkeypatch)
    with pytest.warns(rw.SourceWarning, match=r"part-1\.jsonl"):
        export = rw.read_export(folder)
    assert export.campaigns()["received"].item() == 20
    assert export.report()["file"].drop_nulls().to_list() == [str(gone)]


def test_a_table_that_vanishes_is_named_though_others_refer_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writers = (("leanplum", "write_csv"), ("customerio", "write_warehouse"), ("mautic", "write"))
    for key, write in writers:
        module: Any = import_module(f"tests.support.exports.writers.{key}")
        folder = tmp_path / key
        folder.mkdir()
        getattr(module, write)(tell(all_vendors()[key], module.LIMITS, 3), folder)
        files = [path for path in folder.rglob("*") if path.is_file()]
        gone = max(files, key=lambda path: path.stat().st_size)
        between(gone.unlink, monkeypatch)
        with pytest.warns(rw.SourceWarning, match=gone.name):
            export = rw.read_export(folder, key)
        assert str(gone) in export.report()["file"].to_list()


def test_a_file_that_grows_costs_no_row_that_was_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def grow() -> None:
        with (folder / "part-1.jsonl").open("a") as file:
            # A whole line, and half of the one that is being written.
            file.write(lines(100, 101) + lines(101, 102)[:20])

    between(grow, monkeypatch)
    with pytest.warns(rw.SourceWarning, match="1 row refused"):
        export = rw.read_export(folder)
    assert export.campaigns()["received"].item() == 31
    refused = export.report().drop_nulls("file")
    assert refused.select("file", "line").rows() == [(str(folder / "part-1.jsonl"), 12)]


def test_avro_with_fields_that_nobody_knows_is_read(tmp_path: Path) -> None:
    fields: list[dict[str, Any]] = [
        {"name": "id", "type": "string"},
        {"name": "user_id", "type": "string"},
        {"name": "time", "type": "int"},
        {"name": "campaign_id", "type": ["null", "string"]},
        {"name": "new_map", "type": {"type": "map", "values": ["null", "string", "long"]}},
        {"name": "new_union", "type": ["null", "string", "long"]},
    ]
    name = "users.messages.email.Send"
    schema = {"type": "record", "name": name.replace(".", "_"), "fields": fields}
    own = {"time": 1772442000, "campaign_id": "c", "new_map": {"a": 1}, "new_union": 7}
    rows = [{"id": f"{n}", "user_id": f"u{n}", **own} for n in range(3)]
    path = tmp_path / f"event_type={name}" / "date=2026-03-02" / "part.avro"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        fastavro.writer(file, fastavro.parse_schema(schema), rows)
    export = rw.read_export(tmp_path)
    assert export.vendor == "braze"
    assert export.campaigns().select("campaign_id", "received").row(0) == ("c", 3)
    assert export.refused_rows == 0


@pytest.mark.parametrize("patience", [0.7, 1.6])
def test_a_reading_that_is_killed_leaves_nothing_half_and_ends_when_run_again(
    tmp_path: Path, patience: float
) -> None:
    (tmp_path / "posts.jsonl").write_text(lines(0, 60_000))
    out = tmp_path / "out"
    start = "from results_widgets.cli.main import main; raise SystemExit(main())"
    command = [sys.executable, "-c", start, "read", str(tmp_path / "posts.jsonl")]
    command += ["--window", "1d", "-o", str(out)]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        running.wait(patience)
    except subprocess.TimeoutExpired:
        running.send_signal(signal.SIGKILL)
        running.wait()
    if (out / "campaign.json").exists():
        assert rw.load(out, time_zone="UTC").unique_users() == 60_000
    else:
        with pytest.raises(rw.ResultsError):
            rw.load(out, time_zone="UTC")
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert rw.load(out, time_zone="UTC").unique_users() == 60_000
    assert sorted(path.name for path in out.iterdir()) == [
        "campaign.json",
        "events.parquet",
        "users.parquet",
    ]
    assert pl.read_parquet(out / "events.parquet").height == 60_000
