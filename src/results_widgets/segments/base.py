"""What every segment is: users, where they came from, and what can be asked about them."""

from collections.abc import Sequence
from copy import deepcopy
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.query import QueryScope
from results_widgets.errors import MissingExtraError, QueryError
from results_widgets.segments.export import export
from results_widgets.segments.rules import Leaf, Rule
from results_widgets.segments.users import FrameUsers, Users, checked_id

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

S_co = TypeVar("S_co", covariant=True)


class SegmentSource(Protocol[S_co]):
    """The campaign that users came from: what segments ask of it, and what a rule asks."""

    @property
    def data(self) -> UserBackend:
        """The campaign, its events and users."""

    @property
    def query(self) -> QueryScope:
        """Definitions, zone, range and developers."""

    def everyone(self) -> S_co:
        """Return the users with an entry in the range."""

    def find(self, leaf: Leaf) -> S_co:
        """Return what a leaf of a rule asks for."""

    def evaluate(self, rule: Rule, others: "Sequence[SegmentSource[Any]]") -> S_co:
        """Return the users whom a rule finds in this campaign and others."""


class HasSegmentSource(Protocol):
    """The session of results, as segments need it."""

    @property
    def segment_source(self) -> SegmentSource[Any]:
        """The campaign's users under the query scope of the results."""


class HasSession(Protocol):
    """Results, as segments need them."""

    @property
    def _session(self) -> HasSegmentSource: ...


