"""The time index: which rows are a user's first of a local day, in each zone that is asked for."""

from datetime import UTC, datetime

import polars as pl

from results_widgets.engine.cache import Cache
from results_widgets.engine.calendar import Calendar, to_micros
from results_widgets.engine.counting.time_index import TimeIndex


def test_each_zone_has_its_own_first_rows_of_a_day() -> None:
    # 17:00 and 21:00 of 1 March in New York, but of two days in UTC.
    times = [to_micros(datetime(2026, 3, *at, tzinfo=UTC)) for at in ((1, 22), (2, 2))]
    rows = pl.DataFrame(
        {"time": times, "user": [0, 0], "row": [0, 1]},
        schema={"time": pl.Int64, "user": pl.UInt32, "row": pl.UInt32},
    )
    index = TimeIndex(rows, pl.Series([7, 7]), Cache())
    for zone, first_of_day in (("UTC", [True, True]), ("America/New_York", [True, False])):
        days = index.day_starts(Calendar(zone, *times))
        (found,) = index.occurrences([(7,)], days=days)
        assert found.first_of_day is not None
        assert found.first_of_day.to_list() == first_of_day
