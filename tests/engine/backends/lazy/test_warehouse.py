"""Events in databases that are asked through SQLFrame: its DuckDB, and a PostgreSQL of the tests' own.

A question costs SQLFrame half a second of composing its text, so each database is asked what shows most; every
night each is asked all.
"""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets import datasets
from results_widgets.engine.backends.lazy.dataset import LOG, LazyBackend
from results_widgets.engine.frames import collect
from results_widgets.sources.engines import engine_of
from results_widgets.sources.engines.warehouse.session import state_of
from tests.reference.case import By
from tests.support import properties
from tests.support.answers import FromPackage
from tests.support.engines import in_engine_order
from tests.support.postgres import server
from tests.support.profiles import is_thorough
from tests.support.strategies import OneColumn, Question, question
from tests.support.warehouses import Placed, in_micros, on_duckdb, on_postgres

ZONE = "Australia/Lord_Howe"
"""Far from UTC and from every zone that is asked for."""


@pytest.fixture(scope="module")
def duckdb_placed() -> Iterator[Placed]:
    with on_duckdb(ZONE) as placed:
        yield placed


@pytest.fixture(scope="module")
def postgres_placed() -> Iterator[Placed]:
    with server() as url, on_postgres(url, ZONE) as placed:
        yield placed


@dataclass(frozen=True)
class Narrowed(OneColumn):
    """A question by one column at most, and by fewer breakdowns."""

    @property
    def breakdowns(self) -> list[By]:
        return Question(self.seed, self.case, self.query).breakdowns[:2]


