"""Numbers that somebody expects: conditions are read, and every difference is named."""

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.report import CheckError, Condition


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(400, seed=4), time_zone="UTC")


def test_assertions_name_every_difference(results: rw.Results) -> None:
    users = float(results.overview().filter(pl.col("metric") == "users")["value"][0])
    rw.assert_results(results, {"users": users})
    with pytest.raises(CheckError, match=r"2 of 3 numbers differ: users is .*; email:sent is "):
        rw.assert_results(
            results, {"users": -1, "email:sent": None, "unique_users": results.unique_users()}
        )
    with pytest.raises(rw.QueryError, match="did you mean"):
        rw.assert_results(results, {"emial:sent": 1})


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("conversion_rate < 0.02", ("", "conversion_rate", "<", 0.02)),
        ("email:open_rate<=15%", ("email", "open_rate", "<=", 0.15)),
        (" a-1 : users_received != 1e3 ", ("a-1", "users_received", "!=", 1000)),
    ],
)
def test_conditions_are_read(text: str, parts: tuple[object, ...]) -> None:
    read = Condition.read(text)
    assert (read.owner, read.metric, read.compare, read.number) == parts
