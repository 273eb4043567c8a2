"""The metrics: plain counts over facts. A metric is a triple of value, numerator, denominator."""

from dataclasses import replace
from statistics import median
from typing import Any

from tests.reference.case import By, Case, Query
from tests.reference.facts import EventFact, ScopedRows, collect
from tests.reference.rows import reported
from tests.reference.rules import (
    APART,
    BY_MACHINES,
    FOLLOWS_ENTRIES,
    PER_DAY,
    WITHOUT_MACHINES,
    channel as channel_of,
    rates,
)

# Floats or None. Not written so: mypy takes (0.5, 1, 2) for another type and stops reading there.
Metric = tuple[Any, Any, Any]
Metrics = dict[str, Metric]

PUSH = ("push", "web_push")


def count(value: float | None) -> Metric:
    """A plain number, of which there is no numerator or denominator."""
    return (None if value is None else float(value), None, None)


def rate(numerator: float, denominator: float) -> Metric:
    """A rate, null where the denominator is zero."""
    value = numerator / denominator if denominator else None
    return (value, float(numerator), float(denominator))


def uniques(events: list[EventFact], query: Query) -> int:
    """Distinct users, or under some sets distinct users of each local day, added up."""
    if query.definitions in PER_DAY:
        return len({(event.user, event.day) for event in events})
    return len({event.user for event in events})


def headline(facts: ScopedRows, query: Query) -> ScopedRows:
    """The facts that the headline counts: by definition without the held back, or with them."""
    return facts.of_held_back(False) if APART[query.definitions] else facts


def converted(facts: ScopedRows) -> int:
    """How many entries have a conversion."""
    return len({c.entry for c in facts.conversions if c.entry is not None})


def rates_of(case: Case, query: Query, by: By, *, in_range: bool) -> ScopedRows | None:
    """The facts that rates of entries are made from, at the start of their entries; None: the same."""
    follows = query.by_entry or (in_range and FOLLOWS_ENTRIES[query.definitions])
    return collect(case, replace(query, clock="entry"), by) if follows else None


def overview_of(facts: ScopedRows, query: Query, of_entries: ScopedRows | None = None) -> Metrics:
    """The campaign's metrics over some facts, and those that rates of entries are made from."""
    shown, held = headline(facts, query), facts.of_held_back(True)
    rated = shown if of_entries is None else headline(of_entries, query)
    held_rated = held if of_entries is None else of_entries.of_held_back(True)
    rated_value = sum(c.value for c in rated.conversions if c.value is not None)
    users = len(shown.entries)
    unique_users = len({entry.user for entry in shown.entries})
    conversions = len(shown.conversions)
    value = sum(c.value for c in shown.conversions if c.value is not None)
    seconds = [c.seconds for c in shown.conversions if c.seconds is not None]
    engaged, base = _engaged(facts, query, unique_users)
    rated_engaged = engaged
    if of_entries is not None and query.definitions != "leanplum-v2":
        rated_engaged = len({entry.user for entry in rated.entries if entry.engaged})
    return {
        "users": count(users),
        "unique_users": count(unique_users),
        "unique_users_rate": rate(unique_users, users),
        "engaged": count(engaged),
        "engagement_rate": rate(rated_engaged, base),
        "conversions": count(conversions),
        "unique_converters": count(len({c.user for c in shown.conversions})),
        "conversion_rate": rate(len(rated.conversions), users),
        "converted_entries": count(converted(shown)),
        "converted_rate": rate(converted(rated), users),
        "goal_value": count(value),
        "value_per_user": rate(rated_value, users),
        "exits": count(len(facts.exits)),
        "entries_open": count(sum(entry.is_open for entry in shown.entries)),
        "median_time_to_convert": count(median(seconds) if seconds else None),
        "held_back_entries": count(len(held.entries)),
        "held_back_users": count(len({entry.user for entry in held.entries})),
        "held_back_conversions": count(len(held.conversions)),
        "held_back_converted_rate": rate(converted(held_rated), len(held.entries)),
    }


def _engaged(facts: ScopedRows, query: Query, unique_users: int) -> tuple[int, int]:
    """How many engaged, and of how many."""
    if query.definitions != "leanplum-v2":
        if query.by_entry:
            entries = headline(facts, query).entries
            return len({entry.user for entry in entries if entry.engaged}), unique_users
        users = {event.user for event in facts.events if event.interacted}
        left_out = facts.only_held_back if APART[query.definitions] else set()
        return len(users - left_out), unique_users
    clicks = 0
    for action in {event.action for event in facts.events if event.channel == "email"}:
        mine = [e for e in facts.events if e.action == action and e.event == "clicked"]
        clicks += uniques(mine, query)
    engaged = clicks + _total(facts, "opened", *PUSH) + _total(facts, "accepted", "in_app")
    delivered = _total(facts, "delivered", "email")
    return engaged, delivered + _total(facts, "viewed", "in_app") + _total(facts, "sent", *PUSH)


def _total(facts: ScopedRows, event: str, *channels: str) -> int:
    return sum(e.channel in channels and e.event == event for e in facts.events)


