"""One example per rule of time: buckets are a zone's own hours, days, weeks and months."""

import pytest

from tests.support.examples import Ask, at


@pytest.mark.parametrize(
    ("first", "last", "following", "hours"),
    [
        ("2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z", "2026-03-29T22:00:00Z", 23),
        ("2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z", "2026-10-25T23:00:00Z", 25),
    ],
)
def test_day_of_a_clock_change_has_23_or_25_hours(
    ask: Ask, first: str, last: str, following: str, hours: int
) -> None:
    answers = ask(
        f"""
        anna mail sent {first}
        bob  mail sent {last}
        carl mail sent {following}
        """,
        zone="Europe/Berlin",
    )
    days = answers.explore("users", every="1d")[None]
    assert days == {at(first): 2, at(following): 1}
    assert (at(following) - at(first)).total_seconds() == hours * 3_600


def test_day_whose_midnight_the_clocks_skip_starts_after_the_skip(ask: Ask) -> None:
    answers = ask(
        """
        anna mail sent 2026-04-23T21:59:59Z
        bob  mail sent 2026-04-23T22:00:00Z
        carl mail sent 2026-04-24T20:59:59Z
        dora mail sent 2026-04-24T21:00:00Z
        """,
        zone="Africa/Cairo",
    )
    assert answers.explore("users", every="1d")[None] == {
        at("2026-04-22T22:00:00Z"): 1,
        at("2026-04-23T22:00:00Z"): 2,
        at("2026-04-24T21:00:00Z"): 1,
    }


def test_day_that_the_zone_skipped_is_no_interval(ask: Ask) -> None:
    # Samoa went from Thursday 29 to Saturday 31 December 2011.
    answers = ask(
        """
        anna mail sent 2011-12-30T09:59:59Z
        bob  mail sent 2011-12-30T10:00:00Z
        carl mail sent 2011-12-31T10:00:00Z
        """,
        zone="Pacific/Apia",
    )
    assert answers.explore("users", every="1d")[None] == {
        at("2011-12-29T10:00:00Z"): 1,
        at("2011-12-30T10:00:00Z"): 1,
        at("2011-12-31T10:00:00Z"): 1,
    }


def test_hour_that_the_clocks_repeat_is_two_hours(ask: Ask) -> None:
    answers = ask(
        """
        anna mail sent 2026-10-25T00:30:00Z
        bob  mail sent 2026-10-25T01:30:00Z
        """,
        zone="Europe/Berlin",
    )
    assert answers.explore("users", every="1h")[None] == {
        at("2026-10-25T00:00:00Z"): 1,
        at("2026-10-25T01:00:00Z"): 1,
    }


def test_hours_start_on_the_hour_of_the_zone(ask: Ask) -> None:
    answers = ask("anna mail sent 2026-03-01T10:10:00Z", zone="Asia/Kolkata")
    assert answers.explore("users", every="1h")[None] == {at("2026-03-01T09:30:00Z"): 1}


def test_weeks_start_on_monday(ask: Ask) -> None:
    # 1 March 2026 is a Sunday.
    answers = ask("""
        anna mail sent 01T23:59:59
        bob  mail sent 02T00:00
        carl mail sent 08T23:00
    """)
    assert answers.explore("users", every="1w")[None] == {
        at("2026-02-23T00:00:00Z"): 1,
        at("02T00:00"): 2,
    }


def test_months_are_the_zones_own(ask: Ask) -> None:
    answers = ask(
        """
        anna mail sent 2026-03-31T21:59:00Z
        bob  mail sent 2026-03-31T22:00:00Z
        carl mail sent 2026-04-30T22:00:00Z
        """,
        zone="Europe/Berlin",
    )
    assert answers.explore("users", every="1mo")[None] == {
        at("2026-02-28T23:00:00Z"): 1,
        at("2026-03-31T22:00:00Z"): 1,
        at("2026-04-30T22:00:00Z"): 1,
    }


SENT_ON_THREE_DAYS = """
    anna mail sent   01T10:00
    anna mail sent   01T11:00
    anna mail sent   03T09:00
    bob  mail sent   03T09:00
    bob  mail opened 03T10:00
"""


def test_days_without_events_are_shown_as_zero(ask: Ask) -> None:
    days = ask(SENT_ON_THREE_DAYS).explore("sent", action="mail", every="1d")[None]
    assert days == {at("01T00:00"): 2, at("02T00:00"): 0, at("03T00:00"): 2}


def test_unique_users_are_distinct_within_each_bucket(ask: Ask) -> None:
    days = ask(SENT_ON_THREE_DAYS).explore("unique_sent", action="mail", every="1d")[None]
    assert list(days.values()) == [1, 0, 2]


def test_cumulative_uniques_are_distinct_since_the_start(ask: Ask) -> None:
    days = ask(SENT_ON_THREE_DAYS).explore(
        "unique_sent", channel="email", every="1d", cumulative=True
    )[None]
    assert list(days.values()) == [1, 1, 2]


def test_cumulative_median_is_of_all_conversions_so_far(ask: Ask) -> None:
    answers = ask("""
        anna mail sent     01T10:00
        anna -    Purchase 01T10:01
        bob  mail sent     03T10:00
        bob  -    Purchase 03T10:03
    """)
    days = answers.explore("median_time_to_convert", every="1d", cumulative=True)[None]
    assert list(days.values()) == [60, 60, 120]
    nobody = ask("anna mail sent 01T10:00")
    days = nobody.explore("median_time_to_convert", every="1d", cumulative=True)[None]
    assert list(days.values()) == [None]


def test_rate_of_a_bucket_is_of_its_own_events(ask: Ask) -> None:
    answers = ask(SENT_ON_THREE_DAYS, definitions="leanplum")
    days = answers.explore("open_rate", action="mail", every="1d")[None]
    assert list(days.values()) == [0, None, 0.5]
    total = answers.explore("open_rate", action="mail", every="1d", cumulative=True)[None]
    assert list(total.values()) == [0, 0, 0.25]


def test_series_are_broken_down_by_a_column(ask: Ask) -> None:
    series = ask("""
        anna mail sent 01T10:00 platform=ios
        bob  mail sent 01T10:00 platform=web
        carl mail sent 02T10:00 platform=ios
        dora mail sent 02T10:00
    """).explore("users", every="1d", by="platform")
    assert {group: sum(filter(None, points.values())) for group, points in series.items()} == {
        "ios": 2,
        "web": 1,
        None: 1,
    }
    assert series["ios"][at("02T00:00")] == 1


def test_range_cuts_its_first_and_last_bucket(ask: Ask) -> None:
    days = ask(SENT_ON_THREE_DAYS, between=(at("01T10:30"), at("03T09:30"))).explore(
        "sent", action="mail", every="1d"
    )[None]
    assert list(days.values()) == [1, 0, 2]


def test_range_that_ends_at_midnight_has_no_bucket_of_the_next_day(ask: Ask) -> None:
    answers = ask(SENT_ON_THREE_DAYS, between=(at("01T00:00"), at("02T00:00")))
    assert answers.explore("sent", action="mail", every="1d")[None] == {at("01T00:00"): 2}


def test_the_axis_reaches_to_an_exit_after_all_else(ask: Ask) -> None:
    answers = ask("""
        anna mail sent   01T10:00
        anna -    exited 03T10:00
    """)
    assert answers.explore("exits", every="1d")[None] == {at("01T00:00"): 0, at("02T00:00"): 0} | {
        at("03T00:00"): 1
    }
