"""Spark Connect, which Databricks notebooks use: the same answers, also where a session keeps nothing of a query."""

from collections.abc import Callable, Iterator
from typing import Any

import narwhals as nw
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from pyspark.errors import PySparkException

import results_widgets as rw
from results_widgets import datasets
from results_widgets.sources.engines import as_rows, spark_functions
from results_widgets.sources.engines.spark import Spark
from tests.support.nightly import rest_nightly

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
    # Imported here, as it warns of pandas' version.
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


def test_numbers_and_users_are_those_of_memory(
    remote: Any, tables: tuple[Any, pl.DataFrame, pl.DataFrame], in_memory: rw.Results
) -> None:
    results = on_connect(remote, tables)
    assert_frame_equal(results.overview(), in_memory.overview())
    action = in_memory.campaign.actions[0].id
    theirs, ours = (one.users_in_action(action, "opened") for one in (results, in_memory))
    assert_frame_equal(theirs.users, ours.users, check_column_order=False)


@pytest.mark.parametrize(
    "refused", rest_nightly([["localCheckpoint", "persist"], ["localCheckpoint"]])
)
def test_rows_are_kept_as_far_as_a_session_keeps_any(
    remote: Any, monkeypatch: pytest.MonkeyPatch, refused: list[str]
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
    rows = as_rows(remote.range(3))
    kept, free = Spark(rows.to_native()).materialise(rows)
    assert asked == refused
    assert kept.collect("polars")["id"].to_list() == [0, 1, 2]
    assert kept.to_native().is_cached == ("persist" not in refused)
    free()


@pytest.mark.nightly
def test_sketches_are_made_on_the_cluster(remote: Any) -> None:
    frame = remote.range(3)
    functions = spark_functions(frame)
    count = functions.hll_sketch_estimate(functions.hll_sketch_agg("id", 12))
    assert frame.agg(count.alias("users")).collect()[0]["users"] == 3
    assert nw.from_native(frame).implementation.is_pyspark_connect()


def test_other_errors_are_not_taken_for_a_refusal(remote: Any) -> None:
    rows = as_rows(remote.range(3).selectExpr("raise_error('no') AS never"))
    with pytest.raises(PySparkException, match="no"):
        Spark(rows.to_native()).materialise(rows)
