"""The only place where files are written.

A reader sees the old file or the new one, never half of one. A file that is being read as events or
users is never replaced. Files with users are readable by their owner only; a file that is replaced
keeps its mode. What a killed process left behind is removed by the next one that writes there.
"""

import errno
import hashlib
import os
import platform
import re
import shutil
import stat
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Literal

from results_widgets.errors import OutputError

_MARK: Final = "results-widgets"
_HOST: Final = hashlib.sha256(platform.node().encode()).hexdigest()[:8]
_OLD: Final = 24 * 3600
"""Seconds after which a scratch folder is certainly abandoned, whichever machine made it."""

_OS_ERROR: Final = re.compile(r"\(os error (\d{1,3})\)")
"""How Rust's libraries name an error of the system."""

Input = Literal["table", "campaign"]

_inputs: set[tuple[int, Input, Callable[[Path], bool]]] = set()


def protect_inputs(owner: object, reads: Callable[[Path], bool], kind: Input = "table") -> None:
    """Refuse to write to the files that something reads, as long as it lives.

    Args:
        owner: What reads them.
        reads: Whether it reads a path, or would once there is a file; equal ones count once.
        kind: What the files are to it; see `whole_file`.
    """
    entry = id(owner), kind, reads
    if entry not in _inputs:
        _inputs.add(entry)
        weakref.finalize(owner, _inputs.discard, entry)


def write_whole(path: str | Path, content: bytes, *, replaces: Input | None = None) -> Path:
    """Write a file atomically, and return its path; see `whole_file`."""
    with whole_file(path, replaces=replaces) as unfinished:
        unfinished.write_bytes(content)
    return Path(path)


def check_output(path: str | Path, replaces: Input | None = None) -> Path:
    """Return the file that a path stands for, if it may be written; for parameters see `whole_file`.

    For outputs that take long to make, so that a wrong path is reported beforehand.

    Raises:
        OutputError: Results read this file, or would at their next refresh; it is a folder or a device; or
            its folder is not there.
    """
    try:
        target = Path(os.path.realpath(path))
        is_other = target.exists() and not target.is_file()
    except OSError as error:
        raise _cannot(error.errno or errno.EIO, path) from None
    except ValueError:
        raise OutputError(errno.EINVAL, "its name has a null character", path) from None
    # A device or a pipe would be replaced by a file, for everybody on this machine.
    if is_other:
        what = "a folder" if target.is_dir() else "no file but a device or a pipe"
        raise OutputError(errno.EISDIR, f"it is {what}; write to another name", path)
    if any(kind != replaces and reads(target) for _, kind, reads in [*_inputs]):
        raise OutputError(
            errno.EEXIST,
            "the results read this file, or would read it on a refresh; write to another name or "
            "folder",
            path,
        )
    if not target.parent.is_dir():
        raise _cannot(errno.ENOTDIR if target.parent.exists() else errno.ENOENT, path)
    return target


def is_file(path: str | Path) -> bool:
    """Whether a path is a file's; not if it is no name that the system takes, which `Path.is_file` fails at."""
    return os.path.isfile(path)  # noqa: PTH113 - see above


def is_folder(path: str | Path) -> bool:
    """Whether a path is a folder's; see `is_file`."""
    return os.path.isdir(path)  # noqa: PTH112 - see above


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, where there is none.

    Raises:
        OutputError: It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            error.errno or errno.EIO, os.strerror(error.errno or errno.EIO), folder
        ) from None
    except ValueError:
        raise OutputError(errno.EINVAL, "its name has a null character", folder) from None


@contextmanager
def whole_file(
    path: str | Path, *, private: bool = False, replaces: Input | None = None
) -> Iterator[Path]:
    """Yield a path to write to; what is written there takes the place of the target at the end.

    Args:
        path: The target; a symbolic link stays, and the file it points to is replaced.
        private: Whether it holds users: a new file is readable by its owner only. A file that is
            replaced keeps its mode.
        replaces: Inputs of this kind may be replaced: a campaign by what was made of it, for example.

    Raises:
        OutputError: It is a file that results read, its folder is not there or cannot be written to,
            or the disk is full. The target is as it was, and nothing is left behind.
    """
    target = check_output(path, replaces)
    try:
        with _scratch_folder(target) as folder:
            unfinished = folder / target.name
            yield unfinished
            _finish(unfinished, target, private=private)
    except OutputError:
        raise
    # The libraries that write files each have errors of their own for a full disk.
    except Exception as error:
        ours = _in_our_words(error, path)
        if ours is None:
            raise
        raise ours from None


@contextmanager
def _scratch_folder(target: Path) -> Iterator[Path]:
    """Make a folder beside the target that only its owner can enter, and remove it at the end.

    A folder, since some libraries write to further files first, with modes of their own.
    """
    _sweep(target.parent)
    name = f".{target.name[:80]}.{_MARK}-{_HOST}-{os.getpid()}-"
    folder = Path(tempfile.mkdtemp(prefix=name, dir=target.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _finish(unfinished: Path, target: Path, *, private: bool) -> None:
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    with suppress(FileNotFoundError):
        unfinished.chmod(stat.S_IMODE(target.stat().st_mode))
        private = False
    if private:
        unfinished.chmod(0o600)
    unfinished.replace(target)


def _sweep(folder: Path) -> None:
    """Remove the scratch folders of processes that are no more."""
    for left in folder.glob(f".*.{_MARK}-*-*-*"):
        host, pid, _ = left.name.rpartition(f".{_MARK}-")[2].split("-", 2)
        with suppress(OSError, ValueError):
            is_old = time.time() - left.stat().st_mtime > _OLD
            if is_old or (host == _HOST and not _is_alive(int(pid))):
                shutil.rmtree(left, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    if os.name == "nt":  # pragma: no cover - os.kill would end the process there
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _in_our_words(error: Exception, path: str | Path) -> OutputError | None:
    """Return the error for a file that cannot be written; None if it is another error."""
    if isinstance(error, OSError) and error.errno is not None:
        code = error.errno
    elif found := _OS_ERROR.search(str(error)):
        code = int(found[1])
    elif "No space left on device" in str(error):
        code = errno.ENOSPC
    # The library that writes Parquet's footer reports nothing more.
    elif "thrift: transport" in str(error):
        code = errno.EIO
    else:
        return None
    return _cannot(code, path)


def _cannot(code: int, path: str | Path) -> OutputError:
    return OutputError(code, f"{os.strerror(code)}; what was there before is unchanged", path)
