"""Opening a campaign's events and users: the one place that decides which backend holds them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import polars as pl

from results_widgets._io import protect_inputs
from results_widgets.campaign import Campaign
from results_widgets.engine.backends.base import Backend
from results_widgets.engine.backends.lazy.dataset import LazyBackend
from results_widgets.engine.backends.lazy.event_log import (
    LazyTable,
    normalise as normalise_on_engine,
)
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.frames import Rows
from results_widgets.engine.rollup.cells import Cells
from results_widgets.engine.rollup.dataset import RollUpBackend
from results_widgets.sources import (
    Elsewhere,
    FileSet,
    Folder,
    Problem,
    Snapshot,
    located,
    path_items,
    pinned,
    read_table,
    reads_path,
)
from results_widgets.sources.engines import Engine, engine_of, is_database, open_table
from results_widgets.tables.events import EventTable, normalise, shape_differs
from results_widgets.tables.options import ReadOptions
from results_widgets.tables.users import check_once, normalise_users, shape_users


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Source:
    """What results are read from.

    Attributes:
        campaign: The campaign.
        events: Files, a frame, a table on an engine or elsewhere, or the cells of a roll-up.
        users: Files, a frame or a table on an engine or elsewhere; None without any.
        options: How the tables are to be read.
        store: The folder of the store in which what was read is kept; None without one.
    """

    campaign: Campaign
    events: object
    users: object
    options: ReadOptions
    store: Path | None = None

    def __post_init__(self) -> None:
        # Paths are made absolute, so that a refresh reads the same files after a change of directory.
        object.__setattr__(self, "events", located(pinned(self.events)))
        object.__setattr__(self, "users", located(pinned(self.users)))

    def protect(self) -> None:
        """Refuse to write to the files that are read, as long as the results, or what is made of them, live."""
        # Roll-ups and segments outlive their results, and keep the campaign.
        for owner in (self, self.campaign):
            protect_inputs(owner, _Paths.of(self))

    def event_table(
        self, rows: pl.LazyFrame | Callable[[], pl.LazyFrame], *, is_checked: bool = False
    ) -> EventTable:
        """Return rows as events; see `tables.events.normalise`."""
        return normalise(rows, self.campaign, self.options, is_checked=is_checked)

    def user_table(self, files: FileSet | None, events: EventTable) -> pl.LazyFrame | None:
        """Return the users lazily, read from their files if these are given; None without any."""
        if self.users is None:
            return None
        rows = read_table(self.users, "users") if files is None else files.scan()
        found = normalise_users(rows, events, self.options)
        return None if found is None else found.lazy()


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from a source.

    Attributes:
        data: The campaign's data.
        events: The files of the events, as they were read; None if they are not files.
        users: The files of the users, likewise.
        at: When they were read.
        is_stored: Whether the source's store holds just this.
        fingerprint: The checksum of what was read, where it was computed before; else empty.
        snapshot: The version of the events that was read, if they are scanned where they are.
        version_then: Which version of the events' table a store was made from; None if it has none.
    """

    data: Backend
    events: FileSet | None
    users: FileSet | None
    at: datetime
    is_stored: bool = False
    fingerprint: str = ""
    snapshot: Snapshot | None = None
    version_then: str | None = None

    @property
    def version(self) -> str | None:
        """Which version of their table the events are, in words; None where it has none."""
        return self.version_then if self.snapshot is None else self.snapshot.words

    @property
    def rows_to_code(self) -> int:
        """Number of rows in files that are not encoded yet, because no query needed them."""
        coded = self.data.coded_rows is not None
        return 0 if coded or self.events is None else sum(part.rows for part in self.events.parts)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The files that could not be read."""
        return tuple(p for files in (self.events, self.users) if files for p in files.problems)


def read(source: Source) -> Reading:
    """Read everything.

    Raises:
        EventsError: A table cannot be used, or there is nothing that can be read.
    """
    at = datetime.now(UTC)
    source.protect()
    if isinstance(source.events, Elsewhere):
        return _read_elsewhere(source, source.events, at)
    events, users = _files(source.events, "events"), _files(source.users, "users")
    if events is not None and users is not None:
        # If the user ids of one table are text, those of the other are read as text as well.
        events, users = (
            events.with_text_ids_like(users.schema),
            users.with_text_ids_like(events.schema),
        )
    return Reading(_backend(source, events, users), events, users, at)


def _read_elsewhere(source: Source, events: Elsewhere, at: datetime) -> Reading:
    snapshot, users = events.now("events"), _files(source.users, "users")
    table = source.event_table(snapshot.scan)
    if users is not None:
        users = users.with_text_ids_like(snapshot.schema)
    data = MemoryBackend(source.campaign, table, source.user_table(users, table))
    return Reading(data, None, users, at, snapshot=snapshot)


@dataclass(frozen=True)
class _Paths:
    """What a source's tables are named by, as paths and globs."""

    items: frozenset[str | Path | Folder]

    @classmethod
    def of(cls, source: Source) -> "_Paths":
        tables = (source.events, source.users)
        return cls(frozenset(item for table in tables for item in path_items(table) or ()))

    def __call__(self, path: Path) -> bool:
        return any(reads_path(item, path) for item in self.items)


