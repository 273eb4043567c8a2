"""Columns in memory that numbers are broken down by."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from results_widgets.engine.cache import Key
from results_widgets.engine.encoding.categories import Categories
from results_widgets.tables.events import EventTable

SAMPLED: Final = 10_000
"""How many of the first rows tell whether a column has few different values."""
_FEW: Final = 1_000
_OF_ONE_EVENT: Final = ("link", "reason")
"""Columns that have tables of their own, and are rarely used as breakdowns."""


def categories_key(by: str) -> Key[Categories]:
    """Return the cache key of a breakdown's categories."""
    return Key("categories", (by,), evictable=True)


def few_valued(names: Iterable[str], table: EventTable, users: pl.DataFrame) -> list[str]:
    """Return those breakdowns that are text with few different values in their first rows.

    Args:
        names: The breakdowns.
        table: The events.
        users: The users with their attributes.
    """
    events = table.collect(table.frame.head(SAMPLED))
    found = []
    for name in names:
        column = (events if table.has(name) else users.head(SAMPLED))[name]
        is_text = column.dtype == pl.String and name not in _OF_ONE_EVENT
        if is_text and column.n_unique() <= _FEW:
            found.append(name)
    return found
