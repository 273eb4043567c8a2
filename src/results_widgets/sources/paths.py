"""Finding files: by a path, a glob, a folder, or a prefix of their names."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from results_widgets.errors import EventsError, listing
from results_widgets.sources.content import FORMATS, suffix_of


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of a folder whose names start with ``stem``; new ones are found at each refresh."""

    path: Path
    stem: str


_PARTITION: Final = re.compile(r"(?P<name>[^=/\\]+)=(?P<value>[^=/\\]*)")
_NO_VALUE: Final = "__HIVE_DEFAULT_PARTITION__"

Item = str | Path | Folder
"""Anything that names files."""


def find_files(folder: Path, stem: str) -> list[Path]:
    """Return a folder's files whose names start with ``stem`` and whose format is known, sorted.

    Folders such as ``campaign_id=c1`` are parts of one table: their files are found as well.
    """
    found: list[Path] = []
    for path in folder.iterdir():
        if path.is_dir():
            found += find_files(path, "") if _PARTITION.fullmatch(path.name) and not stem else []
        elif path.name.startswith(stem) and suffix_of(path) in FORMATS:
            found.append(path)
    return sorted(found)


def partition_values(path: Path) -> list[tuple[str, str | None]]:
    """Return the columns that a file's folders give, as ``campaign_id=c1/`` does, and their values."""
    found = [match for part in path.parent.parts if (match := _PARTITION.fullmatch(part))]
    return [
        (one["name"], None if one["value"] == _NO_VALUE else unquote(one["value"])) for one in found
    ]


def path_items(source: object) -> tuple[Item, ...] | None:
    """Return a source as a tuple of items that name files; None if it is not made of files."""
    if isinstance(source, Item):
        return (source,)
    if isinstance(source, list | tuple) and source and all(isinstance(one, Item) for one in source):
        return tuple(source)
    return None


def list_files(item: Item) -> list[Path]:
    """Return the files that exist now, in the order in which they are read."""
    if isinstance(item, Folder):
        return find_files(item.path, item.stem) if item.path.is_dir() else []
    path = Path(item)
    if path.is_dir():
        return find_files(path, "")
    if path.is_file():
        return [path]
    if not any(character in str(item) for character in "*?["):
        return []
    root = Path(path.anchor) if path.is_absolute() else Path()
    found: list[Path] = []
    for one in root.glob(str(item).removeprefix(path.anchor)):
        if one.is_dir():
            found += find_files(one, "")
        elif not one.name.startswith(("_", ".")):
            found.append(one)
    return sorted({*found})


def expand(item: Item, what: str) -> list[Path]:
    """Return the files that exist now; see `list_files`.

    Raises:
        EventsError: There are none.
    """
    found = list_files(item)
    if found:
        return found
    if isinstance(item, Folder) or Path(item).is_dir():
        folder = item.path if isinstance(item, Folder) else item
        raise EventsError(f"{what}: the folder {folder} holds no {listing(FORMATS)} file")
    raise EventsError(
        f"{what}: no file matches {str(item)!r}; pass a file, a folder or a glob that exists"
    )