def _files(source: object, what: str) -> FileSet | None:
    items = None if is_database(source) else path_items(source)
    if items is None:
        return None
    opened, key = _opened.get(), (items, what)
    if opened is None:
        return FileSet.open(items, what)
    if key not in opened.files:
        opened.files[key] = FileSet.open(items, what)
    return opened.files[key]


@dataclass(frozen=True)
class _Opened:
    """What was opened of files so far.

    Attributes:
        files: Files, by what names them and what they are.
        tables: Tables made of files, with the source that they were made for.
    """

    files: dict[tuple[object, str], FileSet] = field(default_factory=dict)
    tables: list[tuple[Source, FileSet, FileSet | None, EventTable, pl.LazyFrame | None]] = field(
        default_factory=list
    )


_opened: Final = ContextVar[_Opened | None]("opened", default=None)


@contextmanager
def opening_once() -> Iterator[None]:
    """Open files once that several campaigns name, and check their tables once, as long as the context lasts."""
    token = _opened.set(_Opened())
    try:
        yield
    finally:
        _opened.reset(token)


def _tables(
    source: Source, events: FileSet, users: FileSet | None
) -> tuple[EventTable, pl.LazyFrame | None]:
    """Return the tables of files, those of a campaign that reads the same ones alike if there is one."""
    opened = _opened.get()
    for other, *files, table, people in [] if opened is None else opened.tables:
        is_same = files == [events, users] and source.options == other.options
        # Users that are not files are checked for each campaign.
        is_same = is_same and (users is not None or source.users is None is other.users)
        same_value = source.campaign.goal.value == other.campaign.goal.value
        if is_same and same_value and not shape_differs(source.campaign, other.campaign):
            return table, people
    table = source.event_table(events.scan)
    people = source.user_table(users, table)
    if opened is not None:
        opened.tables.append((source, events, users, table, people))
    return table, people


def _backend(source: Source, events: FileSet | None, users: FileSet | None) -> Backend:
    if isinstance(source.events, Cells):
        return RollUpBackend(source.campaign, source.events)
    if events is not None:
        return MemoryBackend(source.campaign, *_tables(source, events, users))
    database = is_database(source.events)
    native = open_table(str(source.events), "events") if database else source.events
    engine = engine_of(native)
    if engine is not None:
        return _on_engine(source, native, engine)
    table = source.event_table(read_table(native, "events"))
    return MemoryBackend(source.campaign, table, source.user_table(None, table))


def _on_engine(source: Source, native: object, engine: Engine) -> LazyBackend:
    """Leave the events on their engine; users that are elsewhere are uploaded to it."""
    rows = engine.rows_of(native)
    table = normalise_on_engine(rows, engine, source.campaign, source.options)
    users = None if source.users is None else _users_on_engine(source.users, table)
    return LazyBackend(source.campaign, table, users)


def _users_on_engine(users: object, table: LazyTable) -> Rows:
    own = engine_of(users)
    is_there = own is not None and own.name == table.engine.name
    rows = (
        table.engine.rows_of(users)
        if is_there
        else table.engine.upload(read_table(users, "users").collect())
    )
    shaped = shape_users(rows, table.rows.collect_schema()["user"], table.options)
    check_once(shaped)
    return shaped
