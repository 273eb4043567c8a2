"""The event table of a store: Parquet files, of which a refresh adds one for the new rows."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from results_widgets._io import whole_file
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.open import Reading, Source
from results_widgets.engine.store.frames import Stamps, check_file, checksum
from results_widgets.sources import FileSet
from results_widgets.tables.events import ROW, EventTable
from results_widgets.tables.options import ReadOptions

_MOST_FILES: Final = 16
"""How many files a table has before they are written as one again."""


@dataclass(frozen=True, slots=True)
class RowsBefore:
    """The event table of the generation before.

    Attributes:
        generation: Its folder.
        about: What its manifest says of the table.
        files: The files that it was read from; None if they were none.
        options: How they were read.
        campaign: The campaign, as a dict, which has its part in how.
    """

    generation: Path
    about: Mapping[str, Any]
    files: FileSet | None
    options: ReadOptions
    campaign: object


def write_rows(
    folder: Path, source: Source, reading: Reading, before: RowsBefore | None
) -> dict[str, Any]:
    """Write the events of a reading as they are after normalising, in the order of the source.

    Where rows were only added at the end, the files of the generation before stay, and one is added.

    Returns:
        What the manifest says of them.
    """
    assert isinstance(reading.data, MemoryBackend)
    table = reading.data.table
    about = {"columns": list(table.columns), "not_grouped": sorted(table.not_grouped)}
    fresh = None if before is None else _added(source, reading, before, about)
    if before is None or fresh is None:
        return {**about, "files": [_write(table, folder, 1)]}
    kept = list(before.about["files"])
    for file in kept:
        _link(before.generation / file["name"], folder / file["name"])
    new = [_write(one, folder, len(kept) + 1) for one in fresh]
    return {**about, "files": kept + new}


def _added(
    source: Source, reading: Reading, before: RowsBefore, about: Mapping[str, Any]
) -> list[EventTable] | None:
    """Return the rows that were added since, as one table or none; None if everything is to be written."""
    now, then = reading.events, before.files
    known = all(before.about.get(key) == value for key, value in about.items())
    known = known and (before.options, before.campaign) == (
        source.options,
        source.campaign.to_dict(),
    )
    if now is None or then is None or not known or len(before.about["files"]) >= _MOST_FILES:
        return None
    if not now.has_same_schema_as(then) or {p.place for p in then.parts} - {
        p.place for p in now.parts
    }:
        return None
    if now.lost or then.lost:
        # Rows that can no longer be read are null in the table as it is now.
        return None
    growth = now.growth_since(then)
    if growth.moved is not None:
        return None
    return [] if growth.added is None else [source.event_table(growth.added, is_checked=True)]


def _write(table: EventTable, folder: Path, number: int) -> dict[str, Any]:
    path = folder / f"events-{number}.parquet"
    with table.reading(), whole_file(path, private=True) as unfinished:
        table.frame.drop(ROW).sink_parquet(unfinished, compression="zstd")
        size, crc = unfinished.stat().st_size, checksum(unfinished)
    return {"name": path.name, "size": size, "crc": crc}


def _link(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except OSError:
        # Not every file system has links.
        shutil.copy2(old, new)


def stored_table(folder: Path, about: Mapping[str, Any], stamps: Stamps) -> EventTable:
    """Return the event table of a generation."""
    return EventTable(
        _Rows(folder, about["files"], stamps),
        lambda frame: frame,
        columns=tuple(about["columns"]),
        not_grouped=frozenset(about["not_grouped"]),
    )


def own_rows(folder: Path, about: Mapping[str, Any]) -> pl.LazyFrame:
    """Return the rows under the names that they had when they were read."""
    return pl.scan_parquet(_paths(folder, about["files"])).select(about["columns"])


def _paths(folder: Path, files: list[Mapping[str, Any]]) -> list[Path]:
    return [folder / file["name"] for file in files]


class _Rows:
    """Rows of files that are checked when they are first read."""

    def __init__(self, folder: Path, files: list[Mapping[str, Any]], stamps: Stamps) -> None:
        self._folder, self._files, self._stamps = folder, files, stamps
        self._frame: pl.LazyFrame | None = None

    def __call__(self) -> pl.LazyFrame:
        """Return the rows lazily."""
        if self._frame is None:
            for file in self._files:
                name = file["name"]
                check_file(self._folder / name, file["size"], file["crc"], self._stamps.get(name))
            self._frame = pl.scan_parquet(_paths(self._folder, self._files))
        return self._frame
