"""A campaign's row in a list, against numbers made by hand: its trend, and how ripe it is."""

import pytest

import results_widgets as rw
from results_widgets.view_model.campaign_row import TrendPoint, campaign_row, converted_over_time
from tests.support.arms import START, event, results


def entries(*days: float, newest: float) -> rw.Results:
    """An entry on each of some days, every other of which converts an hour later, and one late event."""
    rows = [event(f"u{n}", "sent", day) for n, day in enumerate(days)]
    rows += [event(f"u{n}", "Purchase", day + 1 / 24) for n, day in enumerate(days) if n % 2 == 0]
    return results([*rows, event("late", "Purchase", newest)])


# Days begin at midnight, the example at nine; its window is a week.
MIDNIGHT = -START.hour / 24


@pytest.mark.parametrize(("early", "ripe"), [(0, True), (1e-6, False)])
def test_a_day_is_ripe_once_the_windows_of_its_last_entries_have_ended(
    early: float, *, ripe: bool
) -> None:
    found = entries(0, 1, 3, newest=MIDNIGHT + 1 + 1 + 7 - early)
    assert [(one.value, one.ripe) for one in converted_over_time(found)[:4]] == [
        (1.0, True),
        (0.0, ripe),
        (None, False),
        (1.0, False),
    ]


@pytest.mark.parametrize(("weeks", "points"), [(7, 6 * 7 + 1), (8, 8)])
def test_eight_weeks_are_drawn_by_week_and_fewer_by_day(weeks: int, points: int) -> None:
    # The first of March is a Sunday.
    monday = 1
    found = entries(*(monday + 7 * week for week in range(weeks)), newest=monday + 7 * (weeks - 1))
    trend = converted_over_time(found)
    assert len(trend) == points
    assert trend[0] == TrendPoint(1.0, ripe=True)
    assert [one.ripe for one in trend if one.value is not None][-3:] == [True, False, False]


def test_open_windows_are_counted_until_the_last_ends() -> None:
    row = campaign_row(entries(0, 1, 2, 3, 4, 5, newest=8))
    # That of the second day ends with the newest event, and a conversion ends an entry.
    assert row.ripe == pytest.approx(2 / 3)
    assert row.ripe_text == "67\u202f%"
    assert row.windows_text == "2 windows open until 13 Mar"
    row = campaign_row(entries(0, 1, newest=8))
    assert (row.ripe, row.windows_text) == (1, "")
