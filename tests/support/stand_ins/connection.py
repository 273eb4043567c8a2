"""A connection of a warehouse's driver, as far as SQLFrame and the product look at it."""

import re
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, Final

import duckdb

from tests.support.stand_ins.translation import translated

Row = tuple[Any, ...]

_TYPES: Final[dict[str, dict[str, Any]]] = {
    "bigquery": {
        "BIGINT": "INTEGER",
        "INTEGER": "INTEGER",
        "SMALLINT": "INTEGER",
        "HUGEINT": "INTEGER",
        "DOUBLE": "FLOAT",
        "FLOAT": "FLOAT",
        "DECIMAL": "NUMERIC",
        "VARCHAR": "STRING",
        "BOOLEAN": "BOOLEAN",
        "TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
        "TIMESTAMP": "DATETIME",
        "DATE": "DATE",
    },
    "snowflake": {
        "BIGINT": "NUMBER(38,0)",
        "INTEGER": "NUMBER(38,0)",
        "SMALLINT": "NUMBER(38,0)",
        "HUGEINT": "NUMBER(38,0)",
        "DOUBLE": "FLOAT",
        "FLOAT": "FLOAT",
        "DECIMAL": "NUMBER(38,6)",
        "VARCHAR": "VARCHAR(16777216)",
        "BOOLEAN": "BOOLEAN",
        "TIMESTAMP WITH TIME ZONE": "TIMESTAMP_TZ(9)",
        "TIMESTAMP": "TIMESTAMP_NTZ(9)",
        "DATE": "DATE",
    },
    "redshift": {
        "BIGINT": 20,
        "INTEGER": 23,
        "SMALLINT": 21,
        "HUGEINT": 1700,
        "DOUBLE": 701,
        "FLOAT": 700,
        "DECIMAL": 1700,
        "VARCHAR": 1043,
        "BOOLEAN": 16,
        "TIMESTAMP WITH TIME ZONE": 1184,
        "TIMESTAMP": 1114,
        "DATE": 1082,
    },
    "databricks": {
        "BIGINT": "bigint",
        "INTEGER": "int",
        "SMALLINT": "smallint",
        "HUGEINT": "bigint",
        "DOUBLE": "double",
        "FLOAT": "float",
        "DECIMAL": "decimal(38,6)",
        "VARCHAR": "string",
        "BOOLEAN": "boolean",
        "TIMESTAMP WITH TIME ZONE": "timestamp",
        "TIMESTAMP": "timestamp_ntz",
        "DATE": "date",
    },
}
"""How each warehouse, or its driver, names what DuckDB has."""

_OF_ANSWER: Final = re.compile(r"DESCRIBE RESULT '\d+'")
_OF_QUERY: Final = re.compile(r"DESCRIBE QUERY \((.*)\)", re.DOTALL)


class Connection:
    """A connection; BigQuery's holds a client, which knows of a session and tells types unasked for rows."""

    def __init__(self, dialect: str, base: duckdb.DuckDBPyConnection) -> None:
        self.dialect, self.base = dialect, base
        self.sent: list[str] = []
        self.asked = ""
        self._client = SimpleNamespace(default_query_job_config=None, query=self._queried)

    def cursor(self) -> "Cursor":
        return Cursor(self)

    def close(self) -> None:
        """Nothing is to be closed: whoever opened the base closes it."""

    def run(self, statement: str) -> list[tuple[str, Any]]:
        """Run a statement, and return the names and types of its answer's columns."""
        if statement.startswith("CREATE TEMPORARY TABLE") and self.dialect == "bigquery":
            settings = self._client.default_query_job_config
            assert [one.key for one in settings.connection_properties] == ["session_id"]
        own = translated(statement, self.dialect)
        self.sent.append(statement)
        described = self.described(own) if own.startswith(("SELECT", "WITH")) else []
        self.base.execute(own)
        self.asked = own
        return described

    def described(self, own: str) -> list[tuple[str, Any]]:
        """The names and types of a query's columns, where the base knows it."""
        types, found = _TYPES[self.dialect], self.base.execute(f"DESCRIBE {own}").fetchall()
        return [(name, types[kind.partition("(")[0]]) for name, kind, *_ in found]

    def _queried(self, statement: str, job_config: Any) -> Any:
        if job_config.create_session:
            assert statement == "SELECT 1"
            return SimpleNamespace(result=list, session_info=SimpleNamespace(session_id="1"))
        assert job_config.dry_run
        described = self.described(translated(statement, self.dialect))
        rest = {"mode": "NULLABLE", "is_nullable": True, "fields": ()}
        return SimpleNamespace(
            schema=[SimpleNamespace(name=name, field_type=kind, **rest) for name, kind in described]
        )


class Cursor:
    """A cursor: it answers what SQLFrame asks of types in each warehouse's way, and runs the rest."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._columns: list[tuple[str, Any]] = []
        self._told: list[Row] | None = None
        self.description: Sequence[tuple[str, Any]] = ()
        self.sfqid = "0"

    def execute(self, statement: str) -> None:
        of_query = _OF_QUERY.fullmatch(statement)
        if _OF_ANSWER.fullmatch(statement):
            told: list[Row] = [(name, kind, "Y", None) for name, kind in self._columns]
            self._tell(("name", "type", "null?", "comment"), told)
        elif of_query:
            own = translated(of_query[1], self._connection.dialect)
            told = [(name, kind, None) for name, kind in self._connection.described(own)]
            self._tell(("col_name", "data_type", "comment"), told)
        else:
            self._told = None
            self.description = self._columns = self._connection.run(statement)

    def _tell(self, names: Sequence[str], rows: list[Row]) -> None:
        self.description, self._told = [(name, None) for name in names], rows

    def fetchall(self) -> list[Row]:
        return self._connection.base.fetchall() if self._told is None else self._told

    def fetchmany(self, size: int) -> list[Row]:
        return self._connection.base.fetchmany(size)

    def fetchall_arrow(self) -> Any:
        # DuckDB has Arrow of a query alone, and does nothing else before an answer is read.
        self.fetchall()
        return self._connection.base.sql(self._connection.asked).to_arrow_table()
