"""Tests marked `nightly`: what another test shows of one more host, width, size, question or language.

`make test` leaves them out; `make test-thorough`, which CI runs every night, and a pytest that is called by itself
run them with the others.
"""

import os
from collections.abc import Iterable
from typing import Any

import pytest

LEFT_OUT = "RESULTS_WIDGETS_NIGHTLY"
"""The variable of the environment that leaves them out where it is 0."""


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Takes the tests of the night from those that were collected, where the environment says so."""
    if os.environ.get(LEFT_OUT) != "0":
        return
    tonight = [item for item in items if item.get_closest_marker("nightly")]
    items[:] = [item for item in items if not item.get_closest_marker("nightly")]
    config.hook.pytest_deselected(items=tonight)


def rest_nightly(values: Iterable[Any], by_day: int = 1) -> list[Any]:
    """Return the values of a parameter: the first ones for every change, the rest for the night.

    Args:
        values: A value, or a tuple of those of several parameters, for each case.
        by_day: How many of them every change waits for.
    """
    cases = [one if isinstance(one, tuple) else (one,) for one in values]
    marks = [() if place < by_day else pytest.mark.nightly for place in range(len(cases))]
    return [pytest.param(*case, marks=mark) for case, mark in zip(cases, marks, strict=True)]
