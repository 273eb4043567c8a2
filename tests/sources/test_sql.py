"""Queries on databases: rows as other sources give them, in batches, and at a refresh what is new alone."""

import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import psycopg
import pymysql
import pytest

import results_widgets as rw
from results_widgets.engine.backends.memory.refresh import ExtendedBackend
from results_widgets.errors import MissingExtraError
from results_widgets.sources import Query
from results_widgets.sources.database import connect_to, fetched
from tests.support import mariadb, postgres
from tests.support.refreshed import CAMPAIGN, EVENTS, assert_same

COLUMNS = "user_id, action_id, event, timestamp, event_id, value, platform"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres.server() as running:
        yield running


@pytest.fixture
def address(server: str) -> str:
    """A database with an empty table of events."""
    with psycopg.connect(server, autocommit=True) as base:
        base.execute("DROP TABLE IF EXISTS events")
        base.execute(
            "CREATE TABLE events (number bigserial, user_id text, action_id text, event text, "
            "timestamp timestamptz, event_id text, value numeric(10, 2), platform text)"
        )
    return server


def add(address: str, rows: pl.DataFrame) -> None:
    with psycopg.connect(address, autocommit=True) as base:
        for row in rows.iter_rows():
            base.execute(f"INSERT INTO events ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s)", row)


def in_sqlite(path: Path, rows: pl.DataFrame) -> None:
    with sqlite3.connect(path) as base:
        base.execute(f"CREATE TABLE IF NOT EXISTS events ({COLUMNS})")
        texts = rows.with_columns(pl.col("timestamp").dt.to_string("iso"))
        base.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", texts.rows())


def results_of(source: object) -> rw.Results:
    return rw.Results(CAMPAIGN, source, time_zone="UTC")


def held(query: Query) -> pl.DataFrame:
    """The rows that are held."""
    return pl.concat([pl.read_parquet(path) for path in parts(query)], how="diagonal_relaxed")


def parts(query: Query) -> list[Path]:
    (folder,) = query.part_files
    return sorted(folder.path.iterdir())


def test_postgresql_gives_what_a_frame_gives(address: str) -> None:
    add(address, EVENTS)
    query = rw.sql(address, f"SELECT {COLUMNS} FROM events ORDER BY number", batch_rows=4)
    assert_same(results_of(query), results_of(EVENTS))
    assert len(parts(query)) == 2
    assert repr(query).endswith("of postgresql)")


def test_sqlite_gives_what_a_frame_gives(tmp_path: Path) -> None:
    in_sqlite(tmp_path / "events.db", EVENTS)
    query = rw.sql(f"sqlite:///{tmp_path / 'events.db'}", "SELECT * FROM events")
    assert_same(results_of(query), results_of(EVENTS))
    with sqlite3.connect(tmp_path / "events.db") as base:
        assert_same(results_of(rw.sql(base, "SELECT * FROM events")), results_of(EVENTS))


def test_users_come_from_a_query_too(address: str) -> None:
    add(address, EVENTS)
    asked = "SELECT DISTINCT user_id, length(user_id) AS letters FROM events"
    events, users = rw.sql(address, f"SELECT {COLUMNS} FROM events"), rw.sql(address, asked)
    results = rw.Results(CAMPAIGN, events, users, time_zone="UTC")
    found = results.users_in_campaign().users.select("user_id", "letters")
    assert found.rows() == [("anna", 4), ("bob", 3), ("carl", 4)]


