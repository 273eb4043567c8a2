"""Conditions on columns of the events and users: one value, some values, or a range of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

import narwhals as nw
import polars as pl

from results_widgets.errors import QueryError

Where = Mapping[str, object]
"""The condition on each column: a value, None for rows without one, a list of values, or a pair of ends of a range."""

_ENDS: Final = ("from", "to")
"""The ends of a range as rules have it, which know lists but no pairs."""


@dataclass(frozen=True)
class Condition:
    """What a column must be.

    Attributes:
        column: The column.
        values: Its values, any of which will do; None stands for rows without one.
        ends: In place of values, the ends of a range, which belong to it; None leaves a side open.
        until: End of a range of times that is excluded: the midnight after the day that was named.
        is_float: Whether the column may hold NaN, which is in no range.
    """

    column: str
    values: tuple[object, ...] = ()
    ends: tuple[object, object] | None = None
    until: object = None
    is_float: bool = False

    @classmethod
    def of(cls, column: str, asked: object, kind: pl.DataType) -> Self:
        """Return the condition that a user gives.

        Raises:
            QueryError: A value is of another type than the column, there is none, or the column has no ranges.
        """
        if isinstance(asked, Mapping) and set(asked) == set(_ENDS):
            asked = tuple(asked[name] for name in _ENDS)
        if isinstance(asked, tuple):
            return cls._range(column, asked, kind)
        values = asked if isinstance(asked, list) else [asked]
        if not values:
            raise QueryError(f"where: the list for column {column!r} is empty; name a value")
        return cls(column, tuple(_value(column, value, kind) for value in values))

    @classmethod
    def _range(cls, column: str, asked: tuple[object, ...], kind: pl.DataType) -> Self:
        if len(asked) != len(_ENDS):
            raise QueryError(
                f"where: a tuple is a range of two ends, and that of column {column!r} has {len(asked)}; "
                "pass (from, to), or a list for some values"
            )
        if not (kind.is_numeric() or kind.is_temporal()):
            raise QueryError(
                f"where: column {column!r} is {kind}, which cannot have ranges; pass a list of values"
            )
        low, high = (_value(column, end, kind) for end in asked)
        until = None
        if isinstance(kind, pl.Datetime) and _is_day(asked[1]):
            # The end is a day of which every moment belongs to the range.
            assert isinstance(high, datetime)
            until, high = high + timedelta(days=1), None
        _check_order(column, asked, low, high if until is None else until)
        return cls(column, ends=(low, high), until=until, is_float=kind.is_float())

    def holds(self, key: str) -> nw.Expr:
        """Return whether it holds of a row, whose value stands in a column of another name."""
        value = nw.col(key)
        if self.ends is None:
            some = [one for one in self.values if one is not None]
            tests = [value.is_null()] if None in self.values else []
            tests += [value == some[0]] if len(some) == 1 else [value.is_in(some)] if some else []
            return nw.any_horizontal(*tests, ignore_nulls=True)
        tests = [~value.is_null(), *([~value.is_nan()] if self.is_float else [])]
        low, high = self.ends
        tests += [value >= low] if low is not None else []
        tests += [value <= high] if high is not None else []
        tests += [value < self.until] if self.until is not None else []
        return nw.all_horizontal(*tests, ignore_nulls=False)


def words_of(asked: object, told: Callable[[object], str]) -> str:
    """Return a condition on a column in words: ``DE``, ``DE or AT``, ``18 to 30``, ``from 18``.

    Args:
        asked: A value, a list of values, or the ends of a range.
        told: Returns a value in words.
    """
    if isinstance(asked, Mapping):
        asked = tuple(asked[name] for name in _ENDS)
    if isinstance(asked, list):
        return " or ".join(dict.fromkeys(told(one) for one in asked))
    if not isinstance(asked, tuple):
        return told(asked)
    low, high = asked
    if low is None or high is None:
        return f"from {low}" if low is not None else f"up to {high}" if high is not None else "any"
    return f"{low} to {high}"


def plain_values(where: Where) -> dict[str, object]:
    """Return what is asked of columns as JSON values; days and times become ISO text."""
    return {column: _plain(asked) for column, asked in where.items()}


def _plain(asked: object) -> object:
    if isinstance(asked, list):
        return [_plain(one) for one in asked]
    if isinstance(asked, tuple):
        return {name: _plain(end) for name, end in zip(_ENDS, asked, strict=True)}
    return asked.isoformat() if isinstance(asked, date | time) else asked


def _is_day(end: object) -> bool:
    if isinstance(end, str):
        return len(end) == len("2026-03-01")
    return isinstance(end, date) and not isinstance(end, datetime)


def _check_order(column: str, asked: tuple[object, ...], low: object, high: object) -> None:
    if low is not None and high is not None and low > high:  # type: ignore[operator]
        raise QueryError(
            f"where: the range of column {column!r} ends ({asked[1]}) before it starts ({asked[0]}); "
            "swap them"
        )


def _value(column: str, value: object, kind: pl.DataType) -> object:
    """Return a value in its column's type, or raise if it cannot be one of its values."""
    fits: tuple[tuple[bool, tuple[type, ...]], ...] = (
        (kind == pl.Boolean, (bool,)),
        (kind.is_integer(), (int,)),
        (kind.is_float() or kind.is_decimal(), (int, float)),
        (kind.is_temporal(), (date, datetime, str)),
    )
    types = next((types for holds, types in fits if holds), (str,))
    if value is None:
        return None
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        raise QueryError(
            f"where: column {column!r} is {kind}, and {value!r} is {type(value).__name__}; "
            f"pass {' or '.join(found.__name__ for found in types)}, or None for rows without a value"
        )
    return _moment(column, value, kind) if kind.is_temporal() else value


def _moment(column: str, value: object, kind: pl.DataType) -> object:
    """Return a date or time of the column's type; rules hold dates and times as text."""
    read = date.fromisoformat if kind == pl.Date else datetime.fromisoformat
    try:
        found = read(value) if isinstance(value, str) else value
        if isinstance(kind, pl.Datetime) and _is_day(value):
            zone = None if kind.time_zone is None else ZoneInfo(kind.time_zone)
            assert isinstance(found, date)
            found = datetime.combine(found, time(), zone)
        pl.select(pl.lit(found).eq(pl.lit(None, kind)))
    except (ValueError, pl.exceptions.PolarsError):
        raise QueryError(
            f"where: {value!r} is not a value of column {column!r}, which is {kind}"
        ) from None
    return found
