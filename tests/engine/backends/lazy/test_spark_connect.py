"""Spark Connect, which Databricks notebooks use: the same answers, also where a session keeps nothing of a query."""

import gc
from collections.abc import Callable, Iterator
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets import datasets

pytestmark = [
    pytest.mark.spark,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

ZONE = "America/Los_Angeles"
SERVERLESS = "[NOT_SUPPORTED_WITH_SERVERLESS] PERSIST TABLE is not supported on serverless compute."
"""What Databricks says where a session keeps no rows."""


@pytest.fixture(scope="module")
def remote(spark: Any) -> Iterator[Any]:
    """A client of the Connect server that the shared session runs, without a way to its JVM."""
    from pyspark.sql.connect.session import SparkSession

    port = spark.conf.get("spark.connect.grpc.binding.port")
    session = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").create()
    for name, value in PLAIN.items():
        session.conf.set(name, value)
    yield session
    session.stop()


PLAIN = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
"""See `plainly_planned`."""


@pytest.fixture(scope="module")
def tables() -> tuple[Any, pl.DataFrame, pl.DataFrame]:
    campaign, events, users = datasets.generate(60, seed=5)
    return campaign, events.lazy().collect(), users.lazy().collect()


@pytest.fixture(scope="module")
def in_memory(tables: tuple[Any, pl.DataFrame, pl.DataFrame]) -> rw.Results:
    return rw.Results(*tables, time_zone=ZONE)


def on_connect(remote: Any, tables: tuple[Any, pl.DataFrame, pl.DataFrame]) -> rw.Results:
    campaign, events, users = tables
    return rw.Results(campaign, remote.createDataFrame(events.to_arrow()), users, time_zone=ZONE)


def test_numbers_users_and_sketches_are_those_of_memory(
    remote: Any, tables: tuple[Any, pl.DataFrame, pl.DataFrame], in_memory: rw.Results
) -> None:
    results = on_connect(remote, tables)
    assert_frame_equal(results.overview(), in_memory.overview())
    assert_frame_equal(results.actions(by="variant"), in_memory.actions(by="variant"))
    weeks: dict[str, Any] = {"by": "country", "every": "1w"}
    assert_frame_equal(
        results.explore("conversions", **weeks), in_memory.explore("conversions", **weeks)
    )
    action = in_memory.campaign.actions[0].id
    theirs, ours = (one.users_in_action(action, "opened") for one in (results, in_memory))
    assert_frame_equal(theirs.users, ours.users, check_column_order=False)
    theirs_rolled, rolled = (one.rollup("1d").results().overview() for one in (results, in_memory))
    assert_frame_equal(theirs_rolled, rolled)


@pytest.mark.parametrize("refused", [["localCheckpoint"], ["localCheckpoint", "persist"]])
def test_a_session_without_checkpoints_answers_the_same(
    remote: Any,
    tables: tuple[Any, pl.DataFrame, pl.DataFrame],
    in_memory: rw.Results,
    monkeypatch: pytest.MonkeyPatch,
    refused: list[str],
) -> None:
    from pyspark.errors.exceptions.connect import AnalysisException
    from pyspark.sql.connect.dataframe import DataFrame

    asked: list[str] = []

    def refusing(name: str) -> Callable[..., Any]:
        def refuse(*_: Any, **__: Any) -> Any:
            asked.append(name)
            raise AnalysisException(SERVERLESS)

        return refuse

    for name in refused:
        monkeypatch.setattr(DataFrame, name, refusing(name))
    results = on_connect(remote, tables)
    assert results.unique_users() == in_memory.unique_users()
    assert results.conversions().equals(in_memory.conversions())
    assert {*asked} == {*refused}
    del results
    gc.collect()
