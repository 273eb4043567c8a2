"""Distinct users of any range, exactly, by two comparisons a row instead of a hash table.

Rows in the order of time know where the row of the same user before them stands. The distinct users
of a range are then its rows whose row before lies ahead of the range: each user's first one. For
users with rows of two kinds, the shortest spans of time that hold one of each take the place of
single rows; a user's spans never nest, so the same test counts each user at the first one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import polars as pl

_HALF: Final = 2**32
_MANY_VALUES: Final = 64
_FEW_LOOKS: Final = 64
# A look at a piece takes as long as to group about as many rows, for each of its values.
_SHORT: Final = 250
_MOST_STEPS: Final = 64
_BOTH: Final = 3


class Piece(NamedTuple):
    """A stretch of places, in the order of time, whose users are counted.

    Attributes:
        bucket: The interval it belongs to.
        start: Its first place.
        end: The place behind its last.
        since: Users seen between here and the start are counted already; None: users count once a
            day, and those seen since it began are.
    """

    bucket: int
    start: int
    end: int
    since: int | None


class Count(NamedTuple):
    """Rows and distinct users of a piece, for one value of the breakdown (its number)."""

    bucket: int
    value: int
    rows: int
    users: int


_Held = tuple[Piece, int, int]
"""A piece, the first span in it, and the one behind its last."""


@dataclass(frozen=True, eq=False)
class Spans:
    """What users have of one kind, in the order of time.

    Attributes:
        end: Place of each span's last row, ascending (UInt32).
        before: One more than the place where the user's span before starts, 0 without one (UInt32);
            None: users are not told apart.
        start: Place of its first row; None where spans are single rows.
        value: Number of the value that it stands under; None without a breakdown.
        values: How many values there are.
        daily: Whether each is its user's first of the local day; None where days do not count.
    """

    end: pl.Series
    before: pl.Series | None
    start: pl.Series | None = None
    value: pl.Series | None = None
    values: int = 1
    daily: pl.Series | None = None

    def counts(self, pieces: Sequence[Piece], edges: Sequence[int]) -> Iterator[Count]:
        """Count rows and distinct users of each piece; those without rows are left out.

        Pieces of one bucket may come added up.

        Args:
            pieces: What is counted.
            edges: Of each piece, the first span in it, and the one behind its last.
        """
        held = zip(pieces, edges[::2], edges[1::2], strict=True)
        found = [(piece, first, last) for piece, first, last in held if last > first]
        if self._is_short(found):
            yield from self._together(found)
            return
        for piece, first, last in found:
            new = self._new(piece.since, first, last - first)
            yield from self._valued(piece.bucket, first, last - first, new)

    def _is_short(self, found: list[_Held]) -> bool:
        """Whether pieces are so many and so short that one group-by beats a look at each of them."""
        if len(found) * self.values < _FEW_LOOKS:
            return False
        adjoin = all(one[2] == other[1] for one, other in pairwise(found))
        return adjoin and found[-1][2] - found[0][1] < len(found) * self.values * _SHORT

    def _together(self, found: list[_Held]) -> Iterator[Count]:
        """Count pieces that adjoin each other at once, those of a bucket added up."""
        first, size = found[0][1], found[-1][2] - found[0][1]
        buckets = [*dict.fromkeys(piece.bucket for piece, *_ in found)]
        own = {bucket: place for place, bucket in enumerate(buckets)}
        told = [(end - begin, one.since, own[one.bucket]) for one, begin, end in found]
        wide = len(buckets) * self.values >= _HALF
        kinds = {"size": pl.UInt32, "since": pl.UInt32, "key": pl.UInt64 if wide else pl.UInt32}
        pieces = pl.DataFrame(told, schema=kinds, orient="row")
        rows = pieces.select(pl.col("since", "key").repeat_by("size").explode())
        key = rows["key"] * self.values
        if self.value is not None:
            key = key + self.value.slice(first, size)
        new = self._new(rows["since"], first, size)
        seen = pl.DataFrame({"key": key, "new": True if new is None else new})
        for number, count, users in seen.group_by("key").agg(pl.len(), pl.col("new").sum()).rows():
            place, value = divmod(number, self.values)
            yield Count(buckets[place], value, count, users)

    def _new(self, since: int | pl.Series | None, first: int, size: int) -> pl.Series | None:
        """Whether each span is its user's first since a place, since its own of many, or of the day.

        None where users are not told apart.
        """
        if self.before is None:
            return None
        daily = None if self.daily is None else self.daily.slice(first, size)
        if since is None:
            assert daily is not None
            return daily
        new = self.before.slice(first, size) <= since
        if daily is not None and isinstance(since, pl.Series):
            new = new.zip_with(since.is_not_null(), daily)
        return new if self.start is None else new & (self.start.slice(first, size) >= since)

    def _valued(self, bucket: int, first: int, size: int, new: pl.Series | None) -> Iterator[Count]:
        if self.value is None or self.values == 1:
            yield Count(bucket, 0, size, size if new is None else _how_many(new))
            return
        values = self.value.slice(first, size)
        if self.values > _MANY_VALUES:
            frame = pl.DataFrame({"value": values, "new": True if new is None else new})
            found = frame.group_by("value").agg(pl.len(), pl.col("new").sum())
            yield from (Count(bucket, *row) for row in found.iter_rows())
            return
        for value in range(self.values):
            own = values == value
            if rows := _how_many(own):
                yield Count(bucket, value, rows, rows if new is None else _how_many(own & new))


def places_in(every: Sequence[Spans], places: Iterable[int]) -> list[list[int]]:
    """Return, for each of many spans, how many of them end before each place.

    All are looked up at once, for a call takes longer than its search.
    """
    wanted = pl.Series(places, dtype=pl.UInt32)
    found = pl.select(
        pl.lit(spans.end).search_sorted(wanted).alias(str(n)) for n, spans in enumerate(every)
    )
    return [column.to_list() for column in found.iter_columns()]


def rows_before(user: pl.Series, group: pl.Series, at: pl.Series) -> pl.Series:
    """Return one more than the place of the row before, of the same user and group, 0 without one.

    Args:
        user: Users of rows that are sorted by group and place.
        group: Their groups.
        at: Their places.
    """
    order = by_user(user)
    frame = pl.DataFrame({"user": user, "group": group, "at": at}).select(pl.all().gather(order))
    found = frame.select(pl.when(_follows("user", "group")).then(pl.col("at").shift(1) + 1))
    before = pl.zeros(len(order), dtype=pl.UInt32, eager=True)
    return before.scatter(order, found.to_series().fill_null(0))


def by_user(user: pl.Series) -> pl.Series:
    """Return the order of rows by user, rows of one user as they stand."""
    return _sorted_pairs(user, pl.int_range(len(user), dtype=pl.UInt32, eager=True))[1]


def by_group(group: pl.Series, at: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return groups and places, sorted by group and place."""
    return _sorted_pairs(group, at)


