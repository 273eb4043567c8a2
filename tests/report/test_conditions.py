"""Numbers that somebody expects: conditions are read, and every difference is named."""

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.report import CheckError, Condition
from results_widgets.report.conditions import value_of
from tests.support.examples import case


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


@pytest.fixture(scope="module")
def few() -> rw.Results:
    """Two users mailed, one of them pushed as well."""
    asked = case("""
        anna mail  sent 01T10:00
        bob  mail  sent 01T10:00
        anna nudge sent 01T11:00
    """)
    return rw.Results(dict(asked.campaign), asked.events, time_zone="UTC")


def test_a_number_is_its_owners(few: rw.Results) -> None:
    owners = ("mail", "nudge", "email", "push")
    assert [value_of(few, "sent", owner) for owner in owners] == [2, 1, 2, 1]
    assert value_of(few, "users") == 2
    with pytest.raises(rw.QueryError, match="unknown action or channel 'mial'"):
        value_of(few, "sent", "mial")


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        *(("mail:sent < 2", False), ("mail:sent <= 2", True), ("mail:sent == 2", True)),
        *(("mail:sent > 2", False), ("mail:sent >= 2", True), ("mail:sent != 2", False)),
        *(("nudge:sent < 2", True), ("nudge:sent != 2", True), ("users > 1", True)),
        ("hello:accept_rate < 1", None),
    ],
)
def test_a_condition_holds_or_not_or_cannot_be_told(
    few: rw.Results, condition: str, holds: bool | None
) -> None:
    read = Condition.read(condition)
    assert read.holds(few) is holds
    assert str(read) == condition


@pytest.mark.parametrize(
    ("expected", "tolerance", "equal"),
    [
        ({"users": 2 + 1e-9}, 1e-9, True),
        ({"users": 2 + 1e-8}, 1e-9, False),
        # Relative to what is expected, and to one where less is expected.
        ({"users": 2.2}, 0.1, True),
        ({"users": 2.3}, 0.1, False),
        ({"exits": 0.09}, 0.1, True),
        ({"exits": 0.11}, 0.1, False),
    ],
)
def test_numbers_may_differ_by_the_tolerance(
    few: rw.Results, expected: dict[str, float], tolerance: float, equal: bool
) -> None:
    if equal:
        rw.assert_results(few, expected, tolerance=tolerance)
        return
    with pytest.raises(CheckError, match="1 of 1 number differs"):
        rw.assert_results(few, expected, tolerance=tolerance)


def test_a_difference_is_told_in_whole_numbers_where_it_is_one(few: rw.Results) -> None:
    with pytest.raises(CheckError, match=r"users is 2, expected 3$"):
        rw.assert_results(few, {"users": 3})
    with pytest.raises(CheckError, match=r"nudge:share_of_entries is 0\.5, expected 0\.25$"):
        rw.assert_results(few, {"nudge:share_of_entries": 0.25})
