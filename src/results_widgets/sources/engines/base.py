"""What every engine offers beyond Narwhals, which says everything else once for all of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import narwhals as nw
import polars as pl

Rows = nw.LazyFrame[Any]
"""A lazy table on any engine."""


def as_rows(native: Any) -> Rows:
    """Return an engine's own lazy table as a Narwhals frame."""
    rows: Rows = nw.from_native(native)
    return rows


class Engine(Protocol):
    """Where rows live, and what must be said in the engine's own API."""

    name: str
    lasting: bool
    """Whether materialised rows are tables, and not computed from the source again when the engine needs room."""

    def rows_of(self, native: Any) -> Rows:
        """Return the engine's own lazy table as rows."""

    def upload(self, frame: pl.DataFrame) -> Rows:
        """Return a small frame as rows on the engine."""

    def materialise(self, rows: Rows) -> tuple[Rows, Callable[[], object]]:
        """Compute rows once and keep them on the engine; also return the function that frees them."""

    def with_epoch_micros(self, rows: Rows, column: str) -> Rows:
        """Add ``time``: a column's epoch µs; a time without a zone is read as UTC."""

    def values_at_ranks(
        self, rows: Rows, column: str, ranks: Sequence[int], count: int
    ) -> list[float]:
        """Return a column's values at ranks (from 0, ascending) among its ``count`` values that are not null."""

    def write_parquet(self, rows: Rows, path: Path) -> None:
        """Write rows as Parquet from where they are; a folder of part files on a cluster."""


@dataclass(frozen=True, slots=True)
class SqlDialect:
    """Templates for SQL that Narwhals has no expression for; the slots take quoted column names.

    Attributes:
        xor: Bitwise exclusive or of two whole numbers.
        to_hex: The UTF-8 bytes of text, as hexadecimal text.
        from_hex: The whole number that up to eight hexadecimal digits stand for.
    """

    xor: str
    to_hex: str
    from_hex: str


class SqlEngine(Engine, Protocol):
    """An engine that is queried in SQL."""

    dialect: SqlDialect

    def with_sql(self, rows: Rows, columns: Mapping[str, str]) -> Rows:
        """Add columns, each computed by an expression in the engine's own SQL."""


@runtime_checkable
class FoldingEngine(Engine, Protocol):
    """An engine whose SQL folds bits of many rows into one word, and tests them."""

    def aggregated(self, rows: Rows, keys: Sequence[str], columns: Mapping[str, str]) -> Rows:
        """Return one row for each value of the keys, or one of all: the keys, and columns by the engine's own SQL."""


def percentiles_of_ranks(ranks: Sequence[int], count: int) -> list[float]:
    """Return the shares whose discrete percentiles are the values at ranks, clear of rounding."""
    return [(rank + 0.5) / count for rank in ranks]
