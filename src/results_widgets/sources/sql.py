"""Tables from a database query: fetched in batches, and on a refresh only what is new.

The batches are kept as Parquet files in a folder of this process, so that neither many rows nor a
column whose type only shows late is a difficulty: the folder is read as any folder of files is.
"""

import shutil
import tempfile
import weakref
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from time import monotonic
from typing import Any, Final, Self

import polars as pl

from results_widgets._io import whole_file
from results_widgets.errors import EventsError, QueryError
from results_widgets.progress import phase, say_how_far
from results_widgets.sources.database import Connect, connect_to, fetched
from results_widgets.sources.paths import Fetched, Folder

BATCH: Final = 200_000
_PART: Final = "part-"


def sql(
    connection: object,
    query: str,
    *,
    watermark: str | None = None,
    batch_rows: int = BATCH,
) -> "Query":
    """Return the result of a database query, to be passed as events or users.

    Rows are fetched in batches when the table is needed, so that memory stays bounded; name only
    the columns that are used, and only the campaign's rows. Nothing is written to the database.

    Args:
        connection: An address, ``postgresql://…`` (extra ``postgres``) or ``sqlite:///file``; or an open
            connection: of ADBC, of SQLAlchemy (or its engine), or any other of Python's DB-API.
        query: A SELECT statement in the database's SQL dialect, without a semicolon.
        watermark: A result column that only grows, such as a load time or a sequence number: ``results.refresh()``
            then fetches only rows at or after its largest value. None: the whole query runs again.
        batch_rows: How many rows are fetched at a time.

    Returns:
        The query. It runs when `Results` is created with it, and again at each refresh.

    Raises:
        QueryError: The query is not text or ends in a semicolon, the address is of an unknown kind of database, or
            ``batch_rows`` is below 1.

    Examples:
        >>> events = rw.sql("sqlite:///events.db", "SELECT * FROM events", watermark="event_id")
        >>> events
        Query('SELECT * FROM events', of sqlite)
    """
    if not query.strip():
        raise QueryError("sql: pass a SELECT statement")
    if query.rstrip().endswith(";"):
        raise QueryError("sql: leave out the semicolon; the query is asked as part of another")
    if batch_rows < 1:
        raise QueryError(f"sql: batch_rows={batch_rows} is below 1")
    return Query(connect_to(connection), query, watermark, batch_rows)


class Query(Fetched):
    """The result of a database query; made by `sql`."""

    def __init__(
        self, connect: Connect, query: str, watermark: str | None, batch_rows: int
    ) -> None:
        self._connect = connect
        self._query = query
        self._watermark = watermark
        self._batch_rows = batch_rows
        self._folder: Path | None = None

    @property
    def part_files(self) -> tuple[Folder, ...]:
        """The folder of the batches, after they have been fetched."""
        if self._folder is None:
            self._folder = self._filled()
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return (Folder(self._folder, _PART),)

    def _filled(self) -> Path:
        """Return a new folder with everything; none is left if that fails."""
        folder = Path(tempfile.mkdtemp(prefix="results-widgets-sql-"))
        try:
            self._fetch(folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return folder

    def update(self) -> None:
        """Fetch what the database has now: what is new by the watermark, or everything."""
        folder = self.part_files[0].path
        known = pl.concat(map(pl.scan_parquet, _parts(folder)), how="diagonal_relaxed")
        if self._watermark is None:
            self._fetch(folder)
            return
        mark = pl.col(self._watermark)
        largest = known.select(mark.max()).collect().item()
        if largest is None:
            self._fetch(folder)
            return
        # A time can be finer than Python's own, in which it is asked for.
        held = known.filter((mark >= largest) | mark.is_null()).collect()
        column = f"q.{_quoted(self._watermark)}"
        # Both the query and the database are the user's own.
        since = f"{column} >= {_literal(largest)} OR {column} IS NULL"
        asked = f"SELECT * FROM ({self._query}) AS q WHERE {since}"  # noqa: S608
        with _Unfinished(folder) as unfinished:
            number = len(_parts(folder))
            for batch in self._batches(asked):
                fresh = _without(batch, held)
                if not fresh.is_empty():
                    unfinished.write(fresh, number)
                    number += 1

    def _fetch(self, folder: Path) -> None:
        """Fetch everything; a batch that is as it was leaves its file alone."""
        with _Unfinished(folder) as unfinished:
            before, number = _parts(folder), 0
            for number, batch in enumerate(self._batches(self._query), 1):
                known = before[number - 1] if number <= len(before) else None
                if known is None or not pl.read_parquet(known).equals(batch):
                    unfinished.write(batch, number - 1)
            unfinished.left = before[number:]

    def _batches(self, query: str) -> Iterator[pl.DataFrame]:
        rows, begun = 0, monotonic()
        with phase("reading"), self._connect() as cursor:
            for batch in fetched(cursor, query, self._batch_rows):
                if self._watermark not in (None, *batch.columns):
                    raise EventsError(
                        f"events: the query gives no column {self._watermark!r}, which watermark= names; it "
                        f"gives {', '.join(batch.columns)}"
                    )
                rows += batch.height
                say_how_far(rows, monotonic() - begun, None)
                yield batch

    def __repr__(self) -> str:
        return f"Query({self._query!r}, of {self._connect.kind})"


class _Unfinished:
    """Batches that are written beside those of a folder, and take their places when all are there.

    So a connection that is lost midway leaves what was held as it was.

    Attributes:
        left: Files that are no longer needed then.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: list[Path] = []
        self.left: list[Path] = []

    def write(self, batch: pl.DataFrame, number: int) -> None:
        """Write a batch.

        Raises:
            OutputError: The disk is full.
        """
        path = self._folder / f".{_PART}{number:08}.parquet"
        with whole_file(path, private=True) as unfinished:
            batch.write_parquet(unfinished)
        self._written.append(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        for path in self._written:
            if kind is None:
                path.replace(path.with_name(path.name.removeprefix(".")))
            else:
                path.unlink()
        for path in self.left if kind is None else ():
            path.unlink()


def _parts(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{_PART}*"))


def _without(batch: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of a batch that are not held; of equal rows as many as there are more of."""
    names = batch.columns
    if held.is_empty() or {*held.columns} != {*names}:
        return batch
    place = pl.int_range(pl.len()).over(names).alias("_place")
    own = batch.with_columns(place)
    known = held.select(names).cast(batch.schema, strict=False).with_columns(place)
    return own.join(
        known, on=[*names, "_place"], how="anti", nulls_equal=True, maintain_order="left"
    ).drop("_place")


def _quoted(name: str) -> str:
    """Return a name as it is where all letters are of one case, which is then the database's own."""
    is_plain = (
        name.replace("_", "a").isalnum() and name.isascii() and name in (name.lower(), name.upper())
    )
    return name if is_plain else f'"{name}"'


def _literal(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        text = value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)
        return "'" + text.replace("'", "''") + "'"
    return str(value)
