"""The door to files: whole or not at all, with the right mode, and never over an input."""

import errno
import gc
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import polars as pl
import pytest

import results_widgets as rw
from results_widgets._io import whole_file, write_whole
from results_widgets.errors import OutputError


def generated(users: int) -> rw.Results:
    return rw.Results(*rw.datasets.generate(users, seed=1), time_zone="UTC")


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_new_file_with_users_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    users = generated(50).users_in_campaign()
    for path in (users.save(tmp_path / "a.parquet"), users.export(tmp_path / "b.csv")):
        assert _mode(path) == 0o600
    assert _mode(write_whole(tmp_path / "numbers.json", b"{}")) == 0o666 & ~_umask(tmp_path)


def _umask(folder: Path) -> int:
    probe = folder / "probe"
    probe.touch()
    return 0o666 & ~_mode(probe)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
@pytest.mark.parametrize("private", [False, True])
def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path, mode: int, private: bool) -> None:
    path = tmp_path / "old"
    path.write_text("old")
    path.chmod(mode)
    with whole_file(path, private=private) as unfinished:
        unfinished.write_text("new")
    assert (path.read_text(), _mode(path)) == ("new", mode)


def test_writing_leaves_the_umask_of_the_process_alone(tmp_path: Path) -> None:
    stop, modes = threading.Event(), set[int]()

    def others() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            path = tmp_path / f"other-{number}"
            path.touch()
            modes.add(_mode(path))

    thread = threading.Thread(target=others)
    thread.start()
    for number in range(40):
        write_whole(tmp_path / f"own-{number}", b"")
    stop.set()
    thread.join()
    assert modes == {0o666 & ~_umask(tmp_path)}


def test_a_symbolic_link_stays_and_its_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def _stop_half_way(path: Path) -> None:
    with whole_file(path) as unfinished:
        unfinished.write_text("half")
        raise RuntimeError("stopped")


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "segment.parquet"
    path.write_text("old")
    with pytest.raises(RuntimeError, match="stopped"):
        _stop_half_way(path)
    assert [p.name for p in tmp_path.iterdir()] == ["segment.parquet"]
    assert path.read_text() == "old"


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        pl.exceptions.ComputeError("No space left on device (os error 28)"),
    ],
)
def test_a_full_disk_is_one_line_and_the_old_file_stays(tmp_path: Path, error: Exception) -> None:
    path = tmp_path / "segment.parquet"
    path.write_text("old")
    with pytest.raises(OutputError) as caught, whole_file(path):
        raise error
    assert str(caught.value).startswith(f"{path} cannot be written: No space left on device")
    assert "\n" not in str(caught.value)
    assert caught.value.errno == errno.ENOSPC
    assert path.read_text() == "old"


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written: No such file or directory"):
        generated(50).snapshot(tmp_path / "missing" / "monday.json")