def test_a_refresh_fetches_what_is_new_alone(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    add(address, EVENTS[:4])
    query = rw.sql(address, "SELECT * FROM events", watermark="number")
    before = results_of(query)
    assert before.unique_users() == 3
    asked: list[str] = []
    batches = Query._batches

    def noted(self: Query, text: str) -> Iterator[pl.DataFrame]:
        asked.append(text)
        for batch in batches(self, text):
            assert batch.height <= 3
            yield batch

    monkeypatch.setattr(Query, "_batches", noted)
    add(address, EVENTS[4:])
    after = before.refresh()
    assert asked == [
        "SELECT * FROM (SELECT * FROM events) AS q WHERE q.number >= 4 OR q.number IS NULL"
    ]
    assert isinstance(after._session.data, ExtendedBackend)
    assert_same(after, results_of(EVENTS))
    # Nothing new: nothing is read again.
    assert after.refresh()._session.data is after._session.data


def test_rows_with_the_largest_watermark_are_neither_lost_nor_repeated(address: str) -> None:
    # Without ids of events, equal rows are told apart by their number alone.
    columns, same = "user_id, action_id, event, timestamp", EVENTS["timestamp"][0]
    rows = EVENTS.head(2).with_columns(timestamp=pl.lit(same))
    add(address, rows)
    query = rw.sql(address, f"SELECT {columns} FROM events", watermark="timestamp")
    results = results_of(query)
    add(address, rows.with_columns(user_id=pl.Series(["anna", "dora"])))
    results = results.refresh().refresh()
    assert sum(pl.read_parquet(path).height for path in parts(query)) == 4
    assert results.unique_users() == 3


def test_without_a_watermark_everything_is_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    in_sqlite(path, EVENTS[:4])
    query = rw.sql(f"sqlite:///{path}", "SELECT * FROM events", batch_rows=4)
    results = results_of(query)
    first = parts(query)[0].stat().st_mtime_ns
    in_sqlite(path, EVENTS[4:])
    results = results.refresh()
    assert_same(results, results_of(EVENTS))
    assert parts(query)[0].stat().st_mtime_ns == first
    with sqlite3.connect(path) as base:
        base.execute("DELETE FROM events WHERE user_id = 'carl'")
    assert results.refresh().unique_users() == 2
    assert len(parts(query)) == 1


def test_types_that_only_show_late_and_those_that_no_frame_has(address: str) -> None:
    asked = (
        "SELECT n, CASE WHEN n > 3 THEN n * 1.5 END AS late, gen_random_uuid() AS uuid, "
        "jsonb_build_object('n', n) AS doc, ARRAY[n] AS list, n::numeric AS exact, "
        "decode('616263', 'hex') AS raw FROM generate_series(1, 5) AS n"
    )
    query = rw.sql(address, asked, batch_rows=2)
    assert len(parts(query)) == 3
    found = held(query)
    assert found["late"].to_list() == [None, None, None, 6.0, 7.5]
    assert found["doc"][0] == '{"n": 1}'
    assert found["list"][4] == "[5]"
    assert found["raw"][0] == b"abc"
    assert found["uuid"].dtype == pl.String
    assert found["exact"].cast(pl.Float64).to_list() == [1, 2, 3, 4, 5]


class Cursor:
    """A cursor of DB-API that gives what it is told, and is lost after some of it."""

    def __init__(self, names: list[str], rows: list[Any], lost_after: int | None = None) -> None:
        self.description = [(name, None) for name in names]
        self._rows, self._left = rows, lost_after

    def execute(self, _: str) -> None: ...

    def fetchmany(self, count: int) -> list[Any]:
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                raise BrokenPipeError("the connection is lost: postgresql://me:hush@host/base")
        taken, self._rows = self._rows[:count], self._rows[count:]
        return taken

    def close(self) -> None: ...


class Connection:
    def __init__(self, *of: Any) -> None:
        self._of = of

    def cursor(self) -> Cursor:
        return Cursor(*self._of)


class Engine:
    """An SQLAlchemy engine, as far as it is asked."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def raw_connection(self) -> Any:
        connection: Any = self._connection
        connection.close = lambda: None
        return connection


def test_any_connection_of_the_db_api_and_engines_of_sqlalchemy() -> None:
    rows = [(row[0], *row[1:]) for row in EVENTS.rows()]
    connection = Connection(EVENTS.columns, rows)
    for one in (connection, Engine(connection)):
        assert_same(results_of(rw.sql(one, "SELECT 1")), results_of(EVENTS))
    mixed = [("anna", 1, Decimal("1.5")), ("bob", "two", 2), ("carl", None, 2.5)]
    query = rw.sql(Connection(["a", "b", "c"], mixed), "SELECT 1")
    assert parts(query)
    found = held(query)
    assert found["b"].to_list() == ["1", "two", None]
    assert found["c"].to_list() == [1.5, 2.0, 2.5]


def test_what_is_lost_midway_leaves_what_was_held() -> None:
    rows = EVENTS.rows()
    connection = Connection(EVENTS.columns, rows, 2)
    query = rw.sql(connection, "SELECT 1", watermark="event_id", batch_rows=2)
    # The second time nothing is taken for everything.
    for _ in range(2):
        with pytest.raises(
            rw.EventsError, match=r"cannot answer \(the connection is lost"
        ) as caught:
            results_of(query)
        assert "hush" not in str(caught.value)
    connection._of = (EVENTS.columns, rows[:3])
    results = results_of(query)
    held_before = parts(query)
    # The newest comes first; without what is lost after it, the next refresh would leave that out.
    connection._of = (EVENTS.columns, rows[::-1], 1)
    with pytest.raises(rw.EventsError, match="the connection is lost"):
        results.refresh()
    assert parts(query) == held_before
    connection._of = (EVENTS.columns, rows[3:])
    assert_same(results.refresh(), results_of(EVENTS))
    whole = rw.sql(connection, "SELECT 1", batch_rows=2)
    connection._of = (EVENTS.columns, rows)
    assert_same(results := results_of(whole), results_of(EVENTS))
    connection._of = (EVENTS.columns, rows[::-1], 2)
    with pytest.raises(rw.EventsError, match="the connection is lost"):
        results.refresh()
    assert held(whole).rows() == rows


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
def test_an_open_connection_is_left_as_it_was(address: str, driver: str) -> None:
    module = pytest.importorskip(driver)
    add(address, EVENTS)
    asked = f"SELECT {COLUMNS} FROM events"
    for autocommit in (False, True):
        connection = module.connect(address)
        connection.autocommit = autocommit
        if driver == "psycopg":
            connection.row_factory = psycopg.rows.dict_row
        assert_same(results_of(rw.sql(connection, asked, batch_rows=4)), results_of(EVENTS))
        with pytest.raises(rw.EventsError, match='column "nothing" does not exist'):
            results_of(rw.sql(connection, "SELECT nothing FROM events"))
        assert connection.info.transaction_status == 0
        # What was begun by others is theirs to end.
        connection.autocommit = False
        connection.cursor().execute("CREATE TEMP TABLE mine (n int)")
        assert_same(results_of(rw.sql(connection, asked)), results_of(EVENTS))
        assert connection.info.transaction_status == 2
        connection.close()


def test_rows_of_an_open_connection_stay_on_the_server(address: str) -> None:
    many = "SELECT n AS user_id FROM generate_series(1, 1000) AS n"
    with psycopg.connect(address) as connection:
        with connect_to(connection)() as cursor:
            first = next(fetched(cursor, many, 10))
            assert cursor.name
        assert first["user_id"].to_list() == [*range(1, 11)]


@pytest.mark.nightly
def test_mariadb_gives_what_a_frame_gives() -> None:
    with mariadb.server() as port, pymysql.connect(host="127.0.0.1", port=port) as base:
        columns = COLUMNS.replace("timestamp", "timestamp datetime").replace(
            "value", "value double"
        )
        columns = re.sub(r"(\w+_id|event|platform)\b", r"\1 varchar(9)", columns)
        with base.cursor() as cursor:
            cursor.execute("CREATE DATABASE marketing")
            cursor.execute(f"CREATE TABLE marketing.events ({columns})")
            cursor.executemany(
                "INSERT INTO marketing.events VALUES (%s, %s, %s, %s, %s, %s, %s)", EVENTS.rows()
            )
        query = rw.sql(base, "SELECT * FROM marketing.events", watermark="event_id", batch_rows=4)
        results = rw.Results(CAMPAIGN, query, time_zone="UTC", naive_time_zone="UTC")
        assert_same(results, results_of(EVENTS))
        assert_same(results.refresh(), results_of(EVENTS))


def test_numbers_of_postgresql_that_are_none(address: str) -> None:
    asked = "SELECT CASE n WHEN 1 THEN 'NaN' ELSE n + 0.5 END::numeric AS value FROM generate_series(1, 2) AS n"
    [missing, number] = held(rw.sql(address, asked))["value"].to_list()
    assert missing != missing  # noqa: PLR0124
    assert number == 2.5


class ArrowCursor(Cursor):
    """A cursor that gives Arrow batches, as ADBC's do."""

    def fetch_record_batch(self) -> Any:
        [table] = self._rows
        return table.to_reader()


def test_what_adbc_hands_over_as_text_are_numbers() -> None:
    import pyarrow as pa

    kind = pa.opaque(pa.string(), "numeric", "PostgreSQL")

    def column(*texts: str | None) -> Any:
        return pa.ExtensionArray.from_storage(kind, pa.array(texts, pa.string()))

    class Source(Connection):
        def cursor(self) -> Cursor:
            return ArrowCursor([], [*self._of])

    columns = {
        "whole": column("1", None, "3"),
        "part": column("1.25", "NaN", "3"),
        "huge": column("123456789012345678901234567890", "1", None),
    }
    found = held(rw.sql(Source(pa.table(columns)), "SELECT 1"))
    assert found["whole"].to_list() == [1, None, 3]
    assert str(found["part"].to_list()) == "[1.25, nan, 3.0]"
    assert found["huge"].to_list() == ["123456789012345678901234567890", "1", None]
    twice = pa.Table.from_arrays([pa.array([1]), pa.array([2])], ["a", "a"])
    with pytest.raises(rw.EventsError, match="names a column twice"):
        results_of(rw.sql(Source(twice), "SELECT 1"))
    with pytest.raises(rw.EventsError, match="the table has no rows"):
        results_of(rw.sql(Source(EVENTS.to_arrow()[:0]), "SELECT 1"))


def test_watermarks_of_any_name_and_rows_without_one(address: str) -> None:
    with psycopg.connect(address, autocommit=True) as base:
        base.execute('ALTER TABLE events ADD COLUMN "loadedAt" int')
        add(address, EVENTS[:3])
        base.execute('UPDATE events SET "loadedAt" = 1 WHERE event_id <> %s', ["e1"])
        query = rw.sql(address, "SELECT * FROM events", watermark="loadedAt")
        results = results_of(query)
        add(address, EVENTS[3:])
        base.execute('UPDATE events SET "loadedAt" = 2 WHERE event_id = %s', ["e6"])
        assert_same(results.refresh(), results_of(EVENTS))
        assert held(query).height == EVENTS.height
        base.execute('ALTER TABLE events DROP COLUMN "loadedAt"')


def test_what_is_wrong_is_said_in_one_line(address: str, tmp_path: Path) -> None:
    for arguments, words in (
        ((address, "  "), "pass a SELECT"),
        ((address, "SELECT 1;"), "leave out the semicolon"),
        (("mysql://me:hush@host/base", "SELECT 1"), "mysql://•••@host/base' is not known"),
        ((7, "SELECT 1"), "int is not a connection"),
    ):
        with pytest.raises(rw.QueryError, match=words):
            rw.sql(*arguments)
    with pytest.raises(rw.QueryError, match="below 1"):
        rw.sql(address, "SELECT 1", batch_rows=0)
    for asked, words in (
        ("SELECT * FROM nowhere", r'the database cannot answer \(relation "nowhere"'),
        ("SELECT 1 AS a, 2 AS a", "names a column twice"),
        ("SELECT * FROM events", "the table has no rows"),
        ("DROP TABLE events", "the database cannot answer"),
    ):
        with pytest.raises(rw.EventsError, match=words):
            results_of(rw.sql(address, asked))
    with pytest.raises(rw.EventsError, match="no such database"):
        results_of(rw.sql(f"sqlite:///{tmp_path / 'none.db'}", "SELECT 1"))
    with pytest.raises(rw.EventsError) as caught:
        results_of(rw.sql("postgresql://me:hush@127.0.0.1:1/base", "SELECT 1"))
    assert "hush" not in str(caught.value)


def test_a_watermark_that_is_no_column_is_said(address: str) -> None:
    add(address, EVENTS)
    query = rw.sql(address, f"SELECT {COLUMNS} FROM events", watermark="loaded")
    with pytest.raises(rw.EventsError, match="gives no column 'loaded'"):
        results_of(query)


def test_without_psycopg_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    with pytest.raises(MissingExtraError, match=r"\[postgres\]"):
        results_of(rw.sql("postgresql://host/base", "SELECT 1"))


def test_nothing_is_written_to_the_database(address: str) -> None:
    add(address, EVENTS)
    asked = "WITH gone AS (DELETE FROM events RETURNING *) SELECT * FROM gone"
    with pytest.raises(rw.EventsError, match="cannot answer"):
        results_of(rw.sql(address, asked))
    with psycopg.connect(address) as base:
        assert base.execute("SELECT count(*) FROM events").fetchone() == (EVENTS.height,)


def test_the_batches_go_with_the_query(tmp_path: Path) -> None:
    in_sqlite(tmp_path / "events.db", EVENTS)
    query = rw.sql(f"sqlite:///{tmp_path / 'events.db'}", "SELECT * FROM events")
    results = results_of(query)
    folder = parts(query)[0].parent
    store = results.save(tmp_path / "x.rw")
    with pytest.raises(rw.QueryError, match="works only with files"):
        rw.Results(CAMPAIGN, query, store=tmp_path / "y.rw")
    del query, results
    assert not folder.exists()
    assert rw.load(store, time_zone="UTC").refresh().unique_users() == 3


def test_many_rows_come_in_batches(address: str) -> None:
    count, start = 20_000, datetime(2026, 3, 1, tzinfo=UTC)
    with psycopg.connect(address, autocommit=True) as base:
        base.execute(
            f"INSERT INTO events ({COLUMNS}) SELECT 'u' || n % 500, 'a1', 'sent', "
            "timestamptz '2026-03-01 00:00Z' + n * interval '1 minute', 'e' || n, NULL, 'web' "
            f"FROM generate_series(1, {count}) AS n"
        )
    query = rw.sql(address, f"SELECT {COLUMNS} FROM events", batch_rows=6_000)
    results = results_of(query)
    assert results.unique_users() == 500
    assert len(parts(query)) == 4
    newest = results.freshness()
    assert str(start + timedelta(minutes=count))[:10] in str(newest)
