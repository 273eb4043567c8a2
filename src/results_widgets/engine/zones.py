"""Local time without an engine's help: a zone's offsets are a handful of constants over a
campaign's life.

``local = instant + offset`` in a when/then chain works on every engine, and days of 23 or 25 hours
come out right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import narwhals as nw

from results_widgets.errors import QueryError

EVERY: Final = ("1h", "1d", "1w", "1mo")
"""The intervals of a time series: hour, day, week from Monday, calendar month."""

SECOND: Final = 1_000_000
HOUR: Final = 3_600 * SECOND
DAY: Final = 24 * HOUR
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
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

    def local(self, instant: nw.Expr) -> nw.Expr:
        """Return local wall time in µs since 1 January 1970."""
        pairs = offsets(self.zone, self.start, self.end)
        shift: nw.Expr = nw.lit(pairs[0][1])
        for first, offset in pairs[1:]:
            shift = nw.when(instant >= first).then(nw.lit(offset)).otherwise(shift)
        return instant + shift

    def day(self, instant: nw.Expr) -> nw.Expr:
        """Return the local day as days since 1 January 1970."""
        return self.local(instant) // DAY

    def bucket(self, instant: nw.Expr, every: str) -> nw.Expr:
        """Return the interval an instant falls in, as the number that `starts` decodes."""
        if every == "1h":
            local = self.local(instant)
            return instant - local % HOUR
        day = self.day(instant)
        if every == "1d":
            return day
        return (day + _MONDAY) // 7 if every == "1w" else _month(day)

    def between(self, first: int, last: int, every: str) -> list[int]:
        """Return every interval from the one of the first instant to the one of the last."""
        if every == "1h":
            quarter = HOUR // 4
            instants = [first, *range(first - first % quarter + quarter, last, quarter), last]
            return sorted({at - (at + _offset(self.zone, at)) % HOUR for at in instants})
        low, high = (self._number(at, every) for at in (first, last))
        return list(range(low, high + 1))

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

    def midnight(self, day: date) -> int:
        """Return the first instant of a local day, also where clocks skip midnight."""
        return to_micros(datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC))


def _first_day(bucket: int, every: str) -> date:
    if every == "1mo":
        return date(bucket // 12, bucket % 12 + 1, 1)
    days = bucket if every == "1d" else bucket * 7 - _MONDAY
    return date(1970, 1, 1) + timedelta(days=days)


def _month(day: nw.Expr) -> nw.Expr:
    """Return ``year * 12 + month - 1`` of a day number (Howard Hinnant's civil_from_days, in whole numbers)."""
    shifted = day + 719_468
    era = shifted // 146_097
    of_era = shifted - era * 146_097
    year_of_era = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    from_march = (5 * of_year + 2) // 153
    # Month numbers run from March, so January and February belong to the year after.
    return (year_of_era + era * 400) * 12 + from_march + 2


def check_every(every: str) -> str:
    """Return the interval itself.

    Raises:
        QueryError: It is none of `EVERY`.
    """
    if every not in EVERY:
        raise QueryError.unknown("interval", every, EVERY)
    return every
