"""Spark: the same answers on a cluster, and no user leaves it unasked."""

import gc
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets import datasets
from results_widgets.engine.backends.lazy.dataset import LazyBackend
from results_widgets.sources.engines import as_rows
from tests.support.nightly import rest_nightly

pytestmark = [
    pytest.mark.spark,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

ZONE = "America/Los_Angeles"

QUESTIONS: dict[str, Callable[[rw.Results], pl.DataFrame]] = {
    "channels by a column of the users": lambda results: results.channels(by="country"),
    "quality": lambda results: results.quality(),
    "series": lambda results: results.explore("conversions", by="variant", every="1w"),
    "overview": lambda results: results.overview(),
    "actions by a column of the events": lambda results: results.actions(by="variant"),
    "flow": lambda results: results.flow().edges,
}
"""The last three by night: `test_spark_random.py` holds actions, columns of events and flows against the reference."""


@pytest.fixture(scope="module")
def tables() -> tuple[Any, pl.DataFrame, pl.DataFrame]:
    campaign, events, users = datasets.generate(300, seed=5)
    return campaign, events.lazy().collect(), users.lazy().collect()


@pytest.fixture(scope="module")
def on_spark(spark: Any, tables: tuple[Any, pl.DataFrame, pl.DataFrame]) -> rw.Results:
    campaign, events, users = tables
    return rw.Results(campaign, spark.createDataFrame(events.to_arrow()), users, time_zone=ZONE)


@pytest.fixture(scope="module")
def in_memory(tables: tuple[Any, pl.DataFrame, pl.DataFrame]) -> rw.Results:
    return rw.Results(*tables, time_zone=ZONE)


@pytest.mark.parametrize("question", rest_nightly(QUESTIONS, 3))
def test_numbers_are_those_of_memory_and_come_back_small(
    guarded: None, on_spark: rw.Results, in_memory: rw.Results, question: str
) -> None:
    ask = QUESTIONS[question]
    assert_frame_equal(ask(on_spark), ask(in_memory))


def test_attribution_is_that_of_memory(on_spark: rw.Results, in_memory: rw.Results) -> None:
    # Not guarded: the steps of those who convert, and for Markov's chain of everybody, are fetched.
    found = in_memory.attribution()
    assert_frame_equal(on_spark.attribution(), found)
    assert (found["conversions"] > 0).any()


def test_rules_of_another_tool_are_changed_on_the_cluster(
    guarded: None, on_spark: rw.Results, in_memory: rw.Results
) -> None:
    theirs = pl.DataFrame({"action": ["we-miss-you"], "metric": ["unique_opened"], "value": [1]})
    rules: dict[str, Any] = {"machine_opens": "left_out", "as_of": "2026-03-20", "guess": False}
    there, here = (one.reconcile(theirs, **rules).waterfall for one in (on_spark, in_memory))
    assert_frame_equal(there, here)
    assert (here["step"] != 0).all()


def test_a_rollup_made_on_the_cluster_is_that_of_memory(
    on_spark: rw.Results, in_memory: rw.Results
) -> None:
    theirs, ours = (one.rollup("1h", users_every="1w") for one in (on_spark, in_memory))
    counts = ["kind", "number", "time", "rows", "value"]
    assert_frame_equal(theirs.cells.select(counts), ours.cells.select(counts))
    # So few users are lists of hashes: the estimates are exact.
    for frame, other in zip(theirs.results().flow(), ours.results().flow(), strict=True):
        assert_frame_equal(frame, other)
    assert_frame_equal(theirs.results().overview(), ours.results().overview())


def test_segment_stays_on_the_cluster(
    guarded: None, on_spark: rw.Results, in_memory: rw.Results, tmp_path: Path
) -> None:
    action = in_memory.campaign.actions[0].id
    theirs, ours = (
        results.users_in_campaign() - results.users_in_action(action, "opened")
        for results in (on_spark, in_memory)
    )
    assert len(theirs) == len(ours) > 100
    written = theirs.write(tmp_path / "users")
    found = pl.read_parquet(f"{written}/*.parquet").sort("user_id")
    assert_frame_equal(found, ours.users, check_column_order=False)


def test_the_settings_of_a_session_are_those_of_its_user(
    spark: Any, tables: tuple[Any, pl.DataFrame, pl.DataFrame]
) -> None:
    campaign, events, _ = tables
    before = spark.conf.getAll
    results = rw.Results(campaign, spark.createDataFrame(events.to_arrow()), time_zone=ZONE)
    results.overview()
    data = results._session.data
    assert isinstance(data, LazyBackend)
    kept = data.log.rows.to_native()
    # What is asked of kept rows is planned once, in as many parts as there are, under their zone.
    assert kept.sparkSession is not spark
    asked = kept.sparkSession.conf.getAll
    changed = {key: asked[key] for key in asked if asked[key] != before.get(key)}
    assert changed == {
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.requireAllClusterKeysForCoPartition": "false",
    }
    assert spark.conf.getAll == before
    assert not [one for one in spark.catalog.listTables("global_temp") if one.isTemporary]
    # Rows that lie by user already are asked of users without another shuffle.
    by_user = data.kept(as_rows(kept.groupBy("user").count())).to_native()
    plan = by_user.groupBy("user").count()._jdf.queryExecution().executedPlan().toString()
    assert "Aggregate" in plan
    assert "Exchange" not in plan


def test_guard_bites(guarded: None, on_spark: rw.Results) -> None:
    with pytest.raises(AssertionError, match="rows left Spark"):
        on_spark.entries()


def checkpoints(spark: Any) -> int:
    """How many tables stay on the executors."""
    return int(spark.sparkContext._jsc.getPersistentRDDs().size())


def settled(spark: Any) -> int:
    """Return how many checkpoints there are once their number has stayed for a second."""
    seen, since = checkpoints(spark), time.monotonic()
    while time.monotonic() < since + 1:
        time.sleep(0.05)
        now = checkpoints(spark)
        if now != seen:
            seen, since = now, time.monotonic()
    return seen


def test_kept_tables_are_dropped_with_their_last_user(
    spark: Any, tables: tuple[Any, pl.DataFrame, pl.DataFrame]
) -> None:
    campaign, events, users = tables
    source = spark.createDataFrame(events.to_arrow())
    # What results of other tests left behind is freed now, not in the middle.
    gc.collect()
    before = settled(spark)

    def asked() -> tuple[rw.Results, rw.Segment]:
        results = rw.Results(campaign, source, users, time_zone=ZONE)
        return results, results.users_in_campaign()

    (one, everyone), (_, others) = asked(), asked()
    size = len(everyone)
    held = checkpoints(spark)
    assert held > before
    both = everyone & others
    del one, everyone, others, _
    gc.collect()
    assert len(both) == size
    assert checkpoints(spark) == held
    del both
    until = time.monotonic() + 20
    gc.collect()
    # The call that frees runs beside, and is not waited for.
    while checkpoints(spark) > before and time.monotonic() < until:
        time.sleep(0.05)
    assert checkpoints(spark) == before
