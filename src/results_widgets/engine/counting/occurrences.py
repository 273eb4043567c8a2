"""Exact distinct counts over any range of time, by each row's previous occurrence.

Rows are sorted by time, and every row stores the position of the same user's previous row. A user's
first row within a range [start, end) is the one whose previous occurrence lies before start, so

    distinct users of [start, end) = rows at start <= position < end with previous < start

which is two comparisons a row and needs no hash table: the order and the previous positions are
computed once and then serve every range, interval and time zone.

Users who have rows of two kinds (received one action and another) are counted in the same way. In
place of single rows stand the shortest stretches of time that contain one row of each kind. Those of
one user never contain one another, so they can be ordered by their ends, and the first of a range is
again the one whose predecessor starts before it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import polars as pl

_HALF: Final = 2**32
_MANY_CATEGORIES: Final = 64
_FEW_SCANS: Final = 64
# To scan a slice costs, for each category, as much as to group about this many rows.
_SHORT: Final = 250
_MOST_STEPS: Final = 64
_BOTH: Final = 3


class Slice(NamedTuple):
    """A range of positions whose rows and users are counted.

    Attributes:
        bucket: The interval of the time series that the counts belong to.
        start: The first position.
        end: One past the last position.
        since: A user is counted at the first row from this position on: ``start`` itself, or for
            cumulative counts the start of the whole range. None: at the first row of a local day.
    """

    bucket: int
    start: int
    end: int
    since: int | None


class Count(NamedTuple):
    """Rows and distinct users of a slice, for one value of the breakdown (its category)."""

    bucket: int
    category: int
    rows: int
    users: int


_Filled = tuple[Slice, int, int]
"""A slice, the index of its first occurrence, and one past that of its last."""


@dataclass(frozen=True, eq=False)
class Occurrences:
    """The occurrences of one set of codes, or of a pair of sets, in the order of time.

    Attributes:
        end: Position of each occurrence's last row, ascending (UInt32).
        previous: One more than the position at which the same user's previous occurrence starts, 0
            without one (UInt32); None where only rows are counted.
        start: Position of its first row; None where occurrences are single rows.
        category: The category of the breakdown that it belongs to; None without a breakdown.
        categories: How many categories there are.
        first_of_day: Whether it is its user's first of the local day (Boolean); None where users do
            not count once per day.
    """

    end: pl.Series
    previous: pl.Series | None
    start: pl.Series | None = None
    category: pl.Series | None = None
    categories: int = 1
    first_of_day: pl.Series | None = None

    def counts(self, slices: Sequence[Slice], bounds: Sequence[int]) -> Iterator[Count]:
        """Count rows and distinct users of each slice; slices without rows are left out.

        Slices of one bucket may be yielded as one sum.

        Args:
            slices: What is counted.
            bounds: Two numbers per slice: how many occurrences end before its start, and before its
                end; see `positions_before`.
        """
        bounded = zip(slices, bounds[::2], bounds[1::2], strict=True)
        found = [(one, first, last) for one, first, last in bounded if last > first]
        if self._is_short(found):
            yield from self._together(found)
            return
        for one, first, last in found:
            new = self._is_new(one.since, first, last - first)
            yield from self._by_category(one.bucket, first, last - first, new)

    def _is_short(self, found: list[_Filled]) -> bool:
        """Whether slices are so many and so short that one group-by beats a scan of each of them."""
        if len(found) * self.categories < _FEW_SCANS:
            return False
        adjoin = all(one[2] == other[1] for one, other in pairwise(found))
        return adjoin and found[-1][2] - found[0][1] < len(found) * self.categories * _SHORT

    def _together(self, found: list[_Filled]) -> Iterator[Count]:
        """Count adjoining slices by one group-by; those of one bucket are summed."""
        first, size = found[0][1], found[-1][2] - found[0][1]
        buckets = [*dict.fromkeys(one.bucket for one, *_ in found)]
        number = {bucket: place for place, bucket in enumerate(buckets)}
        described = [(end - begin, one.since, number[one.bucket]) for one, begin, end in found]
        wide = len(buckets) * self.categories >= _HALF
        schema = {"size": pl.UInt32, "since": pl.UInt32, "key": pl.UInt64 if wide else pl.UInt32}
        slices = pl.DataFrame(described, schema=schema, orient="row")
        rows = slices.select(pl.col("since", "key").repeat_by("size").explode())
        key = rows["key"] * self.categories
        if self.category is not None:
            key = key + self.category.slice(first, size)
        new = self._is_new(rows["since"], first, size)
        seen = pl.DataFrame({"key": key, "new": True if new is None else new})
        for number, count, users in seen.group_by("key").agg(pl.len(), pl.col("new").sum()).rows():
            place, category = divmod(number, self.categories)
            yield Count(buckets[place], category, count, users)

    def _is_new(self, since: int | pl.Series | None, first: int, size: int) -> pl.Series | None:
        """Return whether each of some occurrences counts its user, who has no earlier one there.

        Args:
            since: The position from which on earlier ones matter: one for all, or one each (null:
                the start of the local day); None: the start of the local day for all.
            first: Index of the first occurrence.
            size: How many there are.

        Returns:
            Booleans; None where only rows are counted.
        """
        if self.previous is None:
            return None
        daily = None if self.first_of_day is None else self.first_of_day.slice(first, size)
        if since is None:
            assert daily is not None
            return daily
        new = self.previous.slice(first, size) <= since
        if daily is not None and isinstance(since, pl.Series):
            new = new.zip_with(since.is_not_null(), daily)
        return new if self.start is None else new & (self.start.slice(first, size) >= since)

    def _by_category(
        self, bucket: int, first: int, size: int, new: pl.Series | None
    ) -> Iterator[Count]:
        if self.category is None or self.categories == 1:
            yield Count(bucket, 0, size, size if new is None else _how_many(new))
            return
        categories = self.category.slice(first, size)
        if self.categories > _MANY_CATEGORIES:
            frame = pl.DataFrame({"category": categories, "new": True if new is None else new})
            found = frame.group_by("category").agg(pl.len(), pl.col("new").sum())
            yield from (Count(bucket, *row) for row in found.iter_rows())
            return
        for category in range(self.categories):
            own = categories == category
            if rows := _how_many(own):
                yield Count(bucket, category, rows, rows if new is None else _how_many(own & new))


def positions_before(every: Sequence[Occurrences], positions: Iterable[int]) -> list[list[int]]:
    """Return, for each of many lists of occurrences, how many of them end before each position.

    All are searched in one query, since a call costs more than its binary search.
    """
    wanted = pl.Series(positions, dtype=pl.UInt32)
    found = pl.select(
        pl.lit(one.end).search_sorted(wanted).alias(str(n)) for n, one in enumerate(every)
    )
    return [column.to_list() for column in found.iter_columns()]


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


def _how_many(flags: pl.Series) -> int:
    return int(flags.sum())


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
