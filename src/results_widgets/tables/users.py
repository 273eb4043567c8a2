"""The user table: its columns, how they are normalised, and what is refused."""

from typing import Any

import narwhals as nw
import polars as pl

from results_widgets.errors import EventsError
from results_widgets.sources.boundary import engine_errors_as_ours
from results_widgets.tables.checks import Check, fetch, refuse, run_checks
from results_widgets.tables.events import EventTable
from results_widgets.tables.held import readable
from results_widgets.tables.names import renaming
from results_widgets.tables.options import ReadOptions
from results_widgets.tables.values import Column, as_flag, as_found, as_user_id, can_group

KNOWN = ("user_id", "is_developer")
"""Columns that mean something; others are attributes."""

_CANONICAL = r"^(0|-?[1-9]\d{0,17})$"


def normalise_users(
    source: pl.LazyFrame | None, events: EventTable, options: ReadOptions | None = None
) -> pl.DataFrame | None:
    """Normalise the user table and hold it in memory; see `shape_users` and `check_once`."""
    if source is None:
        return None
    ids = nw.from_native(events.frame).collect_schema()["user_id"]
    with engine_errors_as_ours("users: the table cannot be read", lambda: nw.from_native(source)):
        held = readable(source, KNOWN, "users")(source).collect()
    users = shape_users(nw.from_native(held.lazy()), ids, options)
    shaped = fetch(users, "users")
    # Equal ids have equal hashes, so distinct hashes prove distinct ids; sorting numbers takes a
    # fraction of the time and memory of a group-by.
    hashes = shaped["user_id"].hash().sort()
    if (hashes == hashes.shift(1)).any():
        check_once(nw.from_native(shaped.lazy()))
    return shaped


def shape_users(
    users: nw.LazyFrame[Any], ids: nw.dtypes.DType, options: ReadOptions | None = None
) -> nw.LazyFrame[Any]:
    """Normalise a user table on any engine: user_id as in the events, is_developer (Boolean), attributes.

    Attributes that nothing can be grouped by, such as lists, are left out.

    Raises:
        EventsError: There is no user_id, or its type differs from the events'.
    """
    found = users.collect_schema().names()
    columns = (options or ReadOptions()).columns
    # Names of event columns that this table does not have are none of its business.
    own = {ours: theirs for ours, theirs in columns.items() if theirs in found}
    users = renaming(found, own, KNOWN, "users").apply(users)
    kinds = users.collect_schema()
    if "user_id" not in kinds:
        raise EventsError.missing_column("user_id", found, "users")
    user_id, checks = as_user_id(_column("user_id", kinds))
    flag, more = as_flag(_column("is_developer", kinds))
    further = [name for name in kinds if name not in KNOWN and can_group(kinds[name])]
    attributes = [as_found(_column(name, kinds)) for name in further]
    run_checks(users, [*checks, *more], "users")
    names = [name for name in kinds.names() if name in ("user_id", "is_developer", *further)]
    users = users.with_columns(user_id, flag, *attributes)
    users = users.select(*names, *({"is_developer"} - {*names})).filter(
        ~nw.col("user_id").is_null()
    )
    return _like_events(users, ids)


def _column(name: str, kinds: nw.Schema) -> Column:
    # In a users table, checking each id costs next to nothing.
    return Column(name, kinds.get(name), table="users", has_whole_floats=name == "user_id")


def _like_events(users: nw.LazyFrame[Any], ids: nw.dtypes.DType) -> nw.LazyFrame[Any]:
    """Return users whose ids have the type that the events' have."""
    found, user_id = users.collect_schema()["user_id"], nw.col("user_id")
    if found == ids:
        return users
    wrong = f"users: column 'user_id' is {found} but in the events it is {ids}; cast one of them"
    if ids == nw.String and found.is_integer():
        return users.with_columns(user_id.cast(nw.String))
    if found != nw.String or not ids.is_integer():
        raise EventsError(wrong)
    readable_ids = user_id.str.contains(_CANONICAL)
    check: Check = refuse(~readable_ids, user_id, lambda one: f"{wrong}; it holds {one!r}")
    run_checks(users, [check], "users")
    return users.with_columns(nw.when(readable_ids).then(user_id).cast(ids))


def check_once(users: nw.LazyFrame[Any]) -> None:
    """Refuse a user table with more than one row for a user.

    Raises:
        EventsError: A user is repeated; the message names one.
    """
    counts = users.group_by("user_id").agg(nw.len().alias("rows")).filter(nw.col("rows") > 1)
    repeated = fetch(counts.sort("user_id").head(1), "users")
    if not repeated.is_empty():
        raise EventsError(
            f"users: {repeated['user_id'][0]!r} is there more than once; keep one row per user"
        )
