"""Results go on reading the files they were made of, wherever the process goes."""

from pathlib import Path

import polars as pl
import pytest

import results_widgets as rw
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
