"""The files of an export, and the format of each."""

import os
from collections.abc import Iterable, Iterator
from glob import glob, has_magic
from pathlib import Path

from results_widgets._io import is_file, is_folder
from results_widgets.errors import EventsError
from results_widgets.exports.archives import is_broken, unpacked
from results_widgets.exports.records import format_of, is_empty
from results_widgets.sources import path_items


def list_export(source: object) -> list[Path]:
    """Return the files that a source names: of a folder all, whatever their depth, but hidden ones.

    Raises:
        EventsError: There are none.
    """
    found: list[Path] = []
    for item in path_items(source) or ():
        path = Path(str(item)).expanduser()
        if is_folder(path):
            found += _below(path)
        elif is_file(path):
            found.append(path)
        elif has_magic(str(item)):
            for one in map(Path, sorted(glob(str(item), recursive=True))):  # noqa: PTH207 - "~" and "**" alike
                found += _below(one) if one.is_dir() else [one]
        else:
            raise EventsError(f"export: {item}: no such file or folder")
    if not found:
        raise EventsError(
            f"export: {source}: no files were found; pass the folder that holds the export"
        )
    return list(dict.fromkeys(found))


def _below(folder: Path) -> list[Path]:
    found = []
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(root, name) for name in sorted(names) if not name.startswith((".", "_"))]
    return found


def formats_of(paths: Iterable[Path]) -> tuple[dict[str, str], dict[str, str]]:
    """Return how each file is read, and which are not, and why."""
    formats: dict[str, str] = {}
    ignored: dict[str, str] = {}
    for path in _in_archives(paths, ignored):
        try:
            kind = format_of(path)
        except OSError as problem:
            ignored[str(path)] = f"cannot be read: {problem.strerror or problem}"
            continue
        if kind is None and is_empty(path):
            if not is_broken(path):  # that is said where it is read
                ignored[str(path)] = "empty"
        elif kind is None:
            ignored[str(path)] = "neither JSON, CSV, Parquet nor Avro"
        else:
            formats[str(path)] = kind
    return formats, ignored


def _in_archives(paths: Iterable[Path], ignored: dict[str, str]) -> Iterator[Path]:
    """Yield files, of archives those that are in them."""
    for path in paths:
        try:
            found = unpacked(path, ignored)
        except OSError:  # said of it where its format is looked at
            found = None
        yield from (path,) if found is None else found
