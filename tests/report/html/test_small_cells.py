"""Which cells are hidden, worked out by hand for small tables of sums."""

from collections.abc import Mapping

import pytest

from results_widgets.report.html.small_cells import Cell, Sum, hidden_cells

LEAST = 10

CASES: dict[str, tuple[Mapping[Cell, float], list[Sum], str]] = {
    "nothing small": ({"a": 10, "b": 0, "T": 30}, [Sum("T", ("a", "b"))], ""),
    "from one to nine": ({"a": 1, "b": 9, "c": 10, "d": 0}, [], "ab"),
    "the rest is small": ({"a": 95, "T": 100}, [Sum("T", ("a",))], "a"),
    "the rest is one": ({"a": 99, "T": 100}, [Sum("T", ("a",))], "a"),
    "no rest": ({"a": 100, "T": 100}, [Sum("T", ("a",))], ""),
    "the rest is enough": ({"a": 90, "T": 100}, [Sum("T", ("a",))], ""),
    "the smallest other goes": (
        {"a": 4, "b": 50, "c": 20, "T": 74},
        [Sum("T", ("a", "b", "c"))],
        "ac",
    ),
    "a zero hides nothing": (
        {"a": 4, "b": 0, "c": 20, "T": 24},
        [Sum("T", ("a", "b", "c"))],
        "ac",
    ),
    "two that together are enough": (
        {"a": 4, "b": 6, "c": 50, "T": 60},
        [Sum("T", ("a", "b", "c"))],
        "ab",
    ),
    "two that together are few": (
        {"a": 4, "b": 5, "c": 50, "T": 59},
        [Sum("T", ("a", "b", "c"))],
        "abc",
    ),
    "the rest counts as unknown": (
        {"a": 4, "b": 50, "T": 60},
        [Sum("T", ("a", "b"))],
        "a",
    ),
    # b hides a; c has to hide b, which is large and the only unknown of the second sum.
    "one hidden cell leads to the next": (
        {"a": 5, "b": 50, "c": 40, "T": 55, "U": 90},
        [Sum("U", ("b", "c")), Sum("T", ("a", "b"))],
        "abc",
    ),
    "with nothing else to hide the total goes": (
        {"a": 5, "b": 50, "T": 55, "U": 50},
        [Sum("T", ("a", "b")), Sum("U", ("b",))],
        "abU",
    ),
    "parts do not add up to a hidden total": (
        {"a": 3, "T": 50, "U": 53, "c": 30, "d": 20},
        [Sum("U", ("a", "T")), Sum("T", ("c", "d"))],
        "aTd",
    ),
    "a hidden total with an unknown part is safe": (
        {"a": 3, "T": 50, "U": 53, "c": 30, "d": 4},
        [Sum("U", ("a", "T")), Sum("T", ("c", "d"))],
        "aTd",
    ),
    "users in two parts tell nothing": (
        {"a": 40, "b": 5, "c": 30, "T": 50},
        [Sum("T", ("a", "b", "c"))],
        "b",
    ),
    "one user in two parts tells nothing": (
        {"a": 40, "b": 5, "T": 44},
        [Sum("T", ("a", "b"))],
        "b",
    ),
    "a sum of what is not there tells nothing": (
        {"a": 4, "b": 20, "T": 24},
        [Sum("T", ("a", "b", "gone")), Sum("gone", ("a", "b"))],
        "a",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_cells_are_hidden_until_nothing_follows(name: str) -> None:
    values, sums, expected = CASES[name]
    assert hidden_cells(values, sums, LEAST) == set(expected)
