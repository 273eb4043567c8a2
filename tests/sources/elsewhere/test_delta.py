"""Delta Lake tables: their versions, what was deleted, and what a refresh sees."""

import os
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable, write_deltalake
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.engine.backends.memory.refresh import ExtendedBackend
from tests.support.refreshed import CAMPAIGN, EVENTS, assert_alike
from tests.support.web_files import BUCKET, SECRET, web_server


def results_of(source: object) -> rw.Results:
    return rw.Results(CAMPAIGN, source, time_zone="UTC")


def version_of(results: rw.Results) -> object:
    return results.freshness()["version"].item()


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A table of two versions."""
    place = tmp_path / "events"
    write_deltalake(place, EVENTS[:2])
    write_deltalake(place, EVENTS[2:4], mode="append")
    return place


def test_a_folder_is_recognised_and_grows(lake: Path) -> None:
    results = results_of(lake)
    assert_alike(results, results_of(EVENTS[:4]))
    assert version_of(results) == "version 1"
    assert results.refresh()._session.data is results._session.data
    write_deltalake(lake, EVENTS[4:], mode="append")
    after = results.refresh()
    assert isinstance(after._session.data, ExtendedBackend)
    assert_alike(after, results_of(EVENTS))
    assert version_of(after) == "version 2"
    # What was read before is answered as it stood, also of columns that nobody asked for yet.
    assert version_of(results) == "version 1"
    assert results.overview(by="platform").height > 0
    assert results.unique_users() == results_of(EVENTS[:4]).unique_users()


def test_a_dashboard_a_report_and_a_store_say_which_version_it_is(
    lake: Path, tmp_path: Path
) -> None:
    results = results_of(lake)
    assert rw.Dashboard(results)._status["version"] == "version 1"
    page = results.to_html(tmp_path / "page.html", min_cell=1).read_text()
    assert "<dt>Version of the events</dt><dd>version 1</dd>" in page
    opened = rw.load(results.save(tmp_path / "x.rw"), time_zone="UTC")
    assert version_of(opened) == "version 1"
    other = results_of(EVENTS)
    assert rw.Dashboard(other)._status["version"] == ""
    page = other.to_html(tmp_path / "page.html", min_cell=1).read_text()
    assert "Version of the events" not in page


def test_an_earlier_version_is_named_by_number_and_time(lake: Path) -> None:
    write_deltalake(lake, EVENTS[4:], mode="append")
    # Delta Lake goes by when a commit's file was written.
    for number, commit in enumerate(sorted((lake / "_delta_log").glob("*.json"))):
        os.utime(commit, (number * 3600, number * 3600))
    for version in (1, datetime(1970, 1, 1, 1, 30, tzinfo=UTC)):
        results = results_of(rw.delta(lake, version=version))
        assert version_of(results.refresh()) == "version 1"
        assert_alike(results, results_of(EVENTS[:4]))
    own = DeltaTable(lake, version=0)
    results = results_of(own)
    assert version_of(results) == "version 0"
    own.update_incremental()
    assert version_of(results.refresh()) == "version 2"


def test_deleted_and_rewritten_rows_stay_away(lake: Path) -> None:
    write_deltalake(lake, EVENTS[4:], mode="append")
    table = DeltaTable(lake)
    results = results_of(lake)
    table.delete("user_id = 'carl'")
    kept = EVENTS.filter(pl.col("user_id") != "carl")
    assert_alike(results.refresh(), results_of(kept))
    table.optimize.compact()
    table.update({"value": "9.5"}, predicate="value IS NOT NULL")
    now = kept.with_columns(value=pl.when(pl.col("value").is_not_null()).then(9.5))
    assert_alike(results.refresh(), results_of(now))
    # The files of all versions are still there, and are not read as a folder of files.
    assert len([*lake.glob("*.parquet")]) > 3
    with pytest.raises(rw.EventsError, match="is a Delta Lake table; pass it by itself"):
        results_of([lake, lake])


def test_partitions_and_new_columns(tmp_path: Path) -> None:
    place = tmp_path / "events"
    write_deltalake(place, EVENTS[:3].with_columns(day=pl.lit("a b")), partition_by=["day"])
    results = results_of(str(place))
    more = EVENTS[3:].with_columns(day=pl.lit("c=d"), more=pl.lit("x"))
    write_deltalake(place, more, mode="append", schema_mode="merge")
    after = results.refresh()
    days = EVENTS.with_columns(
        day=pl.Series(["a b"] * 3 + ["c=d"] * 3), more=pl.Series([None] * 3 + ["x"] * 3)
    )
    for by in ("day", "more"):
        assert_frame_equal(after.channels(by=by), results_of(days).channels(by=by))
    assert (results.unique_users(), after.unique_users()) == (2, 3)


def test_users_and_stores(lake: Path, tmp_path: Path) -> None:
    people = pl.DataFrame({"user_id": ["anna", "bob"], "country": ["NO", "DE"]})
    write_deltalake(tmp_path / "people", people)
    results = rw.Results(CAMPAIGN, lake, tmp_path / "people", time_zone="UTC")
    expected = rw.Results(CAMPAIGN, EVENTS[:4], people, time_zone="UTC")
    assert_alike(results, expected)
    store = results.save(tmp_path / "kept.rw")
    write_deltalake(
        tmp_path / "people", people.with_columns(country=pl.lit("SE")), mode="overwrite"
    )
    assert results.refresh().overview(by="country")["country"].unique().to_list().count("SE") == 1
    assert_alike(rw.load(store), expected)


def test_a_table_in_an_object_store(tmp_path: Path) -> None:
    with web_server(tmp_path) as server:
        place = tmp_path / BUCKET / "events"
        place.parent.mkdir()
        write_deltalake(place, EVENTS[:4])
        table = rw.delta(f"s3://{BUCKET}/events", storage_options=server.options)
        results = results_of(table)
        assert_alike(results, results_of(EVENTS[:4]))
        write_deltalake(place, EVENTS[4:], mode="append")
        assert_alike(results.refresh(), results_of(EVENTS))
        assert SECRET not in repr(table)


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "broken" / "_delta_log").mkdir(parents=True)
    with pytest.raises(rw.EventsError, match=r"events: the Delta table .*broken cannot be read"):
        results_of(tmp_path / "broken")
    write_deltalake(tmp_path / "good", EVENTS)
    with pytest.raises(rw.EventsError, match=r"the Delta table .*good cannot be read"):
        results_of(rw.delta(tmp_path / "good", version=7))
