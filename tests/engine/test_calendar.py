"""Local time by constants against the standard library, one instant at a time."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import narwhals as nw
import polars as pl
import pytest
from hypothesis import example, given, strategies as st

from results_widgets.engine.calendar import EVERY, Calendar, check_every, from_micros, to_micros
from results_widgets.engine.frames import collect
from results_widgets.errors import QueryError
from tests.support.loops import some

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/Los_Angeles",
    "America/St_Johns",  # half an hour
    "Asia/Kathmandu",  # three quarters
    "Asia/Kolkata",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Pacific/Chatham",
    "Pacific/Kiritimati",  # 14 hours ahead
    "Pacific/Pago_Pago",
    "Africa/Cairo",  # midnight is skipped in April, repeated in October
    "America/Asuncion",
    "America/Havana",
    "America/Nuuk",  # the hour before midnight
    "Africa/Casablanca",  # an hour back for Ramadan
    "Asia/Beirut",
    "Atlantic/Azores",
    "Antarctica/Troll",  # two hours
]
zones = st.sampled_from(ZONES)
EDGE = datetime(2020, 1, 1, tzinfo=UTC)


def transitions(zone: str, first: int = 2019, last: int = 2031) -> list[datetime]:
    """The instants at which a zone's clocks change; all lie on a half hour."""
    at, info, found = datetime(first, 1, 1, tzinfo=UTC), ZoneInfo(zone), []
    while at.year < last:
        following = at + timedelta(hours=12)
        if at.astimezone(info).utcoffset() != following.astimezone(info).utcoffset():
            halves = [at + timedelta(minutes=30) * step for step in range(1, 25)]
            before = at.astimezone(info).utcoffset()
            found.append(next(h for h in halves if h.astimezone(info).utcoffset() != before))
        at = following
    return found


CHANGES = {zone: transitions(zone) for zone in ZONES}


