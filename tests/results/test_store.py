"""Stores: opened, they answer as a fresh reading does, whatever happened to whoever wrote them."""

import json
import os
import re
import shutil
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import Phase, given, settings
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.engine.backends.memory import dataset, journeys
from results_widgets.engine.counting import dispatch, time_index
from results_widgets.engine.store import folder as store_folder, frames as store_frames
from results_widgets.errors import OutputError, SourceWarning
from tests.support.definition_sets import definitions_of
from tests.support.loops import some
from tests.support.profiles import examples
from tests.support.refreshed import CAMPAIGN, EVENTS, assert_same
from tests.support.strategies import Question, questions


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(300, seed=5), time_zone="Europe/Berlin")


def files(folder: Path) -> list[Path]:
    """What a store's folder holds, but for locks."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")


# ------------------------------------------------------------------------------- equal to a reading


@settings(phases=[Phase.explicit, Phase.reuse, Phase.generate], max_examples=examples(6))
@given(asked=questions())
def test_a_store_that_grows_answers_as_one_reading_of_all(
    asked: Question, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder, random, case = tmp_path_factory.mktemp("grows"), asked.choose("parts"), asked.case
    (folder / "events").mkdir()
    left = list(range(case.events.height))
    if random.random() < 0.5:
        random.shuffle(left)

    def opened(*, kept: bool = True) -> rw.Results:
        return rw.Results(
            dict(case.campaign),
            folder / "events",
            case.users,
            definitions=definitions_of(asked.query.definitions),
            time_zone=asked.query.zone,
            store=folder / "x.rw" if kept and case.users is None else None,
        )

    while left:
        count = random.randint(1, len(left))
        rows, left = left[:count], left[count:]
        name = f"events-{random.randint(0, 999):03}-{len(left)}.parquet"
        case.events[rows].write_parquet(folder / "events" / name)
        found = opened()
        if case.users is not None:
            found.save(folder / "x.rw")
        if random.random() < 0.4:
            found.warm()
            found.save(folder / "x.rw")
    again = rw.load(
        folder / "x.rw",
        definitions=definitions_of(asked.query.definitions),
        time_zone=asked.query.zone,
    )
    expected = opened(kept=False)
    assert_same(again, expected)
    assert_frame_equal(
        again.between(date(2026, 3, 2), None).overview(),
        expected.between(date(2026, 3, 2), None).overview(),
    )


def test_every_answer_and_its_users_are_those_of_the_results(
    results: rw.Results, tmp_path: Path
) -> None:
    opened = rw.load(results.save(tmp_path / "x.rw"), time_zone="Europe/Berlin")
    assert_same(opened, results)
    assert opened.campaign == results.campaign
    assert_frame_equal(opened.quality(), results.quality())
    ours, theirs = (one.users_in_action("we-miss-you").users for one in (opened, results))
    assert_frame_equal(ours, theirs)
    assert len(theirs) > 10
    pages = [one.to_html(tmp_path / "x.html", min_cell=1).read_text() for one in (opened, results)]
    sums = [re.findall("SHA-256 of the input</dt><dd>([0-9a-f]{64})", page) for page in pages]
    assert len(sums[0]) == 1
    assert sums[0] == sums[1]


@pytest.mark.usefixtures("_without_pyarrow")
def test_without_pyarrow_frames_are_read_into_memory(results: rw.Results, tmp_path: Path) -> None:
    assert_same(rw.load(results.save(tmp_path / "x.rw"), time_zone="Europe/Berlin"), results)


@pytest.fixture
def _without_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_frames, "find_spec", lambda _: None)


# -------------------------------------------------------------------------- nothing is made again


def test_the_first_screen_is_not_computed_again(
    results: rw.Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results.save(tmp_path / "x.rw")

    def never(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(dataset, "build_event_log", never)
    monkeypatch.setattr(journeys, "build_journeys", never)
    monkeypatch.setattr(dispatch, "by_group", never, raising=False)
    monkeypatch.setattr(time_index, "_sorted", never)
    opened = rw.load(tmp_path / "x.rw", time_zone="Europe/Berlin")
    for ask in ("overview", "channels", "actions"):
        assert_frame_equal(getattr(opened, ask)(), getattr(results, ask)())
    assert_frame_equal(opened.flow().nodes, results.flow().nodes)


def test_a_first_breakdown_looks_no_column_up(
    results: rw.Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results.save(tmp_path / "x.rw")

    def never(*_: object, **__: object) -> None:
        raise AssertionError

    for name in ("categorise", "places_of"):
        monkeypatch.setattr(dataset, name, never)
    opened = rw.load(tmp_path / "x.rw", time_zone="Europe/Berlin")
    for by in some(("variant", "country")):
        assert_frame_equal(opened.overview(by=by), results.overview(by=by))
    assert opened.analytics().unique_users() == results.analytics().unique_users()


def test_what_was_warmed_stays_warm(
    results: rw.Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results.warm()
    expected = results.between("2026-03-10", "2026-03-20").actions()
    results.save(tmp_path / "x.rw")
    # Saved again by whoever opened it and asked little, nothing gets lost.
    rw.load(tmp_path / "x.rw", time_zone="Europe/Berlin").save(tmp_path / "x.rw")

    def never(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(time_index, "_sorted", never)
    opened = rw.load(tmp_path / "x.rw", time_zone="Europe/Berlin")
    assert_frame_equal(opened.between("2026-03-10", "2026-03-20").actions(), expected)


# ---------------------------------------------------------------------------------- growing files


def part(folder: Path, name: str, rows: pl.DataFrame) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    rows.write_parquet(folder / name)


def test_files_that_grow_are_read_into_the_store(tmp_path: Path) -> None:
    events, store = tmp_path / "events", tmp_path / "x.rw"
    part(events, "1.parquet", EVENTS[:3])
    first = rw.Results(CAMPAIGN, events, time_zone="UTC", store=store)
    old = rw.load(store, time_zone="UTC")
    part(events, "2.parquet", EVENTS[3:])
    assert rw.load(store, time_zone="UTC").unique_users() == first.unique_users() == 2
    assert rw.load(store, time_zone="UTC").refresh().unique_users() == 3
    # What the refresh read is in the store, though its files are gone.
    shutil.rmtree(events)
    assert rw.load(store, time_zone="UTC").unique_users() == 3
    # Who had it open still sees what they saw, what they had not asked yet included.
    assert old.overview(by="platform").filter(metric="unique_users")["value"].sum() == 2


def test_unchanged_files_leave_the_store_alone(tmp_path: Path) -> None:
    part(tmp_path / "events", "1.parquet", EVENTS)
    store = tmp_path / "x.rw"
    rw.Results(CAMPAIGN, tmp_path / "events", time_zone="UTC", store=store)
    before = (store / "manifest.json").read_bytes()
    again = rw.Results(CAMPAIGN, tmp_path / "events", time_zone="UTC", store=store)
    assert again.refresh().unique_users() == 3
    assert (store / "manifest.json").read_bytes() == before


def test_a_campaign_that_changed_is_read_again(tmp_path: Path) -> None:
    part(tmp_path / "events", "1.parquet", EVENTS)
    store = tmp_path / "x.rw"
    rw.Results(CAMPAIGN, tmp_path / "events", time_zone="UTC", store=store)
    changed = {**CAMPAIGN, "attribution_window": "1h"}
    found = rw.Results(changed, tmp_path / "events", time_zone="UTC", store=store)
    assert_same(found, rw.Results(changed, tmp_path / "events", time_zone="UTC"))
    assert rw.load(store).campaign == found.campaign


def test_relative_paths_are_found_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part(tmp_path / "events", "1.parquet", EVENTS[:3])
    monkeypatch.chdir(tmp_path)
    rw.Results(CAMPAIGN, "events/*.parquet", time_zone="UTC", store="x.rw")
    part(tmp_path / "events", "2.parquet", EVENTS[3:])
    monkeypatch.chdir(tmp_path.parent)
    assert rw.load(tmp_path / "x.rw", time_zone="UTC").refresh().unique_users() == 3


def test_rows_that_were_lost_stay_counted(tmp_path: Path) -> None:
    events, store = tmp_path / "events", tmp_path / "x.rw"
    part(events, "1.parquet", EVENTS[:3])
    part(events, "2.parquet", EVENTS[3:])
    results = rw.Results(CAMPAIGN, events, time_zone="UTC", store=store)
    (events / "1.parquet").unlink()
    part(events, "3.parquet", EVENTS[:1])
    with pytest.warns(SourceWarning, match="is gone"):
        after = results.refresh()
    opened = rw.load(store, time_zone="UTC")
    assert_same(opened, after)
    assert_frame_equal(opened.quality(), after.quality())


# --------------------------------------------------------------------------------------- refusals


def test_only_what_is_in_memory_is_kept(results: rw.Results, tmp_path: Path) -> None:
    table = duckdb.from_arrow(EVENTS.to_arrow())
    with pytest.raises(rw.QueryError, match="stay on their engine"):
        rw.Results(CAMPAIGN, table).save(tmp_path / "x.rw")
    with pytest.raises(rw.QueryError, match="roll-up has no events"):
        results.rollup("1d").results().save(tmp_path / "x.rw")
    with pytest.raises(rw.QueryError, match="works only with files"):
        rw.Results(CAMPAIGN, EVENTS, store=tmp_path / "x.rw")
    assert not (tmp_path / "x.rw").exists()


def test_a_store_of_another_campaign_is_refused_by_name(tmp_path: Path) -> None:
    part(tmp_path / "events", "1.parquet", EVENTS)
    rw.Results(CAMPAIGN, tmp_path / "events", store=tmp_path / "x.rw")
    with pytest.raises(rw.QueryError, match="belongs to campaign 'c1', not to 'c2'"):
        rw.Results({**CAMPAIGN, "id": "c2"}, tmp_path / "events", store=tmp_path / "x.rw")


def test_a_folder_with_other_files_is_left_alone(results: rw.Results, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"holds other files \(notes.txt\)"):
        results.save(tmp_path)
    with pytest.raises(OutputError, match="nothing was written"):
        results.save(tmp_path / "none" / "x.rw")
    assert files(tmp_path) == [tmp_path / "notes.txt"]


def test_how_a_table_is_read_is_said_when_a_store_is_made(
    results: rw.Results, tmp_path: Path
) -> None:
    results.save(tmp_path / "x.rw")
    with pytest.raises(rw.QueryError, match="a store has been read already; pass time_unit="):
        rw.load(tmp_path / "x.rw", time_unit="s")


def test_one_writes_at_a_time(results: rw.Results, tmp_path: Path) -> None:
    results.save(tmp_path / "x.rw")
    with (
        store_folder.new_generation(tmp_path / "x.rw"),
        pytest.raises(OutputError, match="another process is writing to this store"),
    ):
        results.save(tmp_path / "x.rw")


def test_only_the_owner_can_read_it(results: rw.Results, tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        results.save(tmp_path / "x.rw")
    finally:
        os.umask(old)
    for path in [tmp_path / "x.rw", *(tmp_path / "x.rw").rglob("*")]:
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_generations_that_nobody_has_open_are_removed(results: rw.Results, tmp_path: Path) -> None:
    store = tmp_path / "x.rw"
    results.save(store)
    opened = rw.load(store)
    for _ in range(3):
        results.save(store)
    # That which is open, and the newest.
    assert len(list(store.glob("generation-*"))) == 2
    assert_frame_equal(opened.analytics().overview(), rw.load(store).analytics().overview())


def _csv(folder: Path, number: int, rows: pl.DataFrame) -> None:
    folder.mkdir(exist_ok=True)
    rows.write_csv(folder / f"{number}.csv")


def _parquet(folder: Path, number: int, rows: pl.DataFrame) -> None:
    part(folder, f"{number}.parquet", rows)


def _stored_rows(store: Path) -> dict[int, int]:
    """The files of the newest generation's events by their number in the file system, with their rows."""
    newest = json.loads((store / "manifest.json").read_text())["generation"]
    found = sorted((store / newest).glob("events-*.parquet"))
    return {path.stat().st_ino: pl.read_parquet(path).height for path in found}


