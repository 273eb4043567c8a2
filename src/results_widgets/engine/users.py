"""Who is behind a number."""

from collections.abc import Callable
from typing import Any

import narwhals as nw
import polars as pl

from results_widgets.engine.explore import Series
from results_widgets.engine.facts import Facts, Rows
from results_widgets.engine.measures import human_events, received
from results_widgets.errors import QueryError
from results_widgets.glossary import MACHINE_OPENED, Metric


def users_behind(facts: Facts, series: Series) -> pl.LazyFrame:
    """Return the distinct users behind a metric as ``user_id`` and their attributes, sorted by id,
    lazily.

    Raises:
        QueryError: The metric is a rate or a duration; it has users above and below the line, not
            its own.
    """
    rows = _rows(facts, series)
    users: Any = rows.select("user").unique().to_native()
    known = facts.data.attributes.lazy().with_columns(user=pl.int_range(pl.len(), dtype=pl.UInt32))
    columns = facts.data.attributes.columns
    if facts.data.users is None:
        columns = ["user_id"]
    return known.join(users, on="user", how="semi").select(columns).sort("user_id")


def _rows(facts: Facts, series: Series) -> Rows:
    key = series.metric.key
    if series.metric.unit in ("rate", "seconds"):
        raise QueryError(
            f"{key!r} has no users of its own; ask for those of {series.metric.numerator!r} "
            f"or of {series.metric.denominator!r}"
        )
    if series.scope == "campaign":
        return _of_campaign(facts, series.metric)
    if series.scope == "action":
        number = facts.data.log.codes.action_number(series.owner)
        own: dict[str, Callable[[], Rows]] = {
            "users_received": lambda: received(facts),
            "entries_reached": lambda: facts.reached,
            "conversions_attributed": lambda: facts.conversions,
        }
        if key in own:
            return own[key]().filter(nw.col("action") == number)
    return _with_event(facts, series)


def _of_campaign(facts: Facts, metric: Metric) -> Rows:
    codes = facts.data.log.codes
    if metric.key in ("users", "unique_users"):
        return facts.entries
    if metric.key == "entries_open":
        return facts.entries.filter(nw.col("ended_at") > facts.data.newest)
    if metric.key == "engaged":
        return human_events(facts).filter(
            nw.col("code").is_in(codes.interacted(facts.lens.definitions))
        )
    if metric.key == "exits":
        return facts.events.filter(nw.col("code").is_in(codes.named("exited")))
    return facts.conversions


def _with_event(facts: Facts, series: Series) -> Rows:
    codes = facts.data.log.codes
    event = series.metric.key.removeprefix("unique_")
    machine = event == MACHINE_OPENED
    wanted = [
        codes.code(number, "opened" if machine else event)
        for number, action in enumerate(codes.actions, 1)
        if series.owner == (action.id if series.scope == "action" else action.channel)
    ]
    rows = facts.events.filter(nw.col("machine")) if machine else human_events(facts)
    return rows.filter(nw.col("code").is_in(wanted))
