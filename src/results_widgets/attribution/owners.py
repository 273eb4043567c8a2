"""Whom credit goes to: the actions of a campaign, their channels, or the campaign as a whole."""

from dataclasses import dataclass
from typing import Literal, get_args

import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.errors import QueryError

OwnerKind = Literal["action", "channel", "campaign"]
"""What conversions are credited to."""


@dataclass(frozen=True)
class Owners:
    """The owners of a campaign's actions.

    Attributes:
        names: Their ids, in the campaign's order.
        places: The place among them of each action's owner; the first action has number 1.
    """

    names: tuple[str, ...]
    places: tuple[int, ...]

    @classmethod
    def of(cls, campaign: Campaign, by: OwnerKind) -> "Owners":
        """Return a campaign's owners.

        Raises:
            QueryError: There is no such kind of owner.
        """
        if by not in get_args(OwnerKind):
            raise QueryError.unknown("kind of owner (by=)", by, get_args(OwnerKind))
        own = {"action": "id", "channel": "channel"}
        ids = [getattr(one, own[by]) if by in own else campaign.id for one in campaign.actions]
        names = tuple(dict.fromkeys(ids))
        return cls(names, tuple(names.index(one) for one in ids))

    def of_action(self, column: str) -> pl.Expr:
        """Return the place of an action's owner from its number; null for none."""
        known = dict(enumerate(self.places, 1))
        return pl.col(column).replace_strict(known, default=None, return_dtype=pl.Int64)

    def named(self, column: str) -> pl.Expr:
        """Return the owner's id from its place; null for none."""
        known = dict(enumerate(self.names))
        return pl.col(column).replace_strict(known, default=None, return_dtype=pl.String)
