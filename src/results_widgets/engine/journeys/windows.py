"""Window functions over a group's rows in order, computed in two ways.

The rules are written once over `Windows`. `Ordered` is plain column arithmetic over rows that are
sorted by group and order already, which in memory is many times as fast as a window per group.
`Partitioned` uses the engine's own windows (``OVER (PARTITION BY … ORDER BY …)``).
"""

from collections.abc import Sequence
from typing import Protocol

import narwhals as nw

FIRST = "_first"
"""Column that marks the first row of each group, needed by `Ordered`."""

_NOTHING = -(2**62)


class Windows(Protocol):
    """Functions of a row and the rows before it in its group. Values are whole numbers."""

    def total(self, flag: nw.Expr) -> nw.Expr:
        """Return the sum of a number up to and including this row."""

    def running(self, flag: nw.Expr) -> nw.Expr:
        """Return a running sum up to a constant: only its differences within a group are meaningful."""

    def latest(self, value: nw.Expr) -> nw.Expr:
        """Return the latest value that is not null, up to and including this row."""

    def previous(self, value: nw.Expr) -> nw.Expr:
        """Return the value on the row before, null on the first."""


class Ordered:
    """Windows over an eager frame sorted by group and order, with a `FIRST` column."""

    def total(self, flag: nw.Expr) -> nw.Expr:
        """See `Windows`."""
        running = flag.cum_sum()
        before = nw.when(nw.col(FIRST)).then(running - flag)
        return running - before.fill_null(strategy="forward")

    def running(self, flag: nw.Expr) -> nw.Expr:
        """See `Windows`."""
        return flag.cum_sum()

    def latest(self, value: nw.Expr) -> nw.Expr:
        """See `Windows`."""
        # A mark on each group's first row stops the fill at the group's start.
        marked = nw.when(nw.col(FIRST) & value.is_null()).then(nw.lit(_NOTHING)).otherwise(value)
        filled = marked.fill_null(strategy="forward")
        return nw.when(filled != _NOTHING).then(filled)

    def previous(self, value: nw.Expr) -> nw.Expr:
        """See `Windows`."""
        return nw.when(~nw.col(FIRST)).then(value.shift(1))


class Partitioned:
    """Windows by ``over``, for lazy frames of any engine, or without an order for sorted eager frames."""

    def __init__(self, group: Sequence[str], order: Sequence[str]) -> None:
        self.group, self.order = list(group), list(order)

    def total(self, flag: nw.Expr) -> nw.Expr:
        """See `Windows`."""
        return flag.cum_sum().over(*self.group, order_by=self.order or None)

    def running(self, flag: nw.Expr) -> nw.Expr:
        """See `Windows`."""
        return self.total(flag)

    def latest(self, value: nw.Expr) -> nw.Expr:
        """See `Windows`."""
        return value.fill_null(strategy="forward").over(*self.group, order_by=self.order or None)

    def previous(self, value: nw.Expr) -> nw.Expr:
        """See `Windows`."""
        return value.shift(1).over(*self.group, order_by=self.order or None)
