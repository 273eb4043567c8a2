"""Wrong clocks are told apart on engines as in memory, and do not make a refresh read everything again."""

from datetime import UTC, datetime

import duckdb
import polars as pl

import results_widgets as rw
from tests.support.clocks import RIGHT, WRONG, assert_told_apart, results
from tests.support.examples import case


def test_wrong_clocks_are_told_apart_on_duckdb(duckdb_tables: None) -> None:
    assert_told_apart(results(RIGHT + WRONG), results(RIGHT))


def test_refresh_reads_only_new_rows_beside_wrong_clocks() -> None:
    connection = duckdb.connect()
    asked = case(RIGHT + WRONG)
    first = asked.events
    connection.execute("create table events as from first")
    before = rw.Results(dict(asked.campaign), connection.table("events"), time_zone="UTC")
    before.overview()
    newer = first.head(1).with_columns(timestamp=pl.lit(datetime(2026, 3, 9, tzinfo=UTC)))
    assert newer.height == 1
    connection.execute("insert into events from newer")
    after = before.refresh()
    log = after._session.data.cache
    from results_widgets.engine.backends.lazy.dataset import LOG

    assert log.known(LOG) is not None
    assert after.freshness()["newest_event"].item() == datetime(2026, 3, 9, tzinfo=UTC)
    whole = rw.Results(dict(asked.campaign), pl.concat([first, newer]), time_zone="UTC")
    assert after.overview().equals(whole.overview())
