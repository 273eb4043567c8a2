"""Reading a source again: rows added since are encoded and joined to what was encoded before."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import singledispatch

import polars as pl

from results_widgets.engine.backends.base import Backend
from results_widgets.engine.backends.lazy import past as lazy_past, refresh as lazy
from results_widgets.engine.backends.lazy.dataset import LazyBackend
from results_widgets.engine.backends.memory import past as memory_past, refresh as memory
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.open import Reading, Source, read
from results_widgets.engine.store.contents import open_store
from results_widgets.engine.store.folder import is_store
from results_widgets.errors import EventsError, QueryError
from results_widgets.progress import phase
from results_widgets.sources import (
    Elsewhere,
    FileSet,
    Growth,
    appended,
    path_items,
    to_polars,
)
from results_widgets.sources.engines import is_database
from results_widgets.sources.paths import Fetched, Item
from results_widgets.tables.events import EventTable
from results_widgets.tables.users import normalise_users


def refresh(source: Source, before: Reading) -> Reading:
    """Read what is new, or everything if new and old cannot be distinguished.

    Raises:
        EventsError: A table cannot be used, or changes while it is read.
        QueryError: These are data as of an earlier moment, which cannot be refreshed.
    """
    if isinstance(before.data, memory_past.PastBackend | lazy_past.PastBackend):
        raise QueryError(
            "results at equal age are fixed at an earlier moment, so they cannot be refreshed; refresh the results "
            "that they were made from and call previous(equal_age=True) on those"
        )
    if source.store is not None and before.events is None:
        # Sources other than files cannot be read again: the store has all there is.
        return before
    for table in (source.events, source.users):
        if isinstance(table, Fetched):
            table.update()
    now = _refresh(before.data, source, before)
    if now.data is not before.data:
        now.data.told.take_over(before.data.told)
    return now


def read_with_store(source: Source) -> tuple[Source, Reading]:
    """Return a source and its reading: its store, brought up to date; or a new reading, where there is none yet.

    Raises:
        EventsError: A table cannot be used, or the store is damaged.
        QueryError: The store is of another campaign, or the source is not a file.
    """
    if source.store is None:
        return source, read(source)
    fetched = is_database(source.events) or isinstance(source.events, Fetched)
    items = None if fetched else path_items(source.events)
    if items is None:
        raise QueryError(
            "store= works only with files, which show whether they have changed; for a frame, table or query call "
            "save(path) on its results, and rw.load(path) later"
        )
    if not is_store(source.store):
        return source, read(source)
    known, reading = open_store(source.store)
    if known.campaign.id != source.campaign.id:
        raise QueryError(
            f"store={str(source.store)!r} belongs to campaign {known.campaign.id!r}, not to {source.campaign.id!r}; "
            f"use another folder"
        )
    if not _is_same(known, source, items):
        return source, read(source)
    return known, refresh(known, reading)


def _is_same(known: Source, source: Source, items: tuple[Item, ...]) -> bool:
    """Whether a store was made from the same source, as far as is known without reading it."""
    users = path_items(source.users)
    same_users = (users is None) == (path_items(known.users) is None)
    if users is not None:
        same_users = users == known.users
    elif source.users is not None:
        same_users = False
    campaigns = (known.campaign.to_dict(), source.campaign.to_dict())
    return (
        same_users
        and campaigns[0] == campaigns[1]
        and known.events == items
        and known.options == source.options
    )


@singledispatch
def _refresh(data: Backend, source: Source, before: Reading) -> Reading:  # noqa: ARG001
    return read(source)


@_refresh.register
def _(data: LazyBackend, source: Source, before: Reading) -> Reading:
    """If no rows were added on the engine, cached answers stay; else only new rows are encoded."""
    now = read(source)
    if lazy.is_unchanged(data, now.data) and source.users is None:
        return replace(before, at=now.at)
    # A database file is opened again, and connections do not share their temporary tables.
    if not is_database(source.events):
        lazy.extend(data, now.data)
    return now


@_refresh.register
def _(data: MemoryBackend, source: Source, before: Reading) -> Reading:
    if data.coded_rows is None:
        return read(source)
    try:
        with phase("reading"):
            return _extended(data, source, before) or read(source)
    except (pl.exceptions.PolarsError, OSError) as error:
        said = str(error).partition("\n")[0]
        raise EventsError(
            f"events: they changed while they were read ({said}); refresh again"
        ) from None


def _extended(data: MemoryBackend, source: Source, before: Reading) -> Reading | None:
    """Return the reading extended by what is new; None if new and old cannot be distinguished."""
    at = datetime.now(UTC)
    events = before.events and before.events.refreshed(source.event_table)
    snapshot = source.events.now("events") if isinstance(source.events, Elsewhere) else None
    if snapshot is not None and before.snapshot is not None:
        table = source.event_table(snapshot.scan)
        growth = snapshot.growth_since(before.snapshot)
    else:
        table, growth = _growth(data, source, events, before.events)
    if growth is None:
        return None
    users, people = _users_now(data, source, before, table)
    steady = events is None or events.parts == (before.events and before.events.parts)
    if steady and growth.is_empty and people is data.users:
        return replace(before, events=events, users=users, at=at)
    added = None if growth.added is None else source.event_table(growth.added)
    lost = events.lost if events else ()
    extended = memory.extend(data, table, added, growth, users=people, lost=lost)
    return None if extended is None else Reading(extended, events, users, at, snapshot=snapshot)


def _growth(
    data: MemoryBackend, source: Source, now: FileSet | None, before: FileSet | None
) -> tuple[EventTable, Growth | None]:
    """Return the event table as it is now, and how it grew; None if that is not known."""
    if now is not None and before is not None:
        growth = now.growth_since(before) if now.has_same_schema_as(before) else None
        # Each file was checked when it was inspected.
        return source.event_table(now.scan, is_checked=True), growth
    if isinstance(source.events, pl.LazyFrame):
        table = source.event_table(source.events)
        return table, memory.growth_since(data, table)
    rows, frame = data.table.source().collect(), to_polars(source.events, "events")
    alike = frame.schema == rows.schema and frame.head(rows.height).equals(rows)
    growth = appended(frame.lazy(), rows.height, frame.height) if alike else None
    return source.event_table(frame.lazy()), growth


def _users_now(
    data: MemoryBackend, source: Source, before: Reading, table: EventTable
) -> tuple[FileSet | None, pl.LazyFrame | None]:
    """Return the users as they are now, or as they were if their files cannot be read."""
    files = before.users and before.users.refreshed(
        lambda rows: normalise_users(rows, table, source.options)
    )
    if before.users and files and (files.parts == before.users.parts or files.lost):
        return files, data.users
    people = source.user_table(files, table)
    if people is None or data.users is None:
        return files, data.users if people is None else people
    return files, data.users if people.collect().equals(data.users.collect()) else people
