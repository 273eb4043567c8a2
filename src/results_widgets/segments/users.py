"""The users of a segment: one interface, whether they are in memory or on the engine that holds the events."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property, reduce
from pathlib import Path
from typing import Any, Final, Literal

import narwhals as nw
import polars as pl

from results_widgets._io import whole_file
from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.encoding.user_flags import Op, UserFlags
from results_widgets.engine.frames import Rows
from results_widgets.errors import EventsError, QueryError
from results_widgets.segments.hashing import hash_bound, hashes
from results_widgets.sources import read_table
from results_widgets.sources.boundary import engine_errors_as_ours

JOINS: Final[Mapping[Op, Literal["semi", "anti"]]] = {"and": "semi", "minus": "anti"}
"""The join that keeps users of the first set by whether they are in the second."""


class Users(ABC):
    """Distinct users with their attributes, sorted by ``user_id``; they never change.

    Attributes:
        place: Where they are, in words; only users in one place combine.
    """

    place: str

    @property
    @abstractmethod
    def id_type(self) -> pl.DataType:
        """Type of ``user_id``."""

    @property
    @abstractmethod
    def columns(self) -> list[str]:
        """``user_id`` and the names of the attributes."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def has(self, user_id: str | int) -> bool:
        """Whether a user is one of them."""

    @abstractmethod
    def collect(self) -> pl.DataFrame:
        """Compute them, once, and bring them into memory."""

    @abstractmethod
    def lazy(self) -> Any:
        """Return them without computing them, as the engine's own lazy table."""

    @abstractmethod
    def ids_beside(self, data: UserBackend) -> Rows:
        """Return their ids (``user_id``) as rows of the engine that holds a campaign's events.

        Raises:
            QueryError: They are on another engine.
        """

    def flags_in(self, data: UserBackend) -> UserFlags | None:  # noqa: ARG002 - those that have none
        """Return them by their numbers in a campaign's data; None unless they were found there."""
        return None

    @abstractmethod
    def combined(self, other: "Users", op: Op) -> "Users":
        """Return those in both, in either, or in the first only; both are in one place."""

    @abstractmethod
    def sample(self, n: int, seed: int) -> "Users":
        """Return the ``n`` users with the lowest hashes; of equal hashes, the lower ids."""

    @abstractmethod
    def split(self, share: float, by: str, seed: int) -> tuple["Users", "Users"]:
        """Return the users whose value's hash is below a share of all hashes, and the rest."""

    @abstractmethod
    def counts(self, others: Sequence["Users"]) -> pl.DataFrame:
        """Count users by membership: mark (a bit for each set they are in, this one first), users (Int64)."""

    @abstractmethod
    def write(self, path: Path) -> None:
        """Write them as Parquet from where they are."""


class FrameUsers(Users):
    """Users in a Polars frame, computed when they are first needed."""

    place = "in memory"

    def __init__(self, frame: pl.LazyFrame) -> None:
        self._source = frame
        self._computed: pl.DataFrame | None = None

    @classmethod
    def from_table(cls, table: object) -> "FrameUsers":
        """Return the users of any table; see `Segment`."""
        frame = read_table(table, "segment")
        known = frame.collect_schema()
        if "user_id" not in known:
            raise EventsError.missing_column("user_id", known.names(), "segment")
        frame = frame.with_columns(_user_id(known["user_id"]))
        return cls(frame.map_batches(_sorted_once, schema=frame.collect_schema()))

    @property
    def _frame(self) -> pl.LazyFrame:
        return self._source

    @cached_property
    def id_type(self) -> pl.DataType:
        """See `Users`."""
        return self._frame.collect_schema()["user_id"]

    @property
    def columns(self) -> list[str]:
        """See `Users`."""
        return self.lazy().collect_schema().names()

    def __len__(self) -> int:
        return self.collect().height

    def has(self, user_id: str | int) -> bool:
        """See `Users`."""
        return self.collect()["user_id"].eq(user_id).any()

    def collect(self) -> pl.DataFrame:
        """See `Users`."""
        if self._computed is None:
            with engine_errors_as_ours("segment: its users cannot be read now"):
                self._computed = self._frame.collect()
        return self._computed

    def lazy(self) -> pl.LazyFrame:
        """See `Users`."""
        return self._frame if self._computed is None else self._computed.lazy()

    def ids_beside(self, data: UserBackend) -> Rows:
        """See `Users`."""
        if data.in_memory:
            return nw.from_native(self.lazy().select("user_id"))
        return data.upload(self.collect().select("user_id"))

    def combined(self, other: Users, op: Op) -> Users:
        """See `Users`."""
        ours, theirs = self.lazy(), other.lazy()
        if op != "or":
            ids, how = theirs.select("user_id"), JOINS[op]
            return FrameUsers(ours.join(ids, on="user_id", how=how, maintain_order="left"))
        known = ours.select("user_id")
        added = theirs.join(known, on="user_id", how="anti", maintain_order="left")
        if ours.collect_schema() == added.collect_schema():
            # Both sides are sorted by id, so a merge keeps that order.
            return FrameUsers(ours.merge_sorted(added, "user_id"))
        return FrameUsers(pl.concat([ours, added], how="diagonal_relaxed").sort("user_id"))

    def sample(self, n: int, seed: int) -> Users:
        """See `Users`."""
        users = self.collect()
        hash_ = hashes(users["user_id"], seed)
        # Sorting only the users below the n-th lowest hash is much cheaper than sorting all of them.
        bound = (hash_.bottom_k(n) if n < len(hash_) else hash_).max() or 0
        found = users.with_columns(hash_.alias("_hash")).filter(pl.col("_hash") <= bound)
        drawn = found.sort("_hash", "user_id").head(n).drop("_hash").sort("user_id")
        return FrameUsers(drawn.lazy())

    def split(self, share: float, by: str, seed: int) -> tuple[Users, Users]:
        """See `Users`."""
        users, own = self.collect(), pl.col("user_id").cast(pl.String)
        text = users.select(pl.col(by).cast(pl.String).fill_null(own)).to_series()
        first = (hashes(text, seed) < hash_bound(share)) | (share == 1)
        return FrameUsers(users.filter(first).lazy()), FrameUsers(users.filter(~first).lazy())

    def counts(self, others: Sequence[Users]) -> pl.DataFrame:
        """See `Users`."""
        marked = [
            users.lazy().select("user_id", mark=pl.lit(1 << place, pl.Int64))
            for place, users in enumerate((self, *others))
        ]
        # All sets are sorted by id, so merging them puts the rows of a user side by side.
        merged = reduce(lambda one, other: one.merge_sorted(other, "user_id"), marked)
        last = (pl.col("user_id") != pl.col("user_id").shift(-1)).fill_null(True)
        until = merged.select(pl.col("mark").cum_sum(), last=last).filter("last")
        of_each = until.select(pl.col("mark").diff().fill_null(pl.col("mark")))
        counts: pl.DataFrame = of_each.group_by("mark").agg(users=pl.len().cast(pl.Int64)).collect()
        return counts

    def write(self, path: Path) -> None:
        """See `Users`."""
        with whole_file(path, private=True) as unfinished:
            self.lazy().sink_parquet(unfinished)