@pytest.mark.parametrize(("write", "moved"), [(_parquet, [1, 3, 1, 1, 1]), (_csv, [7])])
def test_a_refresh_writes_the_new_rows_alone(
    tmp_path: Path, write: Callable[[Path, int, pl.DataFrame], None], moved: list[int]
) -> None:
    events, store = tmp_path / "events", tmp_path / "x.rw"
    write(events, 1, EVENTS[:3])
    results = rw.Results(CAMPAIGN, events, time_zone="UTC", store=store)
    for number in (3, 4, 5):
        before = _stored_rows(store)
        write(events, number, EVENTS[number : number + 1])
        results = results.refresh()
        assert before.items() < _stored_rows(store).items()
    assert [*_stored_rows(store).values()] == [3, 1, 1, 1]
    assert_same(rw.load(store, time_zone="UTC"), rw.Results(CAMPAIGN, events, time_zone="UTC"))
    # A file among those read before moves the rows behind it; copies of files stay what they are.
    write(events, 0, EVENTS[:1].with_columns(event_id=pl.lit("e0")))
    before = _stored_rows(store)
    results.refresh()
    assert [*_stored_rows(store).values()] == moved
    assert ({*before} < {*_stored_rows(store)}) == (write is _parquet)
    assert_same(rw.load(store, time_zone="UTC"), rw.Results(CAMPAIGN, events, time_zone="UTC"))


