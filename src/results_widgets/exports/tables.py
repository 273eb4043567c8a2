"""Records that come as the columns of a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import polars as pl

from results_widgets.exports.batches import Batch, Plain, Same
from results_widgets.exports.vendor import About, Placed

_SLICE: Final = 50_000


@dataclass(frozen=True)
class Table(Plain):
    """Rows of one file; see `batches.Raw`.

    Attributes:
        frame: The rows; the names of its columns have no meaning.
        names: The fields, one for each column; of several of one name the last counts.
        file: The file; empty for a table in memory.
        lines: The line of each row, or its number.
        about: Nothing was said between them.
        apart: None of them is read one by one.
    """

    frame: pl.DataFrame
    names: Sequence[str]
    file: str
    lines: Sequence[int]
    about: list[About] = field(default_factory=list)
    apart: set[int] = field(default_factory=set)

    def __len__(self) -> int:
        return self.frame.height

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: n for n, name in enumerate(self.names)}

    def column(self, name: str) -> list[Any]:
        """Return a field's value in each."""
        at = self._places.get(name)
        return [None] * len(self) if at is None else self.frame.to_series(at).to_list()

    def series(self, name: str) -> pl.Series | None:
        """Return a field's values as a column: of nulls if there is no such field, None of lists and objects."""
        at = self._places.get(name)
        if at is None:
            return pl.Series([None], dtype=pl.Null).new_from_index(0, len(self))
        found = self.frame.to_series(at)
        if found.dtype in (pl.Categorical, pl.Enum):
            return found.cast(pl.String)
        return None if found.dtype.is_nested() or found.dtype.is_object() else found

    def placed(self, n: int) -> Placed:
        """Return a row, and where it stands."""
        record = dict(zip(self.names, self.frame.row(n), strict=True))
        return Placed(record, self.file, self.lines[n])

    def as_batch(self) -> Batch:
        """Return the rows as whole records."""
        names = self.names
        records = [dict(zip(names, row, strict=True)) for row in self.frame.iter_rows()]
        return Batch(records, Same(self.file, len(records)), self.lines)


def tables_of(table: pl.LazyFrame, file: str = "") -> Iterator[Table]:
    """Return the rows of a table, some at a time."""
    number = 0
    while True:
        rows = table.slice(number, _SLICE).collect()
        yield Table(rows, rows.columns, file, range(number + 1, number + 1 + rows.height))
        number += rows.height
        if rows.height < _SLICE:
            return
