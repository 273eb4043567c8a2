"""A set of users: who they are, in a frame."""

from collections.abc import Sequence
from copy import deepcopy
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

import polars as pl

from results_widgets.engine.encoding.user_flags import UserFlags
from results_widgets.errors import EventsError, MissingExtraError, QueryError
from results_widgets.sources import read_table

if TYPE_CHECKING:
    from results_widgets.campaign import Campaign
    from results_widgets.segments._audience import Audience

Rule = dict[str, Any]
"""A rule as a tree of plain JSON values: an ``op``, and what it works on."""


class HasAudience(Protocol):
    """The session of results, as segments need it."""

    @property
    def audience(self) -> "Audience": ...


class HasSession(Protocol):
    """Results, as segments need them."""

    @property
    def _session(self) -> HasAudience: ...


class UserSet:
    """Users with a name and a rule; see `Segment`."""

    def __init__(self, users: object, *, name: str, rule: str) -> None:
        frame = read_table(users, "segment")
        known = frame.collect_schema()
        if "user_id" not in known:
            raise EventsError.missing_column("user_id", known.names(), "segment")
        frame = frame.with_columns(_user_id(known["user_id"]))
        in_order = frame.map_batches(_in_order, schema=frame.collect_schema())
        self._set(in_order, name, rule, None, None)

    @classmethod
    def _made(
        cls,
        users: UserFlags | pl.LazyFrame,
        *,
        name: str,
        rule: str,
        expression: Rule | None,
        audience: "Audience | None",
    ) -> Self:
        made = cls.__new__(cls)
        made._set(users, name, rule, expression, audience)
        return made

    def _set(
        self,
        users: UserFlags | pl.LazyFrame,
        name: str,
        rule: str,
        expression: Rule | None,
        audience: "Audience | None",
    ) -> None:
        self._source, self.name, self.rule = users, name, rule
        self._expression, self._audience = expression, audience

    @cached_property
    def _frame(self) -> pl.LazyFrame:
        if not isinstance(self._source, UserFlags):
            return self._source
        assert self._audience is not None
        return self._audience.data.those(self._source)

    @property
    def _users(self) -> Any:
        """The users, in whatever form they are at hand without being computed."""
        return self._source if isinstance(self._source, UserFlags) else self.lazy()

    @cached_property
    def _collected(self) -> pl.DataFrame:
        return self._frame.collect()

    @property
    def users(self) -> pl.DataFrame:
        """The users: ``user_id`` and attributes, one row each, sorted by id."""
        return self._collected.clone()

    def lazy(self) -> pl.LazyFrame:
        """Return the users without computing them."""
        return self._collected.lazy() if "_collected" in self.__dict__ else self._frame

    @cached_property
    def _id_type(self) -> pl.DataType:
        if isinstance(self._source, UserFlags) and self._audience is not None:
            return self._audience.data.kind("user_id")
        return self._frame.collect_schema()["user_id"]

    @property
    def _columns(self) -> list[str]:
        return self._collected.columns

    def __len__(self) -> int:
        if isinstance(self._source, UserFlags):
            return len(self._source)
        return self._collected.height

    def __bool__(self) -> bool:
        # A segment of zero is a segment.
        return True

    def __contains__(self, user_id: object) -> bool:
        return self._collected["user_id"].eq(self._own_id(user_id)).any()

    def _own_id(self, user_id: object) -> str | int:
        wanted = str if self._id_type == pl.String else int
        if not isinstance(user_id, wanted) or isinstance(user_id, bool):
            raise QueryError(
                f"user ids of {self.name!r} are {self._id_type}, and {user_id!r} is "
                f"{type(user_id).__name__}; pass {'text' if wanted is str else 'a whole number'}"
            )
        return user_id

    def __repr__(self) -> str:
        return f"Segment({self.name!r}, {len(self):,} users: {self.rule})"

    def _repr_html_(self) -> str:
        from html import escape

        head = f"<p><b>{escape(self.name)}</b>: {len(self):,} users<br>{escape(self.rule)}</p>"
        return head + self._collected._repr_html_()

    def to_pandas(self) -> Any:
        """Return the users as a pandas DataFrame; whole-number ids stay whole numbers.

        Raises:
            MissingExtraError: pandas or pyarrow is not installed.
        """
        try:
            return self._collected.to_pandas()
        except ImportError:
            raise MissingExtraError("to_pandas()", "pandas with pyarrow", "arrow") from None

    def to_arrow(self) -> Any:
        """Return the users as a pyarrow Table.

        Raises:
            MissingExtraError: pyarrow is not installed.
        """
        try:
            return self._collected.to_arrow()
        except ImportError:
            raise MissingExtraError("to_arrow()", "pyarrow", "arrow") from None

    @property
    def expression(self) -> Rule | None:
        """The rule as a tree of plain JSON values; None where users were given as a table."""
        return deepcopy(self._expression)

    @property
    def campaign(self) -> "Campaign | None":
        """The campaign whose data can be asked about these users; None where they came from a table
        or a file.
        """
        return None if self._audience is None else self._audience.data.campaign

    def _known_audience(self, asked: str) -> "Audience":
        if self._audience is None:
            raise QueryError(
                f"{asked} needs the campaign's data, and {self.name!r} came from a table or a file; "
                "pass it first: segment.with_results(results)"
            )
        return self._audience

    def with_results(self, results: HasSession) -> Self:
        """Return the same users, beside the data of a campaign; a saved segment has none.

        Raises:
            QueryError: The campaign's user ids are of another type.
        """
        theirs = results._session.audience.data.kind("user_id")
        if theirs != self._id_type:
            raise QueryError(
                f"{self.name!r} has user ids of type {self._id_type}, the results of type {theirs}; "
                "cast those of the segment's table"
            )
        return self._in_audience(results._session.audience)

    def _in_audience(self, audience: "Audience") -> Self:
        return type(self)._made(
            self.lazy(),
            name=self.name,
            rule=self.rule,
            expression=self._expression,
            audience=audience,
        )

    def export(
        self,
        path: str | Path,
        *,
        columns: Sequence[str] | None = None,
        salt: str | None = None,
        guard: bool = True,
    ) -> Path:
        """Write the users for another system, as CSV or Parquet by the path's ending.

        Args:
            path: Ends in ``.csv`` or ``.parquet``; an existing file is replaced at once or not at
                all.
            columns: What to write, in this order; None: every column.
            salt: A secret; ids are written as their HMAC-SHA256 under it (hexadecimal).
            guard: Whether text in CSV that a spreadsheet would run as a formula gets a leading
                apostrophe.

        Raises:
            QueryError: A column is not known or cannot stand in a CSV file, the salt is empty, or
                the path ends otherwise.
        """
        from results_widgets.segments._export import export

        return export(self._collected, Path(path), columns, salt, guard=guard)


def _in_order(users: pl.DataFrame) -> pl.DataFrame:
    """Return the users sorted by id, each once as it stands first."""
    if users["user_id"].null_count() or not users["user_id"].is_sorted():
        kept = users.filter(pl.col("user_id").is_not_null())
        users = kept.sort("user_id", maintain_order=True)
    again = users["user_id"] == users["user_id"].shift()
    # Users that are in order already are not copied: of many, a copy is most of the memory.
    return users.filter(~again.fill_null(False)) if again.any() else users


def _user_id(kind: pl.DataType) -> pl.Expr:
    column = pl.col("user_id")
    if kind.is_integer():
        return column if kind == pl.UInt64 else column.cast(pl.Int64)
    if isinstance(kind, pl.String | pl.Categorical | pl.Enum):
        return column.cast(pl.String)
    exact = "; numbers with a fraction hold ids above 2**53 only roughly" if kind.is_float() else ""
    raise EventsError(f"segment: column 'user_id' is {kind}; pass text or whole numbers{exact}")
