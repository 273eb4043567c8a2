"""A campaign of an export: as far as the export knows it, with the events that its results are made from."""

from collections.abc import Iterable, Mapping as AnyMapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import polars as pl

from results_widgets.campaign import Campaign, Goal
from results_widgets.errors import listing, warn_caller
from results_widgets.exports import Guess, Reading, frames, read_parents, with_goal_events
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
) -> Campaign:
    """Return a campaign as far as the export knows it; the rest is guessed and marked."""
    flow = None if parents is None else read_parents(parents, id_)
    guess = Guess(id_, frames.rows_of(reading, id_), frames.source_of(reading, flow))
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
    goals = () if named is None else made.goal.events
    events = frames.events_of(reading, id_, {id_: root_of(made)}, goals)
    if asked.goal_events is None:
        return made, events
    return with_goal_events(made, events, asked.goal_events, arguments)


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
