"""One metric over time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, get_args

import polars as pl

from results_widgets.engine.metrics.base import VALUE
from results_widgets.engine.metrics.earlier import Against, Earlier, earlier
from results_widgets.engine.metrics.table import answer, declared, metrics_of, owners_of
from results_widgets.engine.query import BUCKET, Grouping
from results_widgets.engine.scoped import ScopedRows
from results_widgets.errors import QueryError, listing
from results_widgets.glossary import OF_ENTRIES, Metric, Scope

SIDES: Final = ("numerator", "denominator")


@dataclass(frozen=True, slots=True)
class Series:
    """A metric and what it is computed for."""

    scope: Scope
    owner: str
    metric: Metric


def find_series(scoped: ScopedRows, metric: str, action: str | None, channel: str | None) -> Series:
    """Return the series that a user asks for.

    Raises:
        QueryError: The action, channel or metric is not known, or both an action and a channel are
            given.
    """
    if action is not None and channel is not None:
        raise QueryError("pass an action or a channel, not both; an action has one channel already")
    scope: Scope = (
        "action" if action is not None else "channel" if channel is not None else "campaign"
    )
    owner = action or channel or ""
    owners = owners_of(scoped, scope)
    if owner not in owners:
        raise QueryError.unknown(scope, owner, owners)
    rows = {row.key: row for row in metrics_of(scoped, scope, owner)}
    if metric.endswith(OF_ENTRIES):
        # What a rate in a range is made of has users, though it has no row of its own.
        rows |= {row.key: row for row in declared(scoped, scope, owner) if row.key == metric}
    if metric not in rows:
        where = "" if scope == "campaign" else f" of {scope} {owner!r}"
        error = QueryError.unknown(f"metric{where}", metric, rows)
        raise QueryError(" ".join([str(error), *_meant(scoped, metric)]))
    return Series(scope, owner, rows[metric])


def _meant(scoped: ScopedRows, metric: str) -> Iterator[str]:
    """Say for what a metric of this key or label is counted, if for anything; the first scope that has it."""
    for scope in get_args(Scope):
        has = [
            (owner, row.key)
            for owner in owners_of(scoped, scope)
            for row in metrics_of(scoped, scope, owner)
            if metric == row.key or metric.casefold() == row.label.casefold()
        ]
        if not has:
            continue
        (owner, key), owners = has[0], listing([owner for owner, _ in has], 5)
        asked = f"{key!r}, {scope}={owner!r}" if owner else repr(key)
        yield f"Write {asked}" + (f"; {scope}s that have it: {owners}." if owner else ".")
        return


def explore(scoped: ScopedRows, series: Series, groups: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return time (Datetime µs in the query's zone: the start of the interval), value, numerator,
    denominator (Float64) [, the keys of the breakdown].

    Groups named are there also where nothing happened in the range.
    """
    return timed(scoped, answer(scoped, series.scope, [(series.owner, series.metric)], groups))


def timed(scoped: ScopedRows, found: pl.DataFrame) -> pl.DataFrame:
    """Return the answer to a question of one metric as `explore` does: with times in place of intervals."""
    grouping = scoped.grouping
    assert grouping.every is not None
    calendar = scoped.data.calendar(scoped.query)
    numbers = found[BUCKET].unique().sort()
    starts = pl.Series(calendar.starts(numbers.to_list(), grouping.every), dtype=pl.Int64)
    times = starts.cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(scoped.query.time_zone)
    timed = found.join(pl.DataFrame({BUCKET: numbers, "time": times}), on=BUCKET)
    by = grouping.by_keys
    return timed.sort(*by, "time", nulls_last=True).select("time", VALUE, *SIDES, *by)


def with_previous(
    current: pl.DataFrame, scoped: ScopedRows, series: Series, against: Against = "previous"
) -> pl.DataFrame:
    """Add ``previous``, the value at the same place of another period, and ``previous_time``, the start of that
    interval; null where there is none.

    Where the range may still grow, an earlier period is counted at the age that the range has. A group that
    had no rows there counts 0, as an interval without rows does.
    """
    other = earlier(scoped.data, scoped.query, against)
    if other is None or other.is_ahead:
        return _with_nothing(current)
    by = scoped.grouping.by_keys
    groups = current.select(by).unique() if by else None
    return _matched(current, explore(other.scoped(scoped.grouping), series, groups), by)


def with_other(
    current: pl.DataFrame,
    other: Earlier,
    grouping: Grouping,
    asked: tuple[str, str | None, str | None],
) -> pl.DataFrame:
    """Add the same as `with_previous`, of another campaign, whose metric, action or channel is found by its name.

    A group that the other campaign does not have has no number there.

    Raises:
        QueryError: It has no such metric, action or channel.
    """
    there = other.scoped(grouping)
    series = find_series(there, *asked)
    if other.is_ahead:
        return _with_nothing(current)
    by = grouping.by_keys
    found = explore(there, series).with_columns(pl.col(key).cast(current.schema[key]) for key in by)
    return _matched(current, found, by)


def _with_nothing(current: pl.DataFrame) -> pl.DataFrame:
    nothing = {"previous": pl.Float64(), "previous_time": current.schema["time"]}
    return current.with_columns(pl.lit(None, kind).alias(name) for name, kind in nothing.items())


def _matched(current: pl.DataFrame, there: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Add the intervals of another period by their place: the first beside the first."""
    number = pl.int_range(pl.len())
    place = (number.over(by) if by else number).alias("_place")
    right = there.with_columns(place).select(
        "_place", *by, pl.col(VALUE).alias("previous"), pl.col("time").alias("previous_time")
    )
    joined = current.with_columns(place).join(
        right, on=["_place", *by], how="left", nulls_equal=True, maintain_order="left"
    )
    return joined.drop("_place")
