"""Reading an export: its vendor, its records, and what each became."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any, Final

import polars as pl

from results_widgets._io import protect_inputs
from results_widgets.exports.archives import archive_of, archives_open, cut_off, on_disk
from results_widgets.exports.asked import Asker
from results_widgets.exports.batches import Raw, batched, without_collecting
from results_widgets.exports.bulk import Bulk
from results_widgets.exports.databases import Database, close, open_database
from results_widgets.exports.detecting import Detected, detect, detect_table, detect_tables
from results_widgets.exports.json_values import Refuse
from results_widgets.exports.lines import LineReader
from results_widgets.exports.many import batches_of
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.persons import Persons, of_persons
from results_widgets.exports.records import bytes_read, records_of
from results_widgets.exports.refused import Refused, as_json
from results_widgets.exports.registry import vendor_of
from results_widgets.exports.same_message import of_messages
from results_widgets.exports.shaping import Key, Shaper, Tally
from results_widgets.exports.spool import Spool
from results_widgets.exports.tables import tables_of
from results_widgets.exports.vendor import OWN, About, Files, Placed, Vendor
from results_widgets.progress import phase, say_how_far
from results_widgets.sources import path_items, read_table

_BATCH: Final = 20_000
_USERS: Final = {"user_id": pl.String, "is_developer": pl.Boolean, "attributes": pl.String}


@dataclass
class Reading:
    """What was read of an export.

    Attributes:
        vendor: Its declaration.
        mapping: The meaning of fields: the vendor's mapping, overridden by your own.
        why: Why the export was taken to be from this vendor.
        confidence: How certain that is.
        rows: The rows of its events; see `shaping.SCHEMA`.
        users: Its users: user_id, is_developer, attributes (JSON); a later row of a user adds to the earlier.
        about: What it says of campaigns, actions and variants.
        tallies: What each name of an event became.
        refused: Rows that cannot be used.
        ignored: Files that were not read, and why.
    """

    vendor: Vendor
    mapping: Mapping
    why: str
    rows: pl.LazyFrame
    users: pl.LazyFrame
    about: list[About]
    tallies: dict[Key, Tally]
    refused: Refused
    ignored: dict[str, str] = field(default_factory=dict)
    confidence: float = 1.0


def read(
    source: object,
    vendor: str | Vendor | None,
    mapping: Mapping | None,
    rejects: str | Path | None = None,
) -> Reading:
    """Read an export.

    Args:
        source: A path, glob, folder or list of paths, a table, or a database.
        vendor: The vendor, if it is known.
        mapping: Your own mapping, which overrides the vendor's if one is given.
        rejects: A file for refused rows.

    Raises:
        QueryError: The vendor is not known, or the files do not show it.
        EventsError: There is no such file.
    """
    declared = _declared(vendor, mapping)
    database = open_database(source)
    if database is not None:
        try:
            return _read_database(database, declared, mapping, rejects)
        finally:
            close(database, source)
    if path_items(source) is None:
        table = read_table(source, "export")
        found = detect_table(table, declared)
        origin: Iterator[Raw] = tables_of(table)
        return _read(found, lambda *_: origin, mapping, rejects)
    with archives_open():
        found = detect(source, declared)
        return _read(found, lambda files, *how: _of_files(files, found, *how), mapping, rejects)


def _read_database(
    database: Database,
    vendor: Vendor | None,
    mapping: Mapping | None,
    rejects: str | Path | None,
) -> Reading:
    found = detect_tables({name: database.sample(name) for name in database.tables()}, vendor)
    tables = found.vendor.in_order(found.files)
    found = replace(found, files={})

    def origin(own: Files, *_: Any) -> Iterator[Placed | About]:
        files = Files(tables, database.placed, database.ahead, own.refuse, own.ignored)
        if found.vendor.read is not None:
            return found.vendor.read(files)
        return chain.from_iterable(map(files.records, tables))

    return _read(found, origin, mapping, rejects)


def _declared(vendor: str | Vendor | None, mapping: Mapping | None) -> Vendor | None:
    if vendor is not None:
        return vendor_of(vendor)
    if mapping is None:
        return None
    return Vendor(
        key=OWN,
        label="a mapping of one's own",
        mapping=mapping,
        recognise=lambda _: None,
    )


def _read(
    found: Detected, origin: Any, mapping: Mapping | None, rejects: str | Path | None
) -> Reading:
    own = found.vendor.mapping if mapping is None else mapping.over(found.vendor.mapping)
    refused = Refused()
    # As long as what was read of them is there, as it holds the refused rows.
    protect_inputs(
        refused, frozenset(archive_of(path).resolve() for path in found.files).__contains__
    )
    refused.write_to(rejects)
    bulk = Bulk(Shaper(own, refused.add))
    files = Files(
        [*found.files],
        lambda path: records_of(Path(path), found.files[path], refused.add),
        lambda path: records_of(Path(path), found.files[path], lambda *_: None),
        refused.add,
        found.ignored,
    )
    about: list[About] = []
    try:
        with phase("reading"):
            way, reader = _Way(files.paths), LineReader(found.vendor, bulk.shaper)
            records = origin(files, refused.add, reader, way)
            persons = Persons()
            rows, users = _gather(found.vendor, records, bulk, (about, persons), way.share)
            if found.vendor.by_message:
                rows = of_messages(rows, bulk.tallies, found.vendor.by_message)
            rows, users = of_persons(found.vendor, rows, users, persons, about)
    finally:
        refused.close()
    return Reading(
        *(found.vendor, own, found.why, rows.rows(), users.rows(), about, bulk.tallies, refused),
        *(found.ignored, found.confidence),
    )


class _Way:
    """How far files were read.

    Args:
        paths: The files.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        found = {path: on_disk(Path(path)) for path in paths}
        self._sizes = {path: one.stat().st_size for path, one in found.items() if one.is_file()}
        self._done, self._at = 0, ""

    def go_on(self, path: str) -> None:
        """Take note that a file is next."""
        self._done += self._sizes.get(self._at, 0)
        self._at = path

    def share(self) -> float | None:
        """Return the share of the bytes that were read; None where they are not read one after another."""
        whole = sum(self._sizes.values())
        return (self._done + bytes_read(self._at)) / whole if self._at and whole else None


