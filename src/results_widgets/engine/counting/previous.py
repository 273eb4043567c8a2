"""Finding each row's previous occurrence by sorting packed numbers; see `occurrences` for its use."""

from typing import Final

import polars as pl

from results_widgets.engine.counting.occurrences import Occurrences

_HALF: Final = 2**32
_MOST_STEPS: Final = 64
_BOTH: Final = 3
_MANY: Final = 100_000
"""From how many rows on a query over groups takes less time than a sort."""


def previous_occurrences(user: pl.Series, group: pl.Series, at: pl.Series) -> pl.Series:
    """Return one more than the position of each row's predecessor, 0 without one.

    The predecessor is the last row before it of the same user and group.

    Args:
        user: Users of rows that are sorted by group and position.
        group: Their groups.
        at: Their positions.
    """
    users, order = _by_user(user)
    rows = pl.DataFrame({"group": group, "at": at}).select(pl.all().gather(order), user=users)
    found = rows.select(pl.when(_follows("user", "group")).then(pl.col("at").shift(1) + 1))
    previous = pl.zeros(len(order), dtype=pl.UInt32, eager=True)
    return previous.scatter(order, found.to_series().fill_null(0))


def by_user(user: pl.Series) -> pl.Series:
    """Return the row indexes that sort rows by user and keep the order of each user's rows."""
    return _by_user(user)[1]


def _by_user(user: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the users in order as well."""
    return sorted_pairs(user, pl.int_range(len(user), dtype=pl.UInt32, eager=True))


def by_group(group: pl.Series, at: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return groups and positions, sorted by both; the positions ascend already."""
    if len(at) < _MANY:
        return sorted_pairs(group, at)
    # There are few groups, and rows keep their order within each: to gather them takes half as long as to sort.
    rows = pl.DataFrame({"group": group, "at": at}).group_by("group").agg("at")
    rows = rows.sort("group").explode("at")
    return rows["group"], rows["at"]


def category_per_user(user: pl.Series, category: pl.Series) -> pl.Series | None:
    """Return the category of each user, by user number; None if some user has rows in several."""
    top = user.max()
    if not isinstance(top, int):
        return category
    found = pl.zeros(top + 1, dtype=category.dtype, eager=True).scatter(user, category)
    return found if (found.gather(user) == category).all() else None


def previous_in_category(
    at: pl.Series, previous: pl.Series, user: pl.Series, group: pl.Series, category: pl.Series
) -> pl.Series | None:
    """Return ``previous`` among rows of the same category; None if that changes nothing.

    Follows the chain of previous rows back until it meets the same category: most users have one
    category, so few chains are followed, and few steps far.

    Args:
        at: Positions of rows, each at most once.
        previous: What `previous_occurrences` gives for them.
        user: The rows' users.
        group: The rows' groups.
        category: Categories by position.
    """
    # Index 0 of both tables stands for "no previous row".
    categories = pl.concat([pl.zeros(1, dtype=category.dtype, eager=True), category])
    own = categories.gather(at + 1)
    differs = (previous > 0) & (categories.gather(previous) != own)
    if not differs.any():
        return None
    rows = pl.DataFrame({"previous": previous, "own": own}).with_row_index("row").filter(differs)
    step = pl.zeros(len(categories), dtype=pl.UInt32, eager=True).scatter(at + 1, previous)
    settled = []
    for _ in range(_MOST_STEPS):
        back = step.gather(rows["previous"])
        found = (back == 0) | (categories.gather(back) == rows["own"])
        rows = rows.with_columns(previous=back)
        settled.append(rows.filter(found))
        rows = rows.filter(~found)
        if rows.is_empty():
            break
    else:
        # Users with very many rows: there are few of them, so a window over their rows is cheap.
        every = pl.DataFrame({"at": at, "user": user, "group": group, "own": own})
        last = pl.col("at").shift(1).over("user", "group", "own", order_by="at") + 1
        every = every.with_row_index("row").filter(user.is_in(user.gather(rows["row"]).implode()))
        settled.append(every.select("row", last.fill_null(0).alias("previous"), "own"))
    known = pl.concat(settled)
    return previous.clone().scatter(known["row"], known["previous"])


def pair_occurrences(
    user: pl.Series, at: pl.Series, sides: pl.Series, category: pl.Series | None = None
) -> Occurrences:
    """Return the shortest stretches with a row of each of two sides, of one user and category.

    Args:
        user: Users of rows that are sorted by user and position.
        at: Their positions.
        sides: 1 for a row of one side, 2 for the other, 3 for a row of both.
        category: Their categories; None without a breakdown.
    """
    rows, keys = pl.DataFrame({"user": user, "at": at, "sides": sides}), ["user"]
    if category is not None:
        rows, keys = rows.with_columns(category=category), ["user", "category"]
        order = by_user(category)
        rows = rows.select(pl.all().gather(order.gather(by_user(user.gather(order)))))
    above = pl.col("sides").shift(1)
    # A row of both sides is a stretch by itself; a longer one that contains it is not the shortest.
    meets = _follows(*keys) & (pl.col("sides") + above == _BOTH) & (above != _BOTH)
    start = pl.when(pl.col("sides") == _BOTH).then("at").when(meets).then(pl.col("at").shift(1))
    found = rows.select(*keys, "at", start=start).drop_nulls("start")
    previous = pl.when(_follows(*keys)).then(pl.col("start").shift(1) + 1).otherwise(0)
    found = found.select("at", "start", previous=previous.cast(pl.UInt32))
    end, order = sorted_pairs(found["at"], pl.int_range(found.height, dtype=pl.UInt32, eager=True))
    return Occurrences(end, found["previous"].gather(order), found["start"].gather(order))


def _follows(*columns: str) -> pl.Expr:
    """Whether a row has the same values as the row above it."""
    return pl.all_horizontal(pl.col(name) == pl.col(name).shift(1) for name in columns)


def sorted_pairs(upper: pl.Series, lower: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return pairs of numbers below 2**32, sorted.

    Packed into one number each, they sort many times as fast as two columns; and a series sorts on
    all cores.
    """
    packed = upper.cast(pl.UInt64) * _HALF + lower
    ordered = packed.sort().alias("key").to_frame()
    found = ordered.select(
        upper=(pl.col("key") // _HALF).cast(upper.dtype),
        lower=(pl.col("key") % _HALF).cast(pl.UInt32),
    )
    return found["upper"], found["lower"]
