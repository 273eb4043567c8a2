"""Frames in Arrow files: written once, and mapped into memory where pyarrow is installed.

A mapped frame takes no memory of its own: readers of one file share its pages. Without pyarrow a
frame is read into memory, which takes longer the larger it is.
"""

import io
import mmap
import os
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import polars as pl

from results_widgets._io import whole_file
from results_widgets.engine.store.folder import damaged_store
from results_widgets.errors import EventsError

_BLOCK: Final = 1 << 22
_OWN_FILE: Final = 1 << 20
"""Bytes from which a frame has a file of its own; smaller ones lie in one file together."""
_ALIGNED: Final = 64
TOGETHER: Final = "answers.bin"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a frame lies.

    Attributes:
        file: Name of the file.
        start: Its first byte.
        size: How many bytes it has.
        crc: Their CRC-32.
    """

    file: str
    start: int
    size: int
    crc: int


Stamp = tuple[int, int, int]
"""What the file system says of a file: its number, when it was last written to in ns, its size."""

Stamps = Mapping[str, Sequence[int]]
"""The stamps of a generation's files by their names, as they were when it was written."""

_AGE: Final = 10 * 10**9
"""How old a file looks at least when it is stamped, in ns: a write in the same tick of the clock shows, too."""


def stamps_of(folder: Path) -> dict[str, Stamp]:
    """Return the stamps of a generation's files, all of which are written.

    A file whose stamp is still the same was not written to since, so nobody need read it in full to
    see that. A copy has a stamp of its own, and is read.
    """
    return {path.name: _stamped(path) for path in folder.iterdir() if path.suffix}


def _stamped(path: Path) -> Stamp:
    written = path.stat().st_mtime_ns
    if time.time_ns() - written < _AGE:
        os.utime(path, ns=(written, written - _AGE))
    return _stamp(path.stat())


def _stamp(found: os.stat_result) -> Stamp:
    return found.st_ino, found.st_mtime_ns, found.st_size


def is_as_stamped(found: os.stat_result, stamp: Sequence[int] | None) -> bool:
    """Whether a file was not written to since it was stamped; False if it was not."""
    return stamp is not None and _stamp(found) == tuple(stamp)


def checksum(path: Path, start: int = 0, size: int | None = None) -> int:
    """Return the CRC-32 of a file, or of a part of it."""
    found = 0
    with path.open("rb") as file:
        file.seek(start)
        left = path.stat().st_size - start if size is None else size
        while left > 0 and (block := file.read(min(_BLOCK, left))):
            found = zlib.crc32(block, found)
            left -= len(block)
    return found


class FrameWriter:
    """Writes frames to a folder.

    Attributes:
        places: Where the frames lie, in the order in which they were added.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._together = io.BytesIO()
        self._names: set[str] = set()
        self._known: dict[int, tuple[pl.DataFrame, int]] = {}
        self.places: list[Place] = []

    def add(self, frame: pl.DataFrame, name: str) -> int:
        """Write a frame, and return its number.

        Args:
            frame: The frame.
            name: What its file is called, if it is large enough to have one.
        """
        if id(frame) not in self._known:
            # One batch, since rows are gathered by position, and frames of one chunk are faster there.
            whole, batch = frame.rechunk(), max(1, frame.height)
            if frame.estimated_size() < _OWN_FILE:
                self._add_together(whole, batch)
            else:
                self._add_file(whole, self._free(name), batch)
            self._known[id(frame)] = frame, len(self.places) - 1
        return self._known[id(frame)][1]

    def _add_together(self, frame: pl.DataFrame, batch: int) -> None:
        start = self._together.tell()
        frame.write_ipc(self._together, record_batch_size=batch)
        content = self._together.getbuffer()[start:]
        size, crc = len(content), zlib.crc32(content)
        content.release()
        self._together.seek(0, io.SEEK_END)
        self._together.write(b"\0" * (-self._together.tell() % _ALIGNED))
        self.places.append(Place(TOGETHER, start, size, crc))

    def _add_file(self, frame: pl.DataFrame, name: str, batch: int) -> None:
        path = self._folder / f"{name}.arrow"
        with whole_file(path, private=True) as unfinished:
            frame.write_ipc(unfinished, record_batch_size=batch)
            size, crc = unfinished.stat().st_size, checksum(unfinished)
        self.places.append(Place(path.name, 0, size, crc))

    def _free(self, name: str) -> str:
        plain = "".join(one if one.isalnum() else "-" for one in name.lower())
        number = 1
        while (found := plain if number == 1 else f"{plain}-{number}") in self._names:
            number += 1
        self._names.add(found)
        return found

    def finish(self) -> None:
        """Write the small frames."""
        with whole_file(self._folder / TOGETHER, private=True) as unfinished:
            unfinished.write_bytes(self._together.getbuffer())


class FrameReader:
    """Reads frames from a folder.

    Args:
        folder: The folder.
        places: Where the frames lie.
        stamps: The files' stamps when they were written.
    """

    def __init__(self, folder: Path, places: Mapping[int, Place], stamps: Stamps) -> None:
        self._folder = folder
        self._places = places
        self._stamps = stamps
        self._maps: dict[str, mmap.mmap] = {}
        self._untouched: set[str] = set()

    def read(self, number: int) -> pl.DataFrame:
        """Return a frame.

        Raises:
            EventsError: The file is gone, or not as it was written.
        """
        place = self._places[number]
        try:
            content = memoryview(self._mapped(place.file))[place.start : place.start + place.size]
        except (OSError, ValueError) as error:
            raise damaged(self._folder / place.file, str(error)) from None
        is_whole = place.file in self._untouched or _crc(content) == place.crc
        if len(content) != place.size or not is_whole:
            raise damaged(self._folder / place.file, "its bytes have changed since it was written")
        return _as_frame(content)

    def _mapped(self, name: str) -> mmap.mmap:
        if name not in self._maps:
            with (self._folder / name).open("rb") as file:
                self._maps[name] = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
                if is_as_stamped(os.fstat(file.fileno()), self._stamps.get(name)):
                    self._untouched.add(name)
        return self._maps[name]


MISREAD: Final = (
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    pl.exceptions.PolarsError,
)
"""What reading JSON that says something else than it should ends in."""


def damaged(path: Path, why: str) -> EventsError:
    """Return the error for a file of a generation that cannot be trusted."""
    return damaged_store(path.parent.parent, f"{path.name}: {why}")


def check_file(path: Path, size: int, crc: int, stamp: Sequence[int] | None) -> None:
    """Check that a file is as it was written, by reading it unless its stamp says so.

    Raises:
        EventsError: It is not, or it is gone.
    """
    try:
        found = path.stat()
        is_whole = is_as_stamped(found, stamp) or (found.st_size == size and checksum(path) == crc)
    except OSError as error:
        raise damaged(path, str(error.strerror)) from None
    if not is_whole:
        raise damaged(path, "its bytes have changed since it was written")


def _crc(content: memoryview) -> int:
    found = 0
    for start in range(0, len(content), _BLOCK):
        found = zlib.crc32(content[start : start + _BLOCK], found)
    return found


def _as_frame(content: memoryview) -> pl.DataFrame:
    # To map a small frame saves nothing, and pyarrow takes a quarter of a second to import.
    if len(content) < _OWN_FILE or find_spec("pyarrow") is None:
        return pl.read_ipc(bytes(content)).rechunk()
    import pyarrow as pa

    table: Any = pa.ipc.open_file(pa.py_buffer(content)).read_all()
    found = pl.from_arrow(table, rechunk=False)
    assert isinstance(found, pl.DataFrame)
    return found
