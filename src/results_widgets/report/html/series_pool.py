"""The values of a saved page's time series, each stored once and in its shortest form.

A series that is a stretch of another, or its running total, is stored as a reference to it: whether it is
one is checked value by value. The browser's half (js/src/saved/series.ts) unfolds them.
"""

from itertools import accumulate, pairwise
from typing import Final

Values = tuple[float | None, ...]
"""One number per interval."""

_MIN_LENGTH: Final = 3


class Pool:
    """Distinct series of values; a series is referred to by its index."""

    def __init__(self) -> None:
        self.entries: list[object] = []
        self._indexes: dict[Values, int] = {}
        self._values: list[Values] = []

    def add(self, values: Values, part_of: int | None = None, sum_of: int | None = None) -> int:
        """Return the index of a series, which is added unless it is there.

        Args:
            values: The series.
            part_of: Index of a longer series that it may be a stretch of.
            sum_of: Index of a series whose running totals it may be.
        """
        if values not in self._indexes:
            self._indexes[values] = len(self.entries)
            self._values.append(values)
            self.entries.append(self._encoded(values, part_of, sum_of))
        return self._indexes[values]

    def _encoded(self, values: Values, part_of: int | None, sum_of: int | None) -> object:
        if sum_of is not None and values == _running_total(self._values[sum_of]):
            return {"sum": sum_of}
        if part_of is not None and len(values) > _MIN_LENGTH:
            whole = self._values[part_of]
            for start in range(len(whole) - len(values), -1, -1):
                if whole[start : start + len(values)] == values:
                    return {"part": part_of, "from": start, "length": len(values)}
        rising = _steps(values)
        return [_short(value) for value in values] if rising is None else {"steps": rising}


def _steps(values: Values) -> list[int] | None:
    """Return the differences of whole numbers that never decrease; None for other values."""
    numbers = [int(v) for v in values if v is not None and v.is_integer()]
    if len(numbers) < len(values) or len(values) <= _MIN_LENGTH:
        return None
    steps = [after - before for before, after in pairwise([0, *numbers])]
    return steps if min(steps) >= 0 else None


def _running_total(values: Values) -> Values | None:
    numbers = [value for value in values if value is not None]
    return tuple(accumulate(numbers)) if len(numbers) == len(values) else None


def _short(value: float | None) -> float | int | None:
    return int(value) if value is not None and value.is_integer() else value
