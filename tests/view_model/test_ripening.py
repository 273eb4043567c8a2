"""The table of ripening, against numbers made by hand."""

from typing import Any

import results_widgets as rw
from results_widgets.view_model.experiment import experiment_state
from results_widgets.view_model.ripening import ages_shown, ripening_state
from tests.support.arms import HELD_BACK, closing, event, results, users

NEXT_WEEK = 8


def two_weeks() -> list[dict[str, Any]]:
    """Forty entries of a Sunday, ten of the Monday of the week after; some converted after one day, some after three.

    The newest event is five days after the second week's entries.
    """
    rows = [event(f"a{n}", "sent", 0) for n in range(40)]
    rows += [event(f"a{n}", "Purchase", 1) for n in range(4)]
    rows += [event(f"a{n}", "Purchase", 3) for n in range(4, 10)]
    rows += [event(f"b{n}", "sent", NEXT_WEEK) for n in range(10)]
    rows += [event("b0", "Purchase", NEXT_WEEK + 2)]
    return [*rows, event("late", "Purchase", NEXT_WEEK + 5)]


def table(found: rw.Results) -> dict[str, Any]:
    """The table of some results, which have one."""
    state = ripening_state(found)
    assert state is not None
    return dict(state)


def test_rates_by_week_and_age() -> None:
    found = ripening_state(results(two_weeks()))
    assert found == {
        "unit": "week",
        "ages": ["1 day", *(f"{age} days" for age in range(2, 8))],
        "rows": [
            {
                "start": "23 Feb–1 Mar 2026",
                "entries": "40",
                "few": False,
                "rates": [[0.1, "10.0\u202f%"]] * 2 + [[0.25, "25.0\u202f%"]] * 5,
            },
            {
                "start": "9–15 Mar 2026",
                "entries": "10",
                "few": True,
                "rates": [[0.0, "0\u202f%"], *[[0.1, "10.0\u202f%"]] * 4],
            },
        ],
        "note": "",
        "code": ['results.cohorts(every="1w")', "results.maturity()"],
    }


def test_thirty_entries_are_not_few() -> None:
    rows = [users("A", 30, 3), closing()]
    found = table(results(*rows))
    assert [row["few"] for row in found["rows"]] == [False]


def test_long_windows_have_ages_further_apart() -> None:
    assert ages_shown(1) == [1]
    assert ages_shown(8) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert ages_shown(9) == [1, 2, 3, 5, 7, 9]
    assert ages_shown(14) == [1, 2, 3, 5, 7, 10, 14]
    assert ages_shown(90) == [1, 2, 3, 7, 10, 14, 21, 45, 60, 90]
    assert [len(ages_shown(days)) for days in (200, 365, 1000)] == [10, 10, 10]


def test_campaigns_of_more_than_half_a_year_have_months() -> None:
    rows = [event(f"u{n}", "sent", 7 * n) for n in range(27)]
    rows += [event("u0", "Purchase", 1), event("late", "Purchase", 400)]
    found = table(results(rows))
    assert found["unit"] == "month"
    assert found["code"][0] == 'results.cohorts(every="1mo")'
    assert [row["start"] for row in found["rows"]][:2] == ["March 2026", "April 2026"]
    assert sum(int(row["entries"]) for row in found["rows"]) == 27
    assert found["rows"][0]["rates"][0][0] == 0.2


def test_the_held_back_are_left_out_and_those_without_arms_have_it_too() -> None:
    found = table(results(users("A", 40, 4), users(HELD_BACK, 40, 20), closing()))
    assert [row["rates"][0][0] for row in found["rows"]] == [0.1]
    alone: dict[str, Any] = experiment_state(results(two_weeks(), variants=[], holdback=0))
    assert alone["found"] is None
    assert alone["ripening"]["unit"] == "week"


def test_there_is_none_without_conversions_entries_or_users() -> None:
    assert ripening_state(results(users("A", 40, 0))) is None
    assert ripening_state(results(closing())) is None
    rolled: rw.Results = results(two_weeks()).rollup().results(time_zone="UTC")
    assert ripening_state(rolled) is None
