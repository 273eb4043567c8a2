"""Tables of metrics: base numbers on a complete grid, and the ratios made of them."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Final, get_args

import polars as pl

from results_widgets.engine.cache import Key
from results_widgets.engine.calendar import HOUR
from results_widgets.engine.frames import small
from results_widgets.engine.metrics.base import VALUE, numbers
from results_widgets.engine.metrics.not_available import (
    missing_interactions,
    missing_receipts,
    unavailable,
)
from results_widgets.engine.metrics.plan import METRIC, OWNER
from results_widgets.engine.query import BUCKET
from results_widgets.engine.scoped import ScopedRows
from results_widgets.errors import QueryError
from results_widgets.glossary import (
    Median,
    Metric,
    Scope,
    action_metrics,
    campaign_metrics,
    channel_metrics,
    counted_by_entry,
    rated_by_entry,
)
from results_widgets.glossary.unavailable import Unavailable, without

SPAN: Final = Key[tuple[int, int]]("span")
"""The first and last instant of a campaign's own events, in a cache."""

_SIDES: Final = ("plain", "numerator", "denominator")

# The value of a number without rows; unknown numbers are null in any case.
_ZERO, _NULL, _UNKNOWN = range(3)

# Otherwise one event stamped 1970 would make an axis of half a million points.
_MOST_HOURS: Final = 50_000


def metrics_of(scoped: ScopedRows, scope: Scope, owner: str = "") -> tuple[Metric, ...]:
    """Return the metrics of a campaign, channel or action that are shown, in reading order."""
    return tuple(metric for metric in declared(scoped, scope, owner) if metric.shown)


def declared(scoped: ScopedRows, scope: Scope, owner: str = "") -> tuple[Metric, ...]:
    """Return the metrics of a campaign, channel or action, those included that are not shown."""
    # Of one range as of another, and asked many times for each number on a screen.
    key = Key[tuple[Metric, ...]]("declared metrics", (*_what_declares(scoped), scope, owner))
    return scoped.data.cached(key, lambda: _by_clock(scoped, _declared(scoped, scope, owner)))


def all_metrics(scoped: ScopedRows, *, hidden: bool = False) -> list[Metric]:
    """Return the metrics of a campaign, its channels and its actions, each once; ``hidden``: also those not shown."""
    key = Key[list[Metric]]("all metrics", _what_declares(scoped))
    found = scoped.data.cached(key, lambda: _all_metrics(scoped))
    return [metric for metric in found if metric.shown or hidden]


def _all_metrics(scoped: ScopedRows) -> list[Metric]:
    owners = [(scope, owner) for scope in get_args(Scope) for owner in owners_of(scoped, scope)]
    rows = [metric for scope, owner in owners for metric in declared(scoped, scope, owner)]
    return list(dict.fromkeys(rows))


def _what_declares(scoped: ScopedRows) -> tuple[Hashable, ...]:
    """Return what metrics depend on beside the data."""
    query = scoped.query
    return query.definitions, query.clock, query.bounded or scoped.grouping.every is not None


def _by_clock(scoped: ScopedRows, found: tuple[Metric, ...]) -> tuple[Metric, ...]:
    query = scoped.query
    if query.clock == "entry":
        return counted_by_entry(found)
    if query.definitions.rate_clock == "event":
        return found
    return rated_by_entry(found, in_range=query.bounded or scoped.grouping.every is not None)


def _declared(scoped: ScopedRows, scope: Scope, owner: str) -> tuple[Metric, ...]:
    campaign, definitions = scoped.data.campaign, scoped.query.definitions
    if scope == "channel":
        return channel_metrics(campaign.channels[owner], definitions, _reported(scoped, owner))
    if scope == "campaign":
        engaged = missing_interactions(campaign, definitions)
        why = replace(_unavailable(scoped), engaged=engaged)
        return without(campaign_metrics(definitions, campaign.channels), why)
    action = campaign.action_by_id[owner]
    found = action_metrics(
        campaign.channels[action.channel],
        definitions,
        has_parent=action.parent is not None,
        reported=_reported(scoped, action.channel),
    )
    received = missing_receipts(campaign.channels[action.channel])
    return without(found, replace(_unavailable(scoped), received=received))


