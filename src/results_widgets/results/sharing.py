"""Which columns may leave the notebook: those whose values do not identify single users."""

from typing import Final

import narwhals as nw

from results_widgets.engine.backends.base import Backend
from results_widgets.engine.cache import Key
from results_widgets.engine.frames import BY, collect
from results_widgets.errors import QueryError

_DRAWN: Final = 8
"""As many values as a chart draws lines for; so few identify nobody."""


def check(data: Backend, by: str) -> None:
    """Refuse a column whose values identify single users.

    What is saved or synced holds the values of the columns that it is broken down by, and must
    never name a user.

    Raises:
        QueryError: The column is not known, or has more than half as many values as users and more
            than a chart draws.
    """
    values, users = data.cached(Key("shared", (by,)), lambda: _values_and_users(data, by))
    if values > _DRAWN and 2 * values > users:
        raise QueryError(
            f"column {by!r} has {values:,} values for {users:,} users: it tells users apart, and "
            f"what is saved or shown must not; take a column that groups users, or ask in code: "
            f"results.explore(…, by={by!r})"
        )


def _values_and_users(data: Backend, by: str) -> tuple[int, int]:
    """Return how many values a column has, and how many users have one."""
    data.check_by(by)
    known = data.require_users().events(by).filter(~nw.col(BY).is_null())
    found = collect(known.select(nw.col(BY).n_unique(), nw.col("user").n_unique()))
    return found[BY][0], found["user"][0]
