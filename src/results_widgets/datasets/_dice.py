"""Randomness that depends on nothing but a seed, a key and a salt.

Every draw is a hash of the three, so a user's story is the same in whichever block, order or number
of users it is told. Polars' own hash may change between versions; this one is plain 64-bit
arithmetic (the finalizer of splitmix64) on whole columns, where products wrap around.
"""

from typing import Final

import polars as pl

_MASK: Final = 2**64 - 1
_GOLDEN: Final = 0x9E3779B97F4A7C15
_ROUNDS: Final = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))
_LAST_SHIFT: Final = 31


def _mixed(number: int) -> int:
    """Mix one number; the same arithmetic as `_mix`."""
    for shift, factor in _ROUNDS:
        number = ((number ^ (number >> shift)) * factor) & _MASK
    return number ^ (number >> _LAST_SHIFT)


def _word(number: int) -> pl.Series:
    return pl.Series([number & _MASK], dtype=pl.UInt64)


def _mix(column: pl.Series) -> pl.Series:
    for shift, factor in _ROUNDS:
        column = (column ^ (column // _word(1 << shift))) * _word(factor)
    return column ^ (column // _word(1 << _LAST_SHIFT))


def seal(keys: pl.Series, seed: int) -> pl.Series:
    """Hash integer keys with the seed, once; the result (UInt64) is what `Dice` takes."""
    return _mix(keys.cast(pl.UInt64) * _word(_GOLDEN) + _word(_mixed(seed * 2 + 1)))


class Dice:
    """Draws for the rows of one column of sealed keys.

    Every ``salt`` names one draw: the same salt gives the same numbers again.
    """

    def __init__(self, sealed: pl.Series) -> None:
        self._sealed = sealed

    def uniform(self, salt: int) -> pl.Series:
        """Return Float64 in [0, 1)."""
        mixed = _mix(self._sealed ^ _word(_mixed((salt + 1) * _GOLDEN & _MASK)))
        return (mixed // _word(1 << 11)).cast(pl.Float64) * 2.0**-53

    def below(self, salt: int, limit: int) -> pl.Series:
        """Return Int64 in [0, limit)."""
        return (self.uniform(salt) * float(limit)).cast(pl.Int64)

    def exponential(self, salt: int, mean: float) -> pl.Series:
        """Return Float64 waiting times with this mean."""
        return (1.0 - self.uniform(salt)).log() * -mean

    def normal(self, salt: int) -> pl.Series:
        """Return Float64 of the standard normal distribution (two draws, by Box and Muller)."""
        angle = self.uniform(salt + 1) * 6.283185307179586
        return ((1.0 - self.uniform(salt)).log() * -2.0).sqrt() * angle.cos()

    def choose(self, salt: int, weights: list[float]) -> pl.Series:
        """Return Int64 indices into ``weights``, each as often as its weight says."""
        total = sum(weights)
        bounds = [sum(weights[: index + 1]) / total for index in range(len(weights) - 1)]
        found = pl.Series(bounds, dtype=pl.Float64).search_sorted(self.uniform(salt), side="right")
        return found.cast(pl.Int64)
