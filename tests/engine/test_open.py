"""Results go on reading the files they were made of, wherever the process goes."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.engine.open import opening_once
from results_widgets.errors import OutputError
from tests.support.odd_values import CAMPAIGN, COLUMNS


@pytest.mark.parametrize("named", ["events.parquet", "*.parquet", "."])
def test_another_working_directory_changes_neither_what_is_read_nor_what_is_protected(
    named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    events = pl.DataFrame(COLUMNS)
    for folder, rows in ((here, events), (there, events.head(1))):
        folder.mkdir()
        rows.write_parquet(folder / "events.parquet")
    monkeypatch.chdir(here)
    results = rw.Results(CAMPAIGN, named, time_zone="UTC")
    monkeypatch.chdir(there)
    entries = results.entries().height
    assert entries == rw.Results(CAMPAIGN, events, time_zone="UTC").entries().height
    events.write_parquet(here / "events.parquet", compression="gzip")
    results = results.refresh()
    assert results.entries().height == entries
    with pytest.raises(OutputError, match="results read this file"):
        results.rollup().save(here / "events.parquet")
    results.rollup().save("other.parquet")
    assert (there / "other.parquet").is_file()


def test_only_what_is_read_of_the_same_files_in_the_same_way_is_checked_once(
    tmp_path: Path,
) -> None:
    events, users = pl.DataFrame(COLUMNS), pl.DataFrame({"user_id": COLUMNS["user_id"]}).unique()
    path, people, others = (tmp_path / f"{name}.parquet" for name in ("events", "users", "others"))
    events.write_parquet(path)
    users.with_columns(is_developer=True).write_parquet(people)
    users.with_columns(is_developer=False).write_parquet(others)

    def table(users: Any, **options: Any) -> Any:
        data: Any = rw.Results(CAMPAIGN, path, users, time_zone="UTC", **options)._session.data
        return data.table

    with opening_once():
        one = table(people)
        assert table(people) is one
        assert table(others) is not one
        assert table(None) is not one
        assert table(people, naive_time_zone="Europe/Berlin") is not one
        assert table(None) is table(None)
        # Users in a frame may be others each time.
        assert table(users) is not table(None)
        assert table(users) is not table(users)
