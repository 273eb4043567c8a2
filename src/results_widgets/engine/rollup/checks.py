"""The cells of a roll-up's file, checked: it may come from anyone, and what is done with it must stay within bounds."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final, get_args

import polars as pl

from results_widgets.engine.calendar import to_micros
from results_widgets.engine.rollup import sketches
from results_widgets.engine.rollup.cells import SCHEMA, Cells
from results_widgets.engine.scoped import Kind
from results_widgets.errors import QueryError
from results_widgets.tables.times import YEARS

_FIRST, _END = (to_micros(datetime(year, 1, 1, tzinfo=UTC)) for year in YEARS)
_LONGEST: Final = 50 * 366 * 24 * 3600 * 1_000_000
"""No campaign runs for fifty years, and a report computes every day between its first and last cell."""
_MOST: Final = 1 << 53
_LARGEST_SKETCH: Final = 1 << 16


def check_time(value: int, path: str) -> int:
    """Return an instant (epoch µs) that is within the years of events.

    Raises:
        QueryError: It is not.
    """
    if not _FIRST <= value < _END:
        raise QueryError.at(
            path, f"{value} is not a time in the years {YEARS[0]} to {YEARS[1] - 1}"
        )
    return value


def check_span(cells: Cells, path: str) -> Cells:
    """Return cells that lie as near together as those of a campaign.

    Raises:
        QueryError: They do not.
    """
    first, last = cells.span
    if last - first > _LONGEST:
        raise QueryError.at(path, "its cells are more than fifty years apart")
    return cells


def read_cells(path: Path) -> pl.DataFrame:
    """Return the cells of a file.

    Raises:
        QueryError: They are not what a roll-up has.
    """
    try:
        found = pl.read_parquet(path, glob=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise QueryError.at(str(path), f"its cells cannot be read: {error}") from None
    missing = [name for name, kind in SCHEMA.items() if found.schema.get(name) != kind]
    if missing:
        raise QueryError.at(
            str(path), f"it has no column {missing[0]} of type {SCHEMA[missing[0]]}"
        )
    cells = found.select(*SCHEMA)
    time = pl.col("time")
    wrong = {
        "kind": ~pl.col("kind").is_in(get_args(Kind)),
        "number": pl.col("number").abs() >= _MOST,
        "time": (time != 0) & ~time.is_between(_FIRST, _END, closed="left"),
        "rows": ~pl.col("rows").is_between(0, _MOST),
        "value": ~pl.col("value").is_finite(),
        "users": pl.col("users").bin.size() > _LARGEST_SKETCH,
    }
    optional = ("value", "users")
    for name, is_wrong in wrong.items():
        bad = cells.select(is_wrong.fill_null(name not in optional).any()).item()
        if bad:
            raise QueryError.at(f"{path}.{name}", "has a value that cannot occur in a roll-up")
    if not all(map(sketches.is_sketch, cells["users"].drop_nulls())):
        raise QueryError.at(f"{path}.users", "has a value that is not a sketch of users")
    return cells
