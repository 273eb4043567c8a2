"""The event table of a store: Parquet files, of which a refresh adds those of the new rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import polars as pl

from results_widgets._io import whole_file
from results_widgets.campaign import Campaign
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.open import Reading, Source
from results_widgets.engine.store.copies import (
    Copies,
    copied,
    copies_by_origin,
    copies_of,
    described,
    linked,
)
from results_widgets.engine.store.frames import Stamps, check_file
from results_widgets.sources import FileSet
from results_widgets.tables.events import ROW, EventTable, normalise
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
    folder: Path,
    source: Source,
    reading: Reading,
    lasting: FileSet | None,
    before: RowsBefore | None,
) -> dict[str, Any]:
    """Write the events of a reading in the order of the source: as they are after normalising, or as they lie in
    Parquet files.

    Where rows were only added at the end, the files of the generation before stay, and one is added.

    Args:
        folder: The generation.
        source: What was read.
        reading: The reading.
        lasting: The files of the events that outlive this process; None if they are none.
        before: The event table of the generation before.

    Returns:
        What the manifest says of them.
    """
    assert isinstance(reading.data, MemoryBackend)
    table = reading.data.table
    about: dict[str, Any] = {
        "columns": list(table.columns),
        "not_grouped": sorted(table.not_grouped),
    }
    copies = copied(folder, lasting, _copies_before(before))
    if copies is not None:
        return {**about, "files": copies, "copied": True}
    about["copied"] = False
    fresh = None if before is None else _added(source, reading, before, about)
    if before is None or fresh is None:
        return {**about, "files": [_write(table, folder, 1)]}
    kept = list(before.about["files"])
    for file in kept:
        linked(before.generation / file["name"], folder / file["name"])
    new = [_write(one, folder, len(kept) + 1) for one in fresh]
    return {**about, "files": kept + new}


def _copies_before(before: RowsBefore | None) -> Copies:
    if before is None or before.files is None or not before.about["copied"]:
        return {}
    return copies_by_origin(before.files, before.generation, before.about["files"])


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
        return described(unfinished, path)


def stored_table(
    folder: Path,
    about: Mapping[str, Any],
    stamps: Stamps,
    campaign: Campaign,
    read: tuple[FileSet | None, ReadOptions],
) -> EventTable:
    """Return the event table of a generation.

    Args:
        folder: The generation.
        about: What the manifest says of the table.
        stamps: The stamps of the generation's files.
        campaign: The campaign.
        read: The files that it was read from, and how.
    """
    paths = [folder / file["name"] for file in about["files"]]
    files, options = read

    @cache
    def rows() -> pl.LazyFrame:
        for path, file in zip(paths, about["files"], strict=True):
            check_file(path, file["size"], file["crc"], stamps.get(path.name))
        if files is None or not about["copied"]:
            return pl.scan_parquet(paths)
        return copies_of(files, folder, about["files"]).scan()

    @cache
    def normalised() -> EventTable:
        return normalise(rows, campaign, options, is_checked=True)

    return EventTable(
        rows,
        lambda frame: normalised().shape(frame) if about["copied"] else frame,
        columns=tuple(about["columns"]),
        not_grouped=frozenset(about["not_grouped"]),
    )


def own_rows(folder: Path, about: Mapping[str, Any]) -> pl.LazyFrame:
    """Return the rows under the names that they had when they were read."""
    paths = [folder / file["name"] for file in about["files"]]
    return pl.scan_parquet(paths).select(about["columns"])
