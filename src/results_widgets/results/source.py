"""What results are read from, and how it is read again."""

import warnings
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.engine.backends.base import Backend
from results_widgets.engine.backends.lazy.dataset import LazyBackend
from results_widgets.engine.backends.lazy.refresh import carry_on, is_unchanged
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.backends.memory.refresh import extend, grown_behind
from results_widgets.engine.open import read_data
from results_widgets.errors import EventsError, SourceWarning
from results_widgets.progress import phase
from results_widgets.sources import (
    FileSet,
    Growth,
    Problem,
    appended,
    path_items,
    read_table,
    to_polars,
)
from results_widgets.sources.engines import is_database
from results_widgets.tables.events import EventTable, normalise
from results_widgets.tables.users import normalise_users

_CALLER = 3  # stack level of whoever made the results, or refreshed them


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from a source.

    Attributes:
        data: The campaign's data.
        events: The files of the events, as they were read; None if they are not files.
        users: The files of the users, likewise.
        at: When they were read.
    """

    data: Backend
    events: FileSet | None
    users: FileSet | None
    at: datetime

    @property
    def rows_to_code(self) -> int:
        """Number of rows in files that are not encoded yet, since nothing was asked of them."""
        coded = self.data.coded_rows is not None
        return 0 if coded or self.events is None else sum(part.rows for part in self.events.parts)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The files that could not be read."""
        return tuple(p for files in (self.events, self.users) if files for p in files.problems)


@dataclass(frozen=True, slots=True)
class Source:
    """What results are read from: tables, files, or a database engine."""

    campaign: Campaign
    events: object
    users: object
    naive_time_zone: str | None

    def read(self) -> Reading:
        """Read everything.

        Raises:
            EventsError: There is nothing that can be read.
        """
        at = datetime.now(UTC)
        events, users = _files(self.events, "events"), _files(self.users, "users")
        if events is not None and users is not None:
            # If the user ids of one table are text, those of the other are read as text as well.
            events, users = (
                events.with_text_ids_like(users.schema),
                users.with_text_ids_like(events.schema),
            )
        if events is None:
            data = read_data(self.campaign, self.events, self.users, self.naive_time_zone)
        else:
            table = self._table(events.scan)
            data = MemoryBackend(self.campaign, table, self._people(users, table))
        return Reading(data, events, users, at)

    def _table(self, rows: pl.LazyFrame | Callable[[], pl.LazyFrame]) -> EventTable:
        return normalise(rows, self.campaign, self.naive_time_zone)

    def _people(self, files: FileSet | None, table: EventTable) -> pl.DataFrame | None:
        if self.users is None:
            return None
        rows = read_table(self.users, "users") if files is None else files.scan()
        return normalise_users(rows, table)

    # --- what is new

    def refresh(self, before: Reading) -> Reading:
        """Read what is new, or everything if new and old cannot be told apart.

        Raises:
            EventsError: A table cannot be used, or changes while it is read.
        """
        if isinstance(before.data, LazyBackend):
            return self._asked_again(before, before.data)
        if not (isinstance(before.data, MemoryBackend) and before.data.coded_rows is not None):
            return self.read()
        try:
            with phase("reading"):
                return self._grown(before, before.data) or self.read()
        except (pl.exceptions.PolarsError, OSError) as error:
            said = str(error).partition("\n")[0]
            raise EventsError(
                f"events: they changed while they were read ({said}); refresh again"
            ) from None

    def _asked_again(self, before: Reading, data: LazyBackend) -> Reading:
        """Return what a database engine holds now; if no rows were added, cached answers stay."""
        now = self.read()
        if isinstance(now.data, LazyBackend):
            if is_unchanged(data, now.data) and self.users is None:
                return replace(before, at=now.at)
            # A database file is opened again, and connections do not share their temporary tables.
            if not is_database(self.events):
                carry_on(data, now.data)
        return now

    def _grown(self, before: Reading, data: MemoryBackend) -> Reading | None:
        """Return the reading extended by what is new; None if new and old cannot be told apart."""
        at = datetime.now(UTC)
        events = before.events and before.events.refreshed(self._table)
        table, growth = self._growth(data, events, before.events)
        if growth is None:
            return None
        users, people = self._people_now(before, data, table)
        steady = events is None or events.parts == (before.events and before.events.parts)
        if steady and growth.is_empty and people is data.users:
            return replace(before, events=events, users=users, at=at)
        added = None if growth.added is None else self._table(growth.added)
        lost = events.lost if events else ()
        live = extend(data, table, added, growth, users=people, lost=lost)
        return None if live is None else Reading(live, events, users, at)

    def _growth(
        self, data: MemoryBackend, now: FileSet | None, before: FileSet | None
    ) -> tuple[EventTable, Growth | None]:
        if now is not None and before is not None:
            return self._table(now.scan), now.growth_since(before) if now.has_same_schema_as(
                before
            ) else None
        if isinstance(self.events, pl.LazyFrame):
            table = self._table(self.events)
            return table, grown_behind(data, table)
        rows, frame = data.table.source().collect(), to_polars(self.events, "events")
        alike = frame.schema == rows.schema and frame.head(rows.height).equals(rows)
        growth = appended(frame.lazy(), rows.height, frame.height) if alike else None
        return self._table(frame.lazy()), growth

    def _people_now(
        self, before: Reading, data: MemoryBackend, table: EventTable
    ) -> tuple[FileSet | None, pl.DataFrame | None]:
        """Return the users as they are now, or as they were if their files cannot be read."""
        files = before.users and before.users.refreshed(lambda rows: normalise_users(rows, table))
        if before.users and files and (files.parts == before.users.parts or files.lost):
            return files, data.users
        people = self._people(files, table)
        same = people is None or (data.users is not None and people.equals(data.users))
        return files, data.users if same else people


def warn_of(problems: Iterable[Problem], *, known: Collection[Problem] = ()) -> None:
    """Warn of files that cannot be read, except for those that were warned of before."""
    for problem in problems:
        if problem not in known:
            text = f"{problem.path} {problem.reason}; it is left out until a refresh can read it"
            warnings.warn(text, SourceWarning, stacklevel=_CALLER)


def _files(source: object, what: str) -> FileSet | None:
    items = None if is_database(source) else path_items(source)
    return None if items is None else FileSet.open(items, what)
