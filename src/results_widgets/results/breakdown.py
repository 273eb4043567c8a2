"""The breakdown columns in the frames that users get: under their own names, after the numbers."""

import polars as pl

from results_widgets.engine.breakdown import By, by_keys
from results_widgets.errors import QueryError


def named_by(frame: pl.DataFrame, by: By | None) -> pl.DataFrame:
    """Give the breakdown's columns their own names.

    Raises:
        QueryError: The result already has a column of that name.
    """
    for name in by_keys(by):
        if name in frame.columns:
            raise QueryError(
                f"cannot group by {name!r}, a column of that name is in the answer already; "
                f"rename it in the table first"
            )
    return frame.rename({key: name for name, key in by_keys(by).items()})


def by_last(frame: pl.DataFrame, by: By | None) -> pl.DataFrame:
    """Put the breakdown's columns after all others."""
    keys = [*by_keys(by).values()]
    return frame.select(pl.all().exclude(keys), *keys) if keys else frame
