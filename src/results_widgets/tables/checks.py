"""Checks of a column's values: all of a table's checks run in one pass, and none costs nothing where types suffice."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import polars as pl

from results_widgets.errors import EventsError
from results_widgets.sources.boundary import collect_rows

Rows = nw.LazyFrame[Any]


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a column.

    Attributes:
        aggregates: Aggregates of the column that it needs, by name.
        judge: Raises an `EventsError` from those numbers if the column cannot be used.
    """

    aggregates: dict[str, nw.Expr]
    judge: Callable[[dict[str, Any]], None]


def refuse(bad: nw.Expr, shown: nw.Expr, message: Callable[[object], str]) -> Check:
    """Return a check that no row is bad; the message is made from the least bad value, as engines know no first."""

    def judge(found: dict[str, Any]) -> None:
        if found["bad"] is not None:
            raise EventsError(message(found["bad"]))

    return Check({"bad": nw.when(bad).then(shown).min()}, judge)


def run_checks(rows: Rows, checks: Iterable[Check], table: str) -> None:
    """Run checks in one pass over the rows.

    Raises:
        EventsError: A column cannot be used.
    """
    checks = list(checks)
    if not checks:
        return
    aggregates = [
        aggregate.alias(f"{name}_{place}")
        for place, check in enumerate(checks)
        for name, aggregate in check.aggregates.items()
    ]
    found = fetch(rows.select(*aggregates), table, rows).row(0, named=True)
    for place, check in enumerate(checks):
        check.judge({name: found[f"{name}_{place}"] for name in check.aggregates})


def fetch(rows: Rows, table: str, source: Rows | None = None) -> pl.DataFrame:
    """Compute a query of a table while it is read.

    Args:
        rows: The query.
        table: ``events`` or ``users``, for messages.
        source: The table, so that an error can name the column at fault.
    """
    of = None if source is None else lambda: source
    return collect_rows(rows, f"{table}: the table cannot be read", of)