def test_parquet_files_are_copied_as_they_are_and_read_as_they_were(tmp_path: Path) -> None:
    events, store = tmp_path / "events", tmp_path / "x.rw"
    # Names, types and folders that are only normalised as the rows are read.
    given = EVENTS.rename({"user_id": "User ID"}).with_columns(
        pl.col("event").replace("sent", "went_out"), seat=pl.lit(7)
    )
    part(events, "campaign_id=c/1.parquet", given[:4].drop("campaign_id", strict=False))
    part(events, "campaign_id=c/2.parquet", given[4:].drop("campaign_id", "seat", strict=False))
    read = rw.Results(
        {**CAMPAIGN, "id": "c"},
        events,
        time_zone="UTC",
        columns={"user_id": "User ID"},
        event_names={"went_out": "sent"},
    )
    read.save(store)
    newest = json.loads((store / "manifest.json").read_text())["generation"]
    pairs = zip(
        some(sorted(events.rglob("*.parquet"))),
        sorted((store / newest).glob("events-*.parquet")),
        strict=True,
    )
    for own, copy in pairs:
        assert own.read_bytes() == copy.read_bytes()
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    opened = rw.load(store, time_zone="UTC")
    assert_same(opened, read)
    assert_frame_equal(opened.overview(by="seat"), read.overview(by="seat"))
    # What was copied answers when the files are gone.
    shutil.rmtree(events)
    assert_frame_equal(rw.load(store, time_zone="UTC").quality(), read.quality())


def test_files_that_changed_since_they_were_read_are_not_copied(tmp_path: Path) -> None:
    events, store = tmp_path / "events", tmp_path / "x.rw"
    part(events, "1.parquet", EVENTS)
    results = rw.Results(CAMPAIGN, events, time_zone="UTC")
    assert results.unique_users() == 3
    part(events, "1.parquet", EVENTS[:3])
    with pytest.raises(rw.EventsError, match=r"rewritten since it was read.*refresh"):
        results.save(store)
    assert not (store / "manifest.json").exists()


def test_rows_that_were_read_in_another_way_are_written_again(tmp_path: Path) -> None:
    events, store = tmp_path / "events", tmp_path / "x.rw"
    part(events, "1.parquet", EVENTS.with_columns(pl.col("event").replace("sent", "went_out")))
    rw.Results(CAMPAIGN, events, time_zone="UTC", store=store)
    named = {"went_out": "sent"}
    found = rw.Results(CAMPAIGN, events, time_zone="UTC", event_names=named, store=store)
    assert_frame_equal(rw.load(store, time_zone="UTC").quality(), found.quality())
    assert found.unique_users() == 3
