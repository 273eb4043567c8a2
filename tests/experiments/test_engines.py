"""Experiments on events that stay on an engine: the sums are made there, and the numbers are memory's."""

from collections.abc import Iterator
from typing import Any

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.engine.backends.lazy.dataset import LazyBackend
from results_widgets.experiments import behaviour, run as running

DESIGNS: list[dict[str, Any]] = [
    {},
    {"covariate": "before", "crossovers": "first", "window": "3d"},
    {"covariate": "age", "sequential": True, "control": "A"},
    {"by": "country", "trust": True, "adjust": "fdr"},
]


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[rw.Results, rw.Results]]:
    """The same campaign in memory and on DuckDB."""
    campaign, events, users = rw.datasets.generate(600, seed=3)
    table = events.lazy().collect()
    assert isinstance(users, pl.DataFrame)
    aged = users.with_columns(age=pl.int_range(pl.len()) % 50 + 20)
    with duckdb.connect() as connection:
        there = connection.from_arrow(table.to_arrow())
        yield (
            rw.Results(campaign, table, aged, time_zone="Europe/Berlin"),
            rw.Results(campaign, there, aged, time_zone="Europe/Berlin"),
        )


@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_numbers_are_those_of_memory(
    both: tuple[rw.Results, rw.Results], design: dict[str, Any]
) -> None:
    memory, engine = (results.experiment(**design) for results in both)
    assert isinstance(both[1]._session.data, LazyBackend)
    for name in ("table", "arms", "incremental", "power"):
        assert_frame_equal(getattr(memory, name), getattr(engine, name), rel_tol=1e-9)
    assert memory.summary() == engine.summary()
    assert_frame_equal(memory.over_time("converted"), engine.over_time("converted"), rel_tol=1e-9)


def test_only_sums_leave_the_engine(
    both: tuple[rw.Results, rw.Results], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many rows as arms, days and both kinds of ripeness, however many users there are."""
    heights: list[int] = []

    def counted(rows: Any) -> pl.DataFrame:
        found = pl.DataFrame(rows.collect("polars").to_native())
        heights.append(found.height)
        return found

    for module in (behaviour, running):
        monkeypatch.setattr(module, "collect", counted)
    both[1].experiment(window="2d", covariate="before")
    assert max(heights) > 50
    assert max(heights) <= 3 * 60 * 2
