"""The effects of several campaigns taken together: each weighs as many users as it was given to."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from results_widgets.experiments.pairs import Pair

_NOT_COMPARABLE = "not comparable"


@dataclass(frozen=True, slots=True)
class Pooled:
    """How much messaging changed in all campaigns that can say so.

    Attributes:
        campaigns: How many campaigns these are.
        users: Users who got something; one of two campaigns counts in both.
        difference: The mean of the campaigns' differences, each weighing its users.
        low: Lower end of its interval.
        high: Upper end of its interval.
    """

    campaigns: int
    users: int
    difference: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """What the interval shows: ``better``, ``worse`` or ``no difference shown``."""
        if self.low > 0:
            return "better"
        return "worse" if self.high < 0 else "no difference shown"


def pooled(pairs: Iterable[Pair]) -> Pooled | None:
    """Return the effect of several campaigns together; None if none has one.

    The interval is made of those of the campaigns, which need not be symmetric (MOVER): Zou, G. Y. and
    Donner, A. (2008), Statistics in Medicine 27, 1693-1702. It takes the campaigns' estimates as
    independent: each divides its users by chance of its own. Campaigns whose shares are not as planned
    are left out.

    Args:
        pairs: All treatments of a campaign compared with its held back, one for each campaign.
    """
    parts = [
        (one.users, one.found.difference, one.found.low, one.found.high)
        for one in pairs
        if one.verdict != _NOT_COMPARABLE
    ]
    known = [
        (users, difference, low, high)
        for users, difference, low, high in parts
        if difference is not None and low is not None and high is not None
    ]
    total = sum(users for users, *_ in known)
    if not total:
        return None
    mean = sum(users * difference for users, difference, _, _ in known) / total
    below = sqrt(sum((users * (value - low)) ** 2 for users, value, low, _ in known)) / total
    above = sqrt(sum((users * (high - value)) ** 2 for users, value, _, high in known)) / total
    return Pooled(len(known), total, mean, mean - below, mean + above)
