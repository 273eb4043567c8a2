"""SQLFrame's sessions of warehouses, on connections that are none."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from types import ModuleType, SimpleNamespace
from typing import Any, Final

import duckdb
import polars as pl
from sqlframe.base.session import _BaseSession

from tests.support.stand_ins.connection import Connection
from tests.support.warehouses import Placed

WAREHOUSES: Final = {
    "bigquery": "BigQuerySession",
    "snowflake": "SnowflakeSession",
    "redshift": "RedshiftSession",
    "databricks": "DatabricksSession",
}
"""SQLFrame's names of the dialects, and of the sessions that speak them."""

_SPARK: Final = {
    pl.String: "string",
    pl.Boolean: "boolean",
    pl.Int32: "int",
    pl.Int64: "bigint",
    pl.Float64: "double",
    pl.Date: "date",
}


@dataclass(frozen=True)
class Statements:
    """A warehouse that is stood in for.

    Attributes:
        placed: Puts a table there, and returns it as SQLFrame's DataFrame.
        sent: The statements that were sent there so far.
    """

    placed: Placed
    sent: list[str]


@contextmanager
def on_stand_in(dialect: str, zone: str) -> Iterator[Statements]:
    """A warehouse, in a session of SQLFrame whose zone is given."""
    names = (f"events_{number}" for number in count(1))
    with duckdb.connect() as base, _drivers(dialect), warnings.catch_warnings():
        # SQLFrame says of its session of Redshift that it is unfinished.
        warnings.simplefilter("ignore", UserWarning)
        base.execute(f"SET TimeZone='{zone}'")
        connection = Connection(dialect, base)
        # SQLFrame has one session of each kind: a second one would be the first, on another connection.
        before, _BaseSession._instance = _BaseSession._instance, None
        session = getattr(import_module(f"sqlframe.{dialect}.session"), WAREHOUSES[dialect])(
            conn=connection
        )

        def placed(table: pl.DataFrame) -> Any:
            name = next(names)
            base.from_arrow(table.to_arrow()).create(name)
            columns = {one: _type(kind) for one, kind in table.schema.items()}
            session.catalog.add_table(name, columns)
            return session.read.table(name)

        yield Statements(placed, connection.sent)
        session.stop()
        _BaseSession._instance = before


def _type(kind: pl.DataType) -> str:
    if isinstance(kind, pl.Datetime):
        return "timestamp" if kind.time_zone else "timestamp_ntz"
    return _SPARK[type(kind)]


@contextmanager
def _drivers(dialect: str) -> Iterator[None]:
    """What SQLFrame imports of a warehouse's driver, which asks for a connection of it otherwise."""
    modules = {name: _module(name, holding) for name, holding in _DRIVERS[dialect].items()}
    before = {name: sys.modules[name] for name in modules if name in sys.modules}
    sys.modules.update(modules)
    for name, module in modules.items():
        package, _, own = name.rpartition(".")
        if package:
            setattr(import_module(package), own, module)
    try:
        yield
    finally:
        for name in modules:
            del sys.modules[name]
        sys.modules.update(before)


def _module(name: str, holding: dict[str, Any]) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(holding)
    return module


class _Settings(SimpleNamespace):
    """What BigQuery's driver is told of a query."""

    create_session = False
    connection_properties: tuple[Any, ...] = ()


def _property(key: str, value: str) -> SimpleNamespace:
    return SimpleNamespace(key=key, value=value)


class _RefusedError(Exception):
    """An error of a driver."""


_DRIVERS: Final[dict[str, dict[str, dict[str, Any]]]] = {
    "bigquery": {
        "google.cloud.bigquery": {"QueryJobConfig": _Settings, "ConnectionProperty": _property},
        "google.cloud.bigquery.dbapi": {"connect": None},
    },
    "snowflake": {
        "snowflake": {},
        "snowflake.connector": {},
        "snowflake.connector.cursor": {},
        "snowflake.connector.converter": {"SnowflakeConverter": object},
    },
    "redshift": {},
    "databricks": {
        "databricks": {},
        "databricks.sql": {"connect": None, "ServerOperationError": _RefusedError},
        "databricks.sql.exc": {"DatabaseError": _RefusedError, "RequestError": _RefusedError},
    },
}
