"""The engines that every query is asked of, each with its tables where it has them."""

from collections.abc import Callable, Iterator
from typing import Any

import polars as pl
import pytest

from results_widgets.engine import open as reading
from results_widgets.sources.engines import Polars, engine_of
from tests.support.answers import FromPackage
from tests.support.postgres import free_port
from tests.support.programs import find

# Far from UTC and from every zone that is asked for: no answer may hang on the session's own.
SESSION_ZONE = "Australia/Lord_Howe"

MOST_ROWS = 200
"""More rows than any frame of numbers in these tests has, and fewer than there are users or events."""


def in_micros(table: pl.DataFrame) -> pl.DataFrame:
    """The table with its times in µs, the unit that engines keep zoned times in."""
    zone = table.schema["timestamp"].time_zone  # type: ignore[attr-defined]
    return table.with_columns(pl.col("timestamp").cast(pl.Datetime("us", zone)))


@pytest.fixture
def portable_polars(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask Polars' lazy frames as engines are asked, not as memory is."""
    monkeypatch.setattr(
        reading,
        "engine_of",
        lambda table: Polars() if isinstance(table, pl.LazyFrame) else engine_of(table),
    )
    monkeypatch.setattr(FromPackage, "placed", staticmethod(lambda table: table.lazy()))


@pytest.fixture
def duckdb_tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put events into a DuckDB connection."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"SET TimeZone='{SESSION_ZONE}'")

        def placed(table: pl.DataFrame) -> object:
            return connection.from_arrow(in_micros(table).to_arrow())

        monkeypatch.setattr(FromPackage, "placed", staticmethod(placed))
        yield


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """One session for the whole run, which also serves clients of Spark Connect."""
    find("java")
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.plugins": "org.apache.spark.sql.connect.SparkConnectPlugin",
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(free_port()),
        # A short run does not live to see what the second compiler makes of it.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
        "spark.sql.session.timeZone": SESSION_ZONE,
    }
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture
def plainly_planned(spark: Any) -> Iterator[None]:
    """Plan each query once and interpret it: so few rows are read before Spark has compiled a query.

    Spark's answers are the same by its contract, and `test_spark.py` asks with everything on.
    """
    plain = {
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    }
    for name, value in plain.items():
        spark.conf.set(name, value)
    yield
    for name in plain:
        spark.conf.unset(name)


@pytest.fixture
def spark_tables(spark: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[pl.DataFrame], Any]:
    """Put events into Spark."""

    def placed(table: pl.DataFrame) -> Any:
        return spark.createDataFrame(in_micros(table).to_arrow())

    monkeypatch.setattr(FromPackage, "placed", staticmethod(placed))
    return placed


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every collect of more rows than any frame of numbers here has."""
    from pyspark.sql.classic.dataframe import DataFrame

    def few(real: Callable[..., Any]) -> Callable[..., Any]:
        def collected(frame: Any, *how: Any, **named: Any) -> Any:
            found = real(frame, *how, **named)
            size = found.num_rows if hasattr(found, "num_rows") else len(found)
            assert size <= MOST_ROWS, f"{size} rows left Spark"
            return found

        return collected

    for name in ("toArrow", "toPandas", "collect"):
        monkeypatch.setattr(DataFrame, name, few(getattr(DataFrame, name)))
