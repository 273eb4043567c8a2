"""Messages per user and period against what users do, as a plain count has them."""

from collections import Counter
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

import results_widgets as rw
from results_widgets.errors import QueryError
from tests.reference import Query
from tests.reference.case import Row, instant
from tests.reference.rows import is_known, is_received, kept_rows
from tests.reference.walk import all_conversions, walk
from tests.support.portfolios import START, STEP, Drawn, drawn
from tests.support.profiles import examples

pytestmark = pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")
SEEDS = st.integers(0, 2**32 - 1)
COLUMNS = ["messages", "users", "opened", "unsubscribed", "marked_as_spam", "converted"]

Happened = tuple[str, int, int, str | None, str]
"""User, instant, campaign's place, action, kind."""


def happened(asked: Drawn) -> list[Happened]:
    """Messages and responses of all campaigns, one row at a time."""
    found: list[Happened] = []
    for place, case in enumerate(asked.cases().values()):
        for row in kept_rows(case, Query()):
            kinds = ["message"] if is_received(case, row) else []
            kinds += [row["event"]] if row["event"] == "opened" and is_known(case, row) else []
            found += [(row["user_id"], row["at"], place, row["action_id"], kind) for kind in kinds]
        for one in all_conversions(case, Query(), walk(case, Query())):
            if not one.held_back:
                found.append((one.user, one.at, place, one.action, "converted"))
    return found


def by_week(asked: Drawn) -> list[tuple[int, ...]]:
    weeks: dict[tuple[str, str], Counter[str]] = {}
    for user, at, _, _, kind in happened(asked):
        weeks.setdefault((user, instant(at).strftime("%G-%V")), Counter())[kind] += 1
    return tally(
        (one["message"], one["opened"] > 0, one["converted"] > 0)
        for one in weeks.values()
        if one["message"]
    )


def by_message(asked: Drawn) -> list[tuple[int, ...]]:
    rows = happened(asked)
    found = []
    for user in {row[0] for row in rows}:
        messages = sorted(row[1:4] for row in rows if row[0] == user and row[4] == "message")
        said: list[set[str]] = [set() for _ in messages]
        for row in rows:
            if row[0] == user and row[4] != "message":
                before = [
                    n for n, one in enumerate(messages) if one[0] <= row[1] and one[1:] == row[2:4]
                ]
                if before:
                    said[before[-1]].add(row[4])
        found += [(n, "opened" in one, "converted" in one) for n, one in enumerate(said, 1)]
    return tally(found)


def tally(rows: Any) -> list[tuple[int, ...]]:
    """Messages, users, opened, converted."""
    sums: dict[int, list[int]] = {}
    for messages, opened, converted in rows:
        one = sums.setdefault(messages, [0, 0, 0])
        one[0], one[1], one[2] = one[0] + 1, one[1] + opened, one[2] + converted
    return sorted((messages, *one) for messages, one in sums.items())


@given(SEEDS)
@settings(max_examples=examples(20))
def test_pressure_is_that_of_a_plain_count(seed: int) -> None:
    asked = drawn(seed)
    portfolio = asked.portfolio()
    periods, messages = portfolio.pressure(), portfolio.pressure(by="message")
    for found, expected in ((periods, by_week(asked)), (messages, by_message(asked))):
        filled = found.with_columns(pl.col("opened").fill_null(0))
        assert filled.select("messages", "users", "opened", "converted").rows() == expected
        assert found["converted_rate"].equals(found["converted"] / found["users"])


CAMPAIGN: dict[str, Any] = {
    "id": "a",
    "goal": {"events": ["Purchase"], "mode": "multiple"},
    "attribution_window": "7d",
    "actions": [{"id": "mail", "channel": "email"}, {"id": "hook", "channel": "webhook"}],
}


def row(user: str, event: str, hours: float, action: str | None = "mail") -> Row:
    at = START + timedelta(hours=hours)
    return {"user_id": user, "action_id": action, "event": event, "timestamp": at}


