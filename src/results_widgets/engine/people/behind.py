"""The users that a metric counts."""

from collections.abc import Callable

import polars as pl

from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.breakdown import by_keys, checked_by
from results_widgets.engine.frames import BY, Rows, count
from results_widgets.engine.metrics.rows import RowCodes
from results_widgets.engine.metrics.series import Series
from results_widgets.engine.metrics.table import metrics_of
from results_widgets.engine.people.where import Condition, Where
from results_widgets.engine.query import Grouping, QueryScope
from results_widgets.engine.scoped import ScopedRows
from results_widgets.errors import QueryError
from results_widgets.glossary import EntriesWith


def users_behind(scoped: ScopedRows, series: Series) -> Rows:
    """Return the rows that a metric counts, lazily: ``user``, not distinct.

    Raises:
        QueryError: The metric is a ratio or a duration. A ratio has no users of its own, only those of
            its numerator and denominator.
    """
    return _rows(scoped, series)


def users_where(
    data: UserBackend, query: QueryScope, find: Callable[[ScopedRows], Series], where: Where
) -> Rows:
    """Return the users of some groups of a metric's breakdown: ``user_id`` and their attributes, sorted by
    id, lazily.

    Raises:
        QueryError: A column is not known, or a value is of another type.
    """
    conditions = [Condition.of(name, asked, _kind(data, name)) for name, asked in where.items()]
    by = checked_by([name for name in where if data.columns.has(name)] or None, data.breakdowns)
    scoped, keys = ScopedRows(data, query, Grouping(by=by)), by_keys(by)
    rows = _rows(scoped, find(scoped))
    for one in conditions:
        if one.column in keys:
            rows = rows.filter(one.holds(keys[one.column]))
    found = data.distinct_users(rows, list(data.attributes))
    for one in conditions:
        if one.column not in keys:
            found = found.filter(one.holds(one.column))
    return found


def is_shared(data: UserBackend, column: str, asked: object, least: int) -> bool:
    """Whether so many users have what is asked of a column, which is known and can have such values."""
    condition = Condition.of(column, asked, _kind(data, column))
    rows = data.events(column).filter(condition.holds(BY))
    return count(rows.select("user").unique().head(least)) >= least


def _kind(data: UserBackend, column: str) -> pl.DataType:
    data.check_by(column)
    return data.dtype(column) if data.columns.has(column) else data.attributes[column]


def named(data: UserBackend, rows: Rows) -> Rows:
    """Return the distinct users of rows as ``user_id`` and attributes, sorted by id, lazily."""
    return data.distinct_users(rows, list(data.attributes))


def _rows(scoped: ScopedRows, series: Series) -> Rows:
    """Return the rows that a metric counts, as its declaration has them."""
    metric = series.metric
    if metric.rows is None or metric.unit == "seconds":
        raise QueryError(_no_users(scoped, series))
    kind, codes = RowCodes(scoped, series.scope).of(metric.rows, series.owner)
    if isinstance(metric.measure, EntriesWith):
        kind = "converted"
    return scoped.of_codes(kind, codes)


def _no_users(scoped: ScopedRows, series: Series) -> str:
    known = {row.key for row in metrics_of(scoped, series.scope, series.owner)}
    sides = (series.metric.numerator, series.metric.denominator)
    instead = [repr(name) for name in sides if name in known] or ["'conversions'"]
    if series.metric.needs_parent:
        instead = ["'users_received' of this action and of the one before"]
    return (
        f"{series.metric.key!r} has no users of its own; ask for those of {' or of '.join(instead)}"
    )
