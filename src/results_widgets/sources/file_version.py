"""One file of a table as it was when read, and whether it has changed since."""

import csv
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Final, Self

import polars as pl

from results_widgets._seal import CHANGED, SEAL, is_sealed
from results_widgets.errors import EventsError
from results_widgets.sources.boundary import is_engine_error, reason_of
from results_widgets.sources.column_types import widened
from results_widgets.sources.content import Content, Kind, recognise
from results_widgets.sources.formats import (
    ends_with_newline,
    has_partial_last_line,
    last_bytes,
    scan,
    schema_of,
)
from results_widgets.sources.paths import partition_values

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
        content: What it holds.
        stamp: Its stamp then.
        tail: Digest of its last bytes if lines may be appended to it; else empty.
        rows: How many rows were read.
        columns: Its columns and their types.
        partition: Columns that its folders give, as ``campaign_id=c1/`` does, and their values.
        lost: Whether its rows cannot be read again: the file is gone, or has become unreadable.
    """

    place: FileKey
    content: Content
    stamp: FileStamp
    tail: bytes
    rows: int
    columns: pl.Schema
    partition: tuple[tuple[str, str | None], ...] = ()
    lost: bool = False

    @property
    def path(self) -> Path:
        """The file."""
        return self.place[1]

    @property
    def schema(self) -> pl.Schema:
        """Its columns, with those that its folders give."""
        return pl.Schema({**self.columns, **{name: pl.String() for name, _ in self.partition}})

    def is_unchanged(self) -> bool:
        """Whether the file has not changed."""
        return FileStamp.of(self.path) == self.stamp

    def is_appended_to(self) -> bool:
        """Whether the only change is that lines were appended."""
        longer = bool(self.tail) and FileStamp.of(self.path).size > self.stamp.size
        return longer and _digest(self.path, self.stamp.size) == self.tail

    def is_like(self, other: "FileVersion") -> bool:
        """Whether both can be read by one scan."""
        return (
            self.content.is_plain
            and (self.content, self.partition) == (other.content, other.partition)
            and [*self.columns.items()] == [*other.columns.items()]
        )


def scan_files(files: Sequence[FileVersion], schema: pl.Schema) -> pl.LazyFrame:
    """Scan files that are alike as a table of a schema."""
    first = files[0]
    given = dict(first.partition)
    own = pl.Schema({name: kind for name, kind in schema.items() if name not in given})
    rows = scan(first.content, [file.path for file in files], first.columns, own)
    if not given:
        return rows
    values = [pl.lit(value, pl.String).alias(name) for name, value in given.items()]
    return rows.with_columns(values).select(schema.names())


def inspect_file(
    place: FileKey, kind: Kind, schema: pl.Schema, fits: CheckRows | None = None
) -> FileVersion:
    """Check a file and return its current version.

    Args:
        place: Which file, and its order among the others.
        kind: The format it should have.
        schema: The schema of the table so far; empty for its first file.
        fits: Raises an EventsError if the rows cannot be used; None defers that until they are needed.

    Raises:
        EventsError: It cannot be read; the message continues a sentence that starts with its path.
    """
    path = place[1]
    with _errors_of_file(kind):
        for _ in range(_TRIES):
            stamp = FileStamp.of(path)
            content = recognise(path)
            if content.kind != kind:
                raise EventsError(f"has a different format from the files before, which are {kind}")
            if has_partial_last_line(content, path):
                raise EventsError("is incomplete: its last line is cut off")
            _check_seal(content, path)
            found = _version(place, content, stamp)
            both = widened_schema(schema, found.schema)
            rows = scan_files([found], both)
            count = rows.select(pl.len()).collect().item()
            if fits is not None and count:
                fits(rows if kind == ".parquet" else _parsed(rows))
            if FileStamp.of(path) == stamp:
                return replace(found, rows=count)
    raise EventsError("is being written")


def _check_seal(content: Content, path: Path) -> None:
    """Check the digest of a file that has one, as those have that this package writes."""
    if content.kind == ".parquet" and content.is_plain and is_sealed(path) is False:
        raise EventsError(
            f"{CHANGED}; save it again, or remove {SEAL} from its metadata if the change is intended"
        )


def _version(place: FileKey, content: Content, stamp: FileStamp) -> FileVersion:
    path = place[1]
    columns = schema_of(content, path)
    partition = tuple((n, value) for n, value in partition_values(path) if n not in columns)
    whole = content.can_grow and ends_with_newline(path)
    tail = _digest(path, stamp.size) if whole else b""
    return FileVersion(place, content, stamp, tail, 0, columns, partition)


def widened_schema(schema: pl.Schema, further: pl.Schema) -> pl.Schema:
    """Return the schema of a table that gets a file with further columns and types.

    Raises:
        EventsError: A column's types have none in common; the message continues a sentence that
            starts with the file's path.
    """
    found = dict(schema)
    for name, kind in further.items():
        wider = widened(found.get(name, pl.Null()), kind)
        if wider is None:
            raise EventsError(
                f"has column '{name}' as {kind}, which does not match the {found[name]} of the files before"
            )
        found[name] = wider
    return pl.Schema(found)


def _parsed(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Return the lines after parsing all of them once."""
    lines.select(pl.all().null_count()).collect(engine="streaming")
    return lines


@contextmanager
def _errors_of_file(kind: str) -> Iterator[None]:
    try:
        yield
    except EventsError:
        raise
    except (FileNotFoundError, PermissionError):
        raise EventsError("is gone or may not be read") from None
    # A panic inside Polars derives from BaseException.
    except BaseException as error:
        if isinstance(error, UnicodeError) or "utf-8" in str(error).lower():
            raise EventsError("is not text in UTF-8; save it in that encoding") from None
        if not is_engine_error(error) and not isinstance(error, _BROKEN):
            raise
        reason = next((ours for theirs, ours in _REASONS if theirs in str(error)), reason_of(error))
        raise EventsError(f"cannot be read as {kind.removeprefix('.')} ({reason})") from None


_REASONS: Final = (
    (
        "found more fields than defined",
        "a line has more values than the first one names columns; is there a title above the header?",
    ),
    ("new-line character seen in unquoted field", "its lines end in CR alone; end them in LF"),
)
"""Messages of CSV readers about common faults of exports, and what they mean."""

_BROKEN: Final = (OSError, ValueError, zlib.error, zipfile.BadZipFile, EOFError, csv.Error)


def _digest(path: Path, size: int) -> bytes:
    return blake2b(last_bytes(path, _TAIL, size)).digest()
