"""Local time on every engine: over a campaign's life a zone has only a few UTC offsets.

So ``local = instant + offset`` is a short when/then chain, which needs no time zone support of the
engine and is right for days of 23 and 25 hours.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

import narwhals as nw
import polars as pl

from results_widgets._shared import shared
from results_widgets.engine.frames import Rows
from results_widgets.errors import QueryError

INTERVAL_NAMES: Final[dict[str, str]] = shared("chart")["intervals"]
"""The intervals of a time series (weeks start on Monday, months are calendar months), and their names."""

EVERY: Final = tuple(INTERVAL_NAMES)
"""The intervals of a time series."""

SECOND: Final = 1_000_000
HOUR: Final = 3_600 * SECOND
DAY: Final = 24 * HOUR
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LONG_AGO: Final = -(2**62)
_MONDAY: Final = 3  # 1 January 1970 was a Thursday


def to_micros(value: datetime) -> int:
    """Return an aware instant as epoch µs, exactly."""
    return (value - _EPOCH) // timedelta(microseconds=1)


def from_micros(value: int, zone: str = "UTC") -> datetime:
    """Return epoch µs as an aware instant in a zone."""
    return (_EPOCH + timedelta(microseconds=value)).astimezone(ZoneInfo(zone))


@lru_cache(maxsize=256)
def offsets(zone: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Return (first instant, offset) pairs, in µs, that hold from the start to the end."""
    found = [(start, _offset(zone, start))]
    at = start
    while at < end:
        following = min(at + DAY, end)
        if _offset(zone, following) != found[-1][1]:
            low, high = at, following
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (
                    (middle, high) if _offset(zone, middle) == found[-1][1] else (low, middle)
                )
            found.append((high, _offset(zone, high)))
        at = following
    return tuple(found)


