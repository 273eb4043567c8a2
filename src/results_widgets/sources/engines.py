"""Engines that hold events too many for memory: what Narwhals does not offer on them, in one place.

Everything else the engines are asked is said in Narwhals, once for all of them.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any, Final, Protocol
from uuid import uuid4

import narwhals as nw
import polars as pl
from narwhals.dependencies import (
    is_duckdb_relation,
    is_pyspark_connect_dataframe,
    is_pyspark_dataframe,
)

from results_widgets.errors import EventsError, MissingExtraError, listing

Rows = nw.LazyFrame[Any]
"""A lazy table of whatever engine holds it."""

DATABASES: Final = (".duckdb", ".ddb")
"""How names of DuckDB's database files end."""


def as_rows(native: Any) -> Rows:
    """Return an engine's own lazy table as rows."""
    rows: Rows = nw.from_native(native)
    return rows


class Engine(Protocol):
    """Where rows are, and what must be said in the engine's own words."""

    name: str

    def brought(self, frame: pl.DataFrame) -> Rows:
        """Return a small frame as rows of the engine."""

    def kept(self, rows: Rows) -> tuple[Rows, Callable[[], object]]:
        """Return rows that are computed once and stay on the engine, and what lets go of them."""

    def micros(self, rows: Rows, column: str) -> Rows:
        """Add ``time``: a column's epoch µs; of times without a zone, as if they were in UTC."""

    def nth(self, rows: Rows, column: str, places: Sequence[int], count: int) -> list[float]:
        """Return the numbers at places (from 0) of a column's ``count`` numbers in order; nulls are none."""

    def write(self, rows: Rows, path: Path) -> None:
        """Write rows as Parquet from where they are; a folder of parts on a cluster."""


@dataclass(frozen=True, slots=True)
class Words:
    """How an engine's SQL says what Narwhals has no word for, of columns by their quoted names.

    Attributes:
        either: Exclusive or of two whole numbers.
        as_hex: The bytes of text in UTF-8, as hexadecimal text.
        of_hex: The whole number that hexadecimal text of up to eight digits stands for.
    """

    either: str
    as_hex: str
    of_hex: str


class SqlEngine(Engine, Protocol):
    """An engine that is asked in SQL."""

    words: Words

    def said(self, rows: Rows, columns: Mapping[str, str]) -> Rows:
        """Add columns by their expressions in the engine's own SQL."""


class Polars:
    """Polars' lazy frames: not for use, since memory has a quicker way, but to test what all share."""

    name = "Polars"

    def brought(self, frame: pl.DataFrame) -> Rows:
        """See `Engine`."""
        return as_rows(frame.lazy())

    def kept(self, rows: Rows) -> tuple[Rows, Callable[[], object]]:
        """See `Engine`."""
        return rows.collect("polars").lazy(), lambda: None

    def micros(self, rows: Rows, column: str) -> Rows:
        """See `Engine`."""
        return rows.with_columns(time=nw.col(column).dt.timestamp("us"))

    def nth(self, rows: Rows, column: str, places: Sequence[int], count: int) -> list[float]:  # noqa: ARG002
        """See `Engine`."""
        values = rows.select(column).collect("polars").get_column(column).drop_nulls().sort()
        return [values[place] for place in places]

    def write(self, rows: Rows, path: Path) -> None:
        """See `Engine`."""
        rows.sink_parquet(path)


class DuckDB:
    """The connection behind a relation; what is kept becomes its temporary tables."""

    name = "DuckDB"
    words = Words("xor({0}, {1})", "hex(encode({0}))", "CAST('0x' || {0} AS BIGINT)")

    def __init__(self, relation: Any) -> None:
        self._relation = relation

    def brought(self, frame: pl.DataFrame) -> Rows:
        """See `Engine`."""
        # DuckDB finds the table by its variable's name here, and holds it as long as the relation lives.
        brought = frame.to_arrow()  # noqa: F841
        return as_rows(self._relation.query("these", "SELECT * FROM brought"))

    def kept(self, rows: Rows) -> tuple[Rows, Callable[[], object]]:
        """See `Engine`."""
        name = f"results_widgets_{uuid4().hex}"
        # Every relation runs a statement with itself as a view, which is how its connection is had.
        made = f"CREATE TEMP TABLE {name} AS SELECT * FROM these"  # noqa: S608 - a name of our own
        rows.to_native().query("these", made)
        kept = self._relation.query("these", f"SELECT * FROM {name}")  # noqa: S608
        return as_rows(kept), partial(self._drop, name)

    def _drop(self, name: str) -> None:
        from duckdb import ConnectionException

        # A connection that was closed took its temporary tables with it.
        with suppress(ConnectionException):
            self._relation.query("these", f"DROP TABLE {name}")

    def micros(self, rows: Rows, column: str) -> Rows:
        """See `Engine`."""
        return self.said(rows, {"time": f'epoch_us("{column}")'})

    def said(self, rows: Rows, columns: Mapping[str, str]) -> Rows:
        """See `SqlEngine`."""
        added = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
        return as_rows(rows.to_native().project(f"*, {added}"))

    def nth(self, rows: Rows, column: str, places: Sequence[int], count: int) -> list[float]:
        """See `Engine`."""
        said = (f'quantile_disc("{column}", {share})' for share in _shares(places, count))
        return [*rows.to_native().aggregate(", ".join(said)).fetchall()[0]]

    def write(self, rows: Rows, path: Path) -> None:
        """See `Engine`."""
        rows.to_native().write_parquet(str(path))


