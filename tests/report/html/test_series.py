"""The days of a page whose small counts are hidden: as the engine has them or hidden, and telling no small count."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.report.html.series import _suppressed_days
from results_widgets.report.html.series_pool import Pool, Values
from tests.support.loops import some

LEAST = 5
PARTS = {
    "conversions": "users",
    "converted_of_entries": "users",
    "entries_open": "users",
    "unique_users": "users",
    "engaged_of_entries": "unique_users",
}
"""Counts, each with one that it is a part of."""
HELD_BACK_PARTS = {"held_back_entries": "users", "held_back_users": "unique_users"}
"""The same, where the held back are counted with the others."""


class KeptPool(Pool):
    """A pool that keeps what it was given, one by one."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[Values] = []

    def add(self, values: Values, part_of: int | None = None, sum_of: int | None = None) -> int:
        """Keep them."""
        self.given.append(values)
        return len(self.given) - 1


@pytest.fixture(scope="module", params=["as usual", "with the held back"])
def results(request: pytest.FixtureRequest) -> rw.Results:
    found = rw.Results(*rw.datasets.generate(400, seed=4), time_zone="UTC")
    if request.param == "as usual":
        return found
    return found.with_definitions(replace(found.definitions, name="all", held_back="counted"))


@pytest.fixture(scope="module")
def days(results: rw.Results) -> dict[str, Values]:
    """The days of the page by metric."""
    pool = KeptPool()
    found = _suppressed_days(results, pool, LEAST)
    assert all(key.startswith("campaign||") for key in found)
    return {
        key.removeprefix("campaign||"): pool.given[place]
        for key, place in found.items()
        if isinstance(place, int)
    }


def explored(results: rw.Results, metric: Any) -> list[float | None]:
    return results.explore(metric, every="1d")["value"].to_list()


def is_small(count: float) -> bool:
    return 0 < count < LEAST


def test_a_day_is_as_the_engine_has_it_or_hidden(
    results: rw.Results, days: dict[str, Values]
) -> None:
    metrics = [metric for metric in results._session.metrics(every="1d") if metric.key in days]
    for metric in some(metrics):
        if metric.scope != "campaign":
            continue
        whole = explored(results, metric.key)
        pairs = [*zip(days[metric.key], whole, strict=True)]
        assert all(shown is None or shown == pytest.approx(known) for shown, known in pairs)
        if metric.is_count:
            assert all(shown is None for shown, known in pairs if known and is_small(known))
            assert all(shown == 0 for shown, known in pairs if known == 0)
    assert {"users", "conversions", "conversion_rate"} <= {metric.key for metric in metrics}
    assert any(day for day in days["users"])


def test_few_of_a_day_do_not_follow_from_a_part_and_its_whole(
    results: rw.Results, days: dict[str, Values]
) -> None:
    is_counted = results.definitions.held_back == "counted"
    for part, whole in some((PARTS | (HELD_BACK_PARTS if is_counted else {})).items()):
        pairs = zip(days[part], days[whole], strict=True)
        rests = [all_ - some_ for some_, all_ in pairs if some_ is not None and all_ is not None]
        assert rests
        assert not [rest for rest in rests if is_small(rest)], (part, whole)


def test_a_rate_is_that_of_the_counts_shown(results: rw.Results, days: dict[str, Values]) -> None:
    rates = [one for one in results._session.metrics(hidden=True, every="1d") if one.numerator]
    for rate in some([one for one in rates if one.scope == "campaign" and one.key in days]):
        sides = zip(days[str(rate.numerator)], days[str(rate.denominator)], strict=True)
        expected = [None if n is None or not of else n / of for n, of in sides]
        assert days[rate.key] == tuple(expected)


def test_a_hidden_day_is_not_the_total_less_the_others(
    results: rw.Results, days: dict[str, Values]
) -> None:
    totals = dict(results.overview().select("metric", "value").iter_rows())
    for metric in ("users", "conversions"):
        shown = [day for day in days[metric] if day is not None]
        hidden, rest = len(days[metric]) - len(shown), totals[metric] - sum(shown)
        assert hidden == 0 or (hidden > 1 and rest >= LEAST)


CAMPAIGN = {
    "id": "c1",
    "goal": {"events": ["Purchase"]},
    "attribution_window": "1d",
    "holdback": 0.5,
    "actions": [{"id": "mail", "channel": "email"}],
}
ENTERED = {1: (23, 20), 2: (3, 20), 3: (30, 0)}
"""Of each day of March, how many users got the mail and how many were held back."""


def of_three_days(*, counted: bool) -> dict[str, Values]:
    """The days of users and of the held back."""
    rows = [
        (f"{event}-{day}-{n}", "mail", event, datetime(2026, 3, day, 12, tzinfo=UTC))
        for day, counts in ENTERED.items()
        for event, count in zip(("sent", "held_back"), counts, strict=True)
        for n in range(count)
    ]
    names = ["user_id", "action_id", "event", "timestamp"]
    found = rw.Results(CAMPAIGN, pl.DataFrame(rows, names, orient="row"), time_zone="UTC")
    if counted:
        found = found.with_definitions(replace(found.definitions, name="all", held_back="counted"))
    pool = KeptPool()
    places = _suppressed_days(found, pool, LEAST)
    shown: dict[str, Values] = {}
    for key in ("users", "held_back_entries"):
        place = places[f"campaign||{key}"]
        assert isinstance(place, int)
        shown[key] = pool.given[place]
    return shown


def test_a_day_is_hidden_beside_a_small_one_where_the_page_has_their_total() -> None:
    # 3 would be the total less 23 and 30; how many were held back is no part of them.
    assert of_three_days(counted=False) == {
        "users": (None, None, 30),
        "held_back_entries": (20, 20, 0),
    }


def test_the_held_back_are_a_part_of_all_where_they_are_counted_with_them() -> None:
    # Of the second day's 23 users 3 were not held back; the first day's 20 would tell the second's by the total.
    assert of_three_days(counted=True) == {
        "users": (43, 23, 30),
        "held_back_entries": (None, None, 0),
    }
