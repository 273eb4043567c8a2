"""A line beside that of another campaign: day by day of their ages, and as old."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

import results_widgets as rw
from tests.support.profiles import examples

Row = tuple[int, int | None]
"""Of one user: the hour of the entry since the first midnight, and how many hours later it converted."""

SPRING, AUTUMN = datetime(2026, 3, 2, tzinfo=UTC), datetime(2025, 9, 11, tzinfo=UTC)


def campaign(rows: list[Row], start: datetime, name: str = "Spring", **more: Any) -> rw.Results:
    """A campaign that goes on, with one entry of each user."""
    events: list[tuple[str, str | None, str, datetime]] = []
    for number, (hour, taken) in enumerate(rows):
        at, user = start + timedelta(hours=hour), f"{name} {number}"
        events.append((user, "a1", "sent", at))
        if taken is not None:
            events.append((user, None, "Purchase", at + timedelta(hours=taken)))
    names = ["user_id", "action_id", "event", "timestamp"]
    frame = pl.DataFrame(
        events,
        dict(zip(names, [*[pl.String] * 3, pl.Datetime("us", "UTC")], strict=True)),
        orient="row",
    )
    document = {
        "id": name,
        "name": name,
        "goal": {"events": ["Purchase"]},
        "attribution_window": "7d",
        "actions": [{"id": "a1", "channel": "email"}],
    }
    return rw.Results({**document, **more}, frame, time_zone="UTC")


def newest(rows: list[Row]) -> int:
    """The hour of the newest event since the first midnight."""
    return max(hour + (taken or 0) for hour, taken in rows)


def by_day(rows: list[Row], until: int) -> list[tuple[int, int]]:
    """Entries, and how many of them converted, of each day up to an hour, as they were known then."""
    days = [(0, 0)] * (until // 24 + 1)
    for hour, taken in rows:
        if hour <= until:
            entries, converted = days[hour // 24]
            is_converted = taken is not None and hour + taken <= until
            days[hour // 24] = entries + 1, converted + is_converted
    return days


def from_first_day(rows: list[Row]) -> list[Row]:
    first = min(hour for hour, _ in rows) // 24 * 24
    return [(hour - first, taken) for hour, taken in rows]


rows_of_users = st.lists(
    st.tuples(st.integers(0, 24 * 12), st.none() | st.integers(0, 24 * 7)), min_size=1, max_size=12
).map(from_first_day)


@settings(max_examples=examples(30))
@given(rows_of_users, rows_of_users)
def test_the_other_campaign_is_as_old_day_by_day(mine: list[Row], theirs: list[Row]) -> None:
    now = newest(mine)
    known = by_day(theirs, min(now, newest(theirs)))
    results, other = campaign(mine, SPRING), campaign(theirs, AUTUMN, "Autumn")
    users = results.explore("users", compare=other)
    rates = results.explore("converted_rate", compare=other)
    assert users["value"].to_list() == [entries for entries, _ in by_day(mine, now)]
    for day, (row, rate) in enumerate(zip(users.to_dicts(), rates.to_dicts(), strict=True)):
        if day >= len(known):
            assert (row["previous"], row["previous_time"], rate["previous"]) == (None, None, None)
            continue
        entries, converted = known[day]
        assert row["previous"] == entries
        assert row["previous_time"] == AUTUMN + timedelta(days=day)
        assert rate["previous"] == (pytest.approx(converted / entries) if entries else None)


FOUR_DAYS: list[Row] = [(9, 1), (10, 30), (33, None), (57, 2), (81, None)]


def test_a_range_stands_beside_the_days_of_the_same_ages() -> None:
    results, other = campaign(FOUR_DAYS, SPRING), campaign(FOUR_DAYS, AUTUMN, "Autumn")
    whole = results.explore("users", compare=other)
    assert whole["previous"].to_list() == whole["value"].to_list() == [2, 1, 1, 1]
    part = results.between("2026-03-03", "2026-03-04").explore("users", compare=other)
    assert part["previous_time"].to_list() == [AUTUMN + timedelta(days=n) for n in (1, 2)]
    assert part["previous"].to_list() == [1, 1]
    # A range by the hour starts at the same time of day.
    morning = SPRING + timedelta(hours=9)
    hours = results.between(morning, morning + timedelta(hours=3))
    line = hours.explore("users", every="1h", compare=other)
    assert line["previous_time"].to_list() == [AUTUMN + timedelta(hours=n) for n in (9, 10, 11)]
    assert line["previous"].to_list() == [1, 1, 0]
    # Of the days that the other campaign did not have there is nothing.
    late = results.between("2026-03-08", "2026-03-09").explore("users", compare=other)
    assert late["previous"].null_count() == late.height


def test_the_other_range_says_which_day_is_the_first() -> None:
    # A test was sent two days before.
    tried: list[Row] = [(8, None), *((hour + 48, taken) for hour, taken in FOUR_DAYS)]
    results, other = campaign(FOUR_DAYS, SPRING), campaign(tried, AUTUMN, "Autumn")
    assert results.explore("users", compare=other)["previous"].to_list() == [1, 0, 2, 1]
    real = other.between(AUTUMN.date() + timedelta(days=2))
    assert results.explore("users", compare=real)["previous"].to_list() == [2, 1, 1, 1]


def test_both_are_asked_in_the_same_scope() -> None:
    results, other = campaign(FOUR_DAYS, SPRING), campaign(FOUR_DAYS, AUTUMN, "Autumn")
    tokyo = results.in_time_zone("Asia/Tokyo").explore("users", compare=other)
    assert str(tokyo.schema["previous_time"]) == "Datetime(time_unit='us', time_zone='Asia/Tokyo')"
    assert tokyo["previous"].to_list() == tokyo["value"].to_list()
    entry = results.with_clock("entry").explore("conversions", compare=other)
    assert entry["previous"].to_list() == entry["value"].to_list() == [2, 0, 1, 0]


def test_groups_are_those_of_the_same_name() -> None:
    mine = campaign(FOUR_DAYS, SPRING)
    frame = mine.users_in_campaign().events().collect()
    shops = [
        rw.Results(mine.campaign, frame.with_columns(platform=pl.lit(name)), time_zone="UTC")
        for name in ("ios", "ios", "web")
    ]
    same = shops[0].explore("users", by="platform", compare=shops[1])
    assert same["previous"].to_list() == same["value"].to_list()
    other = shops[0].explore("users", by="platform", compare=shops[2])
    assert other["previous"].null_count() == other.height


def test_what_the_other_campaign_lacks_is_said_with_its_name() -> None:
    results = campaign(FOUR_DAYS, SPRING)
    other = campaign(FOUR_DAYS, AUTUMN, "Autumn", actions=[{"id": "b1", "channel": "email"}])
    with pytest.raises(rw.QueryError, match=r"^Autumn: unknown action 'a1'; known: b1"):
        results.explore("sent", action="a1", compare=other)
    with_country = rw.Results(
        results.campaign,
        results.users_in_campaign().events().collect().with_columns(country=pl.lit("NO")),
        time_zone="UTC",
    )
    with pytest.raises(rw.QueryError, match=r"^Autumn: unknown column 'country'"):
        with_country.explore("users", by="country", compare=other)


def test_a_roll_up_knows_no_ages() -> None:
    results, other = campaign(FOUR_DAYS, SPRING), campaign(FOUR_DAYS, AUTUMN, "Autumn")
    days = other.rollup("1d").results(time_zone="UTC")
    found = results.explore("users", compare=days)
    assert found["previous"].to_list() == [2, 1, 1, 1]
