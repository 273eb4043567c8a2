"""How many events days have: what is missed and what is sudden, at the very edges of both."""

import pytest

from results_widgets.engine.quality.days import Volume

BUSY = [20] * 5
"""As few days, with as few events, as say what is usual."""


@pytest.mark.parametrize(
    ("counts", "missing"),
    [
        ([*BUSY, 0, *BUSY], [5]),
        ([*BUSY, 0, 0, *BUSY], [5, 6]),
        ([*BUSY[1:], 0, *BUSY], []),
        ([*BUSY, 0, *BUSY[1:]], []),
        ([19] * 5 + [0] + [19] * 5, []),
        # Of seven days on either side, most are busy.
        ([*BUSY, 0, 19, 19, 19, 20, 20, 20, 20], [5]),
        ([20, 20, 20, 20, 19, 19, 19, 0, *BUSY], [7]),
        ([19] * 5 + [0] + [20] * 5, []),
        # Half of the days are quiet, and the busy half does not make up for them.
        ([20, 20, 20, 19, 19, 19, 0, *BUSY], []),
        # Only the week before and after tells what is usual.
        ([1] * 7 + [20] * 7 + [0] + [20] * 7 + [1] * 7, [14]),
        # The same day of the week has none a week later: perhaps nothing is sent then.
        ([20] * 6 + [0] + [20] * 6 + [0] + [20] * 6, []),
        ([20] * 6 + [0] + [20] * 7 + [0] + [20] * 6, [6, 14]),
        # A whole week is missed, whichever days it has.
        ([20] * 7 + [0] * 6 + [20] * 7, [7, 8, 9, 10, 11, 12]),
        ([20] * 7 + [0] * 7 + [20] * 7, [7, 8, 9, 10, 11, 12, 13]),
        ([20] * 7 + [0] * 8 + [20] * 7, [7, 8, 9, 10, 11, 12, 13, 14]),
        # What lies before the first day is not the last one.
        ([20] * 6 + [0] + [20] * 7 + [0], [6]),
    ],
)
def test_days_are_missed_among_busy_ones(counts: list[int], missing: list[int]) -> None:
    assert Volume(0, counts).missing == missing


@pytest.mark.parametrize(
    ("counts", "sudden"),
    [
        # A day apart: five times the days around it, or a fifth of them.
        ([*BUSY, 100, *BUSY], [5]),
        ([*BUSY, 99, *BUSY], []),
        ([*BUSY[1:], 100, *BUSY], []),
        ([*BUSY, 100, *BUSY[1:]], []),
        ([19] * 7 + [200] + [19] * 7, []),
        ([20] * 7 + [300] + [60] * 7, [7]),
        ([20] * 7 + [299] + [60] * 7, []),
        ([50] * 7 + [10] + [50] * 7, [7]),
        ([50] * 7 + [11] + [50] * 7, []),
        ([49] * 7 + [9] + [49] * 7, []),
        ([50] * 7 + [10] + [80] * 7, [7]),
        ([50] * 7 + [11] + [80] * 7, []),
        ([100] * 7 + [0] + [100] * 7, []),
        # A newsletter comes every week.
        ([20] * 7 + [100] + [20] * 6 + [100] + [20] * 7, []),
        ([20] * 7 + [100] + [20] * 7 + [100] + [20] * 7, [7, 15]),
        # Another level.
        ([20] * 7 + [100] * 7, [7]),
        ([20] * 7 + [99] * 7, []),
        ([100] * 7 + [20] * 7, [7]),
        ([20] * 6 + [33] + [100] * 7, [7]),
        ([20] * 6 + [34] + [100] * 7, []),
        # The first day of a level is like it, and the last one of the other like that.
        ([20] * 7 + [200] + [100] * 6, [7]),
        ([20] * 7 + [201] + [100] * 6, []),
        ([100] * 6 + [50, 16] + [20] * 6, [7]),
        ([100] * 6 + [49, 16] + [20] * 6, []),
    ],
)
def test_changes_are_sudden_from_five_times_on(counts: list[int], sudden: list[int]) -> None:
    assert Volume(0, counts).sudden == sudden


def test_the_longest_stretch_without_some_days_is_told_by_its_ends() -> None:
    ten = Volume(0, [1] * 10)
    assert ten.day(0) == "1970-01-01"
    assert Volume(31, [1] * 10).day(28) == "1970-03-01"
    assert ten.stretch([]) == ("1970-01-01", "1970-01-10")
    assert ten.stretch([2, 5]) == ("1970-01-07", "1970-01-10")
    assert ten.stretch([0, 1]) == ("1970-01-03", "1970-01-10")
    assert ten.stretch([8, 9]) == ("1970-01-01", "1970-01-08")
    # Of two as long, the earlier.
    assert Volume(0, [1] * 7).stretch([3]) == ("1970-01-01", "1970-01-03")
