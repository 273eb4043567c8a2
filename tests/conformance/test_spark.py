"""Spark: the same answers on a cluster, and no user leaves it unasked."""

from collections.abc import Callable
from pathlib import Path
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

MOST_ROWS = 200
ZONE = "America/Los_Angeles"

QUESTIONS: dict[str, Callable[[rw.Results], pl.DataFrame]] = {
    "overview": lambda results: results.overview(),
    "channels by a column of the users": lambda results: results.channels(by="country"),
    "actions by a column of the events": lambda results: results.actions(by="variant"),
    "flow": lambda results: results.flow().edges,
    "series": lambda results: results.explore("conversions", by="variant", every="1w"),
}


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


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every collect of more rows than any frame of numbers here has."""
    from pyspark.sql.classic.dataframe import DataFrame

    def few(real: Callable[..., Any]) -> Callable[..., Any]:
        def collected(frame: Any, *how: Any, **named: Any) -> Any:
            found = real(frame, *how, **named)
            size = found.num_rows if hasattr(found, "num_rows") else len(found)
            assert size <= MOST_ROWS, f"{size} rows left Spark"
            return found

        return collected

    for name in ("toArrow", "toPandas", "collect"):
        monkeypatch.setattr(DataFrame, name, few(getattr(DataFrame, name)))


@pytest.mark.parametrize("question", QUESTIONS)
def test_numbers_are_those_of_memory_and_come_back_small(
    guarded: None, on_spark: rw.Results, in_memory: rw.Results, question: str
) -> None:
    ask = QUESTIONS[question]
    assert_frame_equal(ask(on_spark), ask(in_memory))


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
    assert len(theirs) == len(ours) > MOST_ROWS / 2
    written = theirs.write(tmp_path / "users")  # type: ignore[attr-defined]
    found = pl.read_parquet(f"{written}/*.parquet").sort("user_id")
    assert_frame_equal(found, ours.users, check_column_order=False)


def test_guard_bites(guarded: None, on_spark: rw.Results) -> None:
    with pytest.raises(AssertionError, match="rows left Spark"):
        on_spark.entries()
