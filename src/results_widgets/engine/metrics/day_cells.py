"""Distinct users of any range of whole days, from aggregates that identify no user.

A user is counted in a range of days at their first occurrence in it: the one whose previous
occurrence, if there is any, lies before the range. So for each metric it is enough to know how many
occurrences on one day had their previous one on which other day. The distinct users of days a to b
are the cells whose day is in a to b and whose previous day is before a; for users who did two things,
the first day of the two must not be before a either.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, get_args

import polars as pl

from results_widgets.definitions import Definitions
from results_widgets.engine.counting.indexes import Indexes, indexes_of
from results_widgets.engine.counting.occurrences import Occurrences
from results_widgets.engine.counting.time_index import TimeIndex
from results_widgets.engine.frames import small
from results_widgets.engine.metrics.rows import RowCodes
from results_widgets.engine.metrics.table import declared, owners_of, span
from results_widgets.engine.query import Grouping
from results_widgets.engine.scoped import CodeSet, Kind, ScopedRows
from results_widgets.glossary import EntriesWith, Metric, RoleEvents, Rows, Scope, Users

Name = tuple[str, str, str]
"""Scope, owner (id, or empty) and metric."""

Codes = tuple[CodeSet, CodeSet | None]
"""The codes that a metric counts; if it counts users with rows of two kinds, those of both."""

NOBODY = -1
"""The previous day of a user's first occurrence."""

_NAME: Final = "_name"


def distinct_by_day(scoped: ScopedRows) -> dict[Name, pl.DataFrame]:
    """Return the cells of every metric that counts distinct users, those included that are not shown.

    Returns:
        A frame per metric: last, before and first (Int64: days from the start of the time axis;
        before is the previous day, or `NOBODY`), users (Int64). Nothing where users are not in
        memory, or only estimated.
    """
    indexes = indexes_of(scoped.data, scoped.query.definitions)
    if indexes is None or scoped.query.uniques == "approximate":
        return {}
    found: list[tuple[Name, pl.DataFrame]] = []
    wanted = _wanted(scoped)
    for sign, developers_only in ((1, False), (-1, True)):
        if developers_only and (scoped.query.developers or indexes.data.developers is None):
            continue
        own = replace(indexes, developers_only=developers_only)
        for kind in wanted:
            for part, index in _signed(own, kind):
                edges = _edges(scoped, index)
                for name, occurrences in _occurrences(index, wanted[kind]):
                    found.append((name, _cells(occurrences, edges, sign * part)))
    return _summed(found)


def _signed(indexes: Indexes, kind: Kind) -> Iterator[tuple[int, TimeIndex]]:
    """Yield a kind's index with 1; of events less those of the held back, the latter's with -1."""
    if kind != "engaging":
        yield 1, indexes.of(kind)
        return
    yield 1, indexes.of("events")
    yield -1, indexes.of("withheld")


def _summed(found: Sequence[tuple[Name, pl.DataFrame]]) -> dict[Name, pl.DataFrame]:
    """Return the sums of each name's cells, without those that nobody is left in."""
    names = list(dict.fromkeys(name for name, _ in found))
    if not names:
        return {}
    place = {name: number for number, name in enumerate(names)}
    keys = [_NAME, "last", "before", "first"]
    # All in one query: those of single names are small.
    every = pl.concat(
        cells.lazy().with_columns(pl.lit(place[name], pl.Int64).alias(_NAME))
        for name, cells in found
    )
    sums = every.group_by(keys).agg(pl.col("users").sum())
    ordered = small(sums.filter(pl.col("users") != 0).sort(keys))
    parts = ordered.partition_by(_NAME, include_key=False, as_dict=True)
    return {name: parts.get((place[name],), ordered.clear().drop(_NAME)) for name in names}


def _edges(scoped: ScopedRows, index: TimeIndex) -> list[int]:
    """Return the position of the first row of each day, then the one after the last row."""
    first, last = span(scoped)
    scoped = replace(scoped, grouping=Grouping(every="1d"))
    calendar = scoped.data.calendar(scoped.query)
    starts = calendar.starts(calendar.between(first, last, "1d"), "1d")
    low, high = index.within(*scoped.edges)
    return [*(min(high, max(low, place)) for place in index.positions(starts)), high]


def _occurrences(
    index: TimeIndex, wanted: Mapping[Name, Codes]
) -> Iterator[tuple[Name, Occurrences]]:
    sets = {name: one for name, (one, other) in wanted.items() if other is None}
    yield from zip(sets, index.occurrences(list(sets.values())), strict=True)
    for name, (one, other) in wanted.items():
        if other is not None:
            yield name, index.pair_occurrences(one, other)


def _wanted(scoped: ScopedRows) -> dict[Kind, dict[Name, Codes]]:
    """Return the codes of each metric that counts distinct users, by kind of rows."""
    found: dict[Kind, dict[Name, Codes]] = {}
    scopes: tuple[Scope, ...] = get_args(Scope)
    for scope in scopes:
        codes = RowCodes(scoped, scope)
        for owner in owners_of(scoped, scope):
            known: set[tuple[bool, Rows]] = set()
            for metric in declared(scoped, scope, owner):
                rows = _rows(metric, scoped.query.definitions)
                # Equal numbers are kept once; those of a parent are kept with the parent.
                entries = isinstance(metric.measure, EntriesWith)
                if rows is None or metric.missing:
                    continue
                if (entries, rows) in known or _of_parent(rows):
                    continue
                known.add((entries, rows))
                name = (scope, owner, metric.key)
                if isinstance(rows, RoleEvents) and rows.of == "both":
                    kind = codes.kind_of(rows)
                    found.setdefault(kind, {})[name] = codes.pair(rows, owner)
                else:
                    kind, own = codes.of(rows, owner)
                    kind = "converted" if entries else kind
                    found.setdefault(kind, {})[name] = own, None
    return found


def _rows(metric: Metric, definitions: Definitions) -> Rows | None:
    """Return the rows whose users, or entries, a metric counts once each; None where it counts otherwise."""
    counted = isinstance(metric.measure, Users | EntriesWith) and not metric.counts_days(
        definitions
    )
    return metric.rows if counted else None


def _of_parent(rows: Rows) -> bool:
    return isinstance(rows, RoleEvents) and rows.of == "parent"


def _cells(found: Occurrences, edges: list[int], sign: int) -> pl.DataFrame:
    """Aggregate occurrences to days, without those that are never the first of any range."""
    assert found.previous is not None
    bounds = pl.lit(pl.Series(edges, dtype=pl.UInt32))
    start, end, at = (pl.col(name) for name in ("start", "end", "at"))

    def day(places: pl.Expr) -> pl.Expr:
        return bounds.search_sorted(places, side="right").cast(pl.Int64) - 1

    # One more than a place: what lies ahead of the range, or is no row at all, is on no day.
    before = pl.when(at <= edges[0]).then(NOBODY).otherwise(day(at - (at > 0).cast(pl.UInt32)))
    inside = (start >= edges[0]) & (end < edges[-1])
    first = found.end if found.start is None else found.start
    rows = pl.LazyFrame({"start": first, "end": found.end, "at": found.previous})
    days = rows.select(inside.alias("inside"), last=day(end), before=before, first=day(start))
    kept = days.filter(pl.col("inside"), pl.col("before") < pl.col("first"))
    users = pl.len().cast(pl.Int64) * sign
    return small(kept.group_by("last", "before", "first").agg(users.alias("users")))