def is_answered(
    placed: Placed, seed: int, kinds: list[properties.Property], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reference's answers are found to a question of events that were placed."""
    monkeypatch.setattr(FromPackage, "placed", staticmethod(lambda table: placed(in_micros(table))))
    drawn = in_engine_order(question(seed))
    properties.everything_equal(
        Narrowed(drawn.seed, drawn.case, drawn.query),
        properties.PROPERTIES if is_thorough() else kinds,
    )


def test_duckdb_answers_what_the_reference_answers(
    duckdb_placed: Placed, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds: list[properties.Property] = [properties.entries_and_conversions, properties.channels]
    is_answered(duckdb_placed, 0, kinds, monkeypatch)


def test_postgres_answers_what_the_reference_answers(
    postgres_placed: Placed, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds: list[properties.Property] = [properties.entries_and_conversions, properties.explore]
    is_answered(postgres_placed, 107, kinds, monkeypatch)


@pytest.fixture(scope="module")
def generated() -> tuple[Any, pl.DataFrame, pl.DataFrame]:
    campaign, events, users = datasets.generate(120, seed=5)
    return campaign, events.lazy().collect(), users.lazy().collect()


@pytest.fixture(scope="module")
def both(
    generated: tuple[Any, pl.DataFrame, pl.DataFrame], postgres_placed: Placed
) -> tuple[rw.Results, rw.Results]:
    """The same campaign from PostgreSQL and from memory; its users are sent as a table."""
    campaign, events, users = generated
    placed = postgres_placed(events)
    return rw.Results(campaign, placed, users, time_zone="UTC"), rw.Results(
        campaign, events, users, time_zone="UTC"
    )


def test_events_stay_where_they_are(both: tuple[rw.Results, rw.Results]) -> None:
    data = both[0]._session.data
    assert isinstance(data, LazyBackend)
    assert data.table.engine.name == "PostgreSQL"
    assert repr(both[0].users_in_campaign()._users.place) == "'on PostgreSQL'"


def test_users_are_found_drawn_and_written_there(
    both: tuple[rw.Results, rw.Results], tmp_path: Path
) -> None:
    action = both[1].campaign.actions[0].id
    theirs, ours = (one.users_in_action(action, "opened") for one in both)
    everyone, all_ours = (one.users_in_campaign() for one in both)
    ways: list[Callable[[rw.Segment, rw.Segment], rw.Segment]] = [
        lambda one, _: one,
        lambda one, other: other - one,
        lambda one, _: one.sample(5, seed=3),
    ]
    for way in ways:
        assert_frame_equal(
            way(theirs, everyone).users, way(ours, all_ours).users, check_column_order=False
        )
    written = pl.read_parquet(theirs.write(tmp_path / "users.parquet"))
    assert sorted(written["user_id"]) == sorted(ours.users["user_id"])


def test_rows_are_judged_there(both: tuple[rw.Results, rw.Results]) -> None:
    theirs, ours = (one.quality() for one in both)
    assert_frame_equal(theirs, ours)


# --- one step at a time, on DuckDB


@pytest.fixture
def rows(duckdb_placed: Placed) -> Any:
    """A small table, as an engine gives it."""
    table = pl.DataFrame(
        {
            "user": ["a", "a", "a", "b", "b"],
            "step": [1, 2, 3, 1, 2],
            "Value": [None, 5, None, None, 7],
            "flag": [True, None, False, None, True],
        }
    )
    native = duckdb_placed(table)
    engine = engine_of(native)
    assert engine is not None
    return engine, engine.rows_of(native)


def test_what_is_kept_is_dropped_with_the_next_table_that_is_kept(
    rows: Any, generated: tuple[Any, pl.DataFrame, pl.DataFrame]
) -> None:
    engine, table = rows
    unused, session = state_of(engine._session).unused, engine._session
    many = engine.upload(generated[2].select("user_id"))
    joined = many.join(many.rename({"user_id": "other"}), left_on="user_id", right_on="other")
    del many
    gc.collect()
    held = len(unused)
    assert joined.collect("polars").shape == (120, 1)
    del joined
    gc.collect()
    assert len(unused) == held + 1
    kept, free = engine.materialise(table.filter(nw.col("step") > 1))
    assert kept.collect("polars")["Value"].to_list() == [5, None, 7]
    assert not unused
    free()
    [name] = unused
    engine.materialise(table)
    found = session._conn.execute(
        f"SELECT count(*) FROM duckdb_tables() WHERE table_name = '{name}'"
    )
    assert found.fetchall() == [(0,)]


def test_a_long_query_is_no_longer_than_its_steps(rows: Any) -> None:
    _, table = rows
    longer, sizes = table, []
    for _ in range(12):
        longer = longer.with_columns(step=nw.col("step") + 1)
        sizes.append(len(longer.to_native().expression.sql()))
    assert max(sizes[3:]) == min(sizes[3:])
    steps = longer.to_native().sql(optimize=False, pretty=False)
    assert steps.count(" AS (SELECT ") >= 12
    assert longer.collect("polars")["step"].to_list() == [13, 14, 15, 13, 14]


@pytest.mark.parametrize("name", ["a b", "a.b", "größe"])
def test_a_column_that_would_be_read_as_sql_is_refused_by_name(
    rows: Any, generated: tuple[Any, pl.DataFrame, pl.DataFrame], duckdb_placed: Placed, name: str
) -> None:
    odd = pl.DataFrame({"user_id": ["a"], name: ["x"]})
    with pytest.raises(rw.EventsError, match=f"column '{name}' has a name that SQLFrame reads"):
        rw.Results(generated[0], duckdb_placed(odd))
    with pytest.raises(rw.EventsError, match=f"column '{name}'"):
        rows[0].upload(odd)


def test_a_session_of_another_database_is_refused_by_name(
    generated: tuple[Any, pl.DataFrame, pl.DataFrame],
) -> None:
    from sqlframe.standalone import StandaloneSession

    frame = StandaloneSession().createDataFrame([{"user_id": "a"}])
    with pytest.raises(
        rw.EventsError,
        match="Snowflake, Redshift and Databricks SQL are asked where they are, and spark is not",
    ):
        rw.Results(generated[0], frame)


@pytest.mark.parametrize("base", ["duckdb", "postgres"])
def test_a_refresh_reads_what_is_new(
    base: str, generated: tuple[Any, pl.DataFrame, pl.DataFrame], request: pytest.FixtureRequest
) -> None:
    placed: Placed = request.getfixturevalue(f"{base}_placed")
    campaign, events, _ = generated
    at = events["timestamp"].sort()[events.height * 9 // 10]
    early, late = (
        events.filter(pl.col("timestamp") <= at),
        events.filter(pl.col("timestamp") > at),
    )
    native, more = placed(early), placed(late)
    results = rw.Results(campaign, native, time_zone="UTC")
    assert coded(results) == coded(rw.Results(campaign, early, time_zone="UTC"))
    assert results.refresh()._session.data is results._session.data
    tables = (one.expression.args["from_"].this.name for one in (native, more))
    native.session._execute("INSERT INTO {} SELECT * FROM {}".format(*tables))
    results = results.refresh()
    fresh = results._session.data.require_users()
    assert isinstance(fresh, LazyBackend)
    # What was coded before is there already: only what is new was read.
    assert fresh.cache.known(LOG) is not None
    assert fresh.source_size[0] == events.height
    assert coded(results) == coded(rw.Results(campaign, events, time_zone="UTC"))


def coded(results: rw.Results) -> int:
    """How many events were coded."""
    rows = results._session.data.require_users().events(None)
    return int(collect(rows.select(nw.len())).item())


def test_decimals_without_a_fraction_are_integers(postgres_placed: Placed) -> None:
    native = postgres_placed(pl.DataFrame({"n": [1, 2], "half": [0.5, 1.5]}))
    engine = engine_of(native)
    assert engine is not None
    table = engine.rows_of(native)
    sums = (
        table.select(n=nw.col("n").sum(), half=nw.col("half").sum()).collect("polars").to_native()
    )
    assert dict(sums.schema) == {"n": pl.Int64, "half": pl.Float64}
    assert sums.row(0) == (3, 2.0)
    assert table.filter(nw.col("n") > 2).collect("polars").to_native().schema == pl.Schema(
        {"n": pl.Int64, "half": pl.Float64}
    )


def test_the_latest_value_passes_over_nulls_without_the_words_for_it(
    postgres_placed: Placed,
) -> None:
    table = pl.DataFrame(
        {"u": ["a"] * 3 + ["b"] * 2, "at": [1, 2, 3, 1, 2], "v": [None, 5, None, None, 7]}
    )
    native = postgres_placed(table.with_columns(flag=pl.col("v") > 5))
    engine = engine_of(native)
    assert engine is not None
    latest = nw.col("v", "flag").fill_null(strategy="forward").over("u", order_by="at")
    asked = engine.rows_of(native).filter(nw.col("at") > 0).with_columns(latest)
    asked = asked.with_columns(n=nw.col("flag").cast(nw.Int64), most=nw.col("flag").max().over("u"))
    assert "IGNORE NULLS" not in asked.to_native().sql(dialect="postgres", optimize=False)
    found = asked.sort("u", "at").collect("polars")
    assert found["v"].to_list() == [None, 5, 5, None, 7]
    assert found["n"].to_list() == [None, 0, 0, None, 1]
    assert found["most"].to_list() == [False] * 3 + [True] * 2
