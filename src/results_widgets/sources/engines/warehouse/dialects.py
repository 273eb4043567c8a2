"""What must be said in a database's own SQL, as Narwhals and SQLFrame have no expression for it."""

from dataclasses import dataclass
from typing import Final

from results_widgets.errors import EventsError
from results_widgets.sources.engines.base import SqlDialect


@dataclass(frozen=True, slots=True)
class Dialect:
    """One database.

    Attributes:
        name: As users know it.
        sql: What segments are hashed with.
        micros: A time with a zone as epoch µs; the slot takes a column name.
        naive_micros: A time without a zone, read as UTC, likewise.
        ignores_nulls: Whether ``LAST_VALUE`` can pass over nulls.
        counts_flags: Whether truth values can be cast to any number and have a least and a largest.
        inlines_parts: Whether a part of a query that is named once is written out where it is named.
    """

    name: str
    sql: SqlDialect
    micros: str
    naive_micros: str
    ignores_nulls: bool = True
    counts_flags: bool = True
    inlines_parts: bool = False


DIALECTS: Final = {
    "duckdb": Dialect(
        "DuckDB through SQLFrame",
        SqlDialect("xor({0}, {1})", "hex(encode({0}))", "CAST('0x' || {0} AS BIGINT)"),
        "epoch_us({0})",
        "epoch_us({0})",
    ),
    "postgres": Dialect(
        "PostgreSQL",
        SqlDialect(
            "({0} # {1})",
            "encode(convert_to({0}, 'UTF8'), 'hex')",
            "CAST(CAST(('x' || lpad({0}, 16, '0')) AS BIT(64)) AS BIGINT)",
        ),
        "CAST(EXTRACT(EPOCH FROM {0}) * 1000000 AS BIGINT)",
        "CAST(EXTRACT(EPOCH FROM {0}) * 1000000 AS BIGINT)",
        ignores_nulls=False,
        counts_flags=False,
        inlines_parts=True,
    ),
}
"""The databases that are known, by SQLFrame's name of their dialect."""


def dialect_of(session_dialect: str) -> Dialect:
    """Return a database by SQLFrame's name of its dialect.

    Raises:
        EventsError: Events there cannot be used.
    """
    if session_dialect not in DIALECTS:
        known = " and ".join(one.name for one in DIALECTS.values())
        raise EventsError(
            f"events: through SQLFrame, {known} are asked where they are, and {session_dialect} is not yet; "
            "fetch the rows that are needed with rw.sql(connection, query)"
        )
    return DIALECTS[session_dialect]
