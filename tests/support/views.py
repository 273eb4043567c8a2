"""A campaign shaped like life, and the ways of looking at it that tests go through."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import results_widgets as rw
from results_widgets import datasets

ZONE = "America/Los_Angeles"

VIEWS: dict[str, Callable[[rw.Results], rw.Results]] = {
    "whole": lambda results: results,
    "range over a change of the clocks": lambda results: results.between(
        "2026-03-07", date(2026, 3, 20)
    ),
    "no developers, by instants": lambda results: results.analytics().between(
        datetime(2026, 3, 5, 12, 7, tzinfo=UTC), None
    ),
    "leanplum": lambda results: results.with_definitions("leanplum"),
    "half-hour zone": lambda results: results.in_time_zone("Asia/Kolkata").between(
        None, "2026-03-25"
    ),
}


def lifelike_results() -> rw.Results:
    """The campaign's results, whole."""
    return rw.Results(*datasets.generate(700, seed=5), time_zone=ZONE)