def portfolio_of(rows: list[Row], zone: str = "UTC", **more: Any) -> rw.Portfolio:
    return rw.Portfolio([rw.Results(CAMPAIGN | more, pl.DataFrame(rows), time_zone=zone)])


def test_webhooks_are_no_messages_and_complaints_count_once() -> None:
    rows = [row("u", "sent", 0), row("u", "sent", 1, "hook"), row("u", "sent", 2)]
    rows += [
        row("u", "marked_as_spam", 3),
        row("u", "marked_as_spam", 4),
        row("u", "unsubscribed", 5),
    ]
    found = portfolio_of(rows).pressure()
    assert found.select("messages", "users", "unsubscribed", "marked_as_spam").rows() == [
        (2, 1, 1, 1)
    ]
    assert found["marked_as_spam_rate"].to_list() == [1.0]
    nth = portfolio_of(rows).pressure(by="message")
    assert nth.select("messages", "marked_as_spam").rows() == [(1, 0), (2, 1)]


def test_what_no_source_reports_is_not_available() -> None:
    found = portfolio_of([row("u", "sent", 0)]).pressure()
    assert found["opened"].to_list() == found["opened_rate"].to_list() == [None]
    assert found["converted"].to_list() == [0]


def test_weeks_are_those_of_the_zone_also_where_a_midnight_is_skipped() -> None:
    # 2026-04-24 has no midnight in Cairo; START is Saturday 20:00 UTC, which is Sunday in Tokyo.
    rows = [row("u", "sent", 0), row("u", "sent", 30)]
    assert portfolio_of(rows).pressure()["messages"].to_list() == [1]
    assert portfolio_of(rows, "Asia/Tokyo").pressure()["users"].to_list() == [2]
    assert portfolio_of(rows).pressure("1mo")["messages"].to_list() == [2]
    late = [row("u", "sent", 26 * 24 + hours) for hours in (1, 3, 9)]
    assert portfolio_of(late, "Africa/Cairo").pressure("1d")["users"].sum() > 0


def test_users_over_a_cap_are_a_segment() -> None:
    rows = [row("a", "sent", hours) for hours in range(3)] + [row("b", "sent", 0)]
    found = portfolio_of(rows)
    segment = found.over_cap(2)
    assert segment.users["user_id"].to_list() == ["a"]
    assert "more than 2 messages in one week of UTC, over 1 campaign " in segment.rule
    assert "more than 1 message in one week" in found.over_cap(1).rule
    assert len(found.over_cap(0) - segment) == 1
    assert len(found.over_cap(3, "1mo")) == 0
    users = found["a"].users_in_campaign()
    assert len(users - segment) == 1


def test_what_is_asked_wrongly_is_refused() -> None:
    found = portfolio_of([row("u", "sent", 0)])
    with pytest.raises(QueryError, match="unknown period '1h'"):
        found.pressure("1h")  # type: ignore[arg-type]
    with pytest.raises(QueryError, match="unknown way to count messages 'user'"):
        found.pressure(by="user")  # type: ignore[arg-type]
    for cap in (-1, 1.5, True):
        with pytest.raises(QueryError, match="pass a whole number"):
            found.over_cap(cap)  # type: ignore[arg-type]
    zones = rw.Portfolio({"a": found["a"], "b": found["a"].in_time_zone("Asia/Tokyo")})
    with pytest.raises(QueryError, match="pressure needs one time zone"):
        zones.pressure()
    assert zones.pressure(by="message")["messages"].to_list() == [1, 2]


def test_drawn_portfolios_have_responses() -> None:
    found = pl.concat([drawn(seed).portfolio().pressure() for seed in range(10)])
    assert found["messages"].max() > 3  # type: ignore[operator]
    assert (found["opened"].sum(), found["converted"].sum()) > (3, 3)
    assert STEP