def steady_values(user: pl.Series, value: pl.Series) -> pl.Series | None:
    """Return the value of each user by their number; None where somebody has several."""
    top = user.max()
    if not isinstance(top, int):
        return value
    found = pl.zeros(top + 1, dtype=value.dtype, eager=True).scatter(user, value)
    return found if (found.gather(user) == value).all() else None


def alike_before(
    at: pl.Series, before: pl.Series, user: pl.Series, group: pl.Series, value: pl.Series
) -> pl.Series | None:
    """Return ``before`` among rows of the same value only; None: it is the same.

    Args:
        at: Places of rows; no place twice.
        before: One more than the place of the row before, whatever its value, 0 without one.
        user: The rows' users.
        group: The rows' groups.
        value: Values by place.
    """
    # Place 0 of both tables stands for no row at all.
    values = pl.concat([pl.zeros(1, dtype=value.dtype, eager=True), value])
    own = values.gather(at + 1)
    differs = (before > 0) & (values.gather(before) != own)
    if not differs.any():
        return None
    rows = pl.DataFrame({"before": before, "own": own}).with_row_index("row").filter(differs)
    step = pl.zeros(len(values), dtype=pl.UInt32, eager=True).scatter(at + 1, before)
    settled = []
    for _ in range(_MOST_STEPS):
        back = step.gather(rows["before"])
        found = (back == 0) | (values.gather(back) == rows["own"])
        rows = rows.with_columns(before=back)
        settled.append(rows.filter(found))
        rows = rows.filter(~found)
        if rows.is_empty():
            break
    else:
        # Somebody with endless rows: such users are few, so theirs may be looked at one by one.
        every = pl.DataFrame({"at": at, "user": user, "group": group, "own": own})
        last = pl.col("at").shift(1).over("user", "group", "own", order_by="at") + 1
        every = every.with_row_index("row").filter(user.is_in(user.gather(rows["row"]).implode()))
        settled.append(every.select("row", last.fill_null(0).alias("before"), "own"))
    known = pl.concat(settled)
    return before.clone().scatter(known["row"], known["before"])


