"""Results of the same events with hashed user ids."""

from dataclasses import replace
from typing import Final

import polars as pl

from results_widgets._hashing import check_secret, hashed_ids
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.open import Source, read
from results_widgets.errors import QueryError, listing, warn_caller
from results_widgets.results.session import Session
from results_widgets.tables.events import KNOWN
from results_widgets.tables.options import ReadOptions

_USER: Final = "user_id"
_NEW: Final = "_new"

_NUMBERED: Final = ("event_id", "entry_id")
"""Ids that only link rows to each other."""

_OWN_SHARE: Final = 0.5
"""Share of users with a unique value above which a column is considered identifying."""


def with_hashed_users(session: Session, key: str | None) -> Session:
    """Return a session of the same events and users, whose ids are their HMAC-SHA256 under a key.

    Ids of events and entries become numbers. Further columns in which most users have a value of their
    own, such as addresses, are left out, and a warning names them.

    Raises:
        QueryError: There is no key.
    """
    if key is None:
        raise QueryError(
            "users='hashed' needs a secret: pass key=, and keep it so that ids can be matched later"
        )
    secret = check_secret(key, "key")
    data = session.data
    assert isinstance(data, MemoryBackend)
    with data.table.reading():
        own = data.table.frame.select(data.table.columns)
        events, left = _without_names(own, (*KNOWN, "is_developer"))
        users, left_of_users = _hashed_users(data.users, secret)
        ids = events.select(pl.col(_USER).unique()).collect().to_series()
        names = pl.LazyFrame({_USER: ids, _NEW: hashed_ids(ids, secret)})
        hashed = _numbered(_renamed(events, names)).collect()
    if gone := [*left, *left_of_users]:
        what = f"columns {listing(gone)} are" if len(gone) > 1 else f"column {gone[0]!r} is"
        warn_caller(
            f"{what} left out of the store: most users have a value of their own there, which would identify them"
        )
    source = Source(session.campaign, hashed, users, ReadOptions())
    return replace(session, source=source, reading=read(source))


def _hashed_users(users: pl.LazyFrame | None, secret: str) -> tuple[pl.DataFrame | None, list[str]]:
    if users is None:
        return None, []
    kept, left = _without_names(users, (_USER, "is_developer"))
    frame = kept.collect()
    return frame.with_columns(hashed_ids(frame[_USER], secret)), left


def _without_names(frame: pl.LazyFrame, known: tuple[str, ...]) -> tuple[pl.LazyFrame, list[str]]:
    """Return a table without further columns that tell users apart, and the names of those."""
    schema = frame.collect_schema()
    others = [name for name in schema if name not in known or name == "link"]
    left = [name for name in others if schema[name].is_nested() or _tells_apart(frame, name)]
    return frame.drop(left), left


def _tells_apart(frame: pl.LazyFrame, column: str) -> bool:
    """Whether most users with a value in a column have one that nobody else has."""
    pairs = frame.select(_USER, column).drop_nulls().unique()
    owned = pairs.with_columns((pl.len().over(column) == 1).alias(_NEW))
    users = owned.group_by(_USER).agg(pl.col(_NEW).any())
    share = users.select(pl.col(_NEW).mean()).collect().item()
    return share is not None and share > _OWN_SHARE


def _renamed(events: pl.LazyFrame, names: pl.LazyFrame) -> pl.LazyFrame:
    columns = events.collect_schema().names()
    # The order of rows decides between events of one instant.
    joined = events.join(names, on=_USER, how="left", maintain_order="left")
    return joined.with_columns(pl.col(_NEW).alias(_USER)).select(columns)


def _numbered(events: pl.LazyFrame) -> pl.LazyFrame:
    columns = events.collect_schema().names()
    for column in _NUMBERED:
        if column in columns:
            # Their order decides between events of one instant.
            found = events.select(pl.col(column).drop_nulls().unique().sort())
            joined = events.join(
                found.with_row_index(_NEW), on=column, how="left", maintain_order="left"
            )
            events = joined.with_columns(pl.col(_NEW).cast(pl.Int64).alias(column)).drop(_NEW)
    return events.select(columns)