class SegmentBase:
    """Users with a name and a rule; see `Segment`."""

    _users: Users
    name: str
    rule: str
    _expression: Rule | None
    _source: SegmentSource[Self] | None

    def __init__(self, users: object, *, name: str, rule: str) -> None:
        self._users = FrameUsers.from_table(users)
        self.name, self.rule = name, rule
        self._expression, self._source = None, None

    @classmethod
    def _made(
        cls,
        users: Users,
        *,
        name: str,
        rule: str,
        expression: Rule | None,
        source: SegmentSource[Any] | None,
    ) -> Self:
        made = cls.__new__(cls)
        made._users, made.name, made.rule = users, name, rule
        made._expression, made._source = expression, source
        return made

    # --- the users

    @property
    def users(self) -> pl.DataFrame:
        """The users: ``user_id`` and attributes, one row each, sorted by id."""
        return self._users.collect().clone()

    def lazy(self) -> Any:
        """Return the users without computing them.

        Hold the segment or its results as long as you use what is made of this: tables that they keep
        on an engine are dropped with them.

        Returns:
            A Polars LazyFrame; a DuckDB relation or a Spark DataFrame where the users are there.
        """
        return self._users.lazy()

    def __len__(self) -> int:
        return len(self._users)

    def __bool__(self) -> bool:
        # An empty segment is a segment all the same, and not to be mistaken for None.
        return True

    def __contains__(self, user_id: object) -> bool:
        return self._users.has(checked_id(user_id, self._users.id_type, self.name))

    def __repr__(self) -> str:
        return f"Segment({self.name!r}, {len(self):,} users: {self.rule})"

    def _repr_html_(self) -> str:
        head = f"<p><b>{escape(self.name)}</b>: {len(self):,} users<br>{escape(self.rule)}</p>"
        users = self._users
        # Showing a segment must not bring the users of an engine into memory.
        return head + (users.collect()._repr_html_() if isinstance(users, FrameUsers) else "")

    def to_pandas(self) -> "pd.DataFrame":
        """Return the users as a pandas DataFrame; whole-number ids stay whole numbers.

        Raises:
            MissingExtraError: pandas or pyarrow is not installed.
        """
        try:
            return self._users.collect().to_pandas()
        except ImportError:
            raise MissingExtraError("to_pandas()", "pandas with pyarrow", "arrow") from None

    def to_arrow(self) -> "pa.Table":
        """Return the users as a pyarrow Table.

        Raises:
            MissingExtraError: pyarrow is not installed.
        """
        try:
            return self._users.collect().to_arrow()
        except ImportError:
            raise MissingExtraError("to_arrow()", "pyarrow", "arrow") from None

    # --- where they come from

    @property
    def expression(self) -> Rule | None:
        """The rule as a tree of plain JSON values; None if the users came from a table."""
        return deepcopy(self._expression)

    @property
    def campaign(self) -> Campaign | None:
        """The campaign whose data can be asked about these users; None if they came from a table or file."""
        return None if self._source is None else self._source.data.campaign

    def _source_for(self, method: str) -> SegmentSource[Self]:
        if self._source is None:
            raise QueryError(
                f"{method} needs the campaign's data, and {self.name!r} came from a table or a file; "
                "pass it first: segment.with_results(results)"
            )
        return self._source

    def with_results(self, results: HasSession) -> Self:
        """Return the same users together with a campaign's data, which a saved segment lacks.

        Raises:
            QueryError: The campaign's user ids are of another type.
        """
        source, id_type = results._session.segment_source, self._users.id_type
        theirs = source.data.dtype("user_id")
        if theirs != id_type:
            raise QueryError(
                f"{self.name!r} has user ids of type {id_type}, the results of type {theirs}; "
                "cast those of the segment's table"
            )
        return self._made(
            self._users,
            name=self.name,
            rule=self.rule,
            expression=self._expression,
            source=source,
        )

    # --- who they are, what they did

    def events(self) -> Any:
        """Return all events of these users, lazily: the source's columns, its rows as they are.

        Nothing is left out: neither events of other campaigns, nor repeated ones, nor those out of
        range. The rows are in no particular order.

        Returns:
            A Polars LazyFrame; a DuckDB relation or a Spark DataFrame where the events are there.
        """
        data = self._source_for("events()").data
        return data.source_rows_of(self._users.ids_beside(data)).to_native()

    def timeline(self, user_id: str | int) -> pl.DataFrame:
        """Return one user's events in order.

        Returns:
            timestamp (Datetime µs in the results' zone), event, action (its name), channel (String),
            then the source's other columns that have a value for this user.

        Raises:
            QueryError: The user is not in the segment, or the id is of another type.
        """
        source = self._source_for("timeline()")
        if user_id not in self:
            raise QueryError(f"user {user_id!r} is not in {self.name!r}; see segment.users")
        from results_widgets.engine.people.profile import timeline

        return timeline(source.data, source.query.time_zone, user_id)

    def profile(self, *, values: int = 20) -> pl.DataFrame:
        """Return how these users differ from the rest of the campaign's users.

        It compares the attributes of the users table (numbers in four ranges of equal size, times by
        year), platform, country and the like from the events (a user's newest value), the number of
        own events, and whether a user was active in the last 7 days. The campaign's users are those
        with an entry in the range.

        Args:
            values: Most values per attribute; rarer ones are put together as ``(other)``.

        Returns:
            attribute, value (String, null: unknown), segment, rest (Int64 users), share,
            rest_share, difference (Float64), low, high (Float64: its 95 % interval by Newcombe),
            p_value, p_adjusted (Float64: by Benjamini and Hochberg over all rows), differs
            (Boolean: p_adjusted below 0.05). Rows that differ come first, larger differences before
            smaller ones. Shares are null without users on that side.
        """
        source = self._source_for("profile()")
        from results_widgets.engine.people.profile import profile

        data, everyone = source.data, source.everyone()._users
        return profile(data, self._users.ids_beside(data), everyone.ids_beside(data), values)

    def reach(self) -> pl.DataFrame:
        """Return how many of these users each channel of the campaign can still reach.

        Returns:
            channel (String), users, reachable (neither bounced, unsubscribed nor marked as spam at
            any time in this campaign), bounced, unsubscribed, marked_as_spam (users; one may be in
            several), active_7d (reachable, with an event of their own in the 7 days up to the newest
            event) (Int64), share (Float64, reachable of users; null without users).
        """
        data = self._source_for("reach()").data
        from results_widgets.engine.people.reach import reach

        return reach(data, self._users.ids_beside(data))

    # --- written for other systems

    def write(self, path: str | Path) -> Path:
        """Write the users as Parquet from where they are: a file, or a folder by Spark.

        Raises:
            QueryError: The path exists already.
        """
        target = Path(path)
        if target.exists():
            raise QueryError(f"{target} exists already; pass a path that is free")
        self._users.write(target)
        return target

    def export(
        self,
        path: str | Path,
        *,
        columns: Sequence[str] | None = None,
        salt: str | None = None,
        guard: bool = True,
    ) -> Path:
        """Write the users for another system, as CSV or Parquet by the path's suffix.

        Args:
            path: Ends in ``.csv`` or ``.parquet``; an existing file is replaced whole, or not at
                all if writing fails.
            columns: Columns to write, in this order; None: all of them.
            salt: A secret; ids are written as their HMAC-SHA256 under it (hexadecimal).
            guard: Whether text in CSV that a spreadsheet would run as a formula gets a leading
                apostrophe.

        Raises:
            QueryError: A column is not known or cannot be written to CSV, the salt is empty, or
                the path has another suffix.
        """
        return export(self._users.collect(), Path(path), columns, salt, guard=guard)
