"""Limits on what a packed file may unpack to, and streams that keep to them: a small file can exhaust memory."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import polars as pl

_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much packed data may become.

    Attributes:
        small: Bytes that anything may unpack to, however small it was.
        ratio: How many times its own size anything larger may unpack to. Events as gzip are 5 to 30 times as large
            when unpacked, and seldom 100 times; a file made to fill a memory, 1,000 times.
        whole: Bytes that may be unpacked into memory at once, for what cannot be read bit by bit.
        block: Bytes that one block of Avro may unpack to.
        objects: Bytes of memory that the objects of one record of Avro may take.
        rows: Rows that any Parquet file may have: a run of equal values takes next to nothing in it.
        rows_a_byte: Rows for each byte that one with more may have.
    """

    small: int = 256 << 20
    ratio: int = 250
    whole: int = 8 << 30
    block: int = 64 << 20
    objects: int = 1 << 30
    rows: int = 10_000_000
    rows_a_byte: int = 50


BOUNDS: Final = Bounds()
"""The bounds that reading keeps to."""

MOST_OF_GZIP: Final = 1_032
"""How many times its own size gzip can unpack to at most."""


class TooLargeError(OSError):
    """What is packed unpacks to more than it should; the words continue a sentence that starts with its name."""


def check_unpacked(unpacked: int, packed: int, bounds: Bounds) -> None:
    """Refuse what has become too large.

    Args:
        unpacked: How many bytes it unpacked to so far.
        packed: How many bytes it had.
        bounds: How large it may become.

    Raises:
        TooLargeError: It is larger.
    """
    if unpacked > max(bounds.small, packed * bounds.ratio):
        raise TooLargeError(
            f"unpacks to more than {bounds.ratio} times its {packed:,} bytes, like a file made to exhaust memory; "
            f"if that is intended, unpack it yourself"
        )


def check_rows(path: Path, bounds: Bounds | None = None) -> None:
    """Refuse a Parquet file that claims more rows than its bytes can tell apart.

    Args:
        path: The file.
        bounds: How many it may have; None: as many as reading allows.

    Raises:
        TooLargeError: It has more.
    """
    bounds = bounds or BOUNDS
    size = path.stat().st_size
    try:
        rows = pl.scan_parquet(path, glob=False).select(pl.len()).collect().item()
    except pl.exceptions.PolarsError:
        return  # whoever reads it says what is wrong with it
    if rows > max(bounds.rows, size * bounds.rows_a_byte):
        raise TooLargeError(f"has {rows:,} rows in {size:,} bytes, as no table of events has")


class Unpacking(io.BufferedIOBase):
    """A stream of what is unpacked, which stops where it has become too large.

    Args:
        stream: What is unpacked.
        path: The packed file.
        bounds: How large it may become.
    """

    def __init__(self, stream: IO[bytes], path: Path, bounds: Bounds) -> None:
        self._stream, self._bounds = stream, bounds
        self._packed, self._unpacked = path.stat().st_size, 0

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """Return so many bytes, or fewer at the end; all that are left if no size is given.

        Raises:
            TooLargeError: It has become too large.
        """
        if size is not None and size >= 0:
            return self._counted(self._stream.read(size))
        return b"".join(iter(lambda: self.read(_CHUNK), b""))

    def read1(self, size: int = -1, /) -> bytes:
        """Return what can be unpacked in one go, at most so many bytes; see `read`."""
        return self._counted(self._stream.read1(size if size >= 0 else _CHUNK))  # type: ignore[attr-defined]

    def _counted(self, data: bytes) -> bytes:
        self._unpacked += len(data)
        check_unpacked(self._unpacked, self._packed, self._bounds)
        return data

    def close(self) -> None:
        """Close what is unpacked."""
        self._stream.close()
        super().close()


def whole_of(stream: IO[bytes], path: Path, bounds: Bounds | None = None) -> bytes:
    """Return all that a packed file unpacks to.

    Args:
        stream: What is unpacked.
        path: The packed file.
        bounds: How large it may become; None: as large as reading allows.

    Raises:
        TooLargeError: It is larger.
    """
    bounds = bounds or BOUNDS
    found = bytearray()
    with Unpacking(stream, path, bounds) as unpacking:
        while data := unpacking.read(_CHUNK):
            found += data
            if len(found) > bounds.whole:
                raise TooLargeError(
                    f"unpacks to more than {bounds.whole:,} bytes, which is too much for memory; unpack it first"
                )
    return bytes(found)
