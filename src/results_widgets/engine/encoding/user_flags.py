"""Users of one log as flags by their numbers: sets of them combine without looking at an id."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import polars as pl

Op = Literal["and", "or", "minus"]


@dataclass(frozen=True, eq=False)
class UserFlags:
    """Some users of a log.

    Attributes:
        find: Says of every user whether he is one (Boolean, by number); asked once, when needed.
    """

    find: Callable[[], pl.Series]

    @cached_property
    def flags(self) -> pl.Series:
        """Whether each user is one, by number."""
        return self.find()

    def __len__(self) -> int:
        return int(self.flags.sum())

    def combined(self, other: "UserFlags", op: Op) -> "UserFlags":
        """Return those in both, in either, or in the first only."""

        def find() -> pl.Series:
            one, two = self.flags, other.flags
            return one & two if op == "and" else one | two if op == "or" else one & ~two

        return UserFlags(find)
