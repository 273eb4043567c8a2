"""The user table: its columns, how they are normalised, and what is refused."""

from typing import Any

import narwhals as nw
import polars as pl

from results_widgets.errors import EventsError
from results_widgets.tables.events import EventTable, flag, user_id


def normalise_users(source: pl.LazyFrame | None, events: EventTable) -> pl.DataFrame | None:
    """Normalise the user table and hold it in memory; see `shape_users` and `check_once`."""
    if source is None:
        return None
    ids = nw.from_native(events.frame).collect_schema()["user_id"]
    users = shape_users(nw.from_native(source.collect().lazy()), ids)
    held: pl.DataFrame = users.collect("polars").to_native()
    # Equal ids have equal hashes, so distinct hashes prove distinct ids; sorting numbers takes a
    # fraction of the time and memory of a group-by.
    hashes = held["user_id"].hash().sort()
    if (hashes == hashes.shift(1)).any():
        check_once(nw.from_native(held.lazy()))
    return held


def shape_users(users: nw.LazyFrame[Any], ids: nw.dtypes.DType) -> nw.LazyFrame[Any]:
    """Normalise a user table on any engine: user_id as in the events, is_developer (Boolean), attributes.

    Raises:
        EventsError: There is no user_id, or its type differs from the events'.
    """
    kinds = users.collect_schema()
    if "user_id" not in kinds:
        raise EventsError.missing_column("user_id", kinds.names(), "users")
    users = users.with_columns(user_id(kinds["user_id"], "users"), flag("is_developer", kinds))
    found = users.collect_schema()["user_id"]
    if found != ids:
        raise EventsError(
            f"users: column 'user_id' is {found} but in the events it is {ids}; cast one of them"
        )
    return users


def check_once(users: nw.LazyFrame[Any]) -> None:
    """Refuse a user table with more than one row for a user.

    Raises:
        EventsError: A user is repeated; the message names one.
    """
    counts = users.group_by("user_id").agg(nw.len().alias("rows")).filter(nw.col("rows") > 1)
    repeated = counts.sort("user_id").head(1).collect("polars").to_native()
    if not repeated.is_empty():
        raise EventsError(
            f"users: {repeated['user_id'][0]!r} is there more than once; keep one row per user"
        )
