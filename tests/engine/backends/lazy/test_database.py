"""A database file as the source: segments stay in it, and what it cannot answer says so."""

import gc
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets import datasets
from results_widgets.engine.rollup.grains import UsersGrain
from results_widgets.sources.engines import open_table
from results_widgets.sources.engines.duckdb_literals import as_query
from tests.support.nightly import rest_nightly


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


@pytest.mark.parametrize("users_every", rest_nightly(["1w", "1h", "whole"]))
def test_a_rollup_is_that_of_memory(
    both: tuple[rw.Results, rw.Results], users_every: UsersGrain
) -> None:
    theirs, ours = (one.rollup("1h", users_every) for one in both)
    assert theirs.cells.equals(ours.cells)


def test_users_in_different_places_do_not_combine(both: tuple[rw.Results, rw.Results]) -> None:
    there, here = (one.users_in_campaign() for one in both)
    with pytest.raises(rw.QueryError, match="load both into memory"):
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


def _database(path: Path, *statements: str) -> Path:
    import duckdb

    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


def test_a_view_in_a_file_of_someone_else_reads_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("password")
    view = f"CREATE VIEW events AS SELECT content AS user_id FROM read_text('{secret}')"
    path = _database(tmp_path / "theirs.duckdb", view)
    with pytest.raises(rw.EventsError, match="no table of that name; found: none"):
        rw.Results(CAMPAIGN, path)
    path = _database(
        path, "CREATE TABLE other AS SELECT 1 AS a", "CREATE TABLE third AS SELECT 1 AS a"
    )
    with pytest.raises(rw.EventsError, match=r"found: other, third \(views are not read\)"):
        rw.Results(CAMPAIGN, path)


def test_a_database_file_is_closed_to_files_network_and_extensions(tmp_path: Path) -> None:
    import duckdb

    path = _database(tmp_path / "theirs.duckdb", "CREATE TABLE events AS SELECT 1 AS a")
    table = open_table(path, "events")
    for query in (
        f"SELECT * FROM read_text('{path}')",
        f"SELECT * FROM '{tmp_path}/x.csv'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "ATTACH ':memory:' AS other",
    ):
        with pytest.raises(duckdb.Error):
            table.query("own", query).fetchall()


CAMPAIGN = {
    "id": "c1",
    "goal": {"events": ["Purchase"]},
    "attribution_window": "1d",
    "actions": [{"id": "a1", "channel": "email"}],
}
_EVENTS = """CREATE TABLE {} AS
SELECT * FROM (VALUES ('u1', 'c1', 'a1', 'sent', TIMESTAMPTZ '2026-03-01 09:00:00+00'))
AS rows(user_id, campaign_id, action_id, event, timestamp)"""


@pytest.mark.parametrize("name", ["events", "sales.events", '"odd ""name"""'])
def test_a_table_of_any_schema_and_name_is_read(tmp_path: Path, name: str) -> None:
    path = _database(tmp_path / "own.duckdb", "CREATE SCHEMA sales", _EVENTS.format(name))
    assert rw.Results(CAMPAIGN, path, time_zone="UTC").unique_users() == 1


OURS = ("results_widgets_uploaded", "these", "brought", "uploaded", "rows", "frame")


@pytest.mark.parametrize("option", ["python_enable_replacements", "enable_external_access"])
def test_the_names_and_settings_of_a_connection_are_its_own(option: str) -> None:
    import duckdb

    campaign, events, users = datasets.generate(50, seed=5)
    with duckdb.connect() as connection:
        table = connection.from_arrow(events.lazy().collect().to_arrow())
        table.create("events")
        for name in OURS[1:]:
            connection.execute(f"CREATE TABLE {name} AS SELECT 'wrong' AS user_id")
        connection.execute(f"SET {option} = false")
        theirs = rw.Results(campaign, connection.table("events"), users, time_zone="UTC")
        ours = rw.Results(campaign, events, users, time_zone="UTC")
        assert_frame_equal(theirs.overview(), ours.overview())
        one, other = (each.users("engaged").users for each in (theirs, ours))
        assert one.equals(other)


COLUMNS = {
    "text": pl.Series(["it's", "a\nb", None], dtype=pl.String),
    "number": pl.Series([2**62, -1, None], dtype=pl.Int64),
    "large": pl.Series([2**64 - 1, 0, None], dtype=pl.UInt64),
    "share": pl.Series([0.1, float("inf"), None], dtype=pl.Float64),
    "flag": pl.Series([True, False, None], dtype=pl.Boolean),
    "day": pl.Series([date(2026, 3, 1), date(1970, 1, 1), None], dtype=pl.Date),
    "instant": pl.Series(
        [datetime(2026, 3, 1, 9, 0, 0, 123456, UTC), datetime(1969, 1, 1, tzinfo=UTC), None],
        dtype=pl.Datetime("us", "UTC"),
    ),
    'odd "name"': pl.Series(["x", '"quoted"', None], dtype=pl.Categorical),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_table_written_as_a_query_is_the_table(name: str) -> None:
    import duckdb

    frame = pl.DataFrame({name: COLUMNS[name]})
    with duckdb.connect(config={"enable_external_access": "false"}) as connection:
        found = connection.sql(as_query(frame)).pl()
    assert found.cast(dict(frame.schema)).equals(frame)


def test_a_type_without_text_is_refused_by_name() -> None:
    frame = pl.DataFrame({"tags": [["a"]]})
    with pytest.raises(rw.EventsError, match=r"column 'tags' is List\(String\)"):
        as_query(frame)
