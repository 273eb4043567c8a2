"""How much a table on an engine held when it was read."""

from datetime import UTC, datetime
from typing import NamedTuple

import narwhals as nw

from results_widgets.engine.backends.lazy.event_log import LazyTable
from results_widgets.engine.calendar import to_micros
from results_widgets.engine.frames import collect


class Seen(NamedTuple):
    """What a table holds.

    Attributes:
        rows: How many rows.
        newest: The newest time among them (epoch µs) that does not lie ahead of the moment of reading.
        settled: How many rows have that time or an earlier one.
    """

    rows: int
    newest: int | None
    settled: int


def look(table: LazyTable) -> Seen:
    """Return a table's size and newest time."""
    # An event of 2040 would make all that follow look old, and a refresh read everything again.
    past = nw.col("time") <= to_micros(datetime.now(UTC))
    newest = nw.when(past).then(nw.col("time")).max()
    found = table.rows.select(
        nw.len().alias("rows"), newest=newest, settled=past.cast(nw.Int64).sum()
    )
    rows, newest, settled = collect(found).row(0)
    return Seen(int(rows), newest, int(settled or 0))
