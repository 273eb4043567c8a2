"""The types of a table that is sent to an engine as text."""

from collections.abc import Mapping

import polars as pl

from results_widgets.errors import EventsError


def sql_type(
    column: pl.Series, names: Mapping[type[pl.DataType], str], times: tuple[str, str], refusal: str
) -> str:
    """Return an engine's name of a column's type.

    Args:
        column: The column.
        names: The names of types other than times.
        times: The names of times with a zone and without one.
        refusal: What cannot be done with any other type, and what else can be.

    Raises:
        EventsError: The type has no name there.
    """
    kind = column.dtype
    if isinstance(kind, pl.Datetime):
        zoned, naive = times
        return zoned if kind.time_zone else naive
    if type(kind) not in names:
        raise EventsError(f"column {column.name!r} is {kind}, which {refusal}")
    return names[type(kind)]
