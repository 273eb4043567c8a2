"""Tables that a query on a database gives: fetched in batches, and from then on only what is new.

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
from typing import Any, Final

import polars as pl

from results_widgets._text import without_logins
from results_widgets.errors import EventsError, MissingExtraError, QueryError
from results_widgets.sources.boundary import reason_of
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
    """Return what a query on a database gives, to be passed as events or users.

    Rows are fetched in batches when the table is needed, so that memory stays bounded; name only
    the columns that are used, and only the campaign's rows. Nothing is written to the database.

    Args:
        connection: An address, ``postgresql://…`` (extra ``postgres``) or ``sqlite:///file``; or an open
            connection: of ADBC, of SQLAlchemy (or its engine), or any other of Python's DB-API.
        query: A SELECT statement in the database's own words, without a semicolon.
        watermark: A column of the answer that only grows, such as the time of loading or a running
            number: ``results.refresh()`` then asks for what stands at or after its largest value
            alone. None: the whole query is asked again.
        batch_rows: How many rows are fetched at a time.

    Returns:
        The query. It is asked when `Results` is made with it, and again at each refresh.

    Raises:
        QueryError: The query is no text or ends in a semicolon, the address is of a database that is
            not known, or ``batch_rows`` is below 1.

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
    """What a query on a database gives; made by `sql`."""

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
            self._folder = Path(tempfile.mkdtemp(prefix="results-widgets-sql-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
            self._fetch()
        return (Folder(self._folder, _PART),)

    def update(self) -> None:
        """Fetch what the database has now: what is new by the watermark, or everything."""
        (place,) = self.part_files
        largest = self._largest()
        if self._watermark is None or largest is None:
            self._fetch()
            return
        held = self._held().filter(pl.col(self._watermark) == largest).collect()
        number = len(list(place.path.iterdir()))
        since = f"q.{_quoted(self._watermark)} >= {_literal(largest)}"
        # The query is the user's own, and so is the database.
        asked = f"SELECT * FROM ({self._query}) AS q WHERE {since}"  # noqa: S608
        for batch in self._batches(asked):
            fresh = _without(batch, held)
            if not fresh.is_empty():
                _write(fresh, place.path / f"{_PART}{number:08}.parquet")
                number += 1

    def _fetch(self) -> None:
        """Fetch everything; a batch that is as it was leaves its file alone."""
        assert self._folder is not None
        number = 0
        for batch in self._batches(self._query):
            path = self._folder / f"{_PART}{number:08}.parquet"
            if not (path.exists() and pl.read_parquet(path).equals(batch)):
                _write(batch, path)
            number += 1
        for left in sorted(self._folder.iterdir())[number:]:
            left.unlink()

    def _largest(self) -> Any:
        assert self._folder is not None
        if self._watermark is None:
            return None
        known = self._held()
        if self._watermark not in known.collect_schema():
            raise EventsError(
                f"events: the query gives no column {self._watermark!r}, which watermark= names; it gives "
                f"{', '.join(known.collect_schema().names())}"
            )
        return known.select(pl.col(self._watermark).max()).collect().item()

    def _held(self) -> pl.LazyFrame:
        assert self._folder is not None
        parts = [pl.scan_parquet(path) for path in sorted(self._folder.iterdir())]
        return pl.concat(parts, how="diagonal_relaxed")

    def _batches(self, query: str) -> Iterator[pl.DataFrame]:
        try:
            with self._connect() as cursor:
                yield from fetched(cursor, query, self._batch_rows)
        except (EventsError, MissingExtraError):
            raise
        # Each driver has errors of its own, which derive from nothing in common.
        except Exception as error:
            if type(error).__module__.partition(".")[0] in ("builtins", "results_widgets"):
                raise
            said = without_logins(reason_of(error))
            raise EventsError(f"events: the database cannot answer ({said})") from None

    def __repr__(self) -> str:
        return f"Query({self._query!r}, of {self._connect.kind})"


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


def _write(frame: pl.DataFrame, path: Path) -> None:
    unfinished = path.with_name(f".{path.name}")
    frame.write_parquet(unfinished)
    unfinished.chmod(0o600)
    unfinished.replace(path)


def _quoted(name: str) -> str:
    return name if name.replace("_", "a").isalnum() and name.isascii() else f'"{name}"'


def _literal(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        text = value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)
        return "'" + text.replace("'", "''") + "'"
    return str(value)
