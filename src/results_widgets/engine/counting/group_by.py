"""Counting rows and distinct users by group-bys: the plain way, on any engine and any question."""

from collections.abc import Sequence

import narwhals as nw
import polars as pl

from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.frames import Rows, collect
from results_widgets.engine.query import BUCKET
from results_widgets.engine.scoped import COUNT, SET, USERS, CodeSet, Kind, ScopedRows


def counted(rows: Rows, keys: list[str], unit: list[str], *, cumulative: bool) -> pl.DataFrame:
    """Return the keys with the number of rows and of distinct units (users, or users and days; none: rows only).

    Cumulative: a unit counts in the first interval it is seen in, so that sums over intervals are
        distinct counts.
    """
    if not unit:
        return collect(grouped(rows, keys, nw.len().alias(COUNT)))
    if not cumulative and unit == ["user"]:
        return collect(
            grouped(rows, keys, nw.len().alias(COUNT), nw.col("user").n_unique().alias(USERS))
        )
    steady = [key for key in keys if key != BUCKET]
    if cumulative and BUCKET in keys:
        firsts = rows.group_by(*steady, *unit).agg(nw.col(BUCKET).min())
    else:
        firsts = rows.select(*keys, *unit).unique()
    counts = collect(grouped(rows, keys, nw.len().alias(COUNT)))
    users = collect(grouped(firsts, keys, nw.len().alias(USERS)))
    if not keys:
        return pl.concat([counts, users], how="horizontal")
    return counts.join(users, on=keys, how="full", coalesce=True, nulls_equal=True)


def grouped(rows: Rows, keys: list[str], *aggregates: nw.Expr) -> Rows:
    """Aggregate by keys, or over everything without them."""
    return rows.group_by(*keys).agg(*aggregates) if keys else rows.select(*aggregates)


def by_group(
    scoped: ScopedRows, sets: Sequence[CodeSet], unit: list[str], kind: Kind = "events"
) -> pl.DataFrame:
    """Tally by a group-by over the sets: the plain way, on any engine and any question."""
    grouping = scoped.grouping
    rows = _coded(scoped, kind, sets).join(
        code_sets(scoped.data.require_users(), sets), on="code", how="inner"
    )
    return counted(rows, [SET, *grouping.keys], unit, cumulative=grouping.cumulative)


def _coded(scoped: ScopedRows, kind: Kind, sets: Sequence[CodeSet]) -> Rows:
    """Return rows with their codes as `Kind` tells them."""
    if kind == "events":
        # Said before intervals are told and sets are joined: most rows need neither.
        wanted = sorted({code for codes in sets for code in codes})
        return scoped.events.filter(nw.col("code").is_in(wanted))
    if kind == "entries":
        still = nw.col("ended_at") > scoped.data.newest
        return scoped.entries.with_columns(code=still.cast(nw.Int32))
    rows = scoped.conversions if kind == "conversions" else scoped.reached
    return rows.with_columns(code=nw.col("action").fill_null(0).cast(nw.Int32))


def code_sets(data: UserBackend, sets: Sequence[CodeSet]) -> Rows:
    """Return which codes stand in which sets: `SET` and code."""
    pairs = [(place, code) for place, codes in enumerate(sets) for code in codes]
    schema = {SET: pl.Int64, "code": pl.Int32}
    return data.upload(pl.DataFrame(pairs, schema=schema, orient="row"))


def both_by_join(scoped: ScopedRows, pairs: Sequence[tuple[CodeSet, CodeSet]]) -> pl.DataFrame:
    """Tally pairs by the sides each user is seen on: the plain way, on any engine and any question.

    Cumulative: a user counts once both sides have been seen.
    """
    grouping = scoped.grouping
    grows = grouping.cumulative and grouping.every is not None
    keys = [SET, "user", *(key for key in grouping.keys if key != BUCKET or not grows)]
    sides = [
        scoped.events.join(code_sets(scoped.data.require_users(), side), on="code", how="inner")
        for side in ([one for one, _ in pairs], [other for _, other in pairs])
    ]
    firsts = [
        rows.group_by(*keys).agg(nw.col(BUCKET).min()) if grows else rows.select(*keys).unique()
        for rows in sides
    ]
    # Counted rather than joined: a null value of the breakdown is a group like any other.
    seen = nw.concat(firsts).group_by(*keys)
    last = [nw.col(BUCKET).max()] if grows else []
    both = seen.agg(*last, _sides=nw.len()).filter(nw.col("_sides") == len(sides))
    return counted(both, [SET, *grouping.keys], ["user"], cumulative=False)
