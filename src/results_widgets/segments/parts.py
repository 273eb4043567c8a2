"""Parts of a segment: random samples, and splits in two."""

from typing import Self

from results_widgets.errors import QueryError
from results_widgets.segments.lookups import Lookups
from results_widgets.segments.rules import Rule
from results_widgets.segments.users import Users


class Parts(Lookups):
    """Segments made of some of the users of one; see `Segment`."""

    def _derived(self, users: Users, name: str, rule: str, tree: Rule | None) -> Self:
        return self._made(users, name=name, rule=rule, expression=tree, source=self._source)

    def named(self, name: str) -> Self:
        """Return the segment under another name.

        Args:
            name: Its new name.

        Returns:
            The same users with the same rule.

        Examples:
            >>> results.users_in_campaign().named("spring").name
            'spring'
        """
        return self._derived(self._users, name, self.rule, self._expression)

    def sample(self, n: int, *, seed: int = 0) -> Self:
        """Return ``n`` users drawn at random, or all if there are fewer.

        Only the seed and the ids decide who is drawn: the same users in every run and on every machine, and mostly
            the same users after the segment has grown.

        Args:
            n: How many.
            seed: Another seed draws other users.

        Returns:
            A segment of the users drawn.

        Raises:
            QueryError: ``n`` is negative or not a whole number.

        Examples:
            >>> len(results.users_in_campaign().sample(20, seed=1))
            20
        """
        if type(n) is not int or n < 0:
            raise QueryError(f"sample({n!r}): pass a whole number of users, 0 or more")
        rule = f"{n:,} at random (seed {seed}) of ({self.rule})"
        tree = self._over({"op": "sample", "n": n, "seed": seed})
        return self._derived(self._users.sample(n, seed), f"{n:,} of {self.name}", rule, tree)

    def split(self, share: float = 0.5, *, by: str = "hash", seed: int = 0) -> tuple[Self, Self]:
        """Return two segments: about ``share`` of the users, and the rest.

        Only the seed and a user's id decide on which side the user is: the same in every run, on every machine,
        and regardless of who else is in the segment.

        Args:
            share: Between 0 and 1.
            by: ``hash`` of the id, or an attribute (a household, a city) whose users stay together; users without
                a value are split by their id.
            seed: Another seed gives another split, independent of the first.

        Returns:
            The two segments.

        Raises:
            QueryError: The share is not between 0 and 1, or there is no such attribute.

        Examples:
            >>> a, b = results.users_in_campaign().split(0.5)
            >>> len(a) + len(b)
            171
        """
        if not 0 <= share <= 1:
            raise QueryError(f"split({share!r}): pass a share between 0 and 1")
        known = ["hash", *self._users.columns]
        if by not in known:
            raise QueryError.unknown("attribute to split by", by, known)
        names = f"{share:.4g}", f"the other {1 - share:.4g}"
        sides = self._users.split(share, "user_id" if by == "hash" else by, seed)
        tree = {"op": "split", "share": share, "by": by, "seed": seed}
        one, other = (
            self._derived(
                users,
                f"{side} of {self.name}",
                f"{side} by {by} (seed {seed}) of ({self.rule})",
                self._over({**tree, "part": part}),
            )
            for part, (side, users) in enumerate(zip(names, sides, strict=True))
        )
        return one, other

    def _over(self, op: Rule) -> Rule | None:
        return None if self._expression is None else {**op, "of": [self._expression]}