def test_what_a_killed_process_left_is_removed_by_the_next_one(tmp_path: Path) -> None:
    script = (
        "import os, sys; from results_widgets._io import whole_file\n"
        f"with whole_file({str(tmp_path / 'a.parquet')!r}, private=True) as path:\n"
        "    path.write_text('users'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script], check=False)
    (left,) = tmp_path.iterdir()
    assert _mode(left) == 0o700
    with whole_file(tmp_path / "b.parquet") as unfinished:
        unfinished.write_text("new")
        # That of a process which is still writing stays.
        assert len(list(tmp_path.iterdir())) == 1
        write_whole(tmp_path / "c.parquet", b"")
        assert unfinished.exists()
    assert {p.name for p in tmp_path.iterdir()} == {"b.parquet", "c.parquet"}


WRITERS: dict[str, Callable[[rw.Results, Path], object]] = {
    "to_html": lambda results, path: results.to_html(path),
    "to_pdf": lambda results, path: results.to_pdf(path),
    "snapshot": lambda results, path: results.snapshot(path),
    "save_flow": lambda results, path: results.save_flow(path.with_suffix(".svg")),
    "save_chart": lambda results, path: results.save_chart(path.with_suffix(".svg")),
    "rollup": lambda results, path: results.rollup("1d").save(path),
    "segment": lambda results, path: results.users_in_campaign().save(path),
    "export": lambda results, path: results.users_in_campaign().export(path),
    "campaign": lambda results, path: results.campaign.to_json(path),
}


@pytest.fixture(scope="module")
def small() -> rw.Results:
    return generated(50)


ENDINGS = {"save_flow": ".svg", "save_chart": ".svg", "export": ".csv"}


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
@pytest.mark.parametrize("writer", WRITERS)
def test_what_is_no_file_is_not_replaced_by_one(
    tmp_path: Path, small: rw.Results, writer: str, make: Callable[[Path], None]
) -> None:
    path = tmp_path / f"other{ENDINGS.get(writer, '')}"
    make(path)
    before = path.stat()
    with pytest.raises(OutputError, match=r"it is (a folder|no file but a device or a pipe)"):
        WRITERS[writer](small, path)
    assert (path.stat().st_ino, path.stat().st_mode) == (before.st_ino, before.st_mode)


@pytest.mark.parametrize("name", ["a\0b", "x" * 300, "file/below"])
@pytest.mark.parametrize("writer", WRITERS)
def test_names_that_cannot_be_are_one_line(
    tmp_path: Path, small: rw.Results, writer: str, name: str
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError) as caught:
        WRITERS[writer](small, tmp_path / f"{name}{ENDINGS.get(writer, '')}")
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("name", ["a\0b", "x" * 300, "x" * 5000])
def test_names_of_no_file_are_told_where_one_is_read(
    tmp_path: Path, small: rw.Results, name: str
) -> None:
    path = tmp_path / name
    for read in (
        rw.Campaign.from_json,
        rw.Segment.load,
        rw.Mapping.from_json,
        rw.load,
        rw.read_export,
        small.diff,
        partial(rw.Results, small.campaign),
    ):
        with pytest.raises(rw.ResultsError) as caught:
            read(path)
        assert "\n" not in str(caught.value)
    with pytest.raises((rw.ResultsError, OSError)):
        rw.RollUp.load(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    rw.datasets.generate(60, seed=1, path=data)
    return data


@pytest.mark.parametrize("writer", [name for name in WRITERS if not name.startswith("save_")])
@pytest.mark.parametrize("name", ["events.parquet", "users.parquet", "events-new.parquet"])
def test_no_output_replaces_or_joins_the_tables_it_was_made_of(
    folder: Path, writer: str, name: str
) -> None:
    results = rw.load(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(OutputError, match="the results read this file, or would"):
        WRITERS[writer](results, folder / name)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("writer", ["snapshot", "save_flow", "rollup", "segment", "campaign"])
def test_the_same_name_in_another_folder_is_written(folder: Path, writer: str) -> None:
    results = rw.load(folder)
    (folder / "out").mkdir()
    WRITERS[writer](results, folder / "out" / "events.parquet")
    assert len(list((folder / "out").iterdir())) == 1


@pytest.mark.parametrize("pattern", ["events*.parquet", "*.parquet", "../*/events*.parquet"])
def test_an_output_that_a_glob_would_find_is_refused(folder: Path, pattern: str) -> None:
    results = rw.Results(folder / "campaign.json", str(folder / pattern))
    with pytest.raises(OutputError, match="the results read this file, or would"):
        results.rollup("1d").save(folder / "events-2.parquet")
    results.rollup("1d").save(folder / "rollup.bin")


def test_a_link_to_an_input_is_an_input(folder: Path) -> None:
    (folder / "report.html").symlink_to(folder / "events.parquet")
    results = rw.load(folder)
    with pytest.raises(OutputError, match="the results read this file, or would"):
        results.to_html(folder / "report.html")


def test_a_campaign_may_be_written_over_its_own_file_only(folder: Path) -> None:
    results = rw.load(folder)
    results.campaign.to_json(folder / "campaign.json")
    with pytest.raises(OutputError, match="the results read this file, or would"):
        results.to_html(folder / "campaign.json")


def test_a_file_is_free_again_once_nothing_reads_it(folder: Path) -> None:
    results = rw.load(folder)
    with pytest.raises(OutputError):
        write_whole(folder / "events.parquet", b"")
    del results
    gc.collect()
    assert write_whole(folder / "events.parquet", b"").read_bytes() == b""


@pytest.mark.parametrize(
    "write",
    [
        lambda results, path: results.rollup("1d").save(path),
        lambda results, path: results.users_in_campaign().save(path),
        lambda results, path: results.campaign.to_json(path),
    ],
    ids=["roll-up", "segment", "campaign"],
)
def test_what_outlives_results_replaces_none_of_their_inputs(
    write: Callable[[rw.Results, Path], object], tmp_path: Path
) -> None:
    campaign, events, _ = rw.datasets.generate(20, seed=1)
    campaign.to_json(tmp_path / "campaign.json")
    path = tmp_path / "events.parquet"
    events.lazy().collect().write_parquet(path)
    before = path.read_bytes()
    with pytest.raises(OutputError, match="results read this file"):
        write(rw.load(tmp_path, time_zone="UTC"), path)
    assert path.read_bytes() == before
