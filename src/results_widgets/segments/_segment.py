"""A segment: users together with the rule that made them."""

from collections.abc import Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, Self

import polars as pl

from results_widgets.engine.encoding.user_flags import Op, UserFlags
from results_widgets.errors import QueryError
from results_widgets.segments._files import read_users, write_users
from results_widgets.segments._followup import FollowUp
from results_widgets.segments._hashing import below, hashes
from results_widgets.segments._users import HasSession, Rule

_JOINS: Final[Mapping[Op, Literal["semi", "anti"]]] = {"and": "semi", "minus": "anti"}
_WORDS = {"and": "and", "or": "or", "minus": "but not"}


class Changes(NamedTuple):
    """What came, went and stayed between two states of a segment."""

    came: "Segment"
    went: "Segment"
    stayed: "Segment"


class Segment(FollowUp):
    """A named set of users, and the rule that made it.

    Segments combine: ``a & b`` in both, ``a | b`` in either, ``a - b`` in the first only, ``~a``
    everyone else of the campaign. A segment never changes; `refresh` gives a new one.

    Args:
        users: One row per user with ``user_id`` (text or whole numbers) and any attributes: a
            Polars, pandas, Arrow, DuckDB or Spark table, or a file's path; Polars' lazy frames and
            files stay lazy until asked. Repeated and missing ids are left out.
        name: Short name.
        rule: What the users have in common, in words.

    Raises:
        EventsError: It is no table, there is no ``user_id``, or that is neither text nor whole
            numbers.
    """

    def __and__(self, other: "Segment") -> "Segment":
        return self._combined(other, "and")

    def __sub__(self, other: "Segment") -> "Segment":
        return self._combined(other, "minus")

    def __or__(self, other: "Segment") -> "Segment":
        return self._combined(other, "or")

    def __invert__(self) -> "Segment":
        everyone = self._known_audience("~segment").everyone()
        rest = everyone - self
        tree = None if self._expression is None else _tree("not", everyone, self)
        return rest._derived(
            rest._users, f"not {self.name}", f"{everyone.rule} but not ({self.rule})", tree
        )

    def _check(self, other: object) -> None:
        if not isinstance(other, Segment):
            raise QueryError(
                f"{other!r} is {type(other).__name__}, no segment; make one of a frame with "
                "rw.Segment(frame, name=…, rule=…)"
            )
        if self._id_type != other._id_type:
            raise QueryError(
                f"{self.name!r} has user ids of type {self._id_type}, {other.name!r} of type "
                f"{other._id_type}; cast one of them"
            )

    def _with(self, other: "Segment", op: Op) -> Any:
        """Return the users of both, of either, or of the first only."""
        one, two = self._users, other._users
        if isinstance(one, UserFlags) and isinstance(two, UserFlags) and self._shares_data(other):
            return one.combined(two, op)
        # Users come sorted, and stay so.
        ours, theirs = self.lazy(), other.lazy()
        if op != "or":
            ids, how = theirs.select("user_id"), _JOINS[op]
            return ours.join(ids, on="user_id", how=how, maintain_order="left")
        known = ours.select("user_id")
        added = theirs.join(known, on="user_id", how="anti", maintain_order="left")
        if ours.collect_schema() == added.collect_schema():
            return ours.merge_sorted(added, "user_id")
        return pl.concat([ours, added], how="diagonal_relaxed").sort("user_id")

    def _shares_data(self, other: "Segment") -> bool:
        """Whether both hold users of the same data."""
        ours, theirs = self._audience, other._audience
        return ours is not None and theirs is not None and ours.data is theirs.data

    def _combined(self, other: "Segment", op: Op) -> "Segment":
        self._check(other)
        asked = self._expression is not None and other._expression is not None
        return Segment._made(
            self._with(other, op),
            name=f"{self.name} {_WORDS[op]} {other.name}",
            rule=f"({self.rule}) {_WORDS[op]} ({other.rule})",
            expression=_tree(op, self, other) if asked else None,
            audience=self._audience or other._audience,
        )

    def _derived(self, users: Any, name: str, rule: str, tree: Rule | None) -> "Segment":
        return Segment._made(users, name=name, rule=rule, expression=tree, audience=self._audience)

    def named(self, name: str) -> "Segment":
        """Return the segment under another name."""
        return self._derived(self._users, name, self.rule, self._expression)

    def sample(self, n: int, *, seed: int = 0) -> "Segment":
        """Return ``n`` users drawn at random, all if there are fewer.

        The draw follows from the seed and the ids alone: the same in every run and on every
        machine, and mostly the same when the segment has grown.

        Raises:
            QueryError: ``n`` is negative or no whole number.
        """
        if type(n) is not int or n < 0:
            raise QueryError(f"sample({n!r}): pass a whole number of users, 0 or more")
        words = f"{n:,} at random (seed {seed}) of"
        tree = self._over({"op": "sample", "n": n, "seed": seed})
        drawn = self._drawn(n, seed)
        return self._derived(drawn, f"{n:,} of {self.name}", f"{words} ({self.rule})", tree)

    def _drawn(self, n: int, seed: int) -> Any:
        """Return the users with the least hashes, and of equal ones with the least ids."""
        users, place = self._collected, hashes(self._collected["user_id"], seed)
        # Only the least hashes are sorted.
        bound = (place.bottom_k(n) if n < len(place) else place).max() or 0
        found = users.with_columns(place.alias("_hash")).filter(pl.col("_hash") <= bound)
        return found.sort("_hash", "user_id").head(n).drop("_hash").sort("user_id").lazy()

    def split(
        self, share: float = 0.5, *, by: str = "hash", seed: int = 0
    ) -> tuple["Segment", "Segment"]:
        """Return two segments: about ``share`` of the users, and the rest.

        A user's side follows from the seed and the id alone: the same in every run, on every
        machine, and whoever else is in the segment.

        Args:
            share: Between 0 and 1.
            by: ``hash`` of the id, or an attribute (a household, a city) whose users stay together;
                users without a value go by their id.
            seed: Another seed is another split, independent of the first.

        Raises:
            QueryError: The share is not between 0 and 1, or there is no such attribute.
        """
        if not 0 <= share <= 1:
            raise QueryError(f"split({share!r}): pass a share between 0 and 1")
        if by not in ("hash", *self._columns):
            raise QueryError.unknown("attribute to split by", by, ["hash", *self._columns])
        names = f"{share:.4g}", f"the other {1 - share:.4g}"
        sides = zip(names, self._sides(share, "user_id" if by == "hash" else by, seed), strict=True)
        told = {"op": "split", "share": share, "by": by, "seed": seed}
        one, other = (
            self._derived(
                kept,
                f"{side} of {self.name}",
                f"{side} by {by} (seed {seed}) of ({self.rule})",
                self._over({**told, "part": part}),
            )
            for part, (side, kept) in enumerate(sides)
        )
        return one, other

    def _sides(self, share: float, by: str, seed: int) -> tuple[Any, Any]:
        """Return the users whose hash lies among that share of all hashes, and the rest."""
        users, own = self._collected, pl.col("user_id").cast(pl.String)
        text = users.select(pl.col(by).cast(pl.String).fill_null(own)).to_series()
        first = (hashes(text, seed) < below(share)) | (share == 1)
        return users.filter(first).lazy(), users.filter(~first).lazy()

    def _over(self, op: Rule) -> Rule | None:
        return None if self._expression is None else {**op, "of": [self._expression]}

    # --- later

    def refresh(self, *results: HasSession) -> "Segment":
        """Return the users whom the rule finds now.

        The rule keeps the definitions, range, zone and developers it was asked under; of the
        results only the data is taken. A sample or split of them follows from the ids, so that
        most of its users stay.

        Args:
            results: Results with newer data; several where the rule combines campaigns.

        Raises:
            QueryError: The users came from a table, so that there is no rule; or no results of the
                rule's campaign were passed; or the campaign no longer knows an action.
        """
        if self._expression is None:
            raise QueryError(
                f"{self.name!r} holds users from a table, and no rule to find them by; "
                "make it of results.users(…) and the like to refresh it"
            )
        # Rules are evaluated into segments, so that module comes after this one.
        from results_widgets.segments._evaluate import evaluated

        found = evaluated(self._expression, [one._session.audience for one in results])
        return found.named(self.name)

    def changes(self, since: "Segment") -> Changes:
        """Return who came, went and stayed since an earlier state, such as a saved one."""
        came, went, stayed = self - since, since - self, self & since
        return Changes(
            came.named(f"{self.name}, came"),
            went.named(f"{self.name}, went"),
            stayed.named(f"{self.name}, stayed"),
        )

    def overlap(self, *others: "Segment") -> pl.DataFrame:
        """Return how many users are in exactly which of several segments.

        Returns:
            One Boolean column per segment, under its name, and users (Int64); one row per
            combination that has users, the largest first.

        Raises:
            QueryError: Two segments have one name, or ids of different types.
        """
        every = (self, *others)
        names = [segment.name for segment in every]
        twice = next((name for name in names if names.count(name) > 1 or name == "users"), None)
        if twice is not None:
            raise QueryError(f"two columns would be called {twice!r}; use segment.named('…')")
        counts = self._counts(every)
        inside = [
            (pl.col("mark") & (1 << place) != 0).alias(name) for place, name in enumerate(names)
        ]
        return counts.select(*inside, "users").sort("users", *names, descending=True)

    def _counts(self, every: Sequence["Segment"]) -> pl.DataFrame:
        """Return how many users (Int64) have which mark: a bit for each segment that they are in."""
        # All are sorted by id, so that one merge puts every user's rows side by side.
        for segment in every:
            self._check(segment)
        marked = [
            segment.lazy().select("user_id", mark=pl.lit(1 << place, pl.Int64))
            for place, segment in enumerate(every)
        ]
        merged = reduce(lambda one, other: one.merge_sorted(other, "user_id"), marked)
        last = (pl.col("user_id") != pl.col("user_id").shift(-1)).fill_null(True)
        until = merged.select(pl.col("mark").cum_sum(), last=last).filter("last")
        of_each = until.select(pl.col("mark").diff().fill_null(pl.col("mark")))
        return of_each.group_by("mark").agg(users=pl.len().cast(pl.Int64)).collect()

    def save(self, path: str | Path) -> Path:
        """Write the users, name and rule to one Parquet file; an existing file is replaced at once or not at all."""
        return write_users(self._collected, Path(path), self.name, self.rule, self._expression)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a segment that `save` wrote; any other Parquet file with a ``user_id`` takes its
        file's name.

        Raises:
            QueryError: There is no such file, or it is no Parquet file.
        """
        users, name, rule, expression = read_users(Path(path))
        if expression is None:
            return cls(users, name=name, rule=rule)
        return cls._made(users, name=name, rule=rule, expression=expression, audience=None)


def _tree(op: str, one: Segment, other: Segment) -> Rule:
    return {"op": op, "of": [one._expression, other._expression]}
