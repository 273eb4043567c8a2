"""A row's group as one number: grouping by it is several times as fast as grouping by text."""

from dataclasses import dataclass, replace
from math import prod
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.breakdown import by_keys
from results_widgets.engine.encoding.categories import Categories
from results_widgets.engine.query import Grouping
from results_widgets.engine.scoped import Kind, ScopedRows

_HALF: Final = 2**32


@dataclass(frozen=True)
class NumberedGroups:
    """The groups of a breakdown in memory, numbered from 0.

    Attributes:
        categories: The categories of each column, by the name of its values beside rows.
        of: What says the category of a row of the log: its ``row``, or its ``user``.
    """

    categories: dict[str, Categories]
    of: dict[str, str]

    @property
    def are_of_users(self) -> bool:
        """Whether all rows of a user are in one group."""
        return all(one == "user" for one in self.of.values())

    def above(self, lower: pl.Expr) -> pl.Expr:
        """Return the number of a row's group above another number below 2**32, as one (UInt64)."""
        return self._number * _HALF + lower.cast(pl.UInt64)

    @property
    def _number(self) -> pl.Expr:
        number = pl.lit(0, pl.UInt64)
        for key, (numbers, values) in self.categories.items():
            own = pl.lit(numbers).gather(pl.col(self.of[key])).cast(pl.UInt64)
            number = number * max(1, len(values)) + own
        return number

    def apart(self, packed: pl.Series) -> tuple[list[pl.Series], pl.Series]:
        """Return the values of the groups of what `above` returns, a column for each, and the number below."""
        number, found = packed // _HALF, []
        for key, (_, values) in reversed(self.categories.items()):
            size = max(1, len(values))
            found.append(values.gather(number % size).alias(key))
            number = number // size
        return found[::-1], packed % _HALF


def numbered_groups(scoped: ScopedRows) -> NumberedGroups | None:
    """Return the groups of a question in memory; None without a breakdown, or if there may be 2**32 of them."""
    data, by = scoped.data, scoped.grouping.by
    if by is None or not isinstance(data, MemoryBackend):
        return None
    categories = {key: data.categories(name) for name, key in by_keys(by).items()}
    if prod(max(1, len(one.values)) for one in categories.values()) >= _HALF:
        return None
    of = {key: "row" if data.table.has(name) else "user" for name, key in by_keys(by).items()}
    return NumberedGroups(categories, of)


def ungrouped(scoped: ScopedRows) -> ScopedRows:
    """Return the same rows without groups."""
    return replace(scoped, grouping=Grouping())


def events_of(scoped: ScopedRows, kind: Kind) -> pl.LazyFrame:
    """Return the events of a kind in range: user, time, code, row, day."""
    found: pl.LazyFrame = nw.to_native(ungrouped(scoped).coded(kind))
    return found
