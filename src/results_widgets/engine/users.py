"""Who is behind a number."""

from collections.abc import Callable
from typing import Any

import narwhals as nw
import polars as pl

from results_widgets.engine.answers import metrics_of
from results_widgets.engine.explore import Series
from results_widgets.engine.facts import Facts, Rows
from results_widgets.engine.measures import received_sets
from results_widgets.errors import QueryError
from results_widgets.glossary import Metric


def users_behind(facts: Facts, series: Series) -> pl.LazyFrame:
    """Return the distinct users behind a metric as ``user_id`` and their attributes, sorted by id,
    lazily.

    Raises:
        QueryError: The metric is a ratio or a duration; a ratio has users above and below the line,
            not its own.
    """
    rows = _rows(facts, series)
    users: Any = rows.select("user").unique().to_native()
    columns = ["user_id"] if facts.data.users is None else facts.data.attributes.columns
    # The users table may have a column "user" of its own.
    number = pl.int_range(pl.len(), dtype=pl.UInt32).alias("_user")
    known = facts.data.attributes.lazy().select(*columns, number)
    return (
        known.join(users, left_on="_user", right_on="user", how="semi")
        .select(columns)
        .sort("user_id")
    )


def _rows(facts: Facts, series: Series) -> Rows:
    key = series.metric.key
    if series.metric.unit == "seconds" or series.metric.numerator is not None:
        raise QueryError(_no_users(facts, series))
    if series.scope == "campaign":
        return _of_campaign(facts, series.metric)
    if series.scope == "action":
        number = facts.data.log.codes.action_number(series.owner)
        own: dict[str, Callable[[], Rows]] = {
            "entries_reached": lambda: facts.reached,
            "conversions_attributed": lambda: facts.conversions,
        }
        if key == "users_received":
            return facts.events.filter(nw.col("code").is_in(received_sets(facts)[series.owner]))
        if key in own:
            return own[key]().filter(nw.col("action") == number)
    return _with_event(facts, series)


def _no_users(facts: Facts, series: Series) -> str:
    known = {row.key for row in metrics_of(facts, series.scope, series.owner)}
    sides = (series.metric.numerator, series.metric.denominator)
    instead = [repr(name) for name in sides if name in known] or ["'conversions'"]
    if series.metric.key == "drop_off":
        instead = ["'users_received' of this action and of the one before"]
    return (
        f"{series.metric.key!r} has no users of its own; ask for those of {' or of '.join(instead)}"
    )


def _of_campaign(facts: Facts, metric: Metric) -> Rows:
    codes = facts.data.log.codes
    if metric.key in ("users", "unique_users"):
        return facts.entries
    if metric.key == "entries_open":
        return facts.entries.filter(nw.col("ended_at") > facts.data.newest)
    if metric.key == "engaged":
        return facts.events.filter(nw.col("code").is_in(codes.interacted(facts.lens.definitions)))
    if metric.key == "exits":
        return facts.events.filter(nw.col("code").is_in(codes.named("exited")))
    return facts.conversions


def _with_event(facts: Facts, series: Series) -> Rows:
    event = series.metric.key.removeprefix("unique_")
    channel = {action.id: action.channel for action in facts.data.campaign.actions}
    wanted = [
        code
        for (action, name), codes in facts.data.log.codes.sets(facts.lens.definitions).items()
        if name == event and series.owner in (action, channel[action])
        for code in codes
    ]
    return facts.events.filter(nw.col("code").is_in(wanted))
