"""`Campaign.from_events`: a campaign guessed from a table of events in our schema."""

from collections.abc import Mapping as AnyMapping
from datetime import timedelta

import polars as pl

from results_widgets.campaign import Campaign, Goal
from results_widgets.channels import EVENTS
from results_widgets.errors import EventsError, listing
from results_widgets.exports.guess import GoalLike, Guess, Source
from results_widgets.exports.parents import read_parents
from results_widgets.sources import read_table
from results_widgets.tables.events import REQUIRED


def campaign_from_events(
    events: object,
    goal: GoalLike = None,
    window: timedelta | str | None = None,
    campaign: str | None = None,
    parents: object = None,
) -> Campaign:
    """Return a campaign guessed from its events; see `Campaign.from_events`."""
    table = read_table(events)
    found = table.collect_schema().names()
    for name in REQUIRED:
        if name not in found:
            raise EventsError.missing_column(name, found)
    id_ = campaign or _only_campaign(table)
    if "campaign_id" in found:
        of = pl.col("campaign_id").cast(pl.String)
        table = table.filter(of.is_null() | (of == id_))
    own = pl.col("event").cast(pl.String)
    texts = [pl.col(name).cast(pl.String) for name in ("user_id", "action_id", "event")]
    more = [pl.col(name).cast(pl.String) for name in ("channel", "variant") if name in found]
    if "channel" not in found:
        more.append(pl.lit(None, pl.String).alias("channel"))
    if "value" in found:
        more.append(pl.col("value"))
    goals = _goal_names(goal)
    known = own.is_in([name for name in EVENTS if name not in goals])
    is_own = known | (pl.col("action_id").is_not_null() & ~own.is_in(goals))
    rows = table.filter(is_own).select(*texts, *more, time="timestamp")
    flow = None if parents is None else read_parents(parents, id_)
    return Guess(id_, rows, Source(flow=flow)).campaign(goal, window)


def _goal_names(goal: GoalLike) -> list[str]:
    if goal is None:
        return []
    if isinstance(goal, str):
        return [goal]
    if isinstance(goal, AnyMapping):
        return [*Goal(**goal).events]
    return [*goal.events] if isinstance(goal, Goal) else [*goal]


def _only_campaign(table: pl.LazyFrame) -> str:
    """Return the only campaign in a table.

    Raises:
        EventsError: There are several.
    """
    if "campaign_id" not in table.collect_schema():
        return "campaign"
    of = pl.col("campaign_id").cast(pl.String)
    ids = table.select(of).drop_nulls().unique().collect()["campaign_id"].sort().to_list()
    if len(ids) > 1:
        raise EventsError(
            f"events: they are of {len(ids)} campaigns, {listing(ids)}; say which with campaign="
        )
    return str(ids[0]) if ids else "campaign"
