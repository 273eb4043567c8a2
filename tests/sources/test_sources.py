"""What is read: frames of every library, files of every format, alone, in folders and by globs."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.sources import find_files, read_table

CAMPAIGN: dict[str, Any] = {
    "id": "c1",
    "goal": {"events": ["Purchase"], "value": "value"},
    "actions": [{"id": "a1", "channel": "email"}],
}
EVENTS = pl.DataFrame(
    {
        "user_id": ["anna", "bob", "anna"],
        "action_id": ["a1", "a1", None],
        "event": ["sent", "sent", "Purchase"],
        "timestamp": [datetime(2026, 3, 1, hour, tzinfo=UTC) for hour in (9, 10, 11)],
        "value": [None, None, 2.5],
    }
)


def numbers(source: object) -> list[tuple[Any, ...]]:
    frame = rw.Results(CAMPAIGN, source, time_zone="UTC").actions()
    return frame.select("metric", "value").rows()


EXPECTED = numbers(EVENTS)


def written(folder: Path, kind: str, frame: pl.DataFrame = EVENTS) -> Path:
    path = folder / f"events.{kind}"
    if kind == "parquet":
        frame.write_parquet(path)
    elif kind == "csv":
        frame.write_csv(path)
    elif kind == "csv.gz":
        path.write_bytes(gzip.compress(frame.write_csv().encode()))
    else:
        frame.write_ndjson(path)
    return path


# ------------------------------------------------------------------------------------------ frames


def test_polars_eager_and_lazy() -> None:
    assert numbers(EVENTS) == numbers(EVENTS.lazy()) == EXPECTED
    assert EXPECTED[0] == ("users_received", 2.0)


def test_pandas_frame() -> None:
    assert numbers(EVENTS.to_pandas()) == EXPECTED
    # An index of its own is no column.
    assert numbers(EVENTS.to_pandas().iloc[[2, 0, 1]]) == EXPECTED


def test_arrow_table() -> None:
    assert numbers(EVENTS.to_arrow()) == EXPECTED


def test_duckdb_relation(tmp_path: Path) -> None:
    import duckdb

    path = written(tmp_path, "parquet")
    with duckdb.connect() as connection:
        assert numbers(connection.sql(f"from '{path}'")) == EXPECTED


@pytest.mark.parametrize("wrong", [5, None, {"user_id": ["anna"]}, [1, 2], b"bytes"])
def test_anything_else_is_refused_by_its_type(wrong: object) -> None:
    with pytest.raises(rw.EventsError, match=r"events: cannot read builtins\.\w+; pass a path"):
        rw.Results(CAMPAIGN, wrong)


def test_passed_frames_are_not_changed() -> None:
    before = EVENTS.clone()
    numbers(EVENTS)
    assert_frame_equal(EVENTS, before)


# ------------------------------------------------------------------------------------------- files


@pytest.mark.parametrize("kind", ["parquet", "csv", "csv.gz", "ndjson", "jsonl"])
def test_file_of_any_format(tmp_path: Path, kind: str) -> None:
    path = written(tmp_path, kind)
    assert numbers(path) == numbers(str(path)) == EXPECTED


@pytest.mark.parametrize(
    "source",
    [
        lambda folder: folder,
        lambda folder: str(folder / "*.parquet"),
        lambda folder: [folder / "1.parquet", str(folder / "2.parquet")],
        lambda folder: (str(folder / "[12].parquet"),),
    ],
    ids=["folder", "glob", "list", "globs"],
)
def test_several_files_are_one_table(tmp_path: Path, source: Callable[[Path], object]) -> None:
    EVENTS[:1].write_parquet(tmp_path / "1.parquet")
    EVENTS[1:].write_parquet(tmp_path / "2.parquet")
    assert numbers(source(tmp_path)) == EXPECTED


def test_glob_may_be_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, "parquet")
    monkeypatch.chdir(tmp_path)
    assert numbers("*.parquet") == numbers("events.parquet") == EXPECTED


def test_csv_keeps_names_that_look_like_numbers(tmp_path: Path) -> None:
    frame = EVENTS.with_columns(pl.col("action_id").replace("a1", "007"))
    campaign = CAMPAIGN | {"actions": [{"id": "007", "channel": "email"}]}
    results = rw.Results(campaign, written(tmp_path, "csv", frame), time_zone="UTC")
    assert len(results.users_in_action("007")) == 2


def test_refresh_reads_again_and_leaves_the_old_results_as_they_were(tmp_path: Path) -> None:
    path = written(tmp_path, "parquet")
    old = rw.Results(CAMPAIGN, path, time_zone="UTC").between("2026-03-01", "2026-03-01")
    assert old.unique_users() == 2
    EVENTS.filter(pl.col("user_id") == "anna").write_parquet(path)
    new = old.refresh()
    assert (old.unique_users(), new.unique_users()) == (2, 1)
    assert (new._session.query, new.campaign) == (old._session.query, old.campaign)
    assert new.read_at > old.read_at


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("parquet", ".*check"),
        ("csv", ".*check"),
        ("ndjson", "line 1 is not a complete JSON object"),
    ],
)
def test_file_that_is_broken_is_named(tmp_path: Path, kind: str, why: str) -> None:
    path = tmp_path / f"events.{kind}"
    path.write_text("{{\n" if kind == "ndjson" else "")
    with pytest.raises(rw.EventsError, match=rf"events\.{kind} cannot be read as {kind} \({why}"):
        rw.Results(CAMPAIGN, path)


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(rw.EventsError, match=r"no file matches '.*nowhere\.csv'; pass a file"):
        read_table(tmp_path / "nowhere.csv")
    with pytest.raises(rw.EventsError, match=r"no file matches '.*\*\.csv'"):
        read_table(str(tmp_path / "*.csv"))
    with pytest.raises(rw.EventsError, match=r"the folder .* holds no \.parquet, \.csv"):
        read_table(tmp_path)
    with pytest.raises(rw.EventsError, match="the list of files is empty; pass at least one"):
        read_table([])


def test_format_is_checked(tmp_path: Path) -> None:
    (tmp_path / "events.xlsx").write_text("x")
    with pytest.raises(rw.EventsError, match=r"unknown format '\.xlsx'; known: \.parquet, \.csv"):
        read_table(tmp_path / "events.xlsx")
    files = [written(tmp_path, "csv"), written(tmp_path, "parquet")]
    with pytest.raises(rw.EventsError, match=r"several formats together: \.csv, \.parquet; pass"):
        read_table(files)


# ------------------------------------------------------------------------------------------ folders


def test_folder_holds_campaign_events_and_users(tmp_path: Path) -> None:
    rw.Campaign.from_json(CAMPAIGN).to_json(tmp_path / "campaign.json")
    EVENTS[:1].write_csv(tmp_path / "events-1.csv")
    EVENTS[1:].write_csv(tmp_path / "events-2.csv")
    pl.DataFrame({"user_id": ["anna"], "plan": ["free"]}).write_csv(tmp_path / "users.csv")
    (tmp_path / "notes.txt").write_text("not read")
    assert [path.name for path in find_files(tmp_path, "events")] == [
        "events-1.csv",
        "events-2.csv",
    ]
    results = rw.load(tmp_path, time_zone="UTC", definitions="leanplum")
    assert results.actions().select("metric", "value").rows()[0] == EXPECTED[0]
    assert results.users_in_campaign().users["plan"].to_list() == ["free", None]
    assert (results.definitions.name, results.time_zone) == ("leanplum", "UTC")


def test_folder_that_lacks_something_says_what(tmp_path: Path) -> None:
    with pytest.raises(rw.EventsError, match=r"no such folder or store; pass a store, a folder"):
        rw.load(tmp_path / "nowhere")
    (tmp_path / "event.csv").write_text("x")
    with pytest.raises(rw.EventsError, match=r"no such folder or store \(did you mean '.*0'\?\)"):
        rw.load(f"{tmp_path}z")
    with pytest.raises(
        rw.EventsError, match=r"event\.csv: a file; pass its folder: rw\.load\(.*; events alone"
    ):
        rw.load(tmp_path / "event.csv")
    with pytest.raises(rw.EventsError, match=r"no events file; found: event\.csv"):
        rw.load(tmp_path)
    written(tmp_path, "csv")
    with pytest.raises(rw.CampaignError, match=r"campaign\.json: no such file"):
        rw.load(tmp_path)
