"""Another tool's rules, one changed after another: the log is counted again, row by row, each time."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from tests.reference.case import Case, Query, Row, instant, microseconds
from tests.reference.metrics import actions, overview
from tests.reference.rows import is_known, is_left_out, kept_rows, reported
from tests.reference.rules import RATES


@dataclass(frozen=True)
class Rules:
    """How a tool counts; left out is what it counts as the `default` definitions do."""

    time_zone: str = "UTC"
    as_of: datetime | None = None
    duplicates: str = "once"
    developers: bool = True
    machine_opens: str = "counted"
    machine_clicks: str = "counted"
    window: timedelta | None = None
    unique: str = "user"
    rate_base: str = "delivered"

    @property
    def left_out(self) -> set[str]:
        """What does not count where a machine did it."""
        made = {"opened": self.machine_opens, "clicked": self.machine_clicks}
        return {event for event, rule in made.items() if rule == "left_out"}

    @property
    def without_machines(self) -> bool:
        """Whether anything that machines did is left out."""
        return bool(self.left_out)


def changed(case: Case, rules: Rules) -> Case:
    """The case without the rows that a tool does not know, and with its window."""
    events = case.events
    if rules.duplicates == "counted" and "event_id" in events.columns:
        events = events.drop("event_id")
    if rules.as_of is not None:
        events = events.filter([_is_before(row, rules.as_of) for row in case.rows])
    if "machine" in events.columns and rules.without_machines:
        # Only what is left out is told apart from what people did.
        flags = [row["machine"] and row["event"] in rules.left_out for row in events.to_dicts()]
        events = events.with_columns(machine=pl.Series(flags, dtype=pl.Boolean))
    campaign = dict(case.campaign)
    if rules.window is not None:
        campaign["attribution_window"] = f"{int(rules.window.total_seconds())}s"
    return replace(case, events=events, campaign=campaign)


def _is_before(row: Row, as_of: datetime) -> bool:
    return row["timestamp"] is None or bool(row["timestamp"] < as_of)


def numbers(case: Case, query: Query, rules: Rules) -> dict[tuple[str | None, str], Any]:
    """Every number of the campaign and its actions under some rules, by action and metric."""
    there = changed(case, rules)
    asked = replace(query, developers=rules.developers, zone=rules.time_zone)
    if rules.without_machines:
        asked = replace(asked, definitions="people only")
    found: dict[tuple[str | None, str], Any] = {}
    for key, metric in overview(there, asked)[None].items():
        found[None, key] = metric[0]
    for action, metrics in actions(there, asked)[None].items():
        for key, metric in metrics.items():
            found[action, key] = metric[0]
        for key, value in _messages(case, there, asked, rules, action).items():
            found[action, key] = value
    return found


def _messages(
    case: Case, there: Case, query: Query, rules: Rules, action: str
) -> dict[str, float | None]:
    """What an action's messages came to: counts, users, and rates of them."""
    channel = case.actions[action]["channel"]
    # What a source tells at all is not a question of which rows a tool leaves aside.
    known = reported(case, channel)
    rows = [row for row in kept_rows(there, query) if row["action_id"] == action]
    rows = [row for row in rows if is_known(there, row) and query.holds(row["at"])]
    rows = [row for row in rows if not is_left_out(there, row, query.definitions)]
    unit = _unit_of(rules)
    counts: dict[str, float | None] = {}
    for event in sorted(known):
        own = [row for row in rows if row["event"] == event]
        counts[event] = float(len(own))
        counts[f"unique_{event}"] = float(len({unit(row) for row in own}))
    for key, (above, below) in RATES.get(channel, {}).items():
        base = below
        if below == "base":
            base = (
                "delivered" if rules.rate_base == "delivered" and "delivered" in known else "sent"
            )
        if above.startswith("unique_"):
            base = "unique_" + base.removeprefix("unique_")
        over, under = counts.get(above), counts.get(base)
        counts[key] = None if over is None or not under else over / under
    return counts


def _unit_of(rules: Rules) -> Callable[[Row], Any]:
    """What a tool counts once: a user, or a user on each day of its zone."""
    if rules.unique == "user":
        return lambda row: row["user_id"]
    zone = ZoneInfo(rules.time_zone)
    return lambda row: (row["user_id"], instant(row["at"]).astimezone(zone).date())


def in_days(query: Query, first: datetime, last: datetime, zone: str) -> Query:
    """A query of whole days of a zone, both included."""
    start = datetime.combine(first.date(), datetime.min.time(), ZoneInfo(zone))
    end = datetime.combine(last.date() + timedelta(days=1), datetime.min.time(), ZoneInfo(zone))
    assert microseconds(start) < microseconds(end)
    return replace(query, start=start, end=end, zone=zone)