class Spark:
    """The session behind a DataFrame; what is kept is checkpointed on its executors."""

    name = "Spark"
    words = Words("({0} ^ {1})", "hex({0})", "CAST(conv({0}, 16, 10) AS BIGINT)")

    def __init__(self, frame: Any) -> None:
        self._session = frame.sparkSession

    def brought(self, frame: pl.DataFrame) -> Rows:
        """See `Engine`."""
        # A table of Arrow is planned by its size, so that joining it moves it and not the events.
        return as_rows(self._session.createDataFrame(frame.to_arrow()))

    def kept(self, rows: Rows) -> tuple[Rows, Callable[[], object]]:
        """See `Engine`."""
        # Persisted rows would bring their whole plan into each later one, and planning that takes
        # longer than its rows.
        kept = rows.to_native().localCheckpoint()
        return as_rows(kept), partial(_uncheckpoint, getattr(kept, "_jdf", None))

    def micros(self, rows: Rows, column: str) -> Rows:
        """See `Engine`."""
        micros = f"unix_micros(`{column}`)"
        if getattr(rows.collect_schema()[column], "time_zone", None) is None:
            epoch = "TIMESTAMP_NTZ'1970-01-01 00:00:00'"
            micros = f"timestampdiff(MICROSECOND, {epoch}, CAST(`{column}` AS TIMESTAMP_NTZ))"
        return self.said(rows, {"time": micros})

    def said(self, rows: Rows, columns: Mapping[str, str]) -> Rows:
        """See `SqlEngine`."""
        from pyspark.sql import functions

        added = {name: functions.expr(sql) for name, sql in columns.items()}
        return as_rows(rows.to_native().withColumns(added))

    def nth(self, rows: Rows, column: str, places: Sequence[int], count: int) -> list[float]:
        """See `Engine`."""
        from pyspark.sql import functions

        said = "percentile_disc({}) WITHIN GROUP (ORDER BY `{}`)"
        shares = _shares(places, count)
        asked = [functions.expr(said.format(share, column)) for share in shares]
        return [*rows.to_native().agg(*asked).collect()[0]]

    def write(self, rows: Rows, path: Path) -> None:
        """See `Engine`."""
        rows.to_native().write.parquet(str(path))


def _shares(places: Sequence[int], count: int) -> list[float]:
    """Return the shares whose discrete percentiles are the numbers at places, clear of both neighbours."""
    return [(place + 0.5) / count for place in places]


def _uncheckpoint(checkpoint: Any) -> None:
    """Free the blocks of a local checkpoint at once; by itself Spark waits for its own garbage collector.

    Spark Connect has no handle on them here, and frees them with the frame itself.
    """
    if checkpoint is None:
        return

    def free() -> None:
        # A session that was stopped took its blocks with it.
        with suppress(Exception):
            checkpoint.queryExecution().logical().rdd().unpersist(False)

    # Python may let go in the middle of a call to the JVM, whose connection is the thread's own.
    Thread(target=free, daemon=True).start()


def engine_of(source: object) -> SqlEngine | None:
    """Return the engine that holds a DuckDB relation or a Spark DataFrame; None for anything else.

    Raises:
        MissingExtraError: pyarrow, through which answers come back, is not installed.
    """
    if is_duckdb_relation(source):
        _need_arrow("DuckDB", "duckdb")
        return DuckDB(source)
    if is_pyspark_dataframe(source) or is_pyspark_connect_dataframe(source):
        _need_arrow("Spark", "spark")
        return Spark(source)
    return None


def _need_arrow(engine: str, extra: str) -> None:
    if find_spec("pyarrow") is None:
        raise MissingExtraError(f"Asking {engine}", "pyarrow", extra)


def is_database(source: object) -> bool:
    """Whether a path names a DuckDB database file."""
    return isinstance(source, str | Path) and Path(source).suffix.lower() in DATABASES


def open_table(path: str | Path, table: str) -> Any:
    """Return a table of a DuckDB database file as a relation: the one of that name, else its only one.

    The file is opened for reading, and as long as the relation is held, so that nobody can write to
    it from another process meanwhile.

    Raises:
        EventsError: There is no such file, it is no database, or none of several tables is named so.
        MissingExtraError: duckdb is not installed.
    """
    if find_spec("duckdb") is None:
        raise MissingExtraError("Reading a database file", "duckdb", "duckdb")
    import duckdb

    if not Path(path).is_file():
        raise EventsError(f"{table}: no such file {path}; pass a database that exists")
    try:
        connection = duckdb.connect(str(path), read_only=True)
        found = connection.sql("SELECT table_name FROM information_schema.tables ORDER BY 1")
        names = [name for (name,) in found.fetchall()]
    except duckdb.Error as error:
        said = str(error).partition("\n")[0]
        raise EventsError(
            f"{table}: {path} cannot be opened as a DuckDB database ({said})"
        ) from None
    if table not in names and len(names) != 1:
        raise EventsError(
            f"{table}: the database {path} has no table of that name; found: {listing(names)}. Pass "
            f"one as a relation, duckdb.connect({str(path)!r}, read_only=True).table('…')"
        )
    return connection.table(table if table in names else names[0])
