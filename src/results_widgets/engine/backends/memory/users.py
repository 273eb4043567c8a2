"""The users of an event log: their attributes, looked up by user number or by id."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import narwhals as nw
import polars as pl

from results_widgets.engine.encoding.user_flags import UserFlags
from results_widgets.engine.encoding.user_ids import positions_of
from results_widgets.engine.frames import Rows, collect

# Clear of the users table's own columns, one of which may be called "user".
_NUMBER: Final = "_user"


@dataclass(frozen=True, eq=False)
class LogUsers:
    """The users of a log.

    Attributes:
        frame: One row per user in the order of their numbers: user_id, is_developer (Boolean, false
            for users that the users table lacks), the other attributes (null for those).
    """

    frame: pl.DataFrame

    @cached_property
    def by_id(self) -> pl.DataFrame:
        """The same rows sorted by id, with the users' numbers as ``_user``."""
        ids = self.frame["user_id"]
        number = pl.int_range(pl.len(), dtype=pl.UInt32).alias(_NUMBER)
        # To sort the ids and look them up is faster than an argsort of text.
        order = positions_of(ids.sort(), ids)
        return self.frame.with_columns(number)[order]

    def distinct(self, rows: Rows, columns: list[str]) -> pl.LazyFrame:
        """Return the distinct users (``user``) of rows: user_id and some attributes, sorted by id."""
        users: Any = rows.select("user").to_native()
        known = self.by_id.lazy().select("user_id", *columns, _NUMBER)
        found = known.join(
            users, left_on=_NUMBER, right_on="user", how="semi", maintain_order="left"
        )
        return found.drop(_NUMBER)

    def flagged(self, flags: UserFlags, columns: list[str]) -> pl.LazyFrame:
        """Return flagged users: user_id and some attributes, sorted by id."""
        chosen = flags.flags.gather(self.by_id[_NUMBER])
        return self.by_id.lazy().filter(chosen).select("user_id", *columns)


def developers_of(flags: pl.Series) -> Rows | None:
    """Return the numbers of the developers (user), from whether each user is one; None if there are none."""
    found = flags.arg_true().cast(pl.UInt32).alias("user")
    return None if found.is_empty() else nw.from_native(found.to_frame().lazy())


def flags_of(rows: Rows, users: int) -> pl.Series:
    """Return whether each of so many users is among rows (``user``), by their numbers (Boolean)."""
    nobody = pl.repeat(False, users, dtype=pl.Boolean, eager=True)
    return nobody.scatter(collect(rows.select("user"))["user"], True)


def attributes_of(ids: pl.DataFrame, table: pl.LazyFrame | None) -> pl.DataFrame:
    """Return users (``user_id``) with their attributes, in the same order; see `LogUsers.frame`."""
    if table is None:
        return ids.with_columns(is_developer=pl.lit(False))
    places = places_of(ids["user_id"], table.select("user_id"))
    return ids.hstack(attributes_at(places, table.select(pl.exclude("user_id"))))


def places_of(ids: pl.Series, table: pl.LazyFrame) -> pl.Series:
    """Return where users stand in the users table (``user_id``), null for those whom it lacks."""
    return positions_of(ids, table.collect()["user_id"])


def attributes_at(places: pl.Series, table: pl.LazyFrame) -> pl.DataFrame:
    """Return attributes of the users at some places of the users table; null is nobody's place."""
    found = table.collect().select(pl.all().gather(places))
    if "is_developer" not in found.columns:
        return found
    return found.with_columns(pl.col("is_developer").fill_null(False))
