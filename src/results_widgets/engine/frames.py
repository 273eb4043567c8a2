"""Lazy rows of any engine, and the functions that compute them."""

from collections.abc import Iterable
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.sources.boundary import collect_rows, engine_errors_as_ours
from results_widgets.sources.engines import Rows

__all__ = ["BY", "MANY", "Rows", "collect", "compute", "count", "small", "time_span", "within"]

MANY: Final = 200_000
"""From how many rows on Polars' streaming engine is worth its start."""

_UNREADABLE: Final = "events: they cannot be read now"

BY: Final = "_by"
"""Column that numbers are broken down by, beside the rows."""


def collect(rows: Rows, *, few: bool = False) -> pl.DataFrame:
    """Compute a query as a Polars frame in memory; few: whether it has few rows in memory."""
    return collect_rows(rows, _UNREADABLE, few=few)


def compute(query: pl.LazyFrame, *, few: bool) -> pl.DataFrame:
    """Compute a query that is Polars' own; few: whether it is of fewer rows than `MANY`."""
    with engine_errors_as_ours(_UNREADABLE):
        return small(query) if few else query.collect()


def small(query: pl.LazyFrame) -> pl.DataFrame:
    """Compute a query of frames that are numbers already, or of fewer rows than `MANY`.

    Polars' streaming engine, its own choice, takes four times as long to start as to compute those, and
    to optimise the query takes longer than it saves.
    """
    return query.collect(engine="in-memory", optimizations=pl.QueryOptFlags.none())


def within(rows: Rows, time: str, start: int | None, end: int | None) -> Rows:
    """Return the rows from a start up to an end, which is excluded (epoch µs); None leaves a side open."""
    if start is not None:
        rows = rows.filter(nw.col(time) >= start)
    return rows if end is None else rows.filter(nw.col(time) < end)


def count(rows: Rows) -> int:
    """Return how many rows there are, counted by the engine that has them."""
    return int(collect(rows.select(nw.len())).item())


def time_span(several: Iterable[Rows]) -> tuple[int, int] | None:
    """Return the first and the last ``time`` among some rows; None if there are no rows."""
    edges = (nw.col("time").min().alias("first"), nw.col("time").max().alias("last"))
    times = pl.concat([collect(rows.select(*edges)) for rows in several])
    first, last = times["first"].min(), times["last"].max()
    return (first, last) if isinstance(first, int) and isinstance(last, int) else None
