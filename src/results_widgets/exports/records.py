"""Records of files, one after another in bounded memory; unreadable lines are refused and the rest is kept."""

import csv
import gzip
import io
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final, cast
from weakref import WeakValueDictionary

import polars as pl

from results_widgets.errors import MissingExtraError
from results_widgets.exports.archives import on_disk, up_to_its_end
from results_widgets.exports.avro import avro_reader
from results_widgets.exports.avro_tables import schema_name, why_broken
from results_widgets.exports.csv_tables import (
    SEPARATORS,
    WINDOWS,
    fitted,
    header_of,
    names_separator,
)
from results_widgets.exports.json_lines import BROKEN, is_lines, line_batches
from results_widgets.exports.json_values import LONGEST, Refuse, values_of_text
from results_widgets.exports.vendor import SCHEMA_NAME, Placed, Sample
from results_widgets.sources import unpacking
from results_widgets.sources.unpacking import Unpacking, check_rows, whole_of

HEAD: Final = 20
"""How many records say what a file is."""

_PEEK: Final = 1 << 16
_SLICE: Final = 50_000
_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_BINARY: Final = ((b"Obj\x01", "avro"), (b"PAR1", "parquet"))
_NO_EXPORT: Final = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"SQLite format 3", b"\xd0\xcf\x11\xe0")


def format_of(path: Path) -> str | None:
    """Return how a file is read, by its content: ``avro``, ``parquet``, ``json``, ``csv``; None: not at all.

    Raises:
        OSError: It cannot be opened.
    """
    try:
        head = head_of(path)
    except zipfile.BadZipFile:
        return None
    binary = next((kind for mark, kind in _BINARY if head.startswith(mark)), None)
    if binary is not None:
        return binary
    if not head or any(head.startswith(mark) for mark in _NO_EXPORT):
        return None
    encoding = encoding_of(head)
    text = head.decode(encoding, "ignore").lstrip("\ufeff \t\r\n")
    if text.startswith(("{", "[")):
        return "json"
    first = text.partition("\n")[0]
    return "csv" if "\x00" not in first and any(mark in first for mark in SEPARATORS) else None


def is_empty(path: Path) -> bool:
    """Whether there is nothing in a file but blanks, unpacked if it is packed."""
    try:
        return not head_of(path).strip()
    except zipfile.BadZipFile:
        return False


def records_of(path: Path, kind: str, refuse: Refuse) -> Iterator[Placed]:
    """Return the records of a file; see `format_of`.

    Raises:
        MissingExtraError: It is Avro, and fastavro is not installed.
    """
    reader = {"avro": _avro, "parquet": _parquet, "json": _json, "csv": _csv}[kind]
    with refusing(path, refuse):
        yield from reader(path, refuse)


@contextmanager
def refusing(path: Path, refuse: Refuse) -> Iterator[None]:
    """Refuse what is left of a file that breaks off in the body."""
    try:
        yield
    except (*BROKEN, zipfile.BadZipFile) as problem:
        said = problem.strerror if isinstance(problem, OSError) else str(problem)
        reason = said or str(problem) or type(problem).__name__
        refuse(Placed({}, str(path)), f"the file breaks off: {reason}", "")


def records_of_table(table: pl.LazyFrame, file: str = "") -> Iterator[Placed]:
    """Return the rows of a table."""
    number = 0
    while True:
        rows = table.slice(number, _SLICE).collect()
        for record in rows.iter_rows(named=True):
            number += 1
            yield Placed(record, file, number)
        if rows.height < _SLICE:
            return


def sample(path: Path, kind: str) -> Sample:
    """Return the beginning of a file."""
    found = islice(records_of(path, kind, lambda *_: None), HEAD)
    return Sample(str(path), kind, [one.record for one in found])


def open_plain(path: Path) -> IO[bytes]:
    """Open a file, unpacking gzip and a zip archive of one file; see also `archives`."""
    disk = on_disk(path)
    with disk.open("rb") as file:
        head = file.read(4)
    if head.startswith(b"\x1f\x8b"):
        packed = gzip.GzipFile(disk, "rb")
        _OPEN[str(path)] = packed.fileobj
        return _bounded(cast(IO[bytes], packed), disk)
    if head == b"PK\x03\x04":
        archive = zipfile.ZipFile(disk)
        names = [name for name in archive.namelist() if not name.endswith("/")]
        if len(names) == 1:
            try:
                return _bounded(archive.open(names[0]), disk)
            # Encrypted, or packed in a way that Python does not know.
            except (RuntimeError, NotImplementedError) as problem:
                raise zipfile.BadZipFile(str(problem)) from None
        raise zipfile.BadZipFile(f"a zip archive of {len(names)} files; unpack it")
    _OPEN[str(path)] = plain = disk.open("rb")
    return up_to_its_end(plain, path)


