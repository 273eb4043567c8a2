"""Sufficient statistics of one arm: all that the estimates need to know of its users."""

from dataclasses import dataclass, replace
from math import isclose
from typing import Final

_ROUNDING: Final = 1e-12
"""What is left of sums that cancel, relative to them, is rounding."""


@dataclass(frozen=True, slots=True)
class Moments:
    """Counts, sums and sums of squares of a metric over the users of one arm.

    They add up: those of two disjoint groups of users are the sum of their fields, wherever the
    users are.

    Attributes:
        users: How many users there are.
        total: Sum of the metric over them; of a share, how many have it.
        squares: Sum of its squares; of a share, equal to ``total``.
        covariate: Sum of the covariate, for CUPED.
        covariate_squares: Sum of its squares.
        product: Sum of metric times covariate.
    """

    users: int
    total: float
    squares: float
    covariate: float = 0.0
    covariate_squares: float = 0.0
    product: float = 0.0

    @classmethod
    def of_share(cls, hits: int, users: int) -> "Moments":
        """Return the moments of a share: every user has it or does not."""
        return cls(users, float(hits), float(hits))

    def __add__(self, other: "Moments") -> "Moments":
        return Moments(
            self.users + other.users,
            self.total + other.total,
            self.squares + other.squares,
            self.covariate + other.covariate,
            self.covariate_squares + other.covariate_squares,
            self.product + other.product,
        )

    @property
    def mean(self) -> float | None:
        """The metric per user; None without users."""
        return self.total / self.users if self.users else None

    @property
    def variance(self) -> float | None:
        """Sample variance of the metric (n - 1 in the denominator); None below two users."""
        return _spread(self.users, self.total, self.total, self.squares)

    @property
    def covariate_variance(self) -> float | None:
        """Sample variance of the covariate; None below two users."""
        return _spread(self.users, self.covariate, self.covariate, self.covariate_squares)

    @property
    def covariance(self) -> float | None:
        """Sample covariance of metric and covariate; None below two users."""
        return _spread(self.users, self.total, self.covariate, self.product)

    def adjusted(self, coefficient: float, centre: float) -> "Moments":
        """Return the moments of the metric less ``coefficient * (covariate - centre)``.

        Args:
            coefficient: Slope of the metric on the covariate.
            centre: Mean of the covariate over all arms, so that the adjusted means keep their level.
        """
        n, c = self.users, coefficient
        if not n:
            return self
        total = self.total - c * (self.covariate - centre * n)
        own, theirs = self.variance or 0.0, c * c * (self.covariate_variance or 0.0)
        spread = own + theirs - 2 * c * (self.covariance or 0.0)
        # Where the covariate explains everything, rounding leaves something that is no spread.
        spread = spread if spread > _ROUNDING * (own + theirs) else 0.0
        squares = spread * (n - 1) + total * total / n
        return replace(self, total=total, squares=squares)


def _spread(n: int, one: float, other: float, products: float) -> float | None:
    if n <= 1:
        return None
    centred = products - one * other / n
    # Sums of equal values cancel but for rounding; what is left of them is no spread.
    if isclose(products, one * other / n, rel_tol=_ROUNDING):
        return 0.0
    return centred / (n - 1)
