"""Segments kept in one file, every version of them."""

import getpass
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from results_widgets.errors import QueryError
from results_widgets.segments._files import as_bytes, from_bytes
from results_widgets.segments._segment import Segment

_MADE: Final = """
CREATE TABLE IF NOT EXISTS segments (
  name TEXT NOT NULL, version INTEGER NOT NULL, users INTEGER NOT NULL, rule TEXT NOT NULL,
  expression TEXT, note TEXT NOT NULL, saved_by TEXT NOT NULL, saved_at TEXT NOT NULL,
  people BLOB NOT NULL, PRIMARY KEY (name, version)
)"""
_COLUMNS: Final = ("name", "version", "users", "rule", "note", "saved_by", "saved_at")
_SCHEMA: Final = {
    **dict.fromkeys(_COLUMNS, pl.String),
    "version": pl.Int64,
    "users": pl.Int64,
}
_Row = tuple[Any, ...]

_PATIENCE: Final = 60.0
"""Seconds to wait for another writer."""


class SegmentStore:
    """Segments by name in one SQLite file: users, rules, versions, who saved them and when.

    Saving under a known name adds a version and keeps the old ones. Each save is one transaction:
    two writers at once each get their own version, and a crash in the middle leaves the file as it
    was. The file may lie on a network drive only if that drive locks files properly.

    Args:
        path: The file; it is made with the first segment.

    Raises:
        QueryError: The path is a URL, a folder, or a file of another kind.
    """

    def __init__(self, path: str | Path) -> None:
        if "://" in str(path):
            scheme = str(path).partition("://")[0]
            raise QueryError(
                f"SegmentStore keeps segments in a file, and this is a {scheme} URL; "
                "pass a path such as 'segments.db'"
            )
        self.path = Path(path)
        if self.path.is_dir():
            raise QueryError(f"{self.path} is a folder; pass a file in it, such as 'segments.db'")

    def __repr__(self) -> str:
        return f"SegmentStore({str(self.path)!r})"

    def save(
        self,
        segment: Segment,
        name: str | None = None,
        *,
        note: str = "",
        saved_by: str | None = None,
    ) -> int:
        """Save a segment as the next version of a name, and return its number, from 1.

        Args:
            segment: What to save; its users are computed now.
            name: Name to find it by; None: its own.
            note: Why, for whoever reads `history`.
            saved_by: Who; None: the name of the machine's user.

        Raises:
            QueryError: The name is empty, or the file is of another kind.
        """
        own = segment.name if name is None else name
        if not own.strip():
            raise QueryError("a segment is saved under a name; pass name='…'")
        people = segment.users
        tree = segment.expression
        row = (
            *(people.height, segment.rule, None if tree is None else json.dumps(tree)),
            *(note, saved_by or _user(), datetime.now(UTC).isoformat(), as_bytes(people)),
        )
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._writing() as base:
            found = base.execute("SELECT max(version) FROM segments WHERE name = ?", (own,))
            version = int(found.fetchone()[0] or 0) + 1
            places = ", ".join("?" * (len(row) + 2))
            base.execute(f"INSERT INTO segments VALUES ({places})", (own, version, *row))  # noqa: S608 - marks only
        return version

    def load(self, name: str, version: int | None = None) -> Segment:
        """Return a saved segment: its newest version, or the one asked for.

        It holds the users as they were saved; `Segment.refresh` asks its rule again.

        Raises:
            QueryError: There is no such name or version; the known ones are named.
        """
        versions = [row[1] for row in self._rows("WHERE name = ?", (name,))]
        if not versions:
            raise QueryError.unknown("segment", name, [row[0] for row in self._newest()])
        if version is not None and version not in versions:
            raise QueryError.unknown(f"version of {name!r}", version, map(str, sorted(versions)))
        wanted = max(versions) if version is None else version
        with self._open() as base:
            words = "SELECT rule, expression, people FROM segments WHERE name = ? AND version = ?"
            rule, tree, people = base.execute(words, (name, wanted)).fetchone()
        return Segment._made(
            from_bytes(people).lazy(),
            name=name,
            rule=rule,
            expression=None if tree is None else json.loads(tree),
            audience=None,
        )

    def list(self) -> pl.DataFrame:
        """Return the newest version of every segment.

        Returns:
            name (String), version, users (Int64), rule, note, saved_by (String), saved_at (Datetime
            µs UTC), by name.
        """
        return _frame(self._newest())

    def history(self, name: str) -> pl.DataFrame:
        """Return every version of one segment, the newest first; columns as in `list`.

        Raises:
            QueryError: There is no such name; the known ones are named.
        """
        rows = self._rows("WHERE name = ?", (name,))
        if not rows:
            raise QueryError.unknown("segment", name, [row[0] for row in self._newest()])
        return _frame(rows).sort("version", descending=True)

    def delete(self, name: str) -> int:
        """Remove every version of a name, and return how many there were.

        Raises:
            QueryError: There is no such name; the known ones are named.
        """
        count = self.history(name).height
        with self._writing() as base:
            base.execute("DELETE FROM segments WHERE name = ?", (name,))
        return count

    def _newest(self) -> Sequence[_Row]:
        return self._rows(
            "AS one WHERE version = (SELECT max(version) FROM segments WHERE name = one.name)", ()
        )

    def _rows(self, which: str, values: tuple[object, ...]) -> Sequence[_Row]:
        if not self.path.exists():
            return []
        with self._open() as base:
            words = f"SELECT {', '.join(_COLUMNS)} FROM segments {which} ORDER BY name"  # noqa: S608 - our own words
            return base.execute(words, values).fetchall()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        # Transactions are opened by hand, so that a version is chosen and written under one lock.
        with closing(sqlite3.connect(self.path, _PATIENCE, isolation_level=None)) as base:
            try:
                base.execute(_MADE)
                yield base
            except sqlite3.DatabaseError as error:
                raise QueryError(
                    f"{self.path}: cannot be used as a store of segments: {error}"
                ) from None

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._open() as base:
            base.execute("BEGIN IMMEDIATE")
            try:
                yield base
            except BaseException:
                base.execute("ROLLBACK")
                raise
            base.execute("COMMIT")


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
