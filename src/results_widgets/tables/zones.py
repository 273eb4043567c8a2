"""Time zones by name."""

from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from results_widgets.errors import QueryError


@cache
def is_zone(name: str) -> bool:
    """Whether there is a time zone of that name."""
    try:
        check_zone(name)
    except QueryError:
        return False
    return True


def check_zone(name: str) -> str:
    """Return an IANA zone name after checking it.

    Raises:
        QueryError: There is no such zone.
    """
    try:
        ZoneInfo(name)
        # ZoneInfo also accepts names outside IANA's list ("localtime", "Factory"); Polars does not.
        pl.select(pl.lit(0).cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(name))
    except (TypeError, ZoneInfoNotFoundError, ValueError, OSError, pl.exceptions.PolarsError):
        raise QueryError(
            f"unknown time zone {name!r}; use an IANA name such as 'Europe/Berlin', 'America/New_York' or 'UTC'"
        ) from None
    return name
