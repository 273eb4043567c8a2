"""The folder of a store: generations, of which readers see the newest whole one, and a lock for whoever writes.

A generation is never changed once it is named in the manifest. Who writes makes a new one beside it
and then replaces the manifest, so that a store is the old one or the new one at any moment. Readers
hold a lock on the generation that they have open; one that nobody holds any more is removed by the
next writer.
"""

import errno
import json
import os
import shutil
import sys
import tempfile
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from results_widgets._io import whole_file
from results_widgets._json import parse
from results_widgets.errors import EventsError, OutputError

if sys.platform != "win32":
    import fcntl

MANIFEST: Final = "manifest.json"
FORMAT: Final = "results_widgets store"
VERSION: Final = 5
_LOCK: Final = ".lock"
_GENERATION: Final = "generation-"
_TRIES: Final = 20


def is_store(folder: Path) -> bool:
    """Whether a folder is a store, whatever state it is in."""
    return (folder / MANIFEST).is_file() and not (folder / "campaign.json").exists()


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what the manifest says of the newest generation.

    Raises:
        EventsError: It is not there, was changed, or was written by a newer version.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise EventsError(f"{folder}: no store; prepare one with results.save({str(folder)!r})")
    try:
        text = path.read_bytes()
    except OSError as error:
        raise damaged_store(folder, f"{MANIFEST}: {error.strerror}") from None
    found = parse(
        text, str(path), lambda where, problem: damaged_store(folder, f"{where} {problem}")
    )
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise EventsError(f"{folder}: {MANIFEST} is not that of a store")
    if found.get("version") != VERSION:
        raise EventsError(
            f"{folder}: the store has format {found.get('version')!r}, and this version reads {VERSION}; "
            "upgrade results-widgets, or delete the folder and prepare it again from its sources"
        )
    seal = found.pop("sha256", None)
    if seal != _digest(found):
        raise damaged_store(folder, f"{MANIFEST} has changed since it was written")
    return found


def damaged_store(folder: Path, why: str) -> EventsError:
    """Return the error for a store that cannot be trusted."""
    return EventsError(
        f"{folder}: the store is damaged ({why}); delete the folder, and prepare it again from its sources"
    )


def _digest(content: dict[str, Any]) -> str:
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@contextmanager
def opened(folder: Path, owner: Callable[[], object]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield the newest generation and its manifest, and keep it until whoever opens it is gone.

    Args:
        folder: The store.
        owner: Returns, at the end, the object that reads the generation.
    """
    path, manifest, held = _held(folder)
    try:
        yield path, manifest
        reader = owner()
    except BaseException:
        os.close(held)
        raise
    weakref.finalize(reader, os.close, held)


def _held(folder: Path) -> tuple[Path, dict[str, Any], int]:
    for _ in range(_TRIES):
        manifest = read_manifest(folder)
        path = folder / str(manifest["generation"])
        # A writer may have replaced and removed it since the manifest was read.
        with suppress(FileNotFoundError):
            held = os.open(path / _LOCK, os.O_RDONLY)
            _take(held, shared=True)
            if (path / _LOCK).exists():
                return path, manifest, held
            os.close(held)
    raise damaged_store(folder, "its newest generation is missing")


@contextmanager
def new_generation(folder: Path) -> Iterator[tuple[Path, Callable[[dict[str, Any]], None]]]:
    """Yield a new, empty generation, and what makes it the store's; nothing is left of one that is not.

    Raises:
        OutputError: Another process writes to the store, the folder is something else, or it cannot
            be written to.
    """
    target = Path(os.path.realpath(folder))
    is_new = _make(target, folder)
    with _alone(target, folder):
        try:
            made = Path(tempfile.mkdtemp(prefix=_GENERATION, dir=target))
        except OSError as error:
            raise _refused(error, folder) from None
        try:
            (made / _LOCK).touch(0o600)

            def commit(manifest: dict[str, Any]) -> None:
                content = {
                    **manifest,
                    "format": FORMAT,
                    "version": VERSION,
                    "generation": made.name,
                }
                sealed = {**content, "sha256": _digest(content)}
                with whole_file(target / MANIFEST, private=True) as unfinished:
                    unfinished.write_bytes(json.dumps(sealed).encode())

            yield made, commit
        finally:
            _sweep(target)
            if is_new and not (target / MANIFEST).exists():
                # Of a store that could not be made nothing is left, not even its folder.
                (target / _LOCK).unlink(missing_ok=True)
                with suppress(OSError):
                    target.rmdir()


def _refused(error: OSError, asked: Path) -> OutputError:
    reason = f"{os.strerror(error.errno or errno.EIO)}; nothing was written"
    return OutputError(error.errno or errno.EIO, reason, asked)


def _make(target: Path, asked: Path) -> bool:
    """Make a store's folder, and return whether it was not there."""
    if target.is_dir():
        others = [one.name for one in target.iterdir() if not _is_own(one.name)]
        if others:
            raise OutputError(
                errno.ENOTEMPTY,
                f"the folder holds other files ({min(others)}); choose another",
                asked,
            )
        return False
    try:
        target.mkdir(mode=0o700)
    except OSError as error:
        raise _refused(error, asked) from None
    return True


def _is_own(name: str) -> bool:
    return name in (MANIFEST, _LOCK) or name.startswith((_GENERATION, f".{MANIFEST}"))


@contextmanager
def _alone(target: Path, asked: Path) -> Iterator[None]:
    try:
        lock = os.open(target / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _refused(error, asked) from None
    try:
        if not _take(lock):
            raise OutputError(
                errno.EBUSY,
                "another process is writing to this store; wait until it is done",
                asked,
            )
        yield
    finally:
        os.close(lock)


def _sweep(target: Path) -> None:
    """Remove the generations that are neither the newest nor open anywhere."""
    try:
        current = read_manifest(target)["generation"]
    except EventsError:
        current = None
    for path in target.glob(f"{_GENERATION}*"):
        if path.name != current and _is_free(path):
            shutil.rmtree(path, ignore_errors=True)


def _is_free(path: Path) -> bool:
    try:
        lock = os.open(path / _LOCK, os.O_RDONLY)
    except OSError:
        return True
    try:
        return _take(lock)
    finally:
        os.close(lock)


def _take(file: int, *, shared: bool = False) -> bool:
    """Lock an open file until it is closed, and return whether that was possible; a shared lock is waited for."""
    if sys.platform == "win32":  # pragma: no cover - which refuses to remove files that are open
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
