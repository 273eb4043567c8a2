"""The files in a zip or tar archive, one after another, without trusting the sizes that it claims."""

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from stat import S_ISLNK
from typing import IO, Final, cast

from results_widgets.sources import unpacking
from results_widgets.sources.unpacking import Unpacking

_BETWEEN: Final = 2 << 20
"""Bytes of a tar archive between two of its files: names and dates, nothing to fill a memory with."""

_DIRECTORY: Final = 64 << 20
"""Bytes that the list of files at the end of a zip archive may have."""

_TAR: Final = slice(257, 262), b"ustar"
STOPS: Final = (EOFError, OSError, zlib.error, zipfile.BadZipFile, tarfile.TarError)
"""Errors of an archive that is cut off or too large."""


@dataclass(frozen=True)
class Packed:
    """A file of an archive; `stop` says why it cannot be read."""

    name: str
    open: Callable[[], IO[bytes]]
    stop: str = ""


def files_of(path: Path) -> Iterator[Packed] | None:
    """Return the files of an archive of several; None if it is none."""
    with path.open("rb") as file:
        head = file.read(512)
    if head.startswith(b"PK\x03\x04"):
        return _of_zip(path)
    if head.startswith(b"\x1f\x8b"):
        try:
            with gzip.open(path) as packed:
                head = packed.read(512)
        except (EOFError, OSError, zlib.error):
            return None
    return _of_tar(path) if head[_TAR[0]] == _TAR[1] else None


def _of_zip(path: Path) -> Iterator[Packed] | None:
    if _directory_size(path) > _DIRECTORY:
        return iter((Packed(path.name, partial(_whole, path), "its list of files is too long"),))
    try:
        archive = zipfile.ZipFile(path)
    except STOPS:
        return None
    infos = [one for one in archive.infolist() if not one.is_dir()]
    if len(infos) == 1:  # read as a file that is packed
        archive.close()
        return None
    return _in_zip(archive, infos)


def _whole(path: Path) -> IO[bytes]:
    return path.open("rb")


def _in_zip(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> Iterator[Packed]:
    with archive:
        for one in infos:
            stop = "a link" if S_ISLNK(one.external_attr >> 16) else ""
            yield Packed(one.filename, partial(archive.open, one), stop)


def _directory_size(path: Path) -> int:
    """Return how long the list of files says it is, at the end of a zip archive."""
    with path.open("rb") as file:
        end = file.seek(0, io.SEEK_END)
        file.seek(max(0, end - (1 << 16) - 200))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    size = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if size == (1 << 32) - 1:  # of a large archive it stands in a record of its own
        large = tail.rfind(b"PK\x06\x06")
        return int.from_bytes(tail[large + 40 : large + 48], "little") if large >= 0 else size
    return size


def _of_tar(path: Path) -> Iterator[Packed]:
    with path.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
    raw = cast(IO[bytes], gzip.open(path)) if is_gzip else path.open("rb")  # noqa: SIM115 - closed below
    bounds = unpacking.BOUNDS
    with raw, Unpacking(raw, path, bounds) as stream:
        meter = _Meter(cast(IO[bytes], stream))
        with tarfile.open(fileobj=cast(IO[bytes], meter), mode="r|") as archive:
            for one in archive:
                stop = "" if one.isreg() and not one.issparse() else "no plain file"
                if one.isdir():
                    continue
                meter.left = one.size + _BETWEEN
                yield Packed(one.name, partial(_in_tar, archive, one), stop)
                # What was read is behind it, what was not is skipped.
                meter.left = _BETWEEN + (one.size if stop else 0)


def _in_tar(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    found = archive.extractfile(member)
    assert found is not None  # it is a plain file
    return found


class _Meter(io.RawIOBase):
    """A stream that returns a limited number of bytes until more are allowed, since tar headers may claim any size."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.left = stream, _BETWEEN
        self._has_ended = False

    def read(self, size: int = -1, /) -> bytes:
        """Return so many bytes; of a stream that breaks off what there is, and then none."""
        data = bytearray()
        while len(data) < size and not self._has_ended:
            try:
                more = self._stream.read1(size - len(data))  # type: ignore[attr-defined]
            except unpacking.TooLargeError:
                raise
            except (EOFError, OSError, zlib.error):
                more = b""
            data += more
            self._has_ended = not more
        self.left -= len(data)
        if self.left < 0:
            raise unpacking.TooLargeError("has a header that is made to fill the memory")
        return bytes(data)
