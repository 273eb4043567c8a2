"""A database file as the source: segments stay in it, and what it cannot answer says so."""

import gc
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import results_widgets as rw
from results_widgets import datasets
from results_widgets.engine.rollup.grains import UsersGrain


@pytest.fixture
def both(tmp_path: Path) -> tuple[rw.Results, rw.Results]:
    """The same campaign from a database file and from memory."""
    import duckdb

    campaign, events, users = datasets.generate(200, seed=5)
    path = tmp_path / "events.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.register("given", events.lazy().collect().to_arrow())
        connection.execute("CREATE TABLE events AS FROM given")
    return (
        rw.Results(campaign, path, users, time_zone="UTC"),
        rw.Results(campaign, events, users, time_zone="UTC"),
    )


def test_segments_combine_where_they_are(
    both: tuple[rw.Results, rw.Results], tmp_path: Path
) -> None:
    action = both[0].campaign.actions[0].id
    everyone, opened = zip(
        *((one.users_in_campaign(), one.users_in_action(action, "opened")) for one in both),
        strict=True,
    )
    ways: list[Callable[[rw.Segment, rw.Segment], rw.Segment]] = [
        lambda one, other: one - other,
        lambda one, other: one & other,
        lambda one, other: one | other,
        lambda _, other: ~other,
    ]
    for combine in ways:
        theirs, ours = (combine(everyone[side], opened[side]) for side in (0, 1))
        assert type(theirs.lazy()).__name__ == "DuckDBPyRelation"
        assert len(theirs) == len(ours)
        assert theirs.users.equals(ours.users)
    written = opened[0].write(tmp_path / "users.parquet")
    assert pl.read_parquet(written).height == len(opened[1])


@pytest.mark.parametrize("users_every", ["1h", "1w", "whole"])
def test_a_rollup_is_that_of_memory(
    both: tuple[rw.Results, rw.Results], users_every: UsersGrain
) -> None:
    theirs, ours = (one.rollup("1h", users_every) for one in both)
    assert theirs.cells.equals(ours.cells)


def test_what_lies_apart_does_not_combine(both: tuple[rw.Results, rw.Results]) -> None:
    there, here = (one.users_in_campaign() for one in both)
    with pytest.raises(rw.QueryError, match="hold both in memory"):
        _ = there & here


def test_results_may_outlive_their_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    import duckdb

    campaign, events, users = datasets.generate(50, seed=5)
    raised: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", raised.append)
    with duckdb.connect() as connection:
        table = connection.from_arrow(events.lazy().collect().to_arrow())
        results = rw.Results(campaign, table, users, time_zone="UTC")
        results.overview()
    del results
    gc.collect()
    assert not raised


def test_combined_segments_hold_what_their_parts_stand_on() -> None:
    import duckdb

    campaign, events, users = datasets.generate(50, seed=5)
    with duckdb.connect() as connection:
        table = connection.from_arrow(events.lazy().collect().to_arrow())

        def asked() -> rw.Segment:
            return rw.Results(campaign, table, users, time_zone="UTC").users_in_campaign()

        def kept() -> int:
            found = connection.sql("SELECT count(*) FROM duckdb_tables() WHERE temporary")
            return int(found.fetchall()[0][0])

        size = len(asked())
        made = [asked() & asked(), ~(asked() - asked()), (asked() | asked()).named("either")]
        gc.collect()
        assert [len(segment) for segment in made] == [size] * 3
        assert kept() > 0
        made.clear()
        gc.collect()
        assert kept() == 0