def _of_files(
    files: Files, found: Detected, refuse: Refuse, read: LineReader, way: _Way
) -> Iterator[Placed | About | Raw]:
    for path, why in cut_off().items():
        refuse(Placed({}, path), why, "")
    if found.vendor.read is not None:
        yield from found.vendor.read(files)
        return
    for path in found.vendor.in_order(found.files):
        way.go_on(path)
        yield from batches_of(Path(path), found.files[path], refuse, read)


def _gather(
    vendor: Vendor,
    origin: Iterator[Placed | About | Raw],
    bulk: Bulk,
    said: tuple[list[About], Persons],
    share: Callable[[], float | None],
) -> tuple[Spool, Spool]:
    """Shape all records, batch by batch."""
    rows, users = Spool(bulk.shaper.schema), Spool(dict(_USERS))
    people, (about, persons) = _People(), said
    seen: set[str] = set()
    ask, count, start = Asker(vendor, bulk.shaper), 0, time.monotonic()
    # Records have no circles of objects, and looking for them takes as long as all the rest.
    with without_collecting():
        for batch in batched(origin, _BATCH):
            flat = ask(batch)
            rows.add(bulk.shape(flat))
            count += len(flat)
            say_how_far(count, time.monotonic() - start, share())
            for one in flat.about:
                if one.kind == "user":
                    people.add(one)
                elif one.kind == "alias":
                    persons.join(one.id, one.name)
                elif (key := repr(one)) not in seen:
                    seen.add(key)
                    about.append(one)
            if len(people.rows) >= _BATCH:
                users.add(people.take())
    users.add(people.take())
    return rows, users


@dataclass
class _People:
    """Gathers what the export says of users."""

    rows: list[tuple[str, bool | None, str]] = field(default_factory=list)

    def add(self, user: About) -> None:
        facts = {**user.facts}
        is_developer = facts.pop("is_developer", None)
        self.rows.append((user.id, is_developer, as_json(facts)))

    def take(self) -> pl.DataFrame:
        rows, self.rows = self.rows, []
        return pl.DataFrame(rows, schema=_USERS, orient="row")
