"""Parquet files by their addresses: what is read of them and refreshed, and that what opens them shows nowhere."""

import pickle
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.engine.backends.memory.refresh import ExtendedBackend
from results_widgets.sources.elsewhere import objects
from tests.support.refreshed import CAMPAIGN, EVENTS, assert_alike
from tests.support.web_files import KEY, SECRET, Served, web_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with web_server(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Served]:
    with web_server(tmp_path) as running:
        yield running


def results_of(source: object, bucket: Served | None = None, users: object = None) -> rw.Results:
    options = None if bucket is None else bucket.options
    return rw.Results(CAMPAIGN, source, users, time_zone="UTC", storage_options=options)


def version_of(results: rw.Results) -> object:
    return results.freshness()["version"].item()


def test_a_glob_of_objects_gives_what_a_frame_gives_and_grows(server: Served) -> None:
    server.put("grows/part-1.parquet", EVENTS[:2])
    server.put("grows/part-2.parquet", EVENTS[2:4])
    server.put("other/part-1.parquet", EVENTS)
    results = results_of("s3://lake/grows/*.parquet", server)
    assert_alike(results, results_of(EVENTS[:4]))
    assert version_of(results) == "2 files"
    assert results.refresh()._session.data is results._session.data
    # Named between the two: rows read before get other numbers.
    server.put("grows/part-1b.parquet", EVENTS[4:])
    after = results.refresh()
    assert isinstance(after._session.data, ExtendedBackend)
    assert_alike(after, results_of(pl.concat([EVENTS[:2], EVENTS[4:], EVENTS[2:4]])))
    assert version_of(after) == "3 files"
    assert version_of(results) == "2 files"


def test_folders_give_their_columns_and_files_need_not_match(server: Served) -> None:
    server.put("parts/platform=ios/a.parquet", EVENTS[:3].drop("platform"))
    later = EVENTS[3:].drop("platform").with_columns(value=pl.lit(4), extra=pl.lit("new"))
    server.put("parts/platform=web/a.parquet", later)
    values = [*EVENTS["value"][:3], 4.0, 4.0, 4.0]
    platforms = pl.Series("platform", ["ios"] * 3 + ["web"] * 3)
    results = results_of("s3://lake/parts/", server)
    assert_alike(results, results_of(EVENTS.with_columns(platforms, value=pl.Series(values))))
    assert "extra" in results.breakdowns


def test_users_have_an_address_too(server: Served) -> None:
    events = server.put("users/events.parquet", EVENTS)
    people = pl.DataFrame({"user_id": ["anna", "bob"], "country": ["NO", "DE"]})
    users = server.put("users/people.parquet", people)
    assert_alike(results_of(events, server, users), results_of(EVENTS, users=people))


def test_an_object_that_was_rewritten_is_told_of(
    server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = server.put("today/events.parquet", EVENTS[:4])
    monkeypatch.setattr(objects, "_STEADY", 0)
    results = results_of(address, server)
    results.overview()
    server.put("today/events.parquet", EVENTS)
    with pytest.raises(rw.EventsError, match=r"was rewritten since it was read.*refresh\(\)"):
        results.overview(by="platform")
    assert_alike(results.refresh(), results_of(EVENTS))


def test_what_opens_objects_is_shown_and_kept_nowhere(server: Served, tmp_path: Path) -> None:
    address = server.put("secret/events.parquet", EVENTS)
    results = results_of(address, server)
    source = results._session.source.events
    assert repr(source) == f"<table at {address}>"
    with pytest.raises(rw.QueryError, match="cannot be pickled"):
        pickle.dumps(source)
    store = results.save(tmp_path / "kept.rw")
    told = results.snapshot(tmp_path / "told.json")
    written = [path for path in [told, *store.rglob("*")] if path.is_file()]
    assert len(written) > 3
    for path in written:
        assert SECRET.encode() not in path.read_bytes(), path
        assert KEY.encode() not in path.read_bytes(), path
    # Opened, it needs neither the server nor what opens it.
    assert_alike(rw.load(store), results_of(EVENTS))
    # What a library quotes of the options is masked.
    with pytest.raises(rw.EventsError) as wrong:
        rw.Results(CAMPAIGN, address, storage_options=server.options | {"max_retries": SECRET})
    assert SECRET not in str(wrong.value)
    assert "invalid value for 'max_retries': '•••'" in str(wrong.value)


def test_what_is_not_there_is_said(server: Served) -> None:
    with pytest.raises(rw.EventsError, match=r"table at s3://lake/none\.parquet cannot be read"):
        results_of("s3://lake/none.parquet", server)
    with pytest.raises(rw.EventsError, match="s3://lake/none/"):
        results_of("s3://lake/none/*.parquet", server)
    with pytest.raises(rw.QueryError, match="storage_options= opens addresses"):
        results_of(EVENTS, server)


def test_only_the_columns_that_are_used_are_fetched(web: Served) -> None:
    wide = EVENTS.sample(40_000, with_replacement=True, seed=1).with_columns(
        event_id=pl.int_range(pl.len()), noise=pl.int_range(pl.len()).hash(seed=3)
    )
    wide = wide.with_columns(notes=pl.concat_str("noise", pl.col("noise").reverse()))
    wide.write_parquet(web.folder / "wide.parquet", compression="uncompressed")
    size = (web.folder / "wide.parquet").stat().st_size
    results = results_of(f"{web.address}/wide.parquet?X-Amz-Signature=abc123")
    results.overview(by="platform")
    # Of one file alone the footer is fetched with so much before it, each time that it is looked at.
    tails = sum(one for one in web.sent if one == 2**18)
    assert web.total - tails < size / 2
    before, tails_before = web.total, tails
    results.overview(by="notes")
    tails = sum(one for one in web.sent if one == 2**18)
    assert (web.total - tails) - (before - tails_before) > wide["notes"].estimated_size() / 2
    assert "abc123" not in repr(results._session.source.events)


def test_a_web_server_lists_no_files(web: Served) -> None:
    with pytest.raises(rw.EventsError, match="a web server lists no files"):
        results_of(f"{web.address}/*.parquet")
    EVENTS[:3].write_parquet(web.folder / "a.parquet")
    EVENTS[3:].write_parquet(web.folder / "b.parquet")
    both = [f"{web.address}/a.parquet", f"{web.address}/b.parquet"]
    assert_alike(results_of(both), results_of(EVENTS))
