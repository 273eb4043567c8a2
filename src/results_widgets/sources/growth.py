"""How a table changed since it was last read."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that could not be read, and why; rows read from it earlier stay."""

    path: Path
    reason: str


@dataclass(frozen=True, eq=False, slots=True)
class Growth:
    """The difference between two readings of one table.

    Attributes:
        before: How many rows there were.
        moved: The new row number of each earlier row (UInt32), null where it is gone; None if all
            kept theirs.
        added: The new rows; None if there are none.
        places: The row numbers of the new rows (UInt32).
    """

    before: int
    moved: pl.Series | None
    added: pl.LazyFrame | None
    places: pl.Series

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return self.moved is None and self.added is None


def appended(table: pl.LazyFrame, rows: int, height: int) -> Growth:
    """Return the growth of a table that had ``rows`` rows and has ``height`` now, appended at its end."""
    added = table.slice(rows) if height > rows else None
    return Growth(rows, None, added, row_numbers([(rows, height - rows)]))


def row_numbers(spans: Iterable[tuple[int | None, int]]) -> pl.Series:
    """Return consecutive numbers (UInt32) for each (start, count); nulls for a span without a start."""
    parts = [
        pl.repeat(None, count, dtype=pl.UInt32, eager=True)
        if start is None
        else pl.int_range(start, start + count, dtype=pl.UInt32, eager=True)
        for start, count in spans
    ]
    return pl.concat([pl.Series(dtype=pl.UInt32), *parts])
