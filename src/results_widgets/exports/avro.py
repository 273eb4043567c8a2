"""Avro within bounds: fastavro unpacks a block whole, however large it becomes, so it is given plain ones."""

import bz2
import io
import json
import lzma
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import IO, Any, Final, cast

from results_widgets.errors import MissingExtraError
from results_widgets.exports.avro_schema import dearest
from results_widgets.sources.unpacking import BOUNDS, Bounds, TooLargeError, check_unpacked

_MAGIC: Final = b"Obj\x01"
_SYNC: Final = 16
_LONGEST_HEADER: Final = 16 << 20
_LONGEST_NUMBER: Final = 10
_CODEC: Final = "avro.codec"
_SCHEMA: Final = "avro.schema"
_CHECKSUM: Final = 4
_XZ: Final = 128 << 20
"""Bytes of memory that unpacking xz may take beside what comes out: its highest level takes 65 MB."""


@dataclass(frozen=True)
class AvroFile:
    """A file of Avro whose blocks are unpacked.

    Attributes:
        schema: Its schema, as it stands in the file.
        start: What stands ahead of the blocks, as of a file that is not packed.
        blocks: Its blocks, each as one that is not packed.
    """

    schema: Any
    start: bytes
    blocks: Iterator[bytes]

    def records(self, blocks: Iterator[bytes]) -> Any:
        """Return fastavro's reader of some blocks."""
        import fastavro

        return fastavro.reader(cast(IO[bytes], _Stream(self.start, blocks)))


def open_avro(raw: IO[bytes], bounds: Bounds = BOUNDS) -> AvroFile:
    """Open a file of Avro.

    Args:
        raw: The file.
        bounds: How much its blocks may unpack to.

    Raises:
        MissingExtraError: fastavro is not installed, or what its blocks are packed with.
        ValueError: It is no Avro file, or of a schema that no events have.
    """
    if find_spec("fastavro") is None:
        raise MissingExtraError("Reading Avro", "fastavro", "exports")
    header = _header(raw)
    sync = _exactly(raw, _SYNC)
    unpack = _unpacker(header.get(_CODEC, b"null").decode())
    schema = json.loads(header[_SCHEMA])
    dear = dearest(schema)
    most = min(bounds.block, int(bounds.objects / dear) if dear else bounds.block)
    start = _plain_header({**header, _CODEC: b"null"}) + sync
    return AvroFile(schema, start, _blocks(raw, sync, unpack, most, bounds))


def avro_reader(raw: IO[bytes], bounds: Bounds = BOUNDS) -> Any:
    """Return fastavro's reader of a file, which gets its blocks unpacked; see `open_avro`."""
    file = open_avro(raw, bounds)
    return file.records(file.blocks)


class _Stream(io.RawIOBase):
    """A file that comes piece by piece."""

    def __init__(self, start: bytes, pieces: Iterator[bytes]) -> None:
        self._left, self._at, self._pieces = start, 0, pieces

    def read(self, size: int = -1, /) -> bytes:
        while 0 <= size > len(self._left) - self._at and (piece := next(self._pieces, b"")):
            self._left, self._at = self._left[self._at :] + piece, 0
        found = self._left[self._at : self._at + size]
        self._at += len(found)
        return found


def _blocks(
    raw: IO[bytes], sync: bytes, unpack: Callable[[bytes, int], bytes], most: int, bounds: Bounds
) -> Iterator[bytes]:
    """Return the blocks of a file, each as one that is not packed."""
    packed = unpacked = 0
    while (count := _number(raw, may_end=True)) is not None:
        size = _number(raw)
        if size is None or not 0 <= size <= most:
            raise _too_large(most)
        data = unpack(_exactly(raw, size), most)
        # Records of no bytes at all would be as many as a number can say.
        if not 0 <= count <= len(data):
            raise TooLargeError(f"has a block of {len(data):,} bytes that claims {count:,} records")
        packed, unpacked = packed + size, unpacked + len(data)
        check_unpacked(unpacked, packed, bounds)
        if _exactly(raw, _SYNC) != sync:
            raise ValueError("the mark at the end of a block is missing")
        yield b"".join((_written(count), _written(len(data)), data, sync))


