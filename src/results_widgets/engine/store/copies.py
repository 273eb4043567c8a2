"""The event table of a store that is a copy of the Parquet files that were read.

They are normalised again as they are read, which costs what it costs with the files themselves; to write
them anew takes most of what it takes to prepare a store, and saves nothing.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from results_widgets._io import whole_file
from results_widgets.engine.store.frames import checksum
from results_widgets.sources import FileSet
from results_widgets.sources.file_version import FileKey, FileStamp, FileVersion

_MOST_FILES: Final = 256
"""From how many files on a table is written as one."""
_MOST_BYTES: Final = 24
"""Bytes a row from which on files that are not small are worth writing anew."""
_SMALL: Final = 1 << 26

About = Mapping[str, Any]
"""What the manifest says of a file: its name, size and CRC-32."""

Copies = Mapping[tuple[FileKey, FileStamp], tuple[Path, About]]
"""The copies of a generation by what was copied: where they lie, and what the manifest says of them."""


def copied(folder: Path, files: FileSet | None, known: Copies) -> list[dict[str, Any]] | None:
    """Copy the files of the events into a generation, in their order.

    Args:
        folder: The generation.
        files: The files; None if the events are none.
        known: The copies of the generation before.

    Returns:
        What the manifest says of each; None if they are to be written anew: they are of another format, not
        as they were read, or larger or more than they need be.
    """
    if files is None or not _fit(files):
        return None
    found = []
    try:
        for number, part in enumerate(files.parts, 1):
            if not part.is_unchanged():
                return None
            path = folder / f"events-{number}.parquet"
            found.append(_copied(part, path, known.get((part.place, part.stamp))))
            if not part.is_unchanged():
                return None
    except FileNotFoundError:
        return None
    return found


def _fit(files: FileSet) -> bool:
    if files.kind != ".parquet" or files.lost or len(files.parts) > _MOST_FILES:
        return False
    size = sum(part.stamp.size for part in files.parts)
    rows = sum(part.rows for part in files.parts)
    return all(part.content.is_plain for part in files.parts) and size <= max(
        _SMALL, rows * _MOST_BYTES
    )


def _copied(part: FileVersion, path: Path, known: tuple[Path, About] | None) -> dict[str, Any]:
    if known is not None:
        before, about = known
        linked(before, path)
        return {**about, "name": path.name}
    with whole_file(path, private=True) as unfinished:
        shutil.copyfile(part.path, unfinished)
        return described(unfinished, path)


def described(file: Path, path: Path) -> dict[str, Any]:
    """Return what the manifest says of a file that will be at a path."""
    return {"name": path.name, "size": file.stat().st_size, "crc": checksum(file)}


def linked(old: Path, new: Path) -> None:
    """Let a file be there under another path as well."""
    try:
        os.link(old, new)
    except OSError:
        # Not every file system has links.
        shutil.copy2(old, new)


def copies_by_origin(files: FileSet, folder: Path, about: Sequence[About]) -> Copies:
    """Return the copies of files in a generation."""
    pairs = zip(files.parts, about, strict=True)
    return {(part.place, part.stamp): (folder / one["name"], one) for part, one in pairs}


def copies_of(files: FileSet, folder: Path, about: Sequence[About]) -> FileSet:
    """Return files as they were copied into a generation."""
    parts = []
    for part, one in zip(files.parts, about, strict=True):
        path = folder / one["name"]
        parts.append(replace(part, place=(part.place[0], path), stamp=FileStamp.of(path)))
    return replace(files, parts=tuple(parts))
