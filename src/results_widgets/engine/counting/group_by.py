"""Counts of rows and distinct users by group-by: the plain method, for any engine and any grouping."""

from collections.abc import Sequence
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.frames import Rows, small
from results_widgets.engine.query import BUCKET
from results_widgets.engine.scoped import COUNT, SET, SUM, USERS, CodeSet, Kind, ScopedRows

_SUM_OF: Final = "_sum_"


def counted(
    scoped: ScopedRows, rows: Rows, keys: list[str], unit: list[str], *, cumulative: bool
) -> pl.DataFrame:
    """Count rows and distinct units per group.

    Args:
        scoped: Where the rows are from.
        rows: What is counted.
        keys: Columns to group by.
        unit: Columns whose distinct values are counted: users, or users and days; empty: rows only.
        cumulative: Whether a unit counts only in the first interval that it is seen in, so that the
            running total over intervals is a distinct count.

    Returns:
        The keys, `COUNT` (rows) and, with a unit, `USERS` (distinct units).
    """
    if not unit:
        return scoped.collect(grouped(rows, keys, nw.len().alias(COUNT)))
    if not cumulative and unit == ["user"]:
        return scoped.collect(
            grouped(rows, keys, nw.len().alias(COUNT), nw.col("user").n_unique().alias(USERS))
        )
    if not cumulative or BUCKET not in keys:
        # One pass: the rows of each unit, which then counts once.
        of_units = rows.group_by(*keys, *unit).agg(_rows=nw.len())
        sums = nw.col("_rows").sum().cast(nw.Int64).alias(COUNT)
        return scoped.collect(grouped(of_units, keys, sums, nw.len().alias(USERS)))
    steady = [key for key in keys if key != BUCKET]
    firsts = rows.group_by(*steady, *unit).agg(nw.col(BUCKET).min())
    counts = scoped.collect(grouped(rows, keys, nw.len().alias(COUNT)))
    users = scoped.collect(grouped(firsts, keys, nw.len().alias(USERS)))
    return counts.join(users, on=keys, how="full", coalesce=True, nulls_equal=True)


def grouped(rows: Rows, keys: list[str], *aggregates: nw.Expr) -> Rows:
    """Aggregate by keys, or over everything without them."""
    return rows.group_by(*keys).agg(*aggregates) if keys else rows.select(*aggregates)


def by_group(
    scoped: ScopedRows, sets: Sequence[CodeSet], unit: list[str], kind: Kind = "events"
) -> pl.DataFrame:
    """Count rows and distinct units of each set; see `dispatch.tally`."""
    grouping = scoped.grouping
    # Filtered before intervals are computed and sets are joined: most rows need neither.
    wanted = sorted({code for codes in sets for code in codes})
    coded = scoped.of_codes(kind, wanted)
    rows = coded.join(code_sets(scoped.data.require_users(), sets), on="code", how="inner")
    return counted(scoped, rows, [SET, *grouping.keys], unit, cumulative=grouping.cumulative)


def by_set(sums: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Return sums of sets, which stand in columns named by `sum_name`, as rows: `SET`, keys, `SUM`."""
    rows = sums.lazy().unpivot(index=keys or None, variable_name=SET, value_name=SUM)
    return small(rows.with_columns(pl.col(SET).str.strip_prefix(_SUM_OF).cast(pl.Int64)))


def sum_name(place: int) -> str:
    """Return the column that holds the sums of the set at a place; to SQL a name of digits is a number."""
    return f"{_SUM_OF}{place}"


def code_sets(data: UserBackend, sets: Sequence[CodeSet]) -> Rows:
    """Return the membership of codes in sets: `SET` and code."""
    pairs = [(place, code) for place, codes in enumerate(sets) for code in codes]
    schema = {SET: pl.Int64, "code": pl.Int32}
    return data.upload(pl.DataFrame(pairs, schema=schema, orient="row"))


def both_by_join(
    scoped: ScopedRows, pairs: Sequence[tuple[CodeSet, CodeSet]], kind: Kind = "events"
) -> pl.DataFrame:
    """Count users with codes of both sets of each pair; see `dispatch.tally_both`.

    If cumulative, a user counts from the interval on in which both have been seen.
    """
    grouping = scoped.grouping
    grows = grouping.cumulative and grouping.every is not None
    keys = [SET, "user", *(key for key in grouping.keys if key != BUCKET or not grows)]
    sides = [
        scoped.of_codes(kind, sorted({code for codes in side for code in codes})).join(
            code_sets(scoped.data.require_users(), side), on="code", how="inner"
        )
        for side in ([one for one, _ in pairs], [other for _, other in pairs])
    ]
    firsts = [
        rows.group_by(*keys).agg(nw.col(BUCKET).min()) if grows else rows.select(*keys).unique()
        for rows in sides
    ]
    # Counting sides keeps a null value of the breakdown as a group, which a join would drop.
    seen = nw.concat(firsts).group_by(*keys)
    last = [nw.col(BUCKET).max()] if grows else []
    both = seen.agg(*last, _sides=nw.len()).filter(nw.col("_sides") == len(sides))
    return counted(scoped, both, [SET, *grouping.keys], ["user"], cumulative=False)
