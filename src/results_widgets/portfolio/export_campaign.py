"""A campaign of an export: as far as the export knows it, with the events that its results are made from."""

from collections.abc import Iterable, Iterator, Mapping as AnyMapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import polars as pl

from results_widgets.campaign import Campaign, Goal
from results_widgets.errors import listing, warn_caller
from results_widgets.exports import (
    Apart,
    Guess,
    Reading,
    Source,
    frames,
    read_parents,
    with_goal_events,
)
from results_widgets.exports.report import candidates, goal_names, has_candidates, own_goals

GoalLike = Goal | str | Iterable[str] | AnyMapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A campaign as somebody asks for it; see `Export.results`."""

    campaign: str | None
    goal: GoalLike
    window: timedelta | str | None
    goal_events: object = None
    parents: object = None


def campaign_of(
    reading: Reading,
    id_: str,
    goal: GoalLike,
    window: timedelta | str | None,
    parents: object = None,
    source: Source | None = None,
) -> Campaign:
    """Return a campaign as far as the export knows it; the rest is guessed and marked.

    Args:
        reading: The export.
        id_: The campaign.
        goal: Its goal.
        window: Its attribution window.
        parents: The flow, if the caller gave one.
        source: What is known of where its events come from, if that is known already.
    """
    flow = None if parents is None else read_parents(parents, id_)
    known = frames.source_of(reading) if source is None else source
    guess = Guess(id_, frames.rows_of(reading, id_), replace(known, flow=flow))
    return guess.campaign(goal, window)


def goal_of(reading: Reading, goal: GoalLike, *, elsewhere: bool = False) -> GoalLike:
    """Return a goal whose events are named as the export writes them.

    Whoever maps events of their own to goals has named the goal; a vendor's are only candidates.
    """
    if goal is None and not elsewhere:
        return own_goals(reading) or None
    if goal is None or elsewhere:
        return goal
    if isinstance(goal, AnyMapping):
        goal = Goal(**goal)
    if isinstance(goal, Goal):
        return Goal(goal_names(reading, goal.events), goal.mode, goal.value)
    wanted = [goal] if isinstance(goal, str) else [*goal]
    return goal_names(reading, wanted)


def prepared(
    reading: Reading, asked: Asked, arguments: dict[str, Any]
) -> tuple[Campaign, pl.LazyFrame]:
    """Return a campaign and its events, as `Results` takes them with these arguments."""
    id_ = frames.campaign_id(reading, asked.campaign)
    named = goal_of(reading, asked.goal, elsewhere=asked.goal_events is not None)
    made = campaign_of(reading, id_, named, asked.window, asked.parents)
    return _with_events(reading, made, named, asked, arguments)


def prepared_each(
    reading: Reading, ids: Iterable[str], asked: Asked, arguments: dict[str, Any]
) -> Iterator[tuple[Campaign, pl.LazyFrame, dict[str, Any]]]:
    """Return campaigns, their events and their own arguments of `Results`; the export is read once for all."""
    named = goal_of(reading, asked.goal, elsewhere=asked.goal_events is not None)
    source, apart = frames.source_of(reading), Apart(reading, _names(named))
    for id_ in ids:
        own, left = apart.of(id_), {**arguments}
        made = campaign_of(own, id_, named, asked.window, asked.parents, source)
        yield (*_with_events(own, made, named, asked, left), left)


def _with_events(
    reading: Reading, made: Campaign, named: GoalLike, asked: Asked, arguments: dict[str, Any]
) -> tuple[Campaign, pl.LazyFrame]:
    goals = () if named is None else made.goal.events
    events = frames.events_of(reading, made.id, {made.id: root_of(made)}, goals)
    if asked.goal_events is None:
        return made, events
    return with_goal_events(made, events, asked.goal_events, arguments)


def _names(goal: GoalLike) -> tuple[str, ...]:
    """Return the names of a goal's events."""
    if goal is None:
        return ()
    if isinstance(goal, AnyMapping):
        goal = Goal(**goal)
    if isinstance(goal, Goal):
        return goal.events
    return (goal,) if isinstance(goal, str) else tuple(goal)


def root_of(campaign: Campaign) -> str:
    """Return the first action that starts entries."""
    return next(one.id for one in campaign.actions if one.parent is None)


def warn_of_goal(reading: Reading, events: pl.LazyFrame) -> None:
    """Warn where nothing can count as a conversion: no goal is named, and the export has none of its own."""
    own = events.filter(pl.col("event") == "converted").head(1).collect()
    if own.is_empty():
        warn_caller(
            "export: it names no conversions of its own, so they are not available; name the goal's event "
            f"with goal={_named(reading)}, or give events from elsewhere with goal_events="
        )


def _named(reading: Reading) -> str:
    """Return which events may be the goal, as they follow ``goal=``."""
    if likely := candidates(reading):
        return f"; it may be {listing(map(repr, likely), 10)}"
    if has_candidates(reading):
        return "; Export.report() lists what it may be, each an event of a single user"
    return ", none is in it"