_OPEN: Final[WeakValueDictionary[str, Any]] = WeakValueDictionary()
"""The files that are being read, to know how far."""


def bytes_read(path: str) -> int:
    """Return how many bytes of a file that is being read have been taken; 0 where that is not known."""
    try:
        return int(_OPEN[path].tell())
    except (KeyError, ValueError):  # it is closed
        return 0


def _bounded(unpacked: IO[bytes], path: Path) -> IO[bytes]:
    return cast(IO[bytes], Unpacking(unpacked, path, unpacking.BOUNDS))


def head_of(path: Path) -> bytes:
    """Return the beginning of a file, of one that breaks off what there is of it."""
    found = b""
    with open_plain(path) as file:
        try:
            while len(found) < _PEEK and (more := file.read1(_PEEK)):  # type: ignore[attr-defined]
                found += more
        except (EOFError, zlib.error, OSError):
            pass
    return found


def encoding_of(head: bytes) -> str:
    """Return how text is encoded, by its mark."""
    return next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")


def _json(path: Path, refuse: Refuse) -> Iterator[Placed]:
    head = head_of(path)
    encoding = encoding_of(head)
    with open_plain(path) as raw:
        if encoding == "utf-16":
            yield from values_of_text(raw, str(path), refuse, encoding)
        elif is_lines(head):
            for lines in line_batches(raw, str(path), refuse):
                yield from (placed for n in range(len(lines)) for placed in lines.flat(n))
        else:
            yield from values_of_text(raw, str(path), refuse)


def _csv(path: Path, refuse: Refuse) -> Iterator[Placed]:
    file = str(path)
    csv.field_size_limit(min(sys.maxsize, LONGEST))
    encoding = encoding_of(head_of(path))
    with open_plain(path) as raw:
        text = io.TextIOWrapper(raw, encoding, errors=WINDOWS, newline="")
        first = text.readline(LONGEST)
        if names_separator(first):
            first = text.readline(LONGEST)
        try:
            separator, names = header_of(first)
        except csv.Error as problem:
            refuse(Placed({}, file, 1), f"not CSV: {problem}", "")
            return
        reader = csv.reader(text, delimiter=separator)
        yield from _csv_rows(reader, names, file, refuse)


def _csv_rows(reader: Any, names: list[str], file: str, refuse: Refuse) -> Iterator[Placed]:
    while True:
        line = reader.line_num + 2
        try:
            values = next(reader, None)
        except csv.Error as problem:
            refuse(Placed({}, file, line), f"not CSV: {problem}", "")
            continue
        if values is None:
            return
        if not values:
            continue
        values = fitted(values, names)
        if len(values) != len(names):
            why = f"has {len(values)} values for {len(names)} columns"
            refuse(Placed({}, file, line), why, ",".join(values)[:10_000])
            continue
        yield Placed(dict(zip(names, values, strict=True)), file, line)


def _parquet(path: Path, refuse: Refuse) -> Iterator[Placed]:
    with refusing_parquet(path, refuse):
        yield from records_of_table(scan_parquet(path), str(path))


def scan_parquet(path: Path) -> pl.LazyFrame:
    """Return the rows of a Parquet file, which may be packed once more."""
    with open_plain(path) as raw:
        packed = raw.__class__ is not io.BufferedReader
        if not packed:
            check_rows(on_disk(path))
        source: Any = io.BytesIO(whole_of(raw, on_disk(path))) if packed else on_disk(path)
    return pl.scan_parquet(source, glob=False)


@contextmanager
def refusing_parquet(path: Path, refuse: Refuse) -> Iterator[None]:
    """Refuse what is left of a Parquet file that cannot be read in the body."""
    try:
        yield
    except pl.exceptions.PolarsError as problem:
        reason = str(problem).partition("\n")[0]
        refuse(Placed({}, str(path)), f"not Parquet that can be read: {reason}", "")


def _avro(path: Path, refuse: Refuse) -> Iterator[Placed]:
    number = 0
    with open_plain(path) as raw:
        try:
            reader = avro_reader(raw)
            name = schema_name(reader.writer_schema)
            for record in reader:
                number += 1
                if isinstance(record, dict):
                    record[SCHEMA_NAME] = name
                    yield Placed(record, str(path), number)
                else:
                    refuse(Placed({}, str(path), number), "not a record", str(record))
        except (GeneratorExit, MissingExtraError):
            raise
        # A broken block can make fastavro raise any kind of error.
        except Exception as problem:  # noqa: BLE001
            refuse(Placed({}, str(path), number + 1), why_broken(problem, number), "")
