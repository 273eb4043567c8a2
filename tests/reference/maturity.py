"""How ripe numbers are, entry by entry: when it converted, and until when it was seen."""

import math
from dataclasses import dataclass
from typing import Any

from tests.reference.case import By, Case, Query, Row, microseconds_of
from tests.reference.facts import _grouping
from tests.reference.overtime import bucket_start
from tests.reference.rows import newest
from tests.reference.rules import APART
from tests.reference.walk import ended_at, walk

DAY = microseconds_of("1d")


@dataclass(frozen=True)
class Seen:
    """One entry: its start, its end, the time to its first conversion if any, how long it was seen."""

    started_at: int
    ended_at: int
    converted: bool
    time: int
    group: Any = None


def seen(case: Case, query: Query, by: By = None) -> list[Seen]:
    """The entries in the range, without those held back where they are a group apart."""
    end, group = newest(case, query), _grouping(case, by)
    found = []
    for entry in walk(case, query):
        first = entry.steps[0]
        if not query.holds(entry.started_at) or (first.held_back and APART[query.definitions]):
            continue
        at = min((step.at for step in entry.converted), default=None)
        closed = ended_at(case, entry)
        until = min(closed, end) if at is None else at
        time = max(0, until - entry.started_at)
        found.append(Seen(entry.started_at, closed, at is not None, time, group(first.row)))
    return found


def survival(entries: list[Seen]) -> list[Row]:
    """Kaplan and Meier's estimate of one group, with Greenwood's interval on the log-log scale."""
    rows, left, total = [], 1.0, 0.0
    for time in sorted({entry.time for entry in entries}):
        at_risk = sum(entry.time >= time for entry in entries)
        now = [entry for entry in entries if entry.time == time]
        converted = sum(entry.converted for entry in now)
        left *= 1 - converted / at_risk
        row: Row = {"time": time, "at_risk": at_risk, "converted": converted}
        row |= {"censored": len(now) - converted, "value": 1 - left, "low": None, "high": None}
        if 0 < left < 1:
            total += converted / (at_risk * (at_risk - converted))
            spread = 1.959963984540054 * math.sqrt(total) / abs(math.log(left))
            row["low"], row["high"] = (1 - left ** math.exp(s) for s in (-spread, spread))
        rows.append(row)
    return rows


def cohorts(case: Case, query: Query, every: str) -> list[Row]:
    """The share of each interval's entries that had converted by each age in days."""
    entries, end = seen(case, query), newest(case, query)
    groups: dict[int, list[Seen]] = {}
    for entry in entries:
        groups.setdefault(bucket_start(entry.started_at, every, query.zone), []).append(entry)
    oldest = max((entry.time for entry in entries if entry.converted), default=0)
    last = max(1, math.ceil(case.window / DAY), math.ceil(oldest / DAY))
    rows = []
    for start, own in sorted(groups.items()):
        for days in range(1, last + 1):
            ripe = all(entry.started_at + days * DAY <= end for entry in own)
            hits = sum(entry.converted and entry.time <= days * DAY for entry in own)
            rate = hits / len(own) if ripe else None
            row = {"start": start, "entries": len(own), "age_days": days, "converted_rate": rate}
            rows.append(row)
    return rows
