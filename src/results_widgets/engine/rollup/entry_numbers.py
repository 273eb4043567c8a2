"""The number that entries have in the cells of a roll-up: when they end, and whether they were held back."""

import narwhals as nw
import polars as pl

from results_widgets.engine.calendar import HOUR


def entry_number(is_open: nw.Expr) -> nw.Expr:
    """Return the number of entries in cells; `split_entries` is its reverse."""
    ends = (nw.col("ended_at") + (HOUR - 1)) // HOUR
    hour = nw.when(is_open).then(ends).otherwise(0)
    return nw.when(nw.col("held_back")).then(-1 - hour).otherwise(hour)


def split_entries(number: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Return whether entries in cells were held back, and the hour by which they end, 0 if they have."""
    held = number < 0
    return held, pl.when(held).then(-1 - number).otherwise(number)
