"""Unpacked rows, kept until the process ends: in memory while they are few, then in Parquet files."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import polars as pl

_FEW: Final = 500_000
_GROUP: Final = 100_000
_SMALL_GROUP: Final = 20_000
_PREFIX: Final = "results-widgets-export-"


Change = Callable[[pl.LazyFrame], pl.LazyFrame]
"""Makes of rows as many with the same columns, of each by itself."""


@dataclass
class Spool:
    """Rows in the order in which they came.

    Attributes:
        schema: Their columns.
        sorted_by: A column that each file is sorted by, so that few of it are read for one value.
    """

    schema: dict[str, Any]
    sorted_by: str | None = None
    _frames: list[pl.DataFrame] = field(default_factory=list)
    _files: list[Path] = field(default_factory=list)
    _folder: Path | None = None

    def add(self, rows: pl.DataFrame) -> None:
        """Add rows."""
        if rows.height:
            self._frames.append(rows)
        if sum(frame.height for frame in self._frames) > _FEW:
            self._write()

    def _write(self) -> None:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(dir=home()))
        path = self._folder / f"{len(self._files):06}.parquet"
        rows, size = pl.concat(self._frames), _GROUP
        if self.sorted_by is not None:
            rows, size = rows.sort(self.sorted_by, maintain_order=True), _SMALL_GROUP
        rows.write_parquet(path, compression="zstd", row_group_size=size)
        self._files.append(path)
        self._frames = []

    def rows(self) -> pl.LazyFrame:
        """Return the rows, lazily."""
        parts = [pl.scan_parquet(path, glob=False) for path in self._files]
        empty = pl.DataFrame(schema=self.schema)
        return pl.concat([*parts, pl.concat([empty, *self._frames]).lazy()])

    def changed(self, changes: Iterable[Change]) -> "Spool":
        """Return the rows as changes leave them, one after another, in memory for some rows only."""
        found = self
        for change in changes:
            before, found = found, Spool(self.schema)
            for some in before._batches():
                found.add(change(some.lazy()).collect(engine="in-memory"))
            if before is not self:
                before._remove()
        return found

    def _batches(self) -> Iterator[pl.DataFrame]:
        """Yield some rows at a time; `collect_batches` of Polars reads on while others are worked on."""
        for path in self._files:
            rows = pl.scan_parquet(path, glob=False)
            for first in range(0, rows.select(pl.len()).collect().item(), _GROUP):
                yield rows.slice(first, _GROUP).collect(engine="in-memory")
        yield from self._frames

    def _remove(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


TOGETHER: Final = 500_000
"""How many keys of rows are looked at together."""


def parts_of(count: int) -> int:
    """Return in how many parts so many keys are looked at, so that each is small enough for the memory."""
    return 1 + count // TOGETHER


@cache
def home() -> Path:
    """Return this process's folder; those of processes that are no more are removed."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        with suppress(OSError, ValueError):
            if left.stat().st_uid == os.getuid() and not _is_alive(int(left.name.split("-")[3])):
                shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