def _unavailable(scoped: ScopedRows) -> Unavailable:
    """Return what the source cannot say of the campaign."""
    data = scoped.data
    return data.cached(Key("unavailable"), lambda: unavailable(data.codes, data.reported))


def _reported(scoped: ScopedRows, channel: str) -> frozenset[str]:
    """Return the events that the source reports of a channel, whatever the range."""
    data, key = scoped.data, Key[dict[str, frozenset[str]]]("reported events")
    return data.cached(key, lambda: data.codes.reported(data.reported))[channel]


def owners_of(scoped: ScopedRows, scope: Scope) -> list[str]:
    """Return what a scope's metrics are computed for, in the campaign's order."""
    campaign = scoped.data.campaign
    if scope == "campaign":
        return [""]
    return (
        list(campaign.channels)
        if scope == "channel"
        else [action.id for action in campaign.actions]
    )


def answer(
    scoped: ScopedRows,
    scope: Scope,
    wanted: Iterable[tuple[str, Metric]] | None = None,
    groups: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Return metrics with a row for every combination of owner, metric, group and interval.

    Args:
        scoped: The rows in range.
        scope: What the metrics are computed for.
        wanted: Pairs of owner and metric; None: all of the scope.
        groups: Groups of the breakdown that get rows even if nothing happened, as a column for each key.

    Returns:
        `OWNER`, the grouping's keys, metric, value, numerator, denominator (Float64), ordered by
        owner and metric as in the glossary, then by the keys. Counts are 0 where nothing happened;
        null are rates with a denominator of 0, users that a roll-up cannot provide, and whatever the
        source never reports.
    """
    rows = (
        tuple(wanted)
        if wanted is not None
        else tuple((o, m) for o in owners_of(scoped, scope) for m in metrics_of(scoped, scope, o))
    )
    base = numbers(scoped, scope, rows)
    keys = scoped.grouping.keys
    # The same for every range and zone.
    grid = scoped.data.cached(Key[pl.DataFrame]("grid", rows), lambda: _grid(rows))
    if keys:
        grid = grid.join(_groups(scoped, base, groups), how="cross")
    on = [OWNER, *keys]
    filled = _filled(grid, base, on).sort("_order", *keys, nulls_last=True)
    if scoped.grouping.cumulative:
        steady = ["_order", *scoped.grouping.by_keys]
        medians = [m.key for _, m in rows if isinstance(m.measure, Median)]
        filled = _added_up(filled, steady, medians)
    top, bottom = pl.col("numerator_value"), pl.col("denominator_value")
    rate = pl.when(bottom > 0).then(top / bottom)
    value = pl.when(pl.col("plain_key").is_not_null()).then("plain_value").otherwise(rate)
    columns = {VALUE: value, "numerator": top, "denominator": bottom}
    return small(
        filled.select(
            *on, METRIC, **{name: number.fill_nan(None) for name, number in columns.items()}
        )
    )


def _filled(grid: pl.DataFrame, base: pl.DataFrame, on: list[str]) -> pl.LazyFrame:
    """Look up the value of each of the three keys of a grid's rows."""
    # The three key columns are stacked for a single join: the cost of a small join is mostly overhead.
    asked = pl.concat(
        grid.lazy().select(*on, pl.col(f"{side}_key").alias(METRIC), _none=f"{side}_none")
        for side in _SIDES
    )
    found = asked.join(
        base.lazy(), on=[*on, METRIC], how="left", nulls_equal=True, maintain_order="left"
    )
    none, known = pl.col("_none"), pl.col(VALUE)
    # What the source never reports is null, even where an empty set of codes was counted as 0.
    value = pl.when(none == _ZERO).then(known.fill_null(0.0)).when(none == _NULL).then(known)
    values, size = small(found.select(value.alias(VALUE))).to_series(), grid.height
    return grid.lazy().with_columns(
        values.slice(place * size, size).alias(f"{side}_value") for place, side in enumerate(_SIDES)
    )


def _grid(rows: Sequence[tuple[str, Metric]]) -> pl.DataFrame:
    """Return a row per owner and metric, with the keys of its value or its two sides, and what each is
    where there are no rows.
    """
    columns: dict[str, list[Any]] = {}
    for place, name in enumerate(_SIDES):
        parts = [_side(metric, place) for _, metric in rows]
        columns[f"{name}_key"] = [None if part is None else part.key for part in parts]
        columns[f"{name}_none"] = [None if part is None else _without_rows(part) for part in parts]
    texts = (OWNER, *(f"{name}_key" for name in _SIDES))
    kinds = dict.fromkeys(texts, pl.String) | {f"{name}_none": pl.Int8 for name in _SIDES}
    return pl.DataFrame(
        {
            "_order": range(len(rows)),
            OWNER: [owner for owner, _ in rows],
            METRIC: [metric.key for _, metric in rows],
            **columns,
        },
        schema_overrides=kinds,
    )


def _side(metric: Metric, place: int) -> Metric | None:
    """Return the metric whose number stands at a place of `_SIDES`."""
    found = (None, *metric.sides) if metric.numerator else (metric, None, None)
    return found[place]


def _without_rows(metric: Metric) -> int:
    if metric.missing:
        return _UNKNOWN
    return _ZERO if metric.is_zero_without_rows else _NULL


def _groups(scoped: ScopedRows, base: pl.DataFrame, known: pl.DataFrame | None) -> pl.DataFrame:
    """Return all combinations of the grouping's keys: groups that occur or are given, intervals of the range."""
    grouping = scoped.grouping
    groups = base.select(grouping.by_keys) if grouping.by is not None else None
    if groups is not None:
        groups = groups if known is None else pl.concat([groups, known])
        groups = groups.unique()
    if grouping.every is None:
        assert groups is not None
        return groups
    buckets = pl.DataFrame({BUCKET: pl.Series(intervals_of(scoped), dtype=pl.Int64)})
    return buckets if groups is None else groups.join(buckets, how="cross")


def intervals_of(scoped: ScopedRows) -> list[int]:
    """Return the numbers of all intervals of a time axis.

    Raises:
        QueryError: They are hours, and too many of them.
    """
    first, last = span(scoped)
    every = scoped.grouping.every
    assert every is not None
    if every == "1h" and last - first > _MOST_HOURS * HOUR:
        raise QueryError(
            f"the range has more than {_MOST_HOURS:,} hours; "
            "take every='1d', or a shorter range with between(start, end)"
        )
    return scoped.data.calendar(scoped.query).between(first, last, every)


def active_span(scoped: ScopedRows) -> tuple[int, int]:
    """Return the first and last instant of the campaign's own events, whatever the range."""
    return scoped.data.cached(SPAN, lambda: scoped.data.active_span(scoped.query.definitions))


def span(scoped: ScopedRows) -> tuple[int, int]:
    """Return the first and last instant of a time axis: the range, no further than the campaign's own events go."""
    start, end = scoped.query.micros()
    oldest, newest = active_span(scoped)
    first = oldest if start is None else start
    last = newest if end is None else min(end - 1, newest)
    return first, max(first, last)


def _added_up(grid: pl.LazyFrame, steady: list[str], medians: list[str]) -> pl.LazyFrame:
    columns = []
    for name in _SIDES:
        value = pl.col(f"{name}_value")
        # A running median is not a sum; it keeps its last value where an interval has none.
        held = pl.when(pl.col("plain_key").is_in(medians)).then(value.forward_fill().over(steady))
        columns.append(held.otherwise(value.cum_sum().over(steady)).alias(f"{name}_value"))
    return grid.with_columns(columns)
