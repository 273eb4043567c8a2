"""Archives of several files, which are read like a folder: unpacked within bounds, for as long as they are read."""

import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Final, cast

from results_widgets.exports.archive_files import STOPS, Packed, files_of
from results_widgets.exports.spool import home
from results_widgets.sources import unpacking
from results_widgets.sources.unpacking import check_unpacked

_CHUNK: Final = 1 << 14
"""Bytes unpacked at a time: at most this many are lost where an archive is broken."""

_MOST_FILES: Final = 100_000
_LOCKED: Final = (RuntimeError, NotImplementedError)
"""What a file of an archive raises that is encrypted, or packed in a way that Python does not know."""


@dataclass(frozen=True)
class _Opened:
    """What was unpacked.

    Attributes:
        files: The file on disk of each that an archive holds, by its place in the archive.
        broken: Why files end before their end.
        cut: What cannot be read further, and why.
        folders: Folders to remove.
    """

    files: dict[Path, Path] = field(default_factory=dict)
    broken: dict[Path, Exception] = field(default_factory=dict)
    cut: dict[str, str] = field(default_factory=dict)
    folders: list[Path] = field(default_factory=list)


_OPENED: Final[ContextVar[_Opened | None]] = ContextVar("_OPENED", default=None)


@contextmanager
def archives_open() -> Iterator[None]:
    """Keep in the body what is unpacked of archives, and remove it then."""
    opened = _Opened()
    token = _OPENED.set(opened)
    try:
        yield
    finally:
        _OPENED.reset(token)
        for folder in opened.folders:
            shutil.rmtree(folder, ignore_errors=True)


def on_disk(path: Path) -> Path:
    """Return the file to open for one that may be in an archive."""
    opened = _OPENED.get()
    return path if opened is None else opened.files.get(path, path)


def archive_of(path: str) -> Path:
    """Return the archive that a file is in, or the file itself."""
    found = Path(path)
    opened = _OPENED.get()
    if opened is not None and found in opened.files:
        return next(one for one in found.parents if one.is_file())
    return found


def up_to_its_end(raw: IO[bytes], path: Path) -> IO[bytes]:
    """Return a file that was opened, so that it breaks off where it does in its archive."""
    opened = _OPENED.get()
    problem = None if opened is None else opened.broken.get(path)
    return raw if problem is None else cast(IO[bytes], _Broken(raw, problem))


def is_broken(path: Path) -> bool:
    """Whether a file of an archive ends before its end."""
    opened = _OPENED.get()
    return opened is not None and path in opened.broken


def cut_off() -> dict[str, str]:
    """Return the archives and files that cannot be read further or could not be unpacked, and why."""
    opened = _OPENED.get()
    if opened is None:
        return {}
    nothing = (one for one in opened.broken if not opened.files[one].stat().st_size)
    return opened.cut | {str(one): f"the file breaks off: {opened.broken[one]}" for one in nothing}


def unpacked(path: Path, ignored: dict[str, str]) -> list[Path] | None:
    """Unpack an archive of several files, and return these as files below it; None if it is none.

    Args:
        path: The archive.
        ignored: Files of it that are not read, and why, which are added.

    Raises:
        OSError: It cannot be opened.
    """
    opened = _OPENED.get()
    files = None if opened is None else files_of(path)
    if opened is None or files is None:
        return None
    folder = Path(tempfile.mkdtemp(dir=home()))
    opened.folders.append(folder)
    return _Unpacker(path, folder, opened, ignored).all_of(files)


@dataclass
class _Unpacker:
    """Unpacks the files of an archive under numbers, so that their names never reach the disk."""

    path: Path
    folder: Path
    opened: _Opened
    ignored: dict[str, str]
    size: int = 0

    def all_of(self, files: Iterator[Packed]) -> list[Path]:
        """Unpack files as far as they can be had, and return their places in the archive."""
        found: list[Path] = []
        try:
            for number, packed in enumerate(files):
                if number >= _MOST_FILES:
                    raise OSError(f"has more than {_MOST_FILES:,} files")
                place = self._place(packed)
                if place is not None:
                    found.append(place)
                    self._unpack(packed, place, self.folder / str(number))
        except STOPS as problem:
            why = str(problem) or type(problem).__name__
            self.opened.cut[str(self.path)] = f"the archive breaks off: {why}"
        return sorted(place for place in found if place in self.opened.files)

    def _place(self, packed: Packed) -> Path | None:
        """Return where a file is in the archive; None of one that is not read."""
        name = PurePosixPath(packed.name.replace("\\", "/"))
        if name.name.startswith((".", "_")) or any(
            one.startswith(".") and one != ".." for one in name.parts
        ):
            return None  # hidden, as in a folder
        leads_out = name.is_absolute() or ".." in name.parts or ":" in name.parts[0]
        place = self.path / (name.name if leads_out else name)
        why = packed.stop or ("its name leads out of the archive" if leads_out else "")
        if place in self.opened.files:
            why = why or "the archive has another file of this name"
            place = place.with_name(f"{place.name} (another)")
        if why:
            self.ignored[str(place)] = why
        return None if why else place

    def _unpack(self, packed: Packed, place: Path, target: Path) -> None:
        """Unpack one file; if it breaks off, what there is of it."""
        try:
            with packed.open() as source, target.open("xb") as file:
                self.opened.files[place] = target
                try:
                    self._copy(source, file)
                except STOPS as problem:
                    own = isinstance(problem, EOFError | OSError)
                    self.opened.broken[place] = problem if own else EOFError(str(problem))
                    if isinstance(problem, unpacking.TooLargeError) or not _goes_on(source):
                        raise
        except _LOCKED as problem:
            self.opened.files.pop(place, None)
            self.ignored[str(place)] = f"cannot be unpacked: {problem}"

    def _copy(self, source: IO[bytes], file: IO[bytes]) -> None:
        packed = self.path.stat().st_size
        while data := source.read1(_CHUNK):  # type: ignore[attr-defined]
            self.size += len(data)
            check_unpacked(self.size, packed, unpacking.BOUNDS)
            file.write(data)


def _goes_on(source: IO[bytes]) -> bool:
    """Whether the files behind one that breaks off can be read: a zip archive says where each starts."""
    return isinstance(source, zipfile.ZipExtFile)


class _Broken(io.BufferedIOBase):
    """A file that breaks off at its end."""

    def __init__(self, stream: IO[bytes], problem: Exception) -> None:
        self._stream, self._problem = stream, problem

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """Return so many bytes; at the end it breaks off."""
        return self._checked(self._stream.read(-1 if size is None else size), size)

    def read1(self, size: int = -1, /) -> bytes:
        """Return what can be read in one go."""
        return self._checked(self._stream.read(size if size >= 0 else _CHUNK), size)

    def _checked(self, data: bytes, size: int | None) -> bytes:
        if not data and size:
            raise self._problem
        return data

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
        super().close()