def message_metrics(case: Case, facts: ScopedRows, query: Query, channel: str) -> Metrics:
    """The metrics of an action, or of all actions of a channel, over their own facts.

    What the source never reports of the channel is not known, which is not 0.
    """
    known = reported(case, channel)
    counts: dict[str, int | None] = {}
    for name in channel_of(case.campaign, channel).events:
        mine = [event for event in facts.events if event.event == name]
        if (channel, name) in BY_MACHINES:
            made = [event for event in mine if event.machine]
            counts[f"machine_{name}"] = len(made) if name in known else None
            counts[f"unique_machine_{name}"] = uniques(made, query) if name in known else None
            if query.definitions in WITHOUT_MACHINES:
                mine = [event for event in mine if not event.machine]
        counts[name] = len(mine) if name in known else None
        counts[f"unique_{name}"] = uniques(mine, query) if name in known else None
    metrics = {name: count(value) for name, value in counts.items()}
    for name, (above, below) in rates(channel, query.definitions, known).items():
        top, bottom = counts[above], counts[below]
        if top is None or bottom is None:
            metrics[name] = (None, top, bottom)
        else:
            metrics[name] = rate(top, bottom)
    return metrics


def action_metrics(
    case: Case,
    facts: ScopedRows,
    query: Query,
    action: str,
    of_entries: ScopedRows | None = None,
) -> Metrics:
    """The metrics of one action over the facts of the whole campaign; for rates as `overview_of`."""
    mine = headline(facts.of_actions([action]), query)
    rated = headline((of_entries or facts).of_actions([action]), query).conversions
    rated_value = sum(c.value for c in rated if c.value is not None)
    metrics = message_metrics(case, mine, query, case.actions[action]["channel"])
    reached = sum(action in entry.received for entry in mine.entries)
    value = sum(c.value for c in mine.conversions if c.value is not None)
    return metrics | {
        "users_received": count(len({event.user for event in mine.events if event.received})),
        "conversions_attributed": count(len(mine.conversions)),
        "conversion_rate_attributed": rate(len(rated), reached),
        "value_attributed": count(value),
        "value_attributed_per_user": rate(rated_value, reached),
        "entries_reached": count(reached),
        "share_of_entries": rate(reached, len(mine.entries)),
    }


def channel_metrics(case: Case, facts: ScopedRows, query: Query, channel: str) -> Metrics:
    """The metrics of one channel over the facts of the whole campaign."""
    ids = [action["id"] for action in case.actions.values() if action["channel"] == channel]
    return message_metrics(case, facts.of_actions(ids), query, channel)


def grouped(facts: ScopedRows, by: By) -> dict[Any, ScopedRows]:
    """The facts of each group; without a column, all of them under None."""
    if by is None:
        return {None: facts}
    return {group: facts.in_group(group) for group in facts.groups()}


def in_group(rated: ScopedRows | None, group: Any) -> ScopedRows | None:
    """Of the facts that rates are made from, those of a group; without a column all have the group None."""
    return None if rated is None else rated.in_group(group)


def overview(case: Case, query: Query, by: By = None) -> dict[Any, Metrics]:
    """The campaign's metrics of each group."""
    parts = grouped(collect(case, query, by), by)
    rated = rates_of(case, query, by, in_range=query.bounded)
    return {
        group: overview_of(part, query, in_group(rated, group)) for group, part in parts.items()
    }


def channels(case: Case, query: Query, by: By = None) -> dict[Any, dict[str, Metrics]]:
    """The metrics of each channel present, of each group."""
    parts = grouped(collect(case, query, by), by)
    names = {action["channel"] for action in case.actions.values()}
    return {
        group: {name: channel_metrics(case, part, query, name) for name in names}
        for group, part in parts.items()
    }


def actions(case: Case, query: Query, by: By = None) -> dict[Any, dict[str, Metrics]]:
    """The metrics of each action, of each group."""
    parts = grouped(collect(case, query, by), by)
    rated = rates_of(case, query, by, in_range=query.bounded)
    return {
        group: {
            action: action_metrics(case, part, query, action, in_group(rated, group))
            for action in case.actions
        }
        for group, part in parts.items()
    }


def edges(case: Case, query: Query) -> dict[tuple[str, str], Metric]:
    """Of the users who received a parent, those who received its child too."""
    shares = {}
    for child in case.actions.values():
        parent = child.get("parent")
        if parent is not None:
            above = users_in_action(case, query, parent)
            both = above & users_in_action(case, query, child["id"])
            shares[parent, child["id"]] = rate(len(both), len(above))
    return shares


def users_in_campaign(case: Case, query: Query) -> set[Any]:
    """The users with an entry in the range, as the headline counts them."""
    return {entry.user for entry in headline(collect(case, query), query).entries}


def users_in_action(case: Case, query: Query, action: str, event: str | None = None) -> set[Any]:
    """The users who received an action in the range, or had one of its events."""
    mine = collect(case, query).of_actions([action]).events
    if event is not None and query.definitions in WITHOUT_MACHINES:
        mine = [e for e in mine if not (e.machine and (e.channel, e.event) in BY_MACHINES)]
    return {e.user for e in mine if (e.received if event is None else e.event == event)}
