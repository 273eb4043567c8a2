"""Goal events from another source than the export, such as a shop's orders."""

from dataclasses import fields
from typing import Any, Final

import polars as pl

from results_widgets.campaign import Campaign, Goal
from results_widgets.errors import EventsError
from results_widgets.sources import read_table
from results_widgets.tables.events import normalise
from results_widgets.tables.held import REPEATED
from results_widgets.tables.options import ReadOptions

_NEEDED: Final = ("user_id", "timestamp")


def with_goal_events(
    campaign: Campaign, events: pl.LazyFrame, goals: object, arguments: dict[str, Any]
) -> tuple[Campaign, pl.LazyFrame]:
    """Return a campaign and its events with goal events from elsewhere.

    Args:
        campaign: The campaign; without a goal of its own, all events of the table are its goal.
        events: Its events.
        goals: A table or path: user_id, timestamp, and where there event and value.
        arguments: Those of `Results`; how both tables are to be read is taken out of them.

    Raises:
        EventsError: A column is missing, or the table cannot be read.
    """
    names = [one.name for one in fields(ReadOptions)]
    options = ReadOptions(**{name: arguments.pop(name) for name in names if arguments.get(name)})
    table = read_table(goals, "goal_events")
    table = table.rename({theirs: ours for ours, theirs in options.columns.items()}, strict=False)
    found = table.collect_schema().names()
    for name in _NEEDED:
        if name not in found:
            raise EventsError.missing_column(name, found, "goal_events")
    wanted, has_goal = campaign.goal.events, campaign.goal.events != ("converted",)
    if "event" not in found:
        table = table.with_columns(event=pl.lit(wanted[0] if has_goal else "goal"))
    elif has_goal:
        table = table.filter(pl.col("event").is_in([*wanted]))
    kept = [*_NEEDED, "event", *(one for one in ("value", "currency") if one in found)]
    table = table.select(kept).with_columns(action_id=pl.lit(None, pl.String))
    seen = table.select("event").unique().collect()["event"].cast(pl.String).sort().to_list()
    value = "value" if "value" in found else campaign.goal.value
    goal = Goal(wanted if has_goal else seen or ["goal"], campaign.goal.mode, value)
    made = _with_goal(campaign, goal)
    own = events.filter(pl.col("event") != "converted")
    return made, pl.concat(
        [_normalised(own, made, options), _normalised(table, made, options)], how="diagonal_relaxed"
    )


def in_one_zone(events: pl.LazyFrame, campaign: Campaign, zone: str) -> pl.LazyFrame:
    """Return events in which times without a zone have become instants, read in a given zone."""
    return _normalised(events, campaign, ReadOptions(zone))


def _with_goal(campaign: Campaign, goal: Goal) -> Campaign:
    return Campaign.from_json({**campaign.to_dict(), "goal": goal.to_dict()})


def _normalised(rows: pl.LazyFrame, campaign: Campaign, options: ReadOptions) -> pl.LazyFrame:
    """Return rows with instants, and users as text, so that rows of several sources are one table."""
    if campaign.goal.value and campaign.goal.value not in rows.collect_schema():
        rows = rows.with_columns(pl.lit(None, pl.Float64).alias(campaign.goal.value))
    columns = rows.collect_schema().names()
    shaped = normalise(
        rows, campaign, ReadOptions(options.naive_time_zone, options.time_unit)
    ).frame
    # Instants tell no more that they are the first of two.
    kept = [name for name in shaped.collect_schema() if name in (*columns, REPEATED)]
    return shaped.select(kept).with_columns(pl.col("user_id").cast(pl.String))
