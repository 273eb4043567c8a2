"""A store that keeps segments by name, with all their versions."""

import getpass
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from results_widgets.errors import QueryError
from results_widgets.segments.databases import TABLE, database
from results_widgets.segments.files import as_bytes, from_bytes
from results_widgets.segments.segment import Segment
from results_widgets.segments.users import FrameUsers

_SCHEMA: Final = {
    "name": pl.String,
    "version": pl.Int64,
    "users": pl.Int64,
    "rule": pl.String,
    "note": pl.String,
    "saved_by": pl.String,
    "saved_at": pl.String,
}

_Row = tuple[Any, ...]


class SegmentStore:
    """Segments by name: their users, rules and versions, and who saved them when.

    Saving under a known name adds a version and keeps the old ones. Each save is one transaction:
    two concurrent writers get a version each, and a crash leaves the store as it was.

    Args:
        place: Path of an SQLite file, created by the first save, by default in the working folder
            (use a network drive only if it locks files properly); or a ``postgresql://`` URL, whose
            database gets one table (extra ``postgres``).

    Raises:
        QueryError: The path is a folder, or the URL is of another kind.

    Examples:
        >>> store = rw.SegmentStore("segments.db")
        >>> store.save(results.users("engaged").named("Engaged in March"), note="for the follow-up")
        1
        >>> store.load("Engaged in March").name
        'Engaged in March'
    """

    def __init__(self, place: str | Path = "segments.db") -> None:
        self._base = database(place)

    def __repr__(self) -> str:
        return f"SegmentStore({str(self._base)!r})"

    def save(
        self,
        segment: Segment,
        name: str | None = None,
        *,
        note: str = "",
        saved_by: str | None = None,
    ) -> int:
        """Save a segment as the next version of a name.

        Args:
            segment: Segment to save; its users are computed now.
            name: Name to find it by; None: its own.
            note: Why it was saved, for readers of `history`.
            saved_by: Who saved it; None: the user name on this machine.

        Returns:
            The number of the version, from 1.

        Raises:
            QueryError: The name is empty, or the file is of another kind.

        Examples:
            >>> rw.SegmentStore("saved.db").save(results.users_in_campaign(), "Spring")
            1
        """
        own = segment.name if name is None else name
        if not own.strip():
            raise QueryError("a segment needs a name to be saved; pass name='…'")
        users = segment.users
        tree = segment.expression
        row = (
            *(users.height, segment.rule, None if tree is None else json.dumps(tree)),
            *(note, saved_by or _user(), datetime.now(UTC).isoformat()),
            as_bytes(users, own, segment.rule, tree),
        )
        with self._base.writing() as base:
            found = base.execute(
                self._query("SELECT max(version) FROM {table} WHERE name = ?"), (own,)
            )
            version = int(found.fetchone()[0] or 0) + 1
            insert = "INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            base.execute(self._query(insert), (own, version, *row))
        return version

    def load(self, name: str, version: int | None = None) -> Segment:
        """Return a saved segment: its newest version, or the one asked for.

        It holds the users as they were saved; `Segment.refresh` evaluates its rule again.

        Args:
            name: Its name in the store.
            version: Number of the version; None: the newest.

        Returns:
            The segment.

        Raises:
            QueryError: There is no such name or version; the error lists the existing ones.

        Examples:
            >>> store = rw.SegmentStore("loaded.db")
            >>> store.save(results.users_in_campaign(), "Spring")
            1
            >>> len(store.load("Spring"))
            171
        """
        versions = [row[1] for row in self._rows("WHERE name = ?", (name,))]
        if not versions:
            raise QueryError.unknown("segment", name, [row[0] for row in self._newest()])
        if version is not None and version not in versions:
            raise QueryError.unknown(f"version of {name!r}", version, map(str, sorted(versions)))
        wanted = max(versions) if version is None else version
        with self._base.reading() as base:
            query = "SELECT rule, expression, people FROM {table} WHERE name = ? AND version = ?"
            *kept, content = base.execute(self._query(query), (name, wanted)).fetchone()
        # The bytes hold the rule as well: the columns beside them are there to be listed.
        origin = f"{self._base}: segment {name!r}"
        users, rule, tree = from_bytes(bytes(content), name, (kept[0], kept[1]), origin)
        return Segment._made(
            FrameUsers(users.lazy()), name=name, rule=rule, expression=tree, source=None
        )

    def list(self) -> pl.DataFrame:
        """Return the newest version of every segment.

        Returns:
            name (String): Its name; rows are sorted by it.
            version (Int64): Number of the version, from 1.
            users (Int64): How many users it has.
            rule (String): The rule in words.
            note (String): Why it was saved.
            saved_by (String): Who saved it.
            saved_at (Datetime): When, in UTC.

        Examples:
            >>> rw.SegmentStore("nothing yet.db").list().height
            0
        """
        return _frame(self._newest())

    def history(self, name: str) -> pl.DataFrame:
        """Return every version of one segment, the newest first.

        Args:
            name: Its name in the store.

        Returns:
            name (String): Its name.
            version (Int64): Number of the version, from 1; the newest comes first.
            users (Int64): How many users it has.
            rule (String): The rule in words.
            note (String): Why it was saved.
            saved_by (String): Who saved it.
            saved_at (Datetime): When, in UTC.

        Raises:
            QueryError: There is no such name; the error lists the existing ones.

        Examples:
            >>> store = rw.SegmentStore("history.db")
            >>> [store.save(results.users_in_campaign(), "Spring") for _ in range(2)]
            [1, 2]
            >>> store.history("Spring")["version"].to_list()
            [2, 1]
        """
        rows = self._rows("WHERE name = ?", (name,))
        if not rows:
            raise QueryError.unknown("segment", name, [row[0] for row in self._newest()])
        return _frame(rows).sort("version", descending=True)

    def delete(self, name: str) -> int:
        """Remove every version of a name.

        Args:
            name: Its name in the store.

        Returns:
            How many versions there were.

        Raises:
            QueryError: There is no such name; the error lists the existing ones.

        Examples:
            >>> store = rw.SegmentStore("deleted.db")
            >>> store.save(results.users_in_campaign(), "Spring")
            1
            >>> store.delete("Spring")
            1
        """
        count = self.history(name).height
        with self._base.writing() as base:
            base.execute(self._query("DELETE FROM {table} WHERE name = ?"), (name,))
        return count

    def _newest(self) -> Sequence[_Row]:
        return self._rows(
            "AS one WHERE version = (SELECT max(version) FROM {table} WHERE name = one.name)", ()
        )

    def _rows(self, which: str, values: tuple[object, ...]) -> Sequence[_Row]:
        if self._base.empty():
            return []
        with self._base.reading() as base:
            query = "SELECT name, version, users, rule, note, saved_by, saved_at FROM {table} "
            rows: Sequence[_Row] = base.execute(self._query(query + which), values).fetchall()
        # Databases differ in how they collate text.
        return sorted(rows)

    def _query(self, query: str) -> str:
        return query.format(table=TABLE).replace("?", self._base.placeholder)


def _frame(rows: Sequence[_Row]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    return frame.with_columns(
        pl.col("saved_at").str.to_datetime("%+", time_unit="us", time_zone="UTC")
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
