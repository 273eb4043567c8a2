"""What a file holds, recognised by its content: format, compression, encoding, separator."""

import csv
import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Final, Literal, cast

from results_widgets.errors import EventsError, listing
from results_widgets.sources import unpacking
from results_widgets.sources.unpacking import (
    MOST_OF_GZIP,
    Bounds,
    TooLargeError,
    Unpacking,
    check_rows,
    whole_of,
)

Kind = Literal[".parquet", ".csv", ".ndjson"]
"""How a file is read."""

FORMATS: Final = (".parquet", ".csv", ".tsv", ".ndjson", ".jsonl")
"""Suffixes of the files read from a folder; a file given by name may have another."""

_PACKED: Final = (".gz", ".zip")
_HEAD: Final = 1 << 16
_LINES: Final[dict[str, Kind]] = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), ".csv"),
    **dict.fromkeys((".ndjson", ".jsonl", ".json"), ".ndjson"),
}
_SEPARATORS: Final = (",", ";", "\t", "|")
_KNOWN: Final = {"user_id", "event", "timestamp", "action_id", "campaign_id", "event_id"}
_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_REFUSED: Final = (
    (b"ARROW1", "an Arrow file (Feather); write it as Parquet"),
    (b"Obj\x01", "an Avro file; write it as Parquet"),
    (b"ORC", "an ORC file; write it as Parquet"),
    (b"SQLite format 3", "an SQLite database; write its table as Parquet or CSV"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook; save it as CSV"),
    (b"%PDF", "a PDF"),
    (b"BZh", "compressed with bzip2; unpack it"),
    (b"\xfd7zXZ", "compressed with xz; unpack it"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd; unpack it"),
    (b"<", "an HTML or XML page, perhaps of an error or a login"),
)


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds.

    Attributes:
        kind: How it is read.
        packing: ``gzip`` or ``zip``; empty for none.
        encoding: The text's encoding; that of its byte order mark, where it has one.
        is_array: Whether its text is one JSON array, and not an object a line.
        separator: What separates the values of a line of CSV.
        lines_ahead: How many lines stand ahead of the header, as Excel's ``sep=;``.
    """

    kind: Kind
    packing: str = ""
    encoding: str = "utf-8"
    is_array: bool = False
    separator: str = ","
    lines_ahead: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether Polars reads the file as it lies there."""
        text = self.encoding == "utf-8" or (self.encoding == "utf-8-sig" and self.kind == ".csv")
        gzipped = self.packing == "gzip" and self.kind != ".parquet"
        return text and not self.is_array and (not self.packing or gzipped)

    @property
    def can_grow(self) -> bool:
        """Whether lines may be appended to the file."""
        return self.kind != ".parquet" and self.is_plain and not self.packing

    def open(self, path: Path) -> Path | IO[bytes]:
        """Return what Polars reads: the file itself, or its content as plain bytes in memory."""
        if self.is_plain:
            return path
        data = _unpacked(path, self.packing)
        if self.kind != ".parquet":
            text = data.decode(self.encoding)
            data = (_lines_of_array(text) if self.is_array else text).encode()
        return io.BytesIO(data)


def recognise(path: Path) -> Content:
    """Return what a file holds.

    Raises:
        EventsError: It holds something that is not read here; the message continues a sentence that
            starts with the file's path.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    packing = ""
    if head.startswith(b"\x1f\x8b"):
        packing, head = "gzip", zlib.decompressobj(wbits=31).decompress(head, _HEAD)
    elif head.startswith(b"PK\x03\x04"):
        packing, head = "zip", _head_of_zip(path)
    if head.startswith(b"PAR1"):
        return _checked(path, Content(".parquet", packing))
    for mark, what in _REFUSED:
        if head.lstrip().startswith(mark) and not (mark == b"ORC" and b"," in head):
            raise EventsError(f"is {what}")
    # Its version follows as eight bytes; a header of a CSV file may have a column of that name there.
    if head[8:12] == b"DUCK" and b"\0" in head[12:20]:
        raise EventsError("is a DuckDB database; name it with the suffix .duckdb")
    return _checked(path, _recognise_text(path, head, packing))


def suffix_of(path: Path) -> str:
    """Return a file's suffix, ignoring one for compression."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if len(suffixes) > 1 and suffixes[-1] in _PACKED:
        return suffixes[-2]
    return suffixes[-1] if suffixes else ""


def _recognise_text(path: Path, head: bytes, packing: str) -> Content:
    encoding = _encoding(head)
    text = head.decode(encoding, "ignore")
    suffix = suffix_of(path)
    kind = _LINES.get(suffix)
    start = text.lstrip()[:1]
    if start in ("{", "[") and "\x00" not in text:
        return Content(".ndjson", packing, encoding, is_array=start == "[")
    first, ahead, separator = _header_line(text)
    looks_like_csv = len(_KNOWN.intersection(_names(first, separator))) >= len("abc")
    if kind == ".csv" or looks_like_csv:
        return Content(".csv", packing, encoding, separator=separator, lines_ahead=ahead)
    if kind == ".ndjson":
        return Content(".ndjson", packing, encoding)
    if suffix == ".parquet":
        return Content(".parquet", packing)
    raise EventsError(f"has the unknown format {suffix!r}; known: {listing(FORMATS)}")


def _encoding(head: bytes) -> str:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    pairs = head[: len(head) // 2 * 2]
    if pairs and b"\x00" in pairs:
        even, odd = pairs[::2].count(0), pairs[1::2].count(0)
        half = len(pairs) // 4
        if max(even, odd) > half:
            return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-8"


def _header_line(text: str) -> tuple[str, int, str]:
    """Return the line with the columns' names, how many stand ahead of it, and the separator."""
    lines = text.splitlines()
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].rstrip()) == len("sep=;"):
        return (lines[1] if len(lines) > 1 else ""), 1, lines[0].rstrip()[-1]
    first = lines[0] if lines else ""

    def likely(separator: str) -> tuple[int, int]:
        names = _names(first, separator)
        return len(_KNOWN.intersection(names)), len(names)

    return first, 0, max(_SEPARATORS, key=likely)


def _names(line: str, separator: str) -> list[str]:
    names = next(csv.reader([line], delimiter=separator), [])
    return [name.strip(" \ufeff").lower() for name in names]


def _head_of_zip(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        if "[Content_Types].xml" in archive.namelist():
            raise EventsError("is an Excel workbook; save it as CSV")
        with archive.open(_only_member(archive)) as file:
            return file.read(_HEAD)


def _only_member(archive: zipfile.ZipFile) -> str:
    names = [
        name
        for name in archive.namelist()
        if not name.endswith("/") and not name.startswith("__MACOSX")
    ]
    if len(names) != 1:
        raise EventsError(
            f"is a zip archive of {len(names)} files ({listing(names, 3)}); unpack it"
        )
    return names[0]


def _unpacked(path: Path, packing: str) -> bytes:
    if not packing:
        return path.read_bytes()
    try:
        with _packed(path, packing) as stream:
            return whole_of(stream, path)
    except TooLargeError as problem:
        raise EventsError(f"{path} {problem}") from None


@contextmanager
def _packed(path: Path, packing: str) -> Iterator[IO[bytes]]:
    """Open what is packed."""
    if packing == "gzip":
        with gzip.open(path) as file:
            yield cast(IO[bytes], file)
        return
    with zipfile.ZipFile(path) as archive, archive.open(_only_member(archive)) as member:
        yield member


def _checked(path: Path, content: Content) -> Content:
    """Return a file's content if what is packed in it has bounds.

    Raises:
        EventsError: It unpacks to more than any table does.
    """
    stat = path.stat()
    try:
        if content.packing:
            _check_packed(path, content.packing, stat.st_size, stat.st_mtime_ns, unpacking.BOUNDS)
        elif content.kind == ".parquet":
            check_rows(path)
    except TooLargeError as problem:
        raise EventsError(str(problem)) from None
    return content


@lru_cache(maxsize=1000)
def _check_packed(path: Path, packing: str, size: int, changed: int, bounds: Bounds) -> int:  # noqa: ARG001 - when it changed, it is looked at again
    if packing == "gzip" and size * MOST_OF_GZIP <= bounds.small:
        return size
    with _packed(path, packing) as stream, Unpacking(stream, path, bounds) as unpacked:
        return sum(map(len, iter(lambda: unpacked.read(1 << 20), b"")))


def _lines_of_array(text: str) -> str:
    found = json.loads(text)
    if not all(isinstance(one, dict) for one in found):
        raise EventsError(
            "is a JSON array of values that are not objects; pass one object per event"
        )
    return "".join(f"{json.dumps(one)}\n" for one in found)
