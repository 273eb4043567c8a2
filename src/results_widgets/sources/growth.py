"""How a table came out of the one read before."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that could not be read, and why; what was read of it before stays."""

    path: Path
    reason: str


@dataclass(frozen=True, eq=False, slots=True)
class Growth:
    """What is new in a table.

    Attributes:
        before: How many rows there were.
        moved: UInt32: where each row of the table before stands now, null where it is gone; None:
            all stand where they stood.
        added: The new rows; None where there are none.
        places: UInt32: where they stand.
    """

    before: int
    moved: pl.Series | None
    added: pl.LazyFrame | None
    places: pl.Series

    @property
    def is_nothing(self) -> bool:
        """Whether the table is as it was."""
        return self.moved is None and self.added is None


def behind(table: pl.LazyFrame, rows: int, height: int) -> Growth:
    """Return the growth of a table at its end, from some rows to a height."""
    added = table.slice(rows) if height > rows else None
    return Growth(rows, None, added, numbers([(rows, height - rows)]))


def numbers(spans: Iterable[tuple[int | None, int]]) -> pl.Series:
    """Return spans of numbers (UInt32), each from a start on and as long as said; null without a start."""
    parts = [
        pl.repeat(None, count, dtype=pl.UInt32, eager=True)
        if start is None
        else pl.int_range(start, start + count, dtype=pl.UInt32, eager=True)
        for start, count in spans
    ]
    return pl.concat([pl.Series(dtype=pl.UInt32), *parts])
