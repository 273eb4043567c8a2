"""Finding each row's previous occurrence by sorting packed numbers; see `occurrences` for its use."""

from typing import Final

import polars as pl

from results_widgets.engine.counting.occurrences import Occurrences

_HALF: Final = 2**32
_MOST_STEPS: Final = 64
_BOTH: Final = 3


def previous_occurrences(user: pl.Series, group: pl.Series, at: pl.Series) -> pl.Series:
    """Return one more than the position of each row's predecessor, 0 without one.

    The predecessor is the last row before it of the same user and group.

    Args:
        user: Users of rows that are sorted by group and position.
        group: Their groups.
        at: Their positions.
    """
    order = by_user(user)
    frame = pl.DataFrame({"user": user, "group": group, "at": at}).select(pl.all().gather(order))
    found = frame.select(pl.when(_follows("user", "group")).then(pl.col("at").shift(1) + 1))
    previous = pl.zeros(len(order), dtype=pl.UInt32, eager=True)
    return previous.scatter(order, found.to_series().fill_null(0))


def by_user(user: pl.Series) -> pl.Series:
    """Return the row indexes that sort rows by user and keep the order of each user's rows."""
    return _sorted_pairs(user, pl.int_range(len(user), dtype=pl.UInt32, eager=True))[1]


def by_group(group: pl.Series, at: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return groups and positions, sorted by both."""
    return _sorted_pairs(group, at)


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
        user: Users of rows in the order of time.
        at: Their positions.
        sides: 1 for a row of one side, 2 for the other, 3 for a row of both.
        category: Their categories; None without a breakdown.
    """
    rows, keys = pl.DataFrame({"user": user, "at": at, "sides": sides}), ["user"]
    if category is None:
        order = by_user(user)
    else:
        rows, keys = rows.with_columns(category=category), ["user", "category"]
        order = by_user(category)
        order = order.gather(by_user(user.gather(order)))
    rows = rows.select(pl.all().gather(order), row=order)
    above = pl.col("sides").shift(1)
    # A row of both sides is a stretch by itself; a longer one that contains it is not the shortest.
    meets = _follows(*keys) & (pl.col("sides") + above == _BOTH) & (above != _BOTH)
    start = pl.when(pl.col("sides") == _BOTH).then("at").when(meets).then(pl.col("at").shift(1))
    found = rows.select(*keys, "row", start=start).drop_nulls("start")
    previous = pl.when(_follows(*keys)).then(pl.col("start").shift(1) + 1).otherwise(0)
    found = found.select("row", "start", previous=previous.cast(pl.UInt32))
    # The rows were in the order of time before: scattering back to their indexes saves a sort.
    empty = pl.repeat(None, len(at), dtype=pl.UInt32, eager=True)
    in_time = pl.DataFrame(
        {name: empty.clone().scatter(found["row"], found[name]) for name in ("start", "previous")}
    )
    in_time = in_time.with_columns(end=at).drop_nulls("start").rechunk()
    return Occurrences(in_time["end"], in_time["previous"], in_time["start"])


def _follows(*columns: str) -> pl.Expr:
    """Whether a row has the same values as the row above it."""
    return pl.all_horizontal(pl.col(name) == pl.col(name).shift(1) for name in columns)


def _sorted_pairs(upper: pl.Series, lower: pl.Series) -> tuple[pl.Series, pl.Series]:
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
