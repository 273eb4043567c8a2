"""Small numbers in a report are hidden, and none of them follows from those that are shown."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, strategies as st

import results_widgets as rw
from results_widgets.report.html import suppression
from results_widgets.report.html.small_cells import Cell, Sum, hidden_cells
from results_widgets.report.html.states import Wanted, looks, state_of

LEAST = 10


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(400, seed=4), time_zone="UTC")


def state(results: rw.Results) -> dict[str, object]:
    wanted = Wanted(definitions=(), ranges=(), developers=False, machines=False)
    found = looks(results, rw.Selection(), wanted)
    return state_of(found[0], found, [])


def test_no_small_count_is_shown(results: rw.Results) -> None:
    safe = suppression.hide(state(results), results._session.metrics(hidden=True), LEAST)
    metrics, flow = safe["_metrics"], safe["_flow"]
    for name in ("value", "numerator", "denominator"):
        counts = metrics[name].drop_nulls()
        rated = metrics["denominator"].is_not_null() | metrics["metric"].str.contains(
            "rate|time|value"
        )
        if name == "value":
            counts = metrics.filter(~rated)["value"].drop_nulls()
            counts = counts.filter(counts == counts.floor())
        assert counts.filter((counts > 0) & (counts < LEAST)).is_empty(), name
    for arm in flow["arms"]:
        shown = [node[k] for node in arm["nodes"] for k in ("users_received", "conversions")]
        shown += [edge["users"] for edge in arm["edges"]]
        assert not [n for n in shown if n is not None and 0 < n < LEAST]


def test_a_rate_of_a_hidden_count_is_hidden(results: rw.Results) -> None:
    metrics = suppression.hide(state(results), results._session.metrics(hidden=True), LEAST)[
        "_metrics"
    ]
    assert isinstance(metrics, pl.DataFrame)
    rated = metrics.filter(pl.col("value").is_not_null() & pl.col("denominator").is_not_null())
    # Neither those who did, nor the few who did not, can be worked out from what is shown.
    rest = rated["denominator"] - rated["numerator"]
    assert rated.filter((rest > 0) & (rest < LEAST)).is_empty()
    assert rated["numerator"].null_count() == 0


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8))
def test_no_hidden_cell_follows_from_a_sum(parts: list[int]) -> None:
    values: dict[Cell, float] = {place: float(n) for place, n in enumerate(parts)}
    values["all"] = float(sum(parts))
    hidden = hidden_cells(values, [Sum("all", tuple(range(len(parts))))], LEAST)
    assert all(cell in hidden for cell, value in values.items() if 0 < value < LEAST)
    unknown = [values[place] for place in range(len(parts)) if place in hidden]
    if "all" in hidden:
        assert unknown or not sum(parts)
    else:
        assert not unknown or (len(unknown) > 1 and sum(unknown) >= LEAST)


def test_zero_hides_nothing(results: rw.Results, tmp_path: Path) -> None:
    with pytest.raises(rw.QueryError, match="min_cell is -1"):
        results.to_html(tmp_path / "page.html", min_cell=-1)