def _offset(zone: str, at: int) -> int:
    shift = from_micros(at, zone).utcoffset()
    return 0 if shift is None else shift // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days and longer intervals of one zone, over the span of the data.

    Attributes:
        zone: IANA name.
        start: First instant of the span, epoch µs.
        end: Last instant of the span, epoch µs.
    """

    zone: str
    start: int
    end: int

    @property
    def _around(self) -> tuple[tuple[int, int], ...]:
        """The offsets of the span and a day beside it, where wall times of it may lie."""
        return offsets(self.zone, self.start - DAY, self.end + DAY)

    def local(self, instant: nw.Expr) -> nw.Expr:
        """Return local wall time in µs since 1 January 1970."""
        return instant + _step(instant, offsets(self.zone, self.start, self.end))

    def instant(self, wall: nw.Expr) -> nw.Expr:
        """Return the instant of local wall time, the reverse of `local`.

        The repeated hour at the end of summer time is read as its first occurrence; an hour that a clock change
        skips becomes null.
        """
        pairs = self._around
        known: list[tuple[int, int | None]] = [pairs[0]]
        for (_, before), (first, after) in pairwise(pairs):
            if after > before:
                known.append((first + before, None))
            known.append((first + max(before, after), after))
        return wall - _step(wall, known)

    def is_repeated(self, wall: nw.Expr) -> nw.Expr:
        """Return whether local wall time lies in an hour that a clock change repeats."""
        known: list[tuple[int, int | None]] = [(_LONG_AGO, 0)]
        for (_, before), (first, after) in pairwise(self._around):
            if after < before:
                known += [(first + after, 1), (first + before, 0)]
        return _step(wall, known) == 1

    def day(self, instant: nw.Expr) -> nw.Expr:
        """Return the local day as days since 1 January 1970."""
        return self.local(instant) // DAY

    def with_buckets(self, rows: Rows, time: str, every: str, name: str) -> Rows:
        """Add the interval that each row's instant falls in, as the number that `starts` decodes."""
        # A separate step, since the expressions that follow use local time many times over, and SQL
        # would repeat its whole expression each time.
        rows = rows.with_columns(_local=self.local(nw.col(time)))
        if every == "1mo":
            return _with_months(rows, name).drop("_local")
        bucket = self._bucket(nw.col(time), nw.col("_local"), every)
        return rows.with_columns(bucket.alias(name)).drop("_local")

    def _bucket(self, instant: nw.Expr, local: nw.Expr, every: str) -> nw.Expr:
        if every == "1h":
            return self._hour(instant, local)
        day = local // DAY
        if every == "1d":
            return day
        return (day + _MONDAY) // 7

    def _hour(self, instant: nw.Expr, local: nw.Expr) -> nw.Expr:
        hour = instant - local % HOUR
        # Where clocks change by half an hour, an hour on the clock may start in its middle.
        pairs = offsets(self.zone, self.start - HOUR, self.end)[1:]
        changes = [(first, first) for first, offset in pairs if (first + offset) % HOUR]
        if not changes:
            return hour
        latest = _step(instant, [(_LONG_AGO, _LONG_AGO), *changes])
        return nw.when(hour < latest).then(latest).otherwise(hour)

    def between(self, first: int, last: int, every: str) -> list[int]:
        """Return every interval that there is from the one of the first instant to the one of the last."""
        if every == "1h":
            return list(self._hours(first, last))
        low, high = (self._number(at, every) for at in (first, last))
        skipped = self._skipped(first, last) if every == "1d" else frozenset()
        return [number for number in range(low, high + 1) if number not in skipped]

    def _skipped(self, first: int, last: int) -> frozenset[int]:
        """Return the days that a zone skipped by moving across the date line."""
        found: set[int] = set()
        for (_, before), (at, after) in pairwise(offsets(self.zone, first, last)):
            # From the next midnight before the change to the last midnight that is skipped.
            found.update(range(-(-(at + before) // DAY), (at + after) // DAY))
        return frozenset(found)

    def _hours(self, first: int, last: int) -> Iterator[int]:
        pairs = offsets(self.zone, first - HOUR, last)
        ends = [begin for begin, _ in pairs[1:]] + [last + 1]
        for (begin, offset), end in zip(pairs, ends, strict=True):
            low = max(begin, first)
            for hour in range(low - (low + offset) % HOUR, end, HOUR):
                # The first hour on the clock after a change may have begun before it.
                yield max(hour, begin)

    def _number(self, at: int, every: str) -> int:
        day = (at + _offset(self.zone, at)) // DAY
        if every == "1d":
            return day
        if every == "1w":
            return (day + _MONDAY) // 7
        local = date(1970, 1, 1) + timedelta(days=day)
        return local.year * 12 + local.month - 1

    def starts(self, buckets: Sequence[int], every: str) -> list[int]:
        """Return the first instant of each interval, epoch µs."""
        if every == "1h":
            return list(buckets)
        return [self.midnight(_first_day(bucket, every)) for bucket in buckets]

    def day_starts(self, times: pl.Series) -> list[int]:
        """Return the first instant of each day from the first of some sorted times to the last (epoch µs).

        Days outside the span, which come from wrong clocks, are included only if they have a time.
        """
        first, last = max(self.start, times[0]), min(self.end, times[-1])
        within = self.starts(self.between(first, last, "1d"), "1d") if first <= last else []
        pairs, found = offsets(self.zone, self.start, self.end), [*within]
        for outside, offset in (
            (times.filter(times < self.start), pairs[0][1]),
            (times.filter(times > self.end), pairs[-1][1]),
        ):
            found += (((outside + offset) // DAY).unique() * DAY - offset).to_list()
        return sorted(found)

    def midnight(self, day: date) -> int:
        """Return the first instant of a local day, also where clocks skip midnight; of a day that they
        skip, that of the day after.
        """
        return to_micros(datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC))


def _step(instant: nw.Expr, pairs: Sequence[tuple[int, int | None]]) -> nw.Expr:
    """Return the value that holds at an instant, of pairs of first instant and value in order."""
    # As a binary tree, since a chain over centuries of clock changes would nest too deeply.
    middle = len(pairs) // 2
    if middle == 0:
        return nw.lit(pairs[0][1]).cast(nw.Int64)
    after = instant >= pairs[middle][0]
    return (
        nw.when(after)
        .then(_step(instant, pairs[middle:]))
        .otherwise(_step(instant, pairs[:middle]))
    )


def _first_day(bucket: int, every: str) -> date:
    if every == "1mo":
        return date(bucket // 12, bucket % 12 + 1, 1)
    days = bucket if every == "1d" else bucket * 7 - _MONDAY
    return date(1970, 1, 1) + timedelta(days=days)


def _with_months(rows: Rows, name: str) -> Rows:
    """Add ``year * 12 + month - 1`` of ``_local``.

    By Neri and Schneider, Euclidean affine functions and applications to calendar algorithms
    (2022), section 6: years start in March. Every division is a separate step, as local time is.
    """
    day, quarters, of_century = (nw.col(column) for column in ("_day", "_quarters", "_of_century"))
    rows = rows.with_columns(_day=nw.col("_local") // DAY)
    rows = rows.with_columns(_quarters=4 * (day + 719_468) + 3)
    rows = rows.with_columns(
        _century=quarters // 146_097, _of_century=4 * (quarters % 146_097 // 4) + 3
    )
    rows = rows.with_columns(
        _year=100 * nw.col("_century") + of_century // 1_461, _of_year=of_century % 1_461 // 4
    )
    month = (5 * nw.col("_of_year") + 461) // 153 - 1
    rows = rows.with_columns((nw.col("_year") * 12 + month).alias(name))
    return rows.drop("_day", "_quarters", "_century", "_of_century", "_year", "_of_year")


def check_every(every: str) -> str:
    """Return the interval itself.

    Raises:
        QueryError: It is none of `EVERY`.
    """
    if every not in EVERY:
        raise QueryError.unknown("interval", every, EVERY)
    return every