@st.composite
def moments(draw: st.DrawFn) -> tuple[str, list[datetime]]:
    """A zone and some instants, half of them around changes of its clocks."""
    zone = draw(zones)
    near = st.builds(
        lambda change, off: change + timedelta(microseconds=off),
        st.sampled_from(CHANGES[zone] or [EDGE]),
        st.integers(-3 * 3600 * 10**6, 3 * 3600 * 10**6) | st.integers(-1, 1),
    )
    far = st.datetimes(
        datetime(2019, 12, 25),  # noqa: DTZ001
        datetime(2030, 2, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    )
    return zone, draw(st.lists(near | far, min_size=1, max_size=8))


def first_day(local: datetime, every: str) -> date:
    day = local.date()
    if every == "1w":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if every == "1mo" else day


def start_of(instant: datetime, zone: str, every: str) -> datetime:
    """The first instant of the interval, found by walking back through local time."""
    info = ZoneInfo(zone)
    local = instant.astimezone(info)
    if every == "1h":
        passed = timedelta(
            minutes=local.minute, seconds=local.second, microseconds=local.microsecond
        )
        # Where clocks changed since by half an hour, the hour began with the change.
        changes = [at for at in CHANGES[zone] if instant - passed < at <= instant]
        return max([instant - passed, *changes])
    wanted = first_day(local, every)
    # No local midnight is further from its neighbour in UTC than this.
    at = datetime.combine(wanted, time(), UTC) - timedelta(hours=15)
    while first_day(at.astimezone(info), every) < wanted:
        at += timedelta(minutes=15)
    return at


def calendar_of(zone: str, instants: Sequence[datetime]) -> Calendar:
    return Calendar(zone, to_micros(min(instants)), to_micros(max(instants)))


def buckets(calendar: Calendar, instants: Sequence[datetime], every: str) -> list[int]:
    frame = nw.from_native(pl.LazyFrame({"at": [to_micros(at) for at in instants]}))
    found = calendar.with_buckets(frame, "at", every, "bucket")
    return collect(found)["bucket"].to_list()


@pytest.mark.parametrize("every", EVERY)
@given(moments())
def test_bucket_starts_where_the_standard_library_says(
    every: str, drawn: tuple[str, list[datetime]]
) -> None:
    zone, instants = drawn
    calendar = calendar_of(zone, instants)
    starts = calendar.starts(buckets(calendar, instants, every), every)
    expected = [start_of(at, zone, every) for at in instants]
    assert [from_micros(at) for at in starts] == expected


def test_every_day_of_some_centuries_is_in_its_month() -> None:
    days = [datetime(1890, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(80_000)]
    expected = [day.year * 12 + day.month - 1 for day in days]
    assert buckets(calendar_of("UTC", days), days, "1mo") == expected


@pytest.mark.parametrize("every", EVERY)
@given(moments())
def test_axis_has_every_interval_once_in_order(
    every: str, drawn: tuple[str, list[datetime]]
) -> None:
    zone, instants = drawn
    first = min(instants)
    # Hours are many; days long enough to meet a change on the way.
    near = [at for at in instants if at - first < timedelta(days=40)]
    calendar = calendar_of(zone, near)
    axis = calendar.between(to_micros(first), to_micros(max(near)), every)
    assert set(buckets(calendar, near, every)) <= set(axis)
    starts = calendar.starts(axis, every)
    assert starts == sorted(set(starts))
    assert starts[0] <= to_micros(first)
    assert starts[-1] <= to_micros(max(near))
    # Each start lies in its own interval: nothing is left out between two.
    again = buckets(
        Calendar(zone, starts[0], max(starts[-1], calendar.end)),
        [from_micros(at) for at in starts],
        every,
    )
    assert again == axis


@given(moments())
def test_local_time_is_wall_time(drawn: tuple[str, list[datetime]]) -> None:
    zone, instants = drawn
    calendar = calendar_of(zone, instants)
    frame = nw.from_native(pl.LazyFrame({"at": [to_micros(at) for at in instants]}))
    local = frame.select(
        calendar.local(nw.col("at")).alias("wall"), calendar.day(nw.col("at")).alias("day")
    )
    found = local.to_native().collect()
    walls = [at.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC) for at in instants]
    assert [from_micros(wall) for wall in found["wall"]] == walls
    assert found["day"].to_list() == [(wall.date() - date(1970, 1, 1)).days for wall in walls]


@given(st.dates(date(1600, 1, 1), date(2600, 1, 1)))
def test_month_of_any_day(day: date) -> None:
    noon = datetime.combine(day, time(12), UTC)
    (found,) = buckets(Calendar("UTC", 0, 0), [noon], "1mo")
    assert found == day.year * 12 + day.month - 1
    (start,) = Calendar("UTC", 0, 0).starts([found], "1mo")
    assert from_micros(start).date() == day.replace(day=1)


@given(st.integers(-(10**16), 10**16))
def test_microseconds_survive(micros: int) -> None:
    assert to_micros(from_micros(micros)) == micros
    assert to_micros(from_micros(micros, "Asia/Kathmandu")) == micros


# ------------------------------------------------------------------------------------ by example

LENGTHS = [
    ("Europe/Berlin", date(2026, 3, 29), 23),
    ("Europe/Berlin", date(2026, 10, 25), 25),
    ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
    ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
    ("Africa/Cairo", date(2026, 4, 24), 23),
    ("Africa/Cairo", date(2026, 10, 29), 25),
    ("America/Nuuk", date(2026, 3, 28), 23),
    ("Antarctica/Troll", date(2026, 3, 29), 22),
    ("Asia/Kolkata", date(2026, 3, 29), 24),
]


@pytest.mark.parametrize(("zone", "day", "hours"), LENGTHS)
def test_length_of_a_day(zone: str, day: date, hours: float) -> None:
    calendar = Calendar(zone, 0, 0)
    start, end = calendar.midnight(day), calendar.midnight(day + timedelta(days=1))
    assert (end - start) / 3_600e6 == hours
    # Clocks that move by half an hour cut one of that day's hours in two.
    assert len(calendar.between(start, end - 1, "1h")) in (int(hours), int(hours) + 1)


def test_skipped_midnight_begins_at_the_first_instant_there_is() -> None:
    start = from_micros(Calendar("Africa/Cairo", 0, 0).midnight(date(2026, 4, 24)), "Africa/Cairo")
    assert (start.hour, start.date()) == (1, date(2026, 4, 24))


SKIPPED = [
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Pacific/Kwajalein", date(1993, 8, 21)),
    ("Pacific/Kiritimati", date(1994, 12, 31)),
]


@pytest.mark.parametrize(("zone", "day"), SKIPPED)
def test_day_that_a_zone_skipped_is_no_interval(zone: str, day: date) -> None:
    info = ZoneInfo(zone)
    noons = [datetime.combine(day + timedelta(days=n), time(12), info) for n in (-2, -1, 1, 2)]
    calendar = calendar_of(zone, noons)
    axes = {every: calendar.between(calendar.start, calendar.end, every) for every in EVERY}
    starts = {every: calendar.starts(axis, every) for every, axis in axes.items()}
    assert starts["1d"] == [to_micros(at.replace(hour=0)) for at in noons]
    assert starts["1h"] == list(range(calendar.start, calendar.end + 1, 3_600 * 10**6))
    for every in ("1w", "1mo"):
        firsts = {first_day(at, every): None for at in noons}
        assert [from_micros(at, zone).date() for at in starts[every]] == list(firsts)
    for every, axis in axes.items():
        assert set(buckets(calendar, noons, every)) <= set(axis)


def test_day_is_skipped_where_its_first_instant_is_that_of_the_day_after() -> None:
    calendar = Calendar("Pacific/Apia", 0, 0)
    assert calendar.midnight(date(2011, 12, 30)) == calendar.midnight(date(2011, 12, 31))
    only = calendar.midnight(date(2011, 12, 30))
    assert len(calendar.between(only, only, "1d")) == 1


# Zones whose clocks never change at all have nothing to find; "Factory" says that it is none.
EVERYWHERE = sorted(zone for zone in available_timezones() if "/" in zone)


@pytest.mark.parametrize("every", EVERY)
@example("Pacific/Apia", datetime(2011, 12, 29, 12))  # noqa: DTZ001
@example("Pacific/Kwajalein", datetime(1993, 8, 20, 18))  # noqa: DTZ001
@given(st.sampled_from(EVERYWHERE), st.datetimes(datetime(1900, 1, 1), datetime(2037, 1, 1)))  # noqa: DTZ001
def test_starts_rise_in_any_zone_at_any_time(every: str, zone: str, at: datetime) -> None:
    first = to_micros(at.replace(tzinfo=UTC))
    for days in (3, 400):
        last = first + days * 24 * 3_600 * 10**6
        calendar = Calendar(zone, first, last)
        starts = some(calendar.starts(calendar.between(first, last, every), every))
        assert starts == sorted(set(starts)), days


def test_repeated_hour_is_two_hours_of_the_axis() -> None:
    zone = "Europe/Berlin"
    first, last = (to_micros(datetime(2026, 10, 25, hour, 30, tzinfo=UTC)) for hour in (0, 1))
    axis = Calendar(zone, first, last).between(first, last, "1h")
    assert [f"{from_micros(at, zone):%H:%M %Z}" for at in axis] == ["02:00 CEST", "02:00 CET"]


def test_weeks_start_on_monday() -> None:
    (start,) = Calendar("UTC", 0, 0).starts(
        Calendar("UTC", 0, 0).between(0, 0, "1w"), "1w"
    )  # 1 January 1970 was a Thursday
    assert from_micros(start) == datetime(1969, 12, 29, tzinfo=UTC)


def test_interval_that_is_not_known() -> None:
    assert [check_every(every) for every in EVERY] == list(EVERY)
    with pytest.raises(QueryError, match="unknown interval '2d'; known: 1h, 1d, 1w, 1mo"):
        check_every("2d")


def test_centuries_of_summer_times_nest_no_deeper_than_they_must() -> None:
    zone, ends = "America/Los_Angeles", [datetime(y, 7, 1, tzinfo=UTC) for y in (1900, 2199)]
    days = buckets(calendar_of(zone, ends), ends, "1d")
    assert [date(1970, 1, 1) + timedelta(days=day) for day in days] == [
        at.astimezone(ZoneInfo(zone)).date() for at in ends
    ]


@pytest.mark.parametrize("every", EVERY)
def test_engines_are_not_told_at_length(every: str) -> None:
    """An expression that names its parts many times over grows to seconds of planning."""
    import duckdb

    relation = duckdb.sql("SELECT 0::BIGINT AS time")
    assert relation is not None
    rows = nw.from_native(relation)
    calendar = Calendar("Europe/Berlin", to_micros(EDGE), to_micros(EDGE + timedelta(days=400)))
    asked = calendar.with_buckets(rows, "time", every, "bucket").to_native().sql_query()
    assert len(asked) < 8_000


def test_wall_time_of_the_repeated_hour_is_its_first_pass() -> None:
    """02:30 comes twice in Berlin on 25 October 2026: at 00:30 and at 01:30 UTC."""
    start, end = (to_micros(datetime(2026, 10, day, tzinfo=UTC)) for day in (24, 26))
    calendar = Calendar("Europe/Berlin", start, end)
    walls = {
        "2026-10-25T01:30": datetime(2026, 10, 24, 23, 30, tzinfo=UTC),
        "2026-10-25T02:30": datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        "2026-10-25T03:00": datetime(2026, 10, 25, 2, 0, tzinfo=UTC),
        "2026-10-25T03:30": datetime(2026, 10, 25, 2, 30, tzinfo=UTC),
    }
    assert instants(calendar, list(walls)) == list(walls.values())


def test_wall_time_of_the_skipped_hour_is_nothing() -> None:
    start, end = (to_micros(datetime(2026, 3, day, tzinfo=UTC)) for day in (28, 30))
    calendar = Calendar("Europe/Berlin", start, end)
    walls = [
        "2026-03-29T01:59",
        "2026-03-29T02:30",
        "2026-03-29T03:00",
    ]
    assert instants(calendar, walls) == [
        datetime(2026, 3, 29, 0, 59, tzinfo=UTC),
        None,
        datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
    ]


def test_wall_time_knows_a_change_right_at_the_edge_of_the_span() -> None:
    """The span is of instants; wall times may lie up to a day beside it."""
    change = to_micros(datetime(2026, 3, 29, 1, tzinfo=UTC))
    calendar = Calendar("Europe/Berlin", change + 1, change + 2)
    assert instants(calendar, ["2026-03-29T01:30"]) == [datetime(2026, 3, 29, 0, 30, tzinfo=UTC)]


def instants(calendar: Calendar, walls: list[str]) -> list[datetime | None]:
    """The instants of wall times in a calendar's zone."""
    micros = [to_micros(datetime.fromisoformat(wall).replace(tzinfo=UTC)) for wall in walls]
    frame = nw.from_native(pl.DataFrame({"wall": micros}))
    found = frame.select(calendar.instant(nw.col("wall"))).to_native().to_series()
    return [None if at is None else from_micros(at) for at in found]
