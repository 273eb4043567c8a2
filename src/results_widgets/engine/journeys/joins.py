"""How rows are joined with the entries that they belong to."""

from typing import Any, Final, Protocol, TypeVar

import narwhals as nw

FrameT = TypeVar("FrameT", nw.DataFrame[Any], nw.LazyFrame[Any])

ENTRY: Final = ("user", "entry")
"""The columns that identify an entry."""


class EntryJoin(Protocol):
    """How rows are joined with their entries. Rows whose entry is null match none."""

    def left(self, rows: FrameT, others: FrameT, *columns: str) -> FrameT:
        """Add columns of ``others``, which have at most one row per entry, to the rows of the entry."""

    def firsts(self, rows: FrameT) -> FrameT:
        """Return the first row (lowest ``step``) of each entry."""


class KeyJoin:
    """Joins by `ENTRY`, on any engine."""

    def left(self, rows: FrameT, others: FrameT, *columns: str) -> FrameT:
        """See `EntryJoin`."""
        return rows.join(others.select(*ENTRY, *columns), on=list(ENTRY), how="left")

    def firsts(self, rows: FrameT) -> FrameT:
        """See `EntryJoin`."""
        named = rows.filter(~nw.col("entry").is_null())
        first = named.group_by(*ENTRY).agg(step=nw.col("step").min())
        return named.join(first, on=[*ENTRY, "step"], how="inner")


KEY_JOIN: Final = KeyJoin()
