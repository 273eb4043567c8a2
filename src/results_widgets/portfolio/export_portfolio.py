"""All campaigns of an export as results."""

from typing import Any

import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.exports import Reading, frames
from results_widgets.portfolio.export_campaign import Asked, prepared_each, warn_of_goal
from results_widgets.results import Results


def results_of(
    reading: Reading, made: Campaign, events: pl.LazyFrame, asked: Asked, arguments: dict[str, Any]
) -> Results:
    """Return the results of a campaign; a warning says where nothing can be a conversion of it."""
    if made.goal.events == ("converted",) and asked.goal_events is None:
        warn_of_goal(reading, events)
    return Results(made, events, **arguments)


def results_of_each(
    reading: Reading, asked: Asked, arguments: dict[str, Any]
) -> dict[str, Results]:
    """Return the results of all campaigns by name, the latest first; those of equal name have their id beside it."""
    found = frames.campaigns(reading).select("campaign_id", "name")
    named = [(id_, name or id_) for id_, name in found.iter_rows()]
    names = [name for _, name in named]
    each = prepared_each(reading, [id_ for id_, _ in named], asked, arguments)
    return {
        name if names.count(name) == 1 else f"{name} ({id_})": results_of(
            reading, made, events, asked, own
        )
        for (id_, name), (made, events, own) in zip(named, each, strict=True)
    }
