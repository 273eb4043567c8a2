"""What every segment is: users with a name and a rule, and where they came from."""

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import polars as pl

from results_widgets._io import is_file, is_folder
from results_widgets._text import escape
from results_widgets.campaign import Campaign
from results_widgets.errors import MissingExtraError, QueryError
from results_widgets.segments.export import export
from results_widgets.segments.rules import Rule
from results_widgets.segments.source import HasSession, SegmentSource
from results_widgets.segments.users import FrameUsers, Users, checked_id

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


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

        Keep the segment or its results as long as you use the returned object: tables that they keep on an engine
            are dropped with them.

        Returns:
            A Polars LazyFrame; or a DuckDB relation or Spark DataFrame if the users are on that engine.

        Examples:
            >>> results.users_in_campaign().lazy().collect().height
            171
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
        return f"Segment({self.name!r}, {self._size}: {self.rule})"

    @property
    def _size(self) -> str:
        count = len(self)
        return f"{count:,} user{'' if count == 1 else 's'}"

    def _repr_html_(self) -> str:
        head = f"<p><b>{escape(self.name)}</b>: {self._size}<br>{escape(self.rule)}</p>"
        users = self._users
        # Showing a segment must not bring the users of an engine into memory.
        return head + (users.collect()._repr_html_() if isinstance(users, FrameUsers) else "")

    def to_pandas(self) -> "pd.DataFrame":
        """Return the users as a pandas DataFrame; whole-number ids stay whole numbers.

        Returns:
            A pandas DataFrame with a row per user.

        Raises:
            MissingExtraError: pandas or pyarrow is not installed.

        Examples:
            >>> results.users_in_campaign().to_pandas().shape[0]
            171
        """
        try:
            return self._users.collect().to_pandas()
        except ImportError:
            raise MissingExtraError("to_pandas()", "pandas with pyarrow", "arrow") from None

    def to_arrow(self) -> "pa.Table":
        """Return the users as a pyarrow Table.

        Returns:
            A pyarrow Table with a row per user.

        Raises:
            MissingExtraError: pyarrow is not installed.

        Examples:
            >>> results.users_in_campaign().to_arrow().num_rows
            171
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
        """The campaign whose data describes these users; None if they came from a table or file."""
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

        Args:
            results: Results of the campaign.

        Returns:
            The same segment, with every method available.

        Raises:
            QueryError: The campaign's user ids are of another type.

        Examples:
            >>> users = results.users_in_campaign().users.head(10)
            >>> mine = rw.Segment(users, name="mine", rule="the first ten")
            >>> len(~mine.with_results(results))
            161
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

    # --- written for other systems

    def write(self, path: str | Path) -> Path:
        """Write the users as Parquet directly from where they are stored: a file, or from Spark a folder.

        Args:
            path: A path that does not exist yet.

        Returns:
            The path.

        Raises:
            QueryError: The path exists already.

        Examples:
            >>> path = results.users_in_campaign().write("users.parquet")
            >>> pl.read_parquet(path).height
            171
        """
        target = Path(path)
        if is_file(target) or is_folder(target):
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
        """Write the users for another system, as CSV or Parquet depending on the path's suffix.

        Args:
            path: Ends in ``.csv`` or ``.parquet``; an existing file is replaced completely, or not at all if
                writing fails.
            columns: Columns to write, in this order; None: all of them.
            salt: A secret; ids are written as their HMAC-SHA256 under it (hexadecimal).
            guard: Whether CSV text that a spreadsheet would run as a formula gets a leading apostrophe.

        Returns:
            The path.

        Raises:
            QueryError: A column is not known or cannot be written to CSV, the salt is empty, or
                the path has another suffix.

        Examples:
            >>> users = results.users("unique_converters")
            >>> users.export("upload.csv", columns=["user_id"], salt="a secret").name
            'upload.csv'
        """
        return export(self._users.collect(), Path(path), columns, salt, guard=guard)
