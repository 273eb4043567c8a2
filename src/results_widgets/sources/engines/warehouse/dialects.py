"""What must be said in a database's own SQL, as Narwhals and SQLFrame have no expression for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from results_widgets.errors import EventsError
from results_widgets.sources.engines.base import SqlDialect
from results_widgets.sources.engines.warehouse.functions import (
    compare_what_is_given,
    compute_medians,
    divide_exactly,
    find_patterns,
    name_remainders,
    order_by_columns,
    tell_floats,
)


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
        changes: What has to be said otherwise there, in this order.
        opens_session: Whether temporary tables are kept within a session that has to be opened.
        types_by_number: Whether types are told by their numbers in an answer alone, as SQLFrame cannot ask.
        told_types: Types as SQLFrame tells them, and what they are in Spark, whose types it promises.
    """

    name: str
    sql: SqlDialect
    micros: str
    naive_micros: str
    ignores_nulls: bool = True
    counts_flags: bool = True
    inlines_parts: bool = False
    changes: tuple[Callable[[Any], None], ...] = ()
    opens_session: bool = False
    types_by_number: bool = False
    told_types: Mapping[str, str] = field(default_factory=dict)


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
    "bigquery": Dialect(
        "BigQuery",
        SqlDialect("({0} ^ {1})", "TO_HEX(CAST({0} AS BYTES))", "CAST(CONCAT('0x', {0}) AS INT64)"),
        "UNIX_MICROS({0})",
        "UNIX_MICROS(TIMESTAMP({0}, 'UTC'))",
        changes=(order_by_columns, compare_what_is_given, compute_medians),
        opens_session=True,
        told_types={
            "INT64": "bigint",
            "FLOAT": "double",
            "DATETIME": "timestamp_ntz",
            "NUMERIC": "decimal(38, 9)",
            "BIGNUMERIC": "decimal(38, 38)",
        },
    ),
    "snowflake": Dialect(
        "Snowflake",
        SqlDialect("BITXOR({0}, {1})", "HEX_ENCODE({0})", "TO_NUMBER({0}, 'XXXXXXXX')"),
        "DATE_PART(EPOCH_MICROSECOND, {0})",
        "DATE_PART(EPOCH_MICROSECOND, {0})",
        counts_flags=False,
        changes=(compare_what_is_given, divide_exactly, find_patterns),
        # Whole numbers of every size.
        told_types={"DECIMAL(38, 0)": "bigint"},
    ),
    "redshift": Dialect(
        "Redshift",
        SqlDialect(
            "(({0} | {1}) - ({0} & {1}))",
            "FROM_VARBYTE(TO_VARBYTE({0}, 'utf-8'), 'hex')",
            "STRTOL({0}, 16)",
        ),
        "DATEDIFF(MICROSECOND, CAST('1970-01-01 00:00:00' AS TIMESTAMP), {0} AT TIME ZONE 'UTC')",
        "DATEDIFF(MICROSECOND, CAST('1970-01-01 00:00:00' AS TIMESTAMP), {0})",
        counts_flags=False,
        changes=(tell_floats, order_by_columns, name_remainders),
        types_by_number=True,
    ),
    "databricks": Dialect(
        "Databricks SQL",
        SqlDialect("({0} ^ {1})", "HEX({0})", "CAST(CONV({0}, 16, 10) AS BIGINT)"),
        "UNIX_MICROS({0})",
        "TIMESTAMPDIFF(MICROSECOND, CAST('1970-01-01 00:00:00' AS TIMESTAMP_NTZ), {0})",
    ),
}
"""The databases that are known, by SQLFrame's name of their dialect."""


def dialect_of(session_dialect: str) -> Dialect:
    """Return a database by SQLFrame's name of its dialect.

    Raises:
        EventsError: Events there cannot be used.
    """
    if session_dialect not in DIALECTS:
        *names, last = (one.name for one in DIALECTS.values())
        raise EventsError(
            f"events: through SQLFrame, {', '.join(names)} and {last} are asked where they are, and "
            f"{session_dialect} is not; fetch the rows that are needed with rw.sql(connection, query)"
        )
    return DIALECTS[session_dialect]
