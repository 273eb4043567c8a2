"""The users that a metric counts."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

import narwhals as nw
import polars as pl

from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.frames import BY, Rows, count
from results_widgets.engine.metrics.rows import RowCodes
from results_widgets.engine.metrics.series import Series
from results_widgets.engine.metrics.table import metrics_of
from results_widgets.engine.query import Grouping, QueryScope
from results_widgets.engine.scoped import ScopedRows
from results_widgets.errors import QueryError
from results_widgets.glossary import EntriesWith

Where = Mapping[str, object]
"""A value per column, which selects a group of a breakdown; None selects the rows without a value."""


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
    """Return the users of one group of a metric's breakdown: ``user_id`` and their attributes, sorted by
    id, lazily.

    Raises:
        QueryError: A column is not known, a value is of another type, or two columns are of events.
    """
    data_columns = [column for column in where if _of_events(data, column)]
    if len(data_columns) > 1:
        raise QueryError(
            f"where= takes one column of events, not {len(data_columns)} ({', '.join(data_columns)}); "
            "combine segments with & instead"
        )
    by = data_columns[0] if data_columns else None
    scoped = ScopedRows(data, query, Grouping(by=by))
    rows = _rows(scoped, find(scoped))
    if by is not None:
        kind = data.dtype(by)
        value = _value(by, where[by], kind)
        rows = rows.filter(_is(BY, value))
    found = data.distinct_users(rows, list(data.attributes))
    for column in where.keys() - set(data_columns):
        value = _value(column, where[column], data.attributes[column])
        found = found.filter(_is(column, value))
    return found


def is_shared(data: UserBackend, column: str, value: object, least: int) -> bool:
    """Whether so many users have a value of a column, which is known and can have such values."""
    kind = data.dtype(column) if data.columns.has(column) else data.attributes[column]
    rows = data.events(column).filter(_is(BY, _value(column, value, kind)))
    return count(rows.select("user").unique().head(least)) >= least


def _of_events(data: UserBackend, column: str) -> bool:
    data.check_by(column)
    return data.columns.has(column)


def _is(column: str, value: object) -> nw.Expr:
    """Whether a column has a value; None stands for rows without one."""
    return nw.col(column).is_null() if value is None else nw.col(column) == value


def _value(column: str, value: object, kind: pl.DataType) -> object:
    """Return a value in its column's type, or raise if it cannot be one of its values."""
    fits: tuple[tuple[bool, tuple[type, ...]], ...] = (
        (kind == pl.Boolean, (bool,)),
        (kind.is_integer(), (int,)),
        (kind.is_float() or kind.is_decimal(), (int, float)),
        (kind.is_temporal(), (date, datetime, str)),
    )
    types = next((types for holds, types in fits if holds), (str,))
    if value is None:
        return None
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        raise QueryError(
            f"where: column {column!r} is {kind}, and {value!r} is {type(value).__name__}; "
            f"pass {' or '.join(found.__name__ for found in types)}, or None for rows without a value"
        )
    return _moment(column, value, kind) if kind.is_temporal() else value


def _moment(column: str, value: object, kind: pl.DataType) -> object:
    """Return a date or time of the column's type; rules hold dates and times as text."""
    read = date.fromisoformat if kind == pl.Date else datetime.fromisoformat
    try:
        found = read(value) if isinstance(value, str) else value
        pl.select(pl.lit(found).eq(pl.lit(None, kind)))
    except (ValueError, pl.exceptions.PolarsError):
        raise QueryError(
            f"where: {value!r} is no value of column {column!r}, which is {kind}"
        ) from None
    return found


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
    return scoped.coded(kind).filter(nw.col("code").is_in(list(codes)))


def _no_users(scoped: ScopedRows, series: Series) -> str:
    known = {row.key for row in metrics_of(scoped, series.scope, series.owner)}
    sides = (series.metric.numerator, series.metric.denominator)
    instead = [repr(name) for name in sides if name in known] or ["'conversions'"]
    if series.metric.needs_parent:
        instead = ["'users_received' of this action and of the one before"]
    return (
        f"{series.metric.key!r} has no users of its own; ask for those of {' or of '.join(instead)}"
    )
