"""Metrics over time, in buckets of a zone's own hours, days, weeks and months."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.reference.case import By, Case, Query, instant, microseconds
from tests.reference.facts import Fact, ScopedRows, collect
from tests.reference.metrics import (
    action_metrics,
    channel_metrics,
    grouped,
    in_group,
    overview_of,
    rates_of,
)

HOUR = 3_600_000_000


def bucket_start(at: int, every: str, zone: str) -> int:
    """The first instant of the bucket that holds an instant, both in microseconds."""
    local = instant(at).astimezone(ZoneInfo(zone))
    if every == "1h":
        past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        return at - past // timedelta(microseconds=1)
    day = local.date()
    if every == "1w":
        day -= timedelta(days=day.weekday())
    if every == "1mo":
        day = day.replace(day=1)
    return _first_instant(day, zone)


def next_bucket(start: int, every: str, zone: str) -> int:
    """The first instant after a bucket, given the bucket's own first instant."""
    if every == "1h":
        return start + HOUR
    day = instant(start).astimezone(ZoneInfo(zone)).date()
    if every == "1mo":
        return _first_instant((day.replace(day=1) + timedelta(days=32)).replace(day=1), zone)
    return _first_instant(day + timedelta(days=7 if every == "1w" else 1), zone)


def _first_instant(day: date, zone: str) -> int:
    # A midnight that occurs twice means the first one; one that the clocks skip, the moment of the
    # skip: that is what a wall time with ``fold=0`` gives.
    return microseconds(datetime.combine(day, time(), ZoneInfo(zone)))


def explore(
    case: Case,
    query: Query,
    metric: str,
    *,
    action: str | None = None,
    channel: str | None = None,
    every: str = "1d",
    cumulative: bool = False,
    by: By = None,
    times: list[int] | None = None,
) -> dict[Any, dict[int, float | None]]:
    """One metric's value of each group and bucket.

    Args:
        times: The first instants of the buckets wanted, in microseconds; those from the first fact
            to the last one if not given.
    """
    facts = collect(case, query, by)
    rated = rates_of(case, query, by, in_range=True)
    wanted = _buckets(facts, every, query.zone) if times is None else times

    def value(part: ScopedRows, rated: ScopedRows | None) -> Any:
        if action is not None:
            return action_metrics(case, part, query, action, rated)[metric][0]
        if channel is not None:
            return channel_metrics(case, part, query, channel)[metric][0]
        return overview_of(part, query, rated)[metric][0]

    series: dict[Any, dict[int, float | None]] = {}
    for group, part in grouped(facts, by).items():
        series[group], own = {}, in_group(rated, group)
        for start in wanted:
            edges = (None if cumulative else start, next_bucket(start, every, query.zone))
            within = None if own is None else own.between(*edges)
            series[group][start] = value(part.between(*edges), within)
    return series


def _buckets(facts: ScopedRows, every: str, zone: str) -> list[int]:
    counted: list[Fact] = [*facts.entries, *facts.conversions, *facts.events, *facts.exits]
    instants = [fact.at for fact in counted]
    if not instants:
        return []
    buckets = [bucket_start(min(instants), every, zone)]
    while next_bucket(buckets[-1], every, zone) <= max(instants):
        buckets.append(next_bucket(buckets[-1], every, zone))
    return buckets