def _too_large(most: int) -> TooLargeError:
    return TooLargeError(f"has a block that unpacks to more than {most:,} bytes, as no events do")


def _unpacker(codec: str) -> Callable[[bytes, int], bytes]:
    """Return what unpacks a block, up to so many bytes."""
    known = {
        "null": lambda data, _: data,
        "deflate": lambda data, most: _within(zlib.decompressobj(-zlib.MAX_WBITS), data, most),
        "bzip2": lambda data, most: _within(bz2.BZ2Decompressor(), data, most),
        "xz": lambda data, most: _within(lzma.LZMADecompressor(memlimit=_XZ), data, most),
        "snappy": _snappy,
        "zstandard": _zstandard,
    }
    if codec not in known:
        raise ValueError(f"is packed with {codec!r}, which is not known; known: {', '.join(known)}")
    return known[codec]


def _within(decompressor: Any, data: bytes, most: int) -> bytes:
    found: bytes = decompressor.decompress(data, most + 1)
    if len(found) > most:
        raise _too_large(most)
    return found


def _snappy(data: bytes, most: int) -> bytes:
    try:
        from cramjam import snappy
    except ImportError:
        raise MissingExtraError("Reading Avro packed with snappy", "cramjam", "exports") from None
    data = data[:-_CHECKSUM]
    # Its first number says how many bytes it unpacks to, for which cramjam takes the memory at once.
    size = _number(io.BytesIO(data[:_LONGEST_NUMBER]), signed=False)
    if size is None or size > most:
        raise _too_large(most)
    return bytes(snappy.decompress_raw(data))


def _zstandard(data: bytes, most: int) -> bytes:
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
    except ImportError:
        what = "Reading Avro packed with zstandard"
        raise MissingExtraError(what, "backports.zstd", "exports") from None
    return _within(zstd.ZstdDecompressor(), data, most)


def _header(raw: IO[bytes]) -> dict[str, bytes]:
    """Return what a file says of itself."""
    if _exactly(raw, len(_MAGIC)) != _MAGIC:
        raise ValueError("it does not start as an Avro file does")
    found: dict[str, bytes] = {}
    left = _LONGEST_HEADER
    while count := _number(raw):
        if count < 0:
            _number(raw)
        for _ in range(abs(count)):
            key, value = (_bytes(raw, left) for _ in range(2))
            left -= len(key) + len(value) + 2
            found[key.decode()] = value
    return found


def _plain_header(header: dict[str, bytes]) -> bytes:
    parts = [_MAGIC, _written(len(header))]
    for key, value in header.items():
        parts += [_written(len(key.encode())), key.encode(), _written(len(value)), value]
    return b"".join([*parts, _written(0)])


def _bytes(raw: IO[bytes], left: int) -> bytes:
    size = _number(raw) or 0
    if not 0 <= size <= left:
        raise TooLargeError("has a header without end")
    return _exactly(raw, size)


def _read(raw: IO[bytes], size: int) -> bytes:
    try:
        return raw.read(size)
    except EOFError as problem:
        # Of a gzip that breaks off; fastavro would take it for the end of the file.
        raise ValueError(str(problem)) from None


def _exactly(raw: IO[bytes], size: int) -> bytes:
    found = _read(raw, size)
    if len(found) < size:
        raise ValueError(f"expected {size:,} more bytes, found {len(found):,}")
    return found


def _number(raw: IO[bytes], *, may_end: bool = False, signed: bool = True) -> int | None:
    """Return a number of 7 bits a byte; None at the end of the file where it may end."""
    found = 0
    for place in range(_LONGEST_NUMBER):
        byte = _read(raw, 1)
        if not byte:
            if may_end and not place:
                return None
            raise ValueError("expected a number, found the end")
        found |= (byte[0] & 127) << 7 * place
        if byte[0] < 128:  # noqa: PLR2004 - the highest bit says that there is more
            return (found >> 1) ^ -(found & 1) if signed else found
    raise ValueError("a number has no end")


def _written(number: int) -> bytes:
    """Return a number as `_number` reads it."""
    left, found = number << 1, bytearray()
    while left > 127:  # noqa: PLR2004
        found.append(left & 127 | 128)
        left >>= 7
    return bytes([*found, left])
