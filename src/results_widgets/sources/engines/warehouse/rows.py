"""Rows of a database that sends no Arrow tables, as Polars and Arrow take them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import narwhals as nw
import polars as pl

from results_widgets.sources.engines.warehouse.session import state_of

_BATCH: Final = 50_000
"""How many rows are made into a table at once where not all of them need to be in memory."""


def fetched(frame: Any) -> Any:
    """Return the rows of a DataFrame as an Arrow table."""
    tables = [*polars_batches(frame)]
    return pl.concat(tables, how="vertical_relaxed").to_arrow()


def polars_batches(frame: Any) -> Iterator[pl.DataFrame]:
    """Yield the rows of a DataFrame, some at a time; one frame without rows if there are none."""
    session, kinds = frame.session, _types(frame)
    with state_of(session).turn:
        for expression in frame._get_expressions(optimize=False):
            session._execute(session._to_sql(expression))
        some = session._cur.fetchmany(_BATCH)
        yield _as_polars(some, kinds)
        while some := session._cur.fetchmany(_BATCH):
            yield _as_polars(some, kinds)


def _types(frame: Any) -> dict[str, pl.DataType]:
    """Return the columns of a DataFrame and their types in Polars."""
    kinds = nw.from_native(frame).collect_schema()
    return {name: _polars_type(kind) for name, kind in kinds.items()}


def _polars_type(kind: nw.dtypes.DType) -> pl.DataType:
    if isinstance(kind, nw.Datetime):
        return pl.Datetime("us", None if kind.time_zone is None else "UTC")
    if isinstance(kind, nw.Unknown):
        return pl.String()
    return nw.Schema({"": kind}).to_polars()[""]


def _as_polars(rows: Sequence[Sequence[Any]], kinds: dict[str, pl.DataType]) -> pl.DataFrame:
    columns = [*zip(*rows, strict=True)] or [()] * len(kinds)
    named = zip(kinds.items(), columns, strict=True)
    return pl.DataFrame([_series(name, values, kind) for (name, kind), values in named])


def _series(name: str, values: Sequence[Any], kind: pl.DataType) -> pl.Series:
    if isinstance(kind, pl.Decimal):
        return _numbers(name, values)
    if isinstance(kind, pl.Datetime):
        return pl.Series(name, [_instant(one) for one in values], dtype=kind)
    return pl.Series(name, values, dtype=kind)


def _numbers(name: str, values: Sequence[Decimal | None]) -> pl.Series:
    """Return decimal numbers as integers if all are whole: sums of integers are decimal in some databases."""
    whole = all(one is None or one == int(one) for one in values)
    as_number, kind = (int, pl.Int64()) if whole else (float, pl.Float64())
    return pl.Series(name, [None if one is None else as_number(one) for one in values], dtype=kind)


def _instant(value: datetime | None) -> datetime | None:
    return value if value is None or value.tzinfo is None else value.astimezone(UTC)
