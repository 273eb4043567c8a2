"""Times as text and numbers against the standard library, and the edges of what is one."""

from datetime import UTC, datetime, timedelta, timezone

import narwhals as nw
import polars as pl
import pytest

from results_widgets.tables.options import TimeUnit
from results_widgets.tables.times import (
    EDGES,
    MICROS,
    YEARS,
    _hint,
    with_times_of_numbers,
    with_times_of_text,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def read(texts: list[str | None], unit: TimeUnit | None = None) -> list[int | None]:
    rows, _ = with_times_of_text(nw.from_native(pl.LazyFrame({"timestamp": texts})), unit, "UTC")
    found = rows.collect().to_native()
    micros: list[int | None] = found[MICROS].to_list()
    return micros


def test_every_day_of_three_centuries_is_the_calendars() -> None:
    first = datetime(1900, 1, 1, tzinfo=UTC)
    days = [first + timedelta(days=n, seconds=n * 41 % 86_400) for n in range(109_573)]
    assert (days[-1].year, days[-1].month, days[-1].day) == (2199, 12, 31)
    assert read([day.isoformat() for day in days]) == [micros(day) for day in days]


def test_zones_fractions_and_what_may_be_left_out() -> None:
    nine = datetime(2026, 3, 1, 9, tzinfo=UTC)
    hours = (18, 5.75, -9.5)
    local = [nine.astimezone(timezone(timedelta(hours=ahead))).isoformat() for ahead in hours]
    assert read([*local]) == [micros(nine)] * len(hours)
    day = micros(nine.replace(hour=0))
    rests = ("", "T00:00", " 23:59", "T00:00:59", "T09:00+09", "T09:00:00-0030[Etc/Any]")
    seconds = (0, 0, 86_340, 59, 0, 34_200)
    assert read([f"2026-03-01{rest}" for rest in rests]) == [day + s * 1_000_000 for s in seconds]
    digits = {"1": 100_000, "000001": 1, "123456": 123_456, "1234569": 123_456, "05": 50_000}
    wanted = [day + fraction for fraction in digits.values()]
    assert read([f"2026-03-01T00:00:00.{one}Z" for one in digits]) == wanted
    assert read([f"2026/03/01 00:00:00,{one}" for one in digits]) == wanted


def test_what_no_calendar_and_no_clock_has_is_no_time() -> None:
    texts: list[str | None] = [
        "2026-00-01",
        "2026-13-01",
        "2026-03-00",
        "2026-03-32",
        "2026-04-31",
        "2026-06-31",
        "2026-09-31",
        "2026-11-31",
        "2026-02-29",
        "2100-02-29",
        "2024-02-30",
        "2026-03-01T24:00",
        "2026-03-01T23:60",
        "2026-03-01T23:59:60",
        "2026-03-01T00:00+18:01",
        "2026-03-01T00:00-19",
    ]
    assert read(texts) == [None] * len(texts)


def test_leap_days_are_days() -> None:
    texts: list[str | None] = ["2000-02-29", "2024-02-29"]
    days = [datetime(year, 2, 29, tzinfo=UTC) for year in (2000, 2024)]
    assert read(texts) == [micros(day) for day in days]


@pytest.mark.parametrize(
    ("unit", "numbers"),
    [
        (
            "s",
            {
                "1": 1_000_000,
                "-1.5": -1_500_000,
                "9000000000000": 9_000_000_000_000_000_000,
                "9000000000001": None,
                "-9000000000001": None,
            },
        ),
        ("ms", {"1": 1_000, "0.5": 500}),
        ("us", {"1": 1, "-1": -1}),
        ("ns", {"1999": 1, "-1": -1}),
    ],
)
def test_numbers_are_times_in_their_unit(unit: TimeUnit, numbers: dict[str, int | None]) -> None:
    assert read([*numbers], unit) == [*numbers.values()]
    assert read([*numbers]) == [None] * len(numbers)


def test_columns_of_numbers_are_told_by_their_years() -> None:
    assert [datetime(year, 1, 1, tzinfo=UTC) for year in YEARS] == [
        EPOCH + timedelta(microseconds=edge) for edge in EDGES
    ]
    for number, plausible in [
        (EDGES[0], 1),
        (EDGES[0] - 1, 0),
        (EDGES[1] - 1, 1),
        (EDGES[1], 0),
    ]:
        rows = nw.from_native(pl.LazyFrame({"timestamp": [number, None]}))
        rows, check = with_times_of_numbers(rows, nw.Int64(), "us")
        found = rows.select(**check.aggregates).collect().to_native().row(0, named=True)
        assert (found["rows"], found["read"], found["any"]) == (1, plausible, number)
        assert rows.collect()[MICROS].to_list() == [number, None]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("20260301", "like a date"),
        ("19991231", "like a date"),
        ("20260301.5", "like a date"),
        ("21260301", "time_unit='s'"),
        ("2026030", "time_unit='s'"),
        ("46083", "days of a spreadsheet"),
        ("-46083.25", "days of a spreadsheet"),
        ("460830", "seconds since 1970: pass time_unit='s'"),
        ("17723520000", "seconds since 1970: pass time_unit='s'"),
        ("177235200000", "milliseconds since 1970: pass time_unit='ms'"),
        ("17723520000000", "time_unit='ms'"),
        ("177235200000000", "microseconds since 1970: pass time_unit='us'"),
        ("17723520000000000", "time_unit='us'"),
        ("177235200000000000", "nanoseconds since 1970: pass time_unit='ns'"),
    ],
)
def test_a_number_says_what_it_looks_like(number: str, said: str) -> None:
    assert said in _hint(number)
