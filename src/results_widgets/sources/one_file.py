"""One file of a table: what it looked like when it was read, and whether it can be read now."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final, Self

import polars as pl

from results_widgets.errors import EventsError
from results_widgets.sources.formats import (
    ends_whole,
    format_of,
    has_lines,
    is_torn,
    last_bytes,
    misfit,
    names_own_columns,
    scan,
    text_columns,
    united,
    with_text,
)

_TAIL: Final = 4096
_TRIES: Final = 5

Place = tuple[int, Path]
"""Where a file stands among the others: which item names it, then its path."""

Check = Callable[[pl.LazyFrame], object]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells whether a file is as it was: its size, and when it changed (ns)."""

    size: int
    changed: int

    @classmethod
    def of(cls, path: Path) -> Self:
        """Return a file's stamp as it is now."""
        stat = path.stat()
        return cls(stat.st_size, stat.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a table as it was read.

    Attributes:
        place: Where it stands among the others.
        stamp: What it looked like.
        tail: Digest of what it ended with, where that was a whole line; else empty.
        rows: How many rows were read.
        own: The types that its rows suggest, where it is its table's first or its lines name their columns; else empty.
        texts: The columns that are text, though the table's first rows suggest something else.
        lost: Whether they cannot be read again: the file is gone, or has become unreadable.
    """

    place: Place
    stamp: Stamp
    tail: bytes
    rows: int
    own: pl.Schema
    texts: frozenset[str] = frozenset()
    lost: bool = False

    @property
    def path(self) -> Path:
        """The file."""
        return self.place[1]

    def is_as_read(self) -> bool:
        """Whether the file has not changed."""
        return Stamp.of(self.path) == self.stamp

    def is_continued(self) -> bool:
        """Whether all that changed is that lines came behind those read."""
        longer = bool(self.tail) and Stamp.of(self.path).size > self.stamp.size
        return longer and _digest(self.path, self.stamp.size) == self.tail


def looked_at(
    place: Place, kind: str, schema: pl.Schema, inferred: pl.Schema, fits: Check | None = None
) -> Part:
    """Return a file as it is now.

    Args:
        place: Where it stands.
        kind: The format it should have.
        schema: The schema it should have; empty for the first file of a table.
        inferred: The schema that the table's rows before suggest.
        fits: Looks at its rows; None leaves them for when they are needed.

    Raises:
        EventsError: It cannot be read; in words that follow its name.
    """
    path = place[1]
    if format_of(path) != kind:
        raise EventsError(f"has another format than the files before, which are {kind}")
    with _in_words(kind):
        wrong = misfit(kind, path, schema) if schema else None
        if wrong is not None:
            raise EventsError(f"has another schema: {wrong}")
        if is_torn(path):
            raise EventsError("is half written: its last line is cut off")
        for _ in range(_TRIES):
            stamp = Stamp.of(path)
            suggests = not schema or names_own_columns(kind)
            own = inferred_schema(kind, path) if suggests else pl.Schema()
            texts = text_columns(kind, path, united(inferred, own))
            found = scan(kind, [path], with_text(united(schema, own), texts))
            rows = found.select(pl.len()).collect().item()
            if fits is not None and rows:
                fits(found if kind == ".parquet" else _parsed(found))
            if Stamp.of(path) == stamp:
                tail = _digest(path, stamp.size) if has_lines(path) and ends_whole(path) else b""
                return Part(place, stamp, tail, rows, own, texts)
    raise EventsError("is being written")


def _parsed(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Return lines that can be read to the last."""
    lines.select(pl.all().null_count()).collect(engine="streaming")
    return lines


def inferred_schema(kind: str, path: Path) -> pl.Schema:
    """Return the types that a file's rows suggest: the first of CSV, all of NDJSON."""
    with _in_words(kind):
        found = scan(kind, [path]).collect_schema()
    # Of lines, whole numbers that no column of ids holds.
    large = [name for name, dtype in found.items() if dtype == pl.Int128 and kind != ".parquet"]
    return with_text(found, large)


@contextmanager
def _in_words(kind: str) -> Iterator[None]:
    try:
        yield
    except OSError:
        raise EventsError("is gone or may not be read") from None
    except pl.exceptions.PolarsError as error:
        said = str(error).partition("\n")[0]
        raise EventsError(f"cannot be read as {kind.removeprefix('.')} ({said})") from None


def _digest(path: Path, size: int) -> bytes:
    return blake2b(last_bytes(path, _TAIL, size), digest_size=16).digest()
