"""What a store holds: written from a reading, and opened as one."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.engine.backends.base import Backend
from results_widgets.engine.backends.memory.breakdowns import categories_key
from results_widgets.engine.backends.memory.dataset import CODED, LOG, MemoryBackend
from results_widgets.engine.backends.memory.event_log import EventLog
from results_widgets.engine.backends.memory.refresh import ExtendedBackend
from results_widgets.engine.backends.memory.retained import HASH, RetainedLog, retained_by
from results_widgets.engine.cache import Cache, size_of
from results_widgets.engine.encoding.categories import categorise
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.fingerprint import fingerprint
from results_widgets.engine.open import Reading, Source
from results_widgets.engine.store.folder import new_generation, opened, read_manifest
from results_widgets.engine.store.frames import (
    MISREAD,
    FrameReader,
    FrameWriter,
    Place,
    damaged,
    stamps_of,
)
from results_widgets.engine.store.journeys import KeptJourneys
from results_widgets.engine.store.people import stored_users, write_users
from results_widgets.engine.store.rows import RowsBefore, own_rows, stored_table, write_rows
from results_widgets.engine.store.shelf import Shelf, entries_of
from results_widgets.engine.store.values import Decoder, Encoder
from results_widgets.errors import EventsError, QueryError
from results_widgets.progress import phase
from results_widgets.sources import FileSet
from results_widgets.sources.paths import Fetched
from results_widgets.tables.events import EventTable
from results_widgets.tables.options import ReadOptions


def write(folder: Path, source: Source, reading: Reading) -> None:
    """Write a reading, and what was computed from it, as the newest generation of a store.

    Args:
        folder: The store; made if it is not there.
        source: What was read.
        reading: The reading.

    Raises:
        QueryError: The events are not in this process's memory.
        OutputError: The folder cannot be written to; the store is as it was.
    """
    data = reading.data
    check(data)
    assert isinstance(data, MemoryBackend)
    with new_generation(folder) as (made, commit):
        frames = FrameWriter(made)
        encoder = Encoder(frames)
        with phase("writing"):
            before, lasting = _rows_before(folder), _lasting_files(source, reading)
            rows = write_rows(made, source, reading, lasting[0], before)
            _categorise(data, made, rows)
            content = {
                "campaign": source.campaign.to_dict(),
                "events": rows,
                "log": _log(data.log, encoder),
                "journeys": [
                    encoder.all((codes, journeys), "journeys")
                    for codes, journeys in data.known_journeys.items()
                ],
                "users": write_users(made, data.users, encoder),
                "rows": data.log.rows.height,
                "lost": [list(span) for span in data.lost],
                "answers": entries_of(data.cache, encoder),
                "source": encoder.all((*lasting, source.options), "source"),
                "at": reading.at.isoformat(),
                "fingerprint": fingerprint(source, reading),
                "table_version": reading.version,
                "polars": pl.__version__,
            }
            frames.finish()
        places = [asdict(place) for place in frames.places]
        commit({**content, "frames": places, "stamps": stamps_of(made)})


def _categorise(data: MemoryBackend, folder: Path, rows: Mapping[str, Any]) -> None:
    """Find the categories of columns of few values: a byte an event or user, which spares the first breakdown most
    of its time. Of what was not Parquet they are read from the files just written, in a tenth of the time.
    """
    written = [folder / file["name"] for file in rows["files"]]
    for by in data.few_valued:
        if rows["copied"] or not data.table.has(by):
            data.categories(by)
        else:
            column = pl.scan_parquet(written).select(by)
            data.cached(categories_key(by), partial(categorise, column))


def check(data: Backend) -> None:
    """Check that a backend can be kept in a store.

    Raises:
        QueryError: Its events are on an engine, or it has none.
    """
    if not data.has_users:
        raise QueryError("a roll-up has no events to keep in a store; save it with its own save()")
    if type(data) not in (MemoryBackend, ExtendedBackend):
        raise QueryError(
            "a store keeps events that were read into memory, as they are now; these stay on their "
            "engine, or are of an earlier instant. Write the table as Parquet, and read that"
        )


def _rows_before(folder: Path) -> RowsBefore | None:
    """Return the event table that the store holds so far; None if it holds none that can be read."""
    try:
        manifest = read_manifest(folder)
        generation = folder / str(manifest["generation"])
        files, _, options = _Opening(folder, generation, manifest).made_of
    except (EventsError, *MISREAD):
        return None
    return RowsBefore(generation, manifest["events"], files, options, manifest["campaign"])


def _lasting_files(source: Source, reading: Reading) -> tuple[FileSet | None, FileSet | None]:
    """Return the files of events and users, if those of the events outlive this process."""
    if isinstance(source.events, Fetched):
        return None, None
    users = None if isinstance(source.users, Fetched) else reading.users
    return reading.events, users


def _log(log: EventLog, encoder: Encoder) -> dict[str, Any]:
    retained = dict(retained_by(log)) or None
    return {
        "rows": encoder.encode(log.rows, "log"),
        "user_ids": encoder.encode(log.user_ids, "ids"),
        "repeats": log.repeats,
        "retained": encoder.encode(retained, "columns"),
    }


def open_store(folder: Path) -> tuple[Source, Reading]:
    """Open a store.

    Returns:
        What it was read from, so that it can be refreshed, and the reading.

    Raises:
        EventsError: It is not there, was written by a newer version, or is damaged.
    """
    made: list[MemoryBackend] = []
    with opened(folder, lambda: made[0]) as (generation, manifest):
        try:
            source, reading = _Opening(folder, generation, manifest).read()
        except MISREAD as error:
            raise damaged(generation / "manifest.json", str(error)) from None
        assert isinstance(reading.data, MemoryBackend)
        made.append(reading.data)
    source.protect()
    return source, reading


@dataclass(frozen=True)
class _Opening:
    """A store as it is opened."""

    folder: Path
    generation: Path
    manifest: Mapping[str, Any]

    def read(self) -> tuple[Source, Reading]:
        """Return what it was read from, and the reading."""
        manifest, decoder = self.manifest, self._decoder
        events, users, options = self.made_of
        people = None
        if manifest["users"] is not None:
            people = stored_users(self.generation, manifest["users"], decoder, manifest["stamps"])
        data = MemoryBackend(
            self._campaign,
            self._table,
            people,
            known_journeys=KeptJourneys(decoder, manifest["journeys"]),
            lost=tuple((first, count) for first, count in manifest["lost"]),
            cache=decoder.cache,
        )
        assert isinstance(data.cache.shelf, Shelf)
        data.cache.shelf.made[LOG] = lambda: self._log(data.cache)
        data.cache.put(CODED, manifest["rows"])
        source = Source(
            self._campaign,
            own_rows(self.generation, manifest["events"]) if events is None else events.items,
            people if users is None else users.items,
            options if events is not None else ReadOptions(),
            self.folder,
        )
        at = datetime.fromisoformat(manifest["at"])
        reading = Reading(
            data,
            events,
            users,
            at,
            is_stored=True,
            fingerprint=str(manifest["fingerprint"]),
            version_then=manifest["table_version"],
        )
        return source, reading

    @cached_property
    def made_of(self) -> list[Any]:
        """The files of events and of users, None for what was no file, and how they were read."""
        return self._decoder.all(self.manifest["source"])

    @cached_property
    def _campaign(self) -> Campaign:
        return Campaign.from_json(self.manifest["campaign"])

    @cached_property
    def _decoder(self) -> Decoder:
        manifest = self.manifest
        places = {n: Place(**place) for n, place in enumerate(manifest["frames"])}
        shelf = Shelf([tuple(entry) for entry in manifest["answers"]], self.generation)
        frames = FrameReader(self.generation, places, manifest["stamps"])

        @cache
        def user_ids() -> pl.Series:
            found: pl.Series = decoder.decode(manifest["log"]["user_ids"])
            return found

        decoder = shelf.decoder = Decoder(frames, Cache(shelf=shelf), user_ids)
        return decoder

    @cached_property
    def _table(self) -> EventTable:
        events, _, options = self.made_of
        about, stamps = self.manifest["events"], self.manifest["stamps"]
        return stored_table(self.generation, about, stamps, self._campaign, (events, options))

    def _log(self, cache: Cache) -> EventLog:
        log = self._read_log()
        cache.raise_budget(size_of(log.rows))
        return log

    def _read_log(self) -> EventLog:
        about, decoder = self.manifest["log"], self._decoder
        rows, retained = decoder.decode(about["rows"]), decoder.decode(about["retained"])
        codes, ids = EventCodes(self._campaign), decoder.user_ids()
        if retained is None:
            return EventLog(rows, ids, codes, self._table, repeats=about["repeats"])
        if self.manifest["polars"] != pl.__version__:
            # Hashes of two versions of Polars need not agree.
            retained.pop(HASH, None)
        return RetainedLog(
            rows,
            ids,
            codes,
            self._table,
            repeats=about["repeats"],
            retained=retained,
        )
