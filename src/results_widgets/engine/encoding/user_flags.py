"""Sets of users as one Boolean per user number, so that they combine without comparing ids."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import polars as pl

Op = Literal["and", "or", "minus"]


@dataclass(frozen=True, eq=False)
class UserFlags:
    """A set of users of one log.

    Attributes:
        find: Returns whether each user is in the set (Boolean, by user number); called once, when the
            set is first used.
    """

    find: Callable[[], pl.Series]

    @cached_property
    def flags(self) -> pl.Series:
        """Whether each user is in the set, by user number."""
        return self.find()

    def __len__(self) -> int:
        return int(self.flags.sum())

    def combined(self, other: "UserFlags", op: Op) -> "UserFlags":
        """Return the users in both sets, in either, or in the first only."""

        def find() -> pl.Series:
            one, two = self.flags, other.flags
            return one & two if op == "and" else one | two if op == "or" else one & ~two

        return UserFlags(find)
