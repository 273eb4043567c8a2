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


def _how_many(flags: pl.Series) -> int:
    return int(flags.sum())