def meetings(
    user: pl.Series, at: pl.Series, sides: pl.Series, value: pl.Series | None = None
) -> Spans:
    """Return the shortest spans that hold a row of each side, of one user and value.

    Args:
        user: Users of rows in the order of time.
        at: Their places.
        sides: 1 for one side, 2 for the other, 3 for a row of both.
        value: Their values; None without a breakdown.
    """
    rows, keys = pl.DataFrame({"user": user, "at": at, "sides": sides}), ["user"]
    if value is None:
        order = by_user(user)
    else:
        rows, keys = rows.with_columns(value=value), ["user", "value"]
        order = by_user(value)
        order = order.gather(by_user(user.gather(order)))
    rows = rows.select(pl.all().gather(order), row=order)
    above = pl.col("sides").shift(1)
    # A row of both sides is a span of its own, and any longer one around it is not the shortest.
    meets = _follows(*keys) & (pl.col("sides") + above == _BOTH) & (above != _BOTH)
    start = pl.when(pl.col("sides") == _BOTH).then("at").when(meets).then(pl.col("at").shift(1))
    spans = rows.select(*keys, "row", start=start).drop_nulls("start")
    before = pl.when(_follows(*keys)).then(pl.col("start").shift(1) + 1).otherwise(0)
    spans = spans.select("row", "start", before=before.cast(pl.UInt32))
    # Rows stood in the order of time before: putting spans back there spares a sort.
    nothing = pl.repeat(None, len(at), dtype=pl.UInt32, eager=True)
    in_time = pl.DataFrame(
        {name: nothing.clone().scatter(spans["row"], spans[name]) for name in ("start", "before")}
    )
    found = in_time.with_columns(end=at).drop_nulls("start").rechunk()
    return Spans(found["end"], found["before"], found["start"])


def _follows(*columns: str) -> pl.Expr:
    """Whether a row has what the row above it has."""
    return pl.all_horizontal(pl.col(name) == pl.col(name).shift(1) for name in columns)


def _how_many(flags: pl.Series) -> int:
    return int(flags.sum())


def _sorted_pairs(upper: pl.Series, lower: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return pairs of numbers below 2**32, sorted.

    One number per pair sorts many times as fast as two columns do; as a series, on all cores.
    """
    packed = upper.cast(pl.UInt64) * _HALF + lower
    ordered = packed.sort().alias("key").to_frame()
    found = ordered.select(
        upper=(pl.col("key") // _HALF).cast(upper.dtype),
        lower=(pl.col("key") % _HALF).cast(pl.UInt32),
    )
    return found["upper"], found["lower"]
