"""What is told of events beside the receipt of their message: how much early, and how soon after."""

from typing import Any

import polars as pl

import results_widgets as rw
from tests.support.examples import case


def row(table: str, check: str) -> dict[str, Any]:
    asked = case(table)
    quality = rw.Results(dict(asked.campaign), asked.events, time_zone="UTC").quality()
    return quality.row(by_predicate=pl.col("check") == check, named=True)


def early(users: int, action: str, sent: str) -> str:
    """So many users who opened a message at 10:30 of the first day, before it was sent."""
    return "".join(
        f"{action}{user} {action} sent {sent}\n{action}{user} {action} opened 01T10:30\n"
        for user in range(users)
    )


def test_clocks_of_several_channels_are_told_and_mended_each_by_quarters_of_an_hour() -> None:
    found = row(
        early(10, "mail", "01T12:00")
        + early(12, "nudge", "02T10:30")
        + early(9, "call", "01T11:00"),
        "clock skew",
    )
    assert (found["rows"], found["among"]) == (22, 22)
    # The one with the most rows; a day is the longest that a clock is off.
    assert found["example"] == "push opened, typically 1440 min early"
    assert found["fix"].count("pl.duration(minutes=") == 2
    assert "pl.duration(minutes=105)" in found["fix"]
    assert "pl.duration(minutes=1455)" in found["fix"]


def test_a_few_early_events_of_many_say_nothing_of_a_clock() -> None:
    right = "".join(
        f"user{n} mail sent 01T10:00\nuser{n} mail opened 01T11:00\n" for n in range(191)
    )
    assert row(right + early(10, "mail", "01T12:00"), "clock skew")["rows"] == 0
    assert (
        row(right[: right.index("user190 ")] + early(10, "mail", "01T12:00"), "clock skew")["rows"]
        == 10
    )


def test_a_click_at_the_very_moment_of_the_send_is_within_seconds() -> None:
    table = """
        bob  mail sent    01T10:00
        bob  mail clicked 01T10:00
        carl mail clicked 01T09:59:59
        carl mail sent    01T10:00
    """
    found = row(table, "click within seconds")
    assert (found["rows"], found["among"], found["example"]) == (1, 2, "bob")
