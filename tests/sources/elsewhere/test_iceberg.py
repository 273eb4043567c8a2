"""Iceberg tables, in a catalog of SQLite: their snapshots, what was deleted, and what a refresh sees."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pyiceberg.catalog.sql import SqlCatalog

import results_widgets as rw
from results_widgets.errors import MissingExtraError
from tests.support.refreshed import CAMPAIGN, EVENTS, assert_alike


def results_of(source: object) -> rw.Results:
    return rw.Results(CAMPAIGN, source, time_zone="UTC")


def version_of(results: rw.Results) -> object:
    return results.freshness()["version"].item()


def arrow(frame: pl.DataFrame) -> Any:
    return frame.to_arrow()


@pytest.fixture
def catalog(tmp_path: Path) -> Any:
    made = SqlCatalog("lake", uri=f"sqlite:///{tmp_path / 'catalog.db'}", warehouse=str(tmp_path))
    made.create_namespace("marketing")
    return made


@pytest.fixture
def table(catalog: Any) -> Any:
    """A table of two snapshots."""
    made = catalog.create_table("marketing.events", schema=arrow(EVENTS).schema)
    made.append(arrow(EVENTS[:2]))
    made.append(arrow(EVENTS[2:4]))
    return made


def test_a_name_in_a_catalog_is_read_and_grows(catalog: Any, table: Any) -> None:
    results = results_of(rw.iceberg("marketing.events", catalog=catalog))
    assert_alike(results, results_of(EVENTS[:4]))
    first = table.current_snapshot().snapshot_id
    assert version_of(results) == f"snapshot {first}"
    assert results.refresh()._session.data is results._session.data
    table.append(arrow(EVENTS[4:]))
    after = results.refresh()
    assert_alike(after, results_of(EVENTS))
    assert version_of(after) != version_of(results) == f"snapshot {first}"
    # What was read before is answered as it stood, also of columns that nobody asked for yet.
    assert results.overview(by="platform").height > 0
    assert results.unique_users() == 3


def test_a_folder_is_recognised_and_follows_its_newest_metadata(table: Any) -> None:
    place = Path(table.location().removeprefix("file://"))
    results = results_of(place)
    assert_alike(results, results_of(EVENTS[:4]))
    table.append(arrow(EVENTS[4:]))
    assert_alike(results.refresh(), results_of(EVENTS))
    named = results_of(rw.iceberg(table.metadata_location))
    assert_alike(named, results_of(EVENTS))


def test_an_earlier_snapshot_is_named_by_id_tag_and_time(catalog: Any, table: Any) -> None:
    first = table.current_snapshot()
    table.manage_snapshots().create_tag(first.snapshot_id, "march").commit()
    table.append(arrow(EVENTS[4:]))
    time = datetime.fromtimestamp(first.timestamp_ms / 1000, UTC)
    for version in (first.snapshot_id, "march", time):
        events = rw.iceberg("marketing.events", catalog=catalog, version=version)
        assert version_of(results_of(events)) == f"snapshot {first.snapshot_id}"
        assert_alike(results_of(events).refresh(), results_of(EVENTS[:4]))
    with pytest.raises(
        rw.EventsError, match=r"has no version 'april'; its newest snapshots are \d+"
    ):
        results_of(rw.iceberg("marketing.events", catalog=catalog, version="april"))


def test_deleted_rows_stay_deleted_and_a_table_is_read_as_it_stands(table: Any) -> None:
    results = results_of(table)
    before = version_of(results)
    other = table.catalog.load_table("marketing.events")
    other.delete("user_id = 'bob'")
    assert version_of(results.refresh()) == before
    table.refresh()
    assert_alike(results.refresh(), results_of(EVENTS[:4].filter(pl.col("user_id") != "bob")))


def test_what_cannot_be_read_is_said(
    catalog: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog.create_table("marketing.empty", schema=arrow(EVENTS).schema)
    with pytest.raises(rw.EventsError, match=r"Iceberg table marketing\.empty has no rows yet"):
        results_of(rw.iceberg("marketing.empty", catalog=catalog))
    with pytest.raises(rw.EventsError, match=r"Iceberg table marketing\.none cannot be read"):
        results_of(rw.iceberg("marketing.none", catalog=catalog))
    monkeypatch.setitem(sys.modules, "pyiceberg", None)
    with pytest.raises(MissingExtraError, match=r"results-widgets\[pyiceberg\]"):
        rw.iceberg("marketing.events")
