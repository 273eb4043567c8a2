"""Finding files: by a path, a glob, a folder, or a prefix of their names."""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from typing import Final
from urllib.parse import unquote

from results_widgets._io import is_file, is_folder
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
            is_part = _PARTITION.fullmatch(path.name) and not path.name.startswith(("_", "."))
            found += find_files(path, "") if is_part and not stem else []
        elif _is_part(path, stem):
            found.append(path)
    return sorted(found)


def _is_part(path: Path, stem: str) -> bool:
    """Whether a file of a folder belongs to its table; hidden ones do not, as in Spark and Hive."""
    is_named = path.name.startswith(stem) and not path.name.startswith(("_", "."))
    return is_named and suffix_of(path) in FORMATS


def partition_values(path: PurePath) -> list[tuple[str, str | None]]:
    """Return the columns that a file's folders give, as ``campaign_id=c1/`` does, and their values."""
    found = [match for part in path.parent.parts if (match := _PARTITION.fullmatch(part))]
    return [
        (one["name"], None if one["value"] == _NO_VALUE else unquote(one["value"])) for one in found
    ]


class Fetched(ABC):
    """A table that is kept in files of this process, and fetched again from elsewhere.

    A class to derive from, since a frame of Spark Connect has an attribute of every name.
    """

    @property
    @abstractmethod
    def part_files(self) -> tuple[Folder, ...]:
        """Where its files are."""

    @abstractmethod
    def update(self) -> None:
        """Fetch what is new."""


def path_items(source: object) -> tuple[Item, ...] | None:
    """Return a source as a tuple of items that name files; None if it is not made of files."""
    if isinstance(source, Fetched):
        return source.part_files
    if isinstance(source, Item):
        return (source,)
    if isinstance(source, list | tuple) and source and all(isinstance(one, Item) for one in source):
        return tuple(source)
    return None


def pinned(source: object) -> object:
    """Return a source that names the same files from any working directory; what is no path stays as it is."""
    if isinstance(source, Item):
        return _pinned(source)
    items = None if isinstance(source, Fetched) else path_items(source)
    return source if items is None else tuple(map(_pinned, items))


def _pinned(item: Item) -> Item:
    if isinstance(item, Folder):
        return Folder(item.path.absolute(), item.stem)
    if not (is_file(item) or list_files(item)):
        # It is refused by the name that it was given; an address is no path, either.
        return item
    # Text may be a glob, which a Path would read in the same way.
    return type(item)(Path(item).absolute())


def list_files(item: Item) -> list[Path]:
    """Return the files that exist now, in the order in which they are read."""
    if isinstance(item, Folder):
        return find_files(item.path, item.stem) if item.path.is_dir() else []
    path = Path(item)
    if is_folder(path):
        return find_files(path, "")
    if is_file(path):
        return [path]
    if not _is_glob(path):
        return []
    root = Path(path.anchor) if path.is_absolute() else Path()
    found: list[Path] = []
    for one in root.glob(str(item).removeprefix(path.anchor)):
        if _hidden_parts(one) > _hidden_parts(path):
            continue
        if one.is_dir():
            found += find_files(one, "")
        elif not one.name.startswith("_"):
            found.append(one)
    return sorted({*found})


def _is_glob(path: Path) -> bool:
    return any(character in str(path) for character in "*?[")


def _hidden_parts(path: Path) -> int:
    return sum(part.startswith(".") and part not in (".", "..") for part in path.parts)


def reads_path(item: Item, path: Path) -> bool:
    """Whether an item names a path, or would if there were a file.

    Args:
        item: What names files.
        path: A path without symbolic links.
    """
    if isinstance(item, Folder):
        return path.parent == item.path.resolve() and _is_part(path, item.stem)
    place = Path(item)
    if is_file(place) or is_folder(place):
        here = place.resolve()
        return path == here or (here.is_dir() and _is_below(path, here))
    return _is_glob(place) and (
        any(path == found.resolve() for found in list_files(item))
        or (not path.name.startswith(("_", ".")) and _matches(path.parts, _absolute(place).parts))
    )


def _is_below(path: Path, folder: Path) -> bool:
    """Whether a file would be found in a folder of parts."""
    between = path.relative_to(folder).parts[:-1] if path.is_relative_to(folder) else (".",)
    return _is_part(path, "") and all(_PARTITION.fullmatch(part) for part in between)


def _absolute(pattern: Path) -> Path:
    """Return a glob as an absolute one, without symbolic links in what stands before its first wildcard."""
    parts = pattern.absolute().parts
    first = next(n for n, part in enumerate(parts) if _is_glob(Path(part)))
    return Path(*parts[:first]).resolve().joinpath(*parts[first:])


def _matches(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether the parts of a path match those of a glob."""
    if not pattern or not parts:
        return not pattern and not parts
    if pattern[0] == "**":
        return _matches(parts, pattern[1:]) or _matches(parts[1:], pattern)
    return fnmatchcase(parts[0], pattern[0]) and _matches(parts[1:], pattern[1:])


def expand(item: Item, what: str) -> list[Path]:
    """Return the files that exist now; see `list_files`.

    Raises:
        EventsError: There are none.
    """
    if not isinstance(item, Folder) and is_folder(Path(item) / "_delta_log"):
        # Its files also hold rows that were deleted or rewritten.
        raise EventsError(
            f"{what}: {item} is a Delta Lake table; pass it by itself, not in a list of files"
        )
    found = list_files(item)
    if found:
        return found
    if isinstance(item, Folder) or is_folder(item):
        folder = item.path if isinstance(item, Folder) else item
        raise EventsError(f"{what}: the folder {folder} holds no {listing(FORMATS)} file")
    raise EventsError(
        f"{what}: no file matches {str(item)!r}; pass a file, a folder or a glob that exists"
    )
