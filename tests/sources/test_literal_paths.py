"""A path that exists is that file, whatever its name looks like; hidden files are nobody's data."""

from pathlib import Path

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.sources import Folder, list_files, read_table, reads_path

USERS = pl.DataFrame({"user_id": ["a", "b"]})
OTHERS = pl.DataFrame({"user_id": ["x"]})


def _write(frame: pl.DataFrame, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    getattr(
        frame, {".parquet": "write_parquet", ".csv": "write_csv"}.get(path.suffix, "write_ndjson")
    )(path)


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".ndjson"])
@pytest.mark.parametrize("stem", ["events[1]", "events?", "ev*", "events{1}"])
def test_a_name_with_the_signs_of_a_glob_is_that_file(
    tmp_path: Path, suffix: str, stem: str
) -> None:
    _write(USERS, tmp_path / f"{stem}{suffix}")
    for other in ("events1", "eventsx", "every"):
        _write(OTHERS, tmp_path / f"{other}{suffix}")
    found = read_table(tmp_path / f"{stem}{suffix}").collect()
    assert found["user_id"].to_list() == ["a", "b"]


def test_a_segment_with_the_signs_of_a_glob_in_its_name_is_that_file(tmp_path: Path) -> None:
    _write(OTHERS, tmp_path / "seg1.parquet")
    _write(USERS, tmp_path / "seg[1].parquet")
    assert rw.Segment.load(tmp_path / "seg[1].parquet").users["user_id"].to_list() == ["a", "b"]


@pytest.mark.parametrize(
    "name", [".events.parquet", "_events.parquet", ".scratch/events.parquet", ".c=1/e.parquet"]
)
@pytest.mark.parametrize("pattern", ["", "*.parquet", "**/*.parquet"])
def test_hidden_files_and_folders_are_not_read(tmp_path: Path, name: str, pattern: str) -> None:
    _write(USERS, tmp_path / "events.parquet")
    _write(OTHERS, tmp_path / name)
    assert list_files(tmp_path / pattern) == [tmp_path / "events.parquet"]
    assert list_files(Folder(tmp_path, "")) == [tmp_path / "events.parquet"]


def test_a_hidden_file_is_read_where_it_is_named(tmp_path: Path) -> None:
    _write(USERS, tmp_path / ".events.parquet")
    _write(USERS, tmp_path / ".in" / "events.parquet")
    assert list_files(tmp_path / ".events.parquet") == [tmp_path / ".events.parquet"]
    assert list_files(tmp_path / ".in" / "*.parquet") == [tmp_path / ".in" / "events.parquet"]


@pytest.mark.parametrize(
    ("item", "path", "wanted"),
    [
        ("events-*.parquet", "events-2.parquet", True),
        ("events-*.parquet", "other.parquet", False),
        ("events-*.parquet", ".events-2.parquet", False),
        ("**/*.csv", "a/b/c.csv", True),
        ("*/*.csv", "a/b/c.csv", False),
        ("*.csv", "a/c.csv", False),
        ("", "any.csv", True),
        ("", "day=1/any.csv", True),
        ("", "day/any.csv", False),
        ("", "report.html", False),
        ("there.csv", "there.csv", True),
        ("there.csv", "other.csv", False),
    ],
)
def test_which_paths_an_item_would_read(tmp_path: Path, item: str, path: str, wanted: bool) -> None:
    (tmp_path / "there.csv").touch()
    assert reads_path(tmp_path / item, tmp_path.resolve() / path) is wanted
