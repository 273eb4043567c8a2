"""The reference itself, where the examples of the rules do not reach: its own arithmetic."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from tests.reference import bucket_start, next_bucket
from tests.reference.case import instant, microseconds, microseconds_of
from tests.reference.metrics import rate
from tests.reference.rules import channel, interacted, rates

ZONES = ["UTC", "America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata", "Africa/Cairo"]
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "seconds"), [("7d", 604_800), ("12h", 43_200), ("30m", 1_800), ("90s", 90), ("0d", 0)]
)
def test_duration_is_read_to_the_microsecond(text: str, seconds: int) -> None:
    assert microseconds_of(text) == seconds * 1_000_000


@given(INSTANTS)
def test_instant_survives_the_way_to_microseconds_and_back(moment: datetime) -> None:
    assert instant(microseconds(moment)) == moment


@pytest.mark.parametrize("every", ["1h", "1d", "1w", "1mo"])
@given(moment=INSTANTS, zone=st.sampled_from(ZONES))
def test_every_instant_lies_in_exactly_one_bucket(every: str, moment: datetime, zone: str) -> None:
    at = microseconds(moment)
    start = bucket_start(at, every, zone)
    following = next_bucket(start, every, zone)
    assert start <= at < following
    assert bucket_start(start, every, zone) == bucket_start(following - 1, every, zone) == start
    assert bucket_start(following, every, zone) == following


def test_week_starts_on_monday_and_month_on_its_first() -> None:
    sunday = microseconds(datetime(2026, 3, 1, 12, tzinfo=UTC))
    assert instant(bucket_start(sunday, "1w", "UTC")) == datetime(2026, 2, 23, tzinfo=UTC)
    assert instant(bucket_start(sunday, "1mo", "UTC")) == datetime(2026, 3, 1, tzinfo=UTC)
    following = instant(next_bucket(bucket_start(sunday, "1mo", "UTC"), "1mo", "UTC"))
    assert following == datetime(2026, 4, 1, tzinfo=UTC)


def test_hour_is_always_sixty_minutes() -> None:
    start = microseconds(datetime(2026, 10, 25, 0, tzinfo=UTC))
    width = next_bucket(start, "1h", "Europe/Berlin") - start
    assert timedelta(microseconds=width) == timedelta(hours=1)


def test_rate_without_denominator_is_none() -> None:
    assert rate(0, 0) == (None, 0, 0)
    assert rate(1, 2) == (0.5, 1, 2)


def test_definition_set_leaves_channels_that_it_does_not_name() -> None:
    own = {
        "channels": {
            "fax": {"events": ["sent", "read"], "received": "sent", "interacted": ["read"]}
        }
    }
    assert interacted(own, "fax", "leanplum-v2") == ["read"]
    assert interacted(own, "sms", "leanplum") == ["clicked", "replied"]
    assert channel(own, "unheard_of").events == []


def test_base_of_email_rates_hangs_on_the_definition_set() -> None:
    known = {"sent", "delivered"}
    assert rates("email", "default", known)["open_rate"] == ("opened", "delivered")
    assert rates("email", "leanplum", known)["open_rate"] == ("opened", "sent")
    assert rates("push", "default", known)["open_rate"] == ("opened", "sent")
    assert rates("email", "default", {"sent"})["open_rate"] == ("opened", "sent")


def test_rate_of_people_is_taken_of_people_or_by_definition_of_events() -> None:
    known = {"sent", "delivered"}
    assert rates("email", "default", known)["unique_open_rate"][1] == "unique_delivered"
    assert rates("email", "leanplum", known)["unique_open_rate"][1] == "sent"
    assert rates("email", "leanplum", known)["click_to_open_rate"][1] == "unique_opened"
