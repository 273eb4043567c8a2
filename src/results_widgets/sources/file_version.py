"""One file of a table as it was when read, and whether it has changed since."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final, Self

import polars as pl

from results_widgets.errors import EventsError
from results_widgets.sources.formats import (
    ends_with_newline,
    format_of,
    has_partial_last_line,
    is_line_format,
    is_self_describing,
    last_bytes,
    merge_schemas,
    scan,
    schema_mismatch,
    text_columns,
    with_text,
)

_TAIL: Final = 4096
_TRIES: Final = 5

FileKey = tuple[int, Path]
"""Identifies a file and its order: the index of the item that names it, then its path."""

CheckRows = Callable[[pl.LazyFrame], object]


@dataclass(frozen=True, slots=True)
class FileStamp:
    """A file's size and modification time (ns), to tell whether it has changed."""

    size: int
    changed: int

    @classmethod
    def of(cls, path: Path) -> Self:
        """Return a file's current stamp."""
        stat = path.stat()
        return cls(stat.st_size, stat.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class FileVersion:
    """One file of a table as it was read.

    Attributes:
        place: Which file, and its order among the others.
        stamp: Its stamp then.
        tail: Digest of its last bytes if it ended with a complete line; else empty.
        rows: How many rows were read.
        own: The types inferred from its rows, if it is the table's first file or its lines name
            their columns; else empty.
        texts: The columns that must be read as text, although the first rows suggest another type.
        lost: Whether its rows cannot be read again: the file is gone, or has become unreadable.
    """

    place: FileKey
    stamp: FileStamp
    tail: bytes
    rows: int
    own: pl.Schema
    texts: frozenset[str] = frozenset()
    lost: bool = False

    @property
    def path(self) -> Path:
        """The file."""
        return self.place[1]

    def is_unchanged(self) -> bool:
        """Whether the file has not changed."""
        return FileStamp.of(self.path) == self.stamp

    def is_appended_to(self) -> bool:
        """Whether the only change is that lines were appended."""
        longer = bool(self.tail) and FileStamp.of(self.path).size > self.stamp.size
        return longer and _digest(self.path, self.stamp.size) == self.tail


def inspect_file(
    place: FileKey, kind: str, schema: pl.Schema, inferred: pl.Schema, fits: CheckRows | None = None
) -> FileVersion:
    """Check a file and return its current version.

    Args:
        place: Which file, and its order among the others.
        kind: The format it should have.
        schema: The schema it should have; empty for the first file of a table.
        inferred: The schema inferred from the table's earlier rows.
        fits: Raises an EventsError if the rows cannot be used; None defers that until they are needed.

    Raises:
        EventsError: It cannot be read; the message continues a sentence that starts with its path.
    """
    path = place[1]
    if format_of(path) != kind:
        raise EventsError(f"has another format than the files before, which are {kind}")
    with _as_events_error(kind):
        wrong = schema_mismatch(kind, path, schema) if schema else None
        if wrong is not None:
            raise EventsError(f"has another schema: {wrong}")
        if has_partial_last_line(path):
            raise EventsError("is half written: its last line is cut off")
        for _ in range(_TRIES):
            stamp = FileStamp.of(path)
            suggests = not schema or is_self_describing(kind)
            own = inferred_schema(kind, path) if suggests else pl.Schema()
            texts = text_columns(kind, path, merge_schemas(inferred, own))
            found = scan(kind, [path], with_text(merge_schemas(schema, own), texts))
            rows = found.select(pl.len()).collect().item()
            if fits is not None and rows:
                fits(found if kind == ".parquet" else _parsed(found))
            if FileStamp.of(path) == stamp:
                tail = (
                    _digest(path, stamp.size)
                    if is_line_format(path) and ends_with_newline(path)
                    else b""
                )
                return FileVersion(place, stamp, tail, rows, own, texts)
    raise EventsError("is being written")


def _parsed(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Return the lines after parsing all of them once."""
    lines.select(pl.all().null_count()).collect(engine="streaming")
    return lines


def inferred_schema(kind: str, path: Path) -> pl.Schema:
    """Return the column types inferred from a file: from the first rows of CSV, from all of NDJSON."""
    with _as_events_error(kind):
        found = scan(kind, [path]).collect_schema()
    # Integers that fit no id column of 64 bits.
    large = [name for name, dtype in found.items() if dtype == pl.Int128 and kind != ".parquet"]
    return with_text(found, large)


@contextmanager
def _as_events_error(kind: str) -> Iterator[None]:
    try:
        yield
    except OSError:
        raise EventsError("is gone or may not be read") from None
    except pl.exceptions.PolarsError as error:
        reason = str(error).partition("\n")[0]
        raise EventsError(f"cannot be read as {kind.removeprefix('.')} ({reason})") from None


def _digest(path: Path, size: int) -> bytes:
    return blake2b(last_bytes(path, _TAIL, size), digest_size=16).digest()
