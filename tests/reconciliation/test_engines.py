"""Events that stay on an engine give the same steps as those in memory."""

from collections.abc import Iterator
from typing import Any

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.engine.backends.lazy.dataset import LazyBackend


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[rw.Results, rw.Results]]:
    """The same campaign in memory and on DuckDB, some of its clicks made by machines and some rows twice."""
    campaign, events, users = rw.datasets.generate(400, seed=5)
    table = events.lazy().collect()
    clicked = (pl.col("event") == "clicked") & (pl.int_range(pl.len()) % 3 == 0)
    table = table.with_columns(machine=pl.col("machine") | clicked)
    table = pl.concat([table, table.filter(pl.int_range(pl.len()) % 11 == 0)])
    with duckdb.connect() as connection:
        there = connection.from_arrow(table.to_arrow())
        yield (
            rw.Results(campaign, table, users, time_zone="UTC"),
            rw.Results(campaign, there, users, time_zone="UTC"),
        )


RULES: list[dict[str, Any]] = [
    {},
    {"machine_clicks": "left_out", "machine_opens": "counted", "window": "2d"},
    {"duplicates": "counted", "as_of": "2026-03-12", "developers": False},
    {"definitions": "leanplum-v2", "time_zone": "Asia/Tokyo", "start": "2026-03-03"},
]


@pytest.mark.parametrize("rules", RULES, ids=str)
def test_steps_are_those_of_memory(
    both: tuple[rw.Results, rw.Results], rules: dict[str, Any]
) -> None:
    memory, engine = both
    assert isinstance(engine._session.data, LazyBackend)
    metrics = ["sent", "opened", "unique_clicked", "unique_open_rate", "conversions_attributed"]
    theirs = memory.analytics().actions().filter(pl.col("metric").is_in(metrics))
    theirs = theirs.select("action_id", "metric", "value")
    found = [one.reconcile(theirs, rates="fraction", guess=not rules, **rules) for one in both]
    for name in ("table", "waterfall", "alone", "rules"):
        assert_frame_equal(getattr(found[0], name), getattr(found[1], name), rel_tol=1e-9)
    assert found[0].summary() == found[1].summary()
    assert found[0].waterfall.filter(pl.col("cause") != "rest", pl.col("step") != 0).height > 3