class FlaggedUsers(FrameUsers):
    """Users of one campaign's data as one flag per user; sets of them combine without reading an id.

    Args:
        flags: Which users.
        data: The data whose users the flags count through.
    """

    def __init__(self, flags: UserFlags, data: UserBackend) -> None:
        super().__init__(pl.LazyFrame())
        self._flags, self._data = flags, data

    @cached_property
    def _frame(self) -> pl.LazyFrame:
        return self._data.flagged_users(self._flags)

    @cached_property
    def id_type(self) -> pl.DataType:
        """See `Users`."""
        return self._data.dtype("user_id")

    def __len__(self) -> int:
        return len(self._flags)

    def ids_beside(self, data: UserBackend) -> Rows:
        """See `Users`; in the order of their numbers, since to sort them takes longer than to find them."""
        if not data.in_memory:
            return super().ids_beside(data)
        numbers = self._flags.flags.arg_true().cast(pl.UInt32).alias("user")
        return self._data.with_ids(nw.from_native(numbers.to_frame().lazy()))

    def flags_in(self, data: UserBackend) -> UserFlags | None:
        """See `Users`."""
        return self._flags if data is self._data else None

    def combined(self, other: Users, op: Op) -> Users:
        """See `Users`."""
        if isinstance(other, FlaggedUsers) and other._data is self._data:
            return FlaggedUsers(self._flags.combined(other._flags, op), self._data)
        return super().combined(other, op)


def checked_id(user_id: object, id_type: pl.DataType, name: str) -> str | int:
    """Return a user id, which must be of the type that the segment's ids have."""
    wanted = str if id_type == pl.String else int
    if not isinstance(user_id, wanted) or isinstance(user_id, bool):
        raise QueryError(
            f"user ids of {name!r} are {id_type}, and {user_id!r} is "
            f"{type(user_id).__name__}; pass {'text' if wanted is str else 'a whole number'}"
        )
    return user_id


def _sorted_once(users: pl.DataFrame) -> pl.DataFrame:
    """Return the users sorted by id, without missing ids; of a repeated id, the first row stays."""
    if users["user_id"].null_count() or not users["user_id"].is_sorted():
        kept = users.filter(pl.col("user_id").is_not_null())
        users = kept.sort("user_id", maintain_order=True)
    repeated = users["user_id"] == users["user_id"].shift()
    # Filtering copies the frame, which for many users is most of the memory; skip it where it changes nothing.
    return users.filter(~repeated.fill_null(False)) if repeated.any() else users


def _user_id(kind: pl.DataType) -> pl.Expr:
    column = pl.col("user_id")
    if kind.is_integer():
        return column if kind == pl.UInt64 else column.cast(pl.Int64)
    if isinstance(kind, pl.String | pl.Categorical | pl.Enum):
        return column.cast(pl.String)
    exact = (
        "; numbers with a fraction cannot hold ids above 2**53 exactly" if kind.is_float() else ""
    )
    raise EventsError(f"segment: column 'user_id' is {kind}; pass text or whole numbers{exact}")
