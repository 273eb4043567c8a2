"""A segment: a named set of users, and the rule that says who they are."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple, Self

import polars as pl

from results_widgets.engine.encoding.user_flags import Op
from results_widgets.errors import QueryError
from results_widgets.segments.files import read_users, write_users
from results_widgets.segments.parts import Parts
from results_widgets.segments.rules import Rule
from results_widgets.segments.source import HasSession
from results_widgets.segments.users import FrameUsers

_WORDS: Final[Mapping[Op, str]] = {"and": "and", "or": "or", "minus": "but not"}


class Changes(NamedTuple):
    """The users who joined, left and stayed between two states of a segment."""

    came: "Segment"
    went: "Segment"
    stayed: "Segment"


class Segment(Parts):
    """A named set of users, and the rule that says who they are.

    Segments combine: ``a & b`` is in both, ``a | b`` in either, ``a - b`` in the first only, ``~a`` is
    everyone else of the campaign. A segment never changes; `refresh` returns a new one.

    Args:
        users: One row per user with ``user_id`` (text or whole numbers) and any attributes: a
            Polars, pandas, Arrow, DuckDB or Spark table, or the path of a file. Lazy frames and
            files are read when they are first needed. Rows with a missing or repeated id are
            dropped.
        name: Short name.
        rule: What the users have in common, in words.

    Raises:
        EventsError: It is not a table, it has no ``user_id``, or that is neither text nor whole numbers.

    Examples:
        >>> table = pl.DataFrame({"user_id": ["anna", "bob"], "plan": ["pro", "free"]})
        >>> rw.Segment(table, name="Trial", rule="Started a trial in March")
        Segment('Trial', 2 users: Started a trial in March)
    """

    def __copy__(self) -> "Segment":
        return self.named(self.name)

    def __deepcopy__(self, memo: dict[int, object]) -> "Segment":
        # The users and the campaign's data never change, so copies share them.
        return self.named(self.name)

    def __reduce__(self) -> tuple[object, ...]:
        # As in a file: the users, the name and the rule, without the campaign's data.
        return _unpickled, (self.users, self.name, self.rule, self._expression)

    def everyone(self) -> "Segment":
        """Return the campaign's users: those with an entry in the range that this segment was made for.

        Returns:
            A segment of all of them.

        Examples:
            >>> len(results.users("unique_converters").everyone())
            171
        """
        return self._source_for("everyone()").everyone()

    # --- combined

    def __and__(self, other: "Segment") -> "Segment":
        return self._combined(other, "and")

    def __sub__(self, other: "Segment") -> "Segment":
        return self._combined(other, "minus")

    def __or__(self, other: "Segment") -> "Segment":
        """Return the users in either segment; ``&``, ``-`` and ``~`` work alike.

        Args:
            other: Another segment.

        Returns:
            A segment whose rule says how it was made.

        Raises:
            QueryError: The ids are of different types, or the users are on different engines.

        Examples:
            >>> opened = results.users_in_action("we-miss-you", "opened")
            >>> bought = results.users("unique_converters")
            >>> len(opened | bought) == len(opened) + len(bought - opened)
            True
        """
        return self._combined(other, "or")

    def __invert__(self) -> "Segment":
        everyone = self._source_for("~segment").everyone()
        tree = None if self._expression is None else _tree("not", everyone, self)
        rule = f"{everyone.rule} but not ({self.rule})"
        rest = everyone - self
        return rest._derived(rest._users, f"not {self.name}", rule, tree)

    def _combined(self, other: "Segment", op: Op) -> "Segment":
        self._check(other)
        known = self._expression is not None and other._expression is not None
        return Segment._made(
            self._users.combined(other._users, op),
            name=f"{self.name} {_WORDS[op]} {other.name}",
            rule=f"({self.rule}) {_WORDS[op]} ({other.rule})",
            expression=_tree(op, self, other) if known else None,
            source=self._source or other._source,
        )

    def _check(self, other: object) -> None:
        if not isinstance(other, Segment):
            raise QueryError(
                f"{other!r} is {type(other).__name__}, no segment; make one from a table with "
                "rw.Segment(table, name=…, rule=…)"
            )
        ours, theirs = self._users, other._users
        if ours.place != theirs.place:
            raise QueryError(
                f"the users of {self.name!r} are {ours.place}, those of {other.name!r} are {theirs.place}; load "
                f"both into memory: rw.Segment(segment.users, name=…, rule=…)"
            )
        if ours.id_type != theirs.id_type:
            raise QueryError(
                f"{self.name!r} has user ids of type {ours.id_type}, {other.name!r} of type "
                f"{theirs.id_type}; cast one of them"
            )

    def overlap(self, *others: "Segment") -> pl.DataFrame:
        """Return the number of users for each exact combination of several segments.

        Args:
            *others: Segments to compare this one with.

        Returns:
            segments (Boolean): One column per segment, under its name: whether the users are in it.
            users (Int64): How many; one row per combination that has users, the largest first.

        Raises:
            QueryError: Two segments have the same name, or ids of different types.

        Examples:
            >>> opened = results.users_in_action("we-miss-you", "opened").named("opened")
            >>> opened.overlap(results.users("unique_converters").named("bought")).columns
            ['opened', 'bought', 'users']
        """
        every = (self, *others)
        for other in every:
            self._check(other)
        names = [segment.name for segment in every]
        twice = next((name for name in names if names.count(name) > 1 or name == "users"), None)
        if twice is not None:
            raise QueryError(f"two columns would be called {twice!r}; use segment.named('…')")
        counts = self._users.counts([other._users for other in others])
        inside = [
            (pl.col("mark") & (1 << place) != 0).alias(name) for place, name in enumerate(names)
        ]
        return counts.select(*inside, "users").sort("users", *names, descending=True)

    # --- later

    def refresh(self, *results: HasSession) -> "Segment":
        """Return the users that the rule finds now.

        The rule keeps the definitions, range, time zone and developer setting it was made with; only the data is
        taken from the results. Samples and splits depend on user ids, so most users stay where they were.

        Args:
            *results: Results with newer data; several where the rule combines campaigns.

        Returns:
            A segment with the same name and rule.

        Raises:
            QueryError: The users came from a table, so there is no rule; no results of the rule's campaign were
                passed; or the campaign no longer has an action of the rule.

        Examples:
            >>> saved = results.users("unique_converters")
            >>> len(saved.refresh(results)) == len(saved)
            True
        """
        if self._expression is None:
            raise QueryError(
                f"{self.name!r} holds users from a table and has no rule to find them again; only segments made by "
                f"results.users(…) and similar methods can be refreshed"
            )
        if not results:
            raise QueryError("refresh() needs results: segment.refresh(results)")
        sources = [one._session.segment_source for one in results]
        found: Segment = sources[0].evaluate(self._expression, sources[1:])
        return found.named(self.name)

    def changes(self, since: "Segment") -> Changes:
        """Return the users who joined, left and stayed since an earlier state, such as a saved one.

        Args:
            since: The earlier state.

        Returns:
            Three segments: ``came``, ``went`` and ``stayed``.

        Examples:
            >>> users = results.users_in_campaign()
            >>> [len(part) for part in users.changes(since=users.sample(100))]
            [71, 0, 100]
        """
        came, went, stayed = self - since, since - self, self & since
        return Changes(
            came.named(f"{self.name}, came"),
            went.named(f"{self.name}, went"),
            stayed.named(f"{self.name}, stayed"),
        )

    # --- kept

    def save(self, path: str | Path) -> Path:
        """Write the users, name and rule to one Parquet file.

        An existing file is replaced completely, or not at all if writing fails.

        Args:
            path: The file.

        Returns:
            The path.

        Examples:
            >>> results.users_in_campaign().save("users.parquet").name
            'users.parquet'
        """
        users = self._users.collect()
        return write_users(users, Path(path), self.name, self.rule, self._expression)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a segment that `save` wrote; any other Parquet file with a ``user_id`` becomes one too,
        named after the file.

        Args:
            path: The file.

        Returns:
            The segment, without a campaign's data; see `with_results`.

        Raises:
            QueryError: There is no such file, or it is not a Parquet file.

        Examples:
            >>> path = results.users_in_campaign().save("users.parquet")
            >>> len(rw.Segment.load(path))
            171
        """
        users, name, rule, expression = read_users(Path(path))
        if expression is None:
            return cls(users, name=name, rule=rule)
        return cls._made(
            FrameUsers.from_table(users), name=name, rule=rule, expression=expression, source=None
        )


def _unpickled(users: pl.DataFrame, name: str, rule: str, expression: Rule | None) -> Segment:
    return Segment._made(
        FrameUsers(users.lazy()), name=name, rule=rule, expression=expression, source=None
    )


def _tree(op: str, one: Segment, other: Segment) -> Rule:
    return {"op": op, "of": [one._expression, other._expression]}
