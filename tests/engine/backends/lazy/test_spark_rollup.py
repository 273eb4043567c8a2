"""A whole campaign rolled up on Spark: near the exact numbers, like memory's, and without a user."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets import datasets
from results_widgets.engine.rollup import sketches
from tests.support.named_users import users_in
from tests.support.nightly import rest_nightly

pytestmark = [
    pytest.mark.spark,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

ZONE = "America/New_York"
KEY = ["kind", "number", "time", "rows"]
# Enough that sketches of the larger numbers are no lists of users any more.
USERS = 6_000

Tables = tuple[Any, pl.DataFrame, pl.DataFrame]


@pytest.fixture(scope="module")
def tables() -> Tables:
    campaign, events, users = datasets.generate(USERS, seed=7)
    return campaign, events.lazy().collect(), users.lazy().collect()


@pytest.fixture(scope="module")
def on_spark(spark: Any, tables: Tables) -> rw.Results:
    campaign, events, users = tables
    return rw.Results(campaign, spark.createDataFrame(events.to_arrow()), users, time_zone=ZONE)


@pytest.fixture(scope="module")
def in_memory(tables: Tables) -> rw.Results:
    return rw.Results(*tables, time_zone=ZONE)


@pytest.fixture(scope="module")
def rolled(on_spark: rw.Results) -> rw.RollUp:
    """Rolled up on Spark, while nothing that names a user may leave it."""
    with pytest.MonkeyPatch.context() as patch:
        _refuse_users(patch)
        return on_spark.rollup("1d")


def _refuse_users(patch: pytest.MonkeyPatch) -> None:
    from pyspark.sql.classic.dataframe import DataFrame

    def nameless(real: Callable[..., Any]) -> Callable[..., Any]:
        def collected(frame: Any, *how: Any, **named: Any) -> Any:
            found = real(frame, *how, **named)
            if {"user", "user_id"} & set(frame.columns):
                assert len(found) == 0, "users left Spark"
            return found

        return collected

    for name in ("toArrow", "toPandas", "collect"):
        patch.setattr(DataFrame, name, nameless(getattr(DataFrame, name)))


def numbers(results: rw.Results) -> pl.DataFrame:
    """Every number but the median, which a roll-up does not know, by its owner and name."""
    frames = [
        results.overview().select(pl.lit("").alias("owner"), "metric", "value"),
        results.channels().select(owner="channel", metric="metric", value="value"),
        results.actions().select(owner="action_id", metric="metric", value="value"),
    ]
    known = pl.concat(frames).filter(pl.col("metric") != "median_time_to_convert")
    return known.sort("owner", "metric")


def beside(one: rw.Results, other: rw.Results) -> pl.DataFrame:
    """The numbers of both, and whether each counts distinct users."""
    users = {metric.key for metric in one._session.metrics() if metric.unit == "users"}
    counts = {metric.key for metric in one._session.metrics() if metric.unit in ("count", "amount")}
    found = numbers(one).join(numbers(other), on=["owner", "metric"], suffix="_other")
    return found.with_columns(
        distinct=pl.col("metric").is_in(users), counted=pl.col("metric").is_in(counts)
    )


@pytest.mark.nightly
def test_it_is_near_the_exact_numbers(rolled: rw.RollUp, in_memory: rw.Results) -> None:
    found = beside(in_memory, rolled.results())
    counted = found.filter("counted")
    assert counted.height > 50
    assert counted["value"].to_list() == pytest.approx(counted["value_other"].to_list())
    users = found.filter("distinct")
    off = (pl.col("value_other") - pl.col("value")).abs()
    assert users.filter(off > sketches.BOUND * pl.col("value")).is_empty()
    assert users.filter(pl.col("value") > 3_000).height > 2


@pytest.mark.nightly
def test_it_equals_the_rollup_of_memory(rolled: rw.RollUp, in_memory: rw.Results) -> None:
    ours = in_memory.rollup("1d")
    assert rolled.cells.select(KEY).equals(ours.cells.select(KEY))
    assert rolled.cells["value"].to_list() == pytest.approx(ours.cells["value"].to_list())
    users = beside(ours.results(), rolled.results()).filter("distinct")
    assert users["value"].to_list() == pytest.approx(users["value_other"].to_list(), rel=0.005)
    # While users are few, a sketch is a list of their hashes, and says the same wherever it was made.
    few = users.filter(pl.col("value") < 3_000)
    assert few["value"].equals(few["value_other"].rename("value"))


@pytest.mark.nightly
def test_it_is_written_read_and_holds_no_user(
    rolled: rw.RollUp, tables: Tables, tmp_path: Any
) -> None:
    path = rolled.save(tmp_path / "campaign.rollup.parquet")
    assert rw.RollUp.load(path).cells.equals(rolled.cells)
    assert not {"user", "user_id"} & set(rolled.cells.columns)
    written = path.read_bytes()
    ids = tables[1]["user_id"].unique().head(500)
    assert users_in(written, ids) == set()


@pytest.mark.nightly
def test_guard_bites(on_spark: rw.Results, monkeypatch: pytest.MonkeyPatch) -> None:
    _refuse_users(monkeypatch)
    with pytest.raises(AssertionError, match="users left Spark"):
        on_spark.entries()


@pytest.mark.parametrize("kind", rest_nightly([pl.String, pl.Int64]))
def test_a_range_on_spark_merges_with_one_in_memory(spark: Any, kind: Any) -> None:
    """A user of both ranges counts once, so text and numbers must hash alike on both sides."""
    campaign, lazy, _ = datasets.generate(120, seed=3)
    number = pl.col("user_id").rank("dense").cast(pl.Int64).cast(kind)
    events = lazy.lazy().collect().with_columns(number.alias("user_id"))
    there = rw.Results(campaign, spark.createDataFrame(events.to_arrow()), time_zone=ZONE)
    here = rw.Results(campaign, events, time_zone=ZONE)
    early = there.between(None, "2026-03-20").rollup("1d")
    late = here.between("2026-03-21").rollup("1d")
    users = [part.results().unique_users() or 0 for part in (early, late, early | late)]
    assert users[0] + users[1] > users[2]
    found = beside(here, (early | late).results()).filter("distinct")
    assert found["value"].equals(found["value_other"].rename("value"))
