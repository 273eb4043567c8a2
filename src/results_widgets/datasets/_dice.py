"""Reproducible random numbers: each is a hash of a seed, a key and a salt.

A user's events are therefore the same whatever the block size, the order and the number of users.
Polars' own hash may change between versions; this one is the finalizer of splitmix64, in wrapping 64-bit
arithmetic on whole columns.
"""

from typing import Final

import polars as pl

_MASK: Final = 2**64 - 1
_GOLDEN: Final = 0x9E3779B97F4A7C15
_ROUNDS: Final = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))
_LAST_SHIFT: Final = 31


def _mixed(number: int) -> int:
    """Hash one number with the arithmetic of `_MIX`."""
    for shift, factor in _ROUNDS:
        number = ((number ^ (number >> shift)) * factor) & _MASK
    return number ^ (number >> _LAST_SHIFT)


def _word(number: int) -> pl.Expr:
    return pl.lit(number & _MASK, dtype=pl.UInt64)


_X: Final = pl.col("x")
# One query of steps that are made once: column by column, a thousand draws would be ten thousand queries.
_MIX: Final = (
    *((_X ^ (_X // _word(1 << shift))) * _word(factor) for shift, factor in _ROUNDS),
    _X ^ (_X // _word(1 << _LAST_SHIFT)),
)
_FRACTION: Final = (_X // _word(1 << 11)).cast(pl.Float64) * 2.0**-53


def _computed(column: pl.Series, *steps: pl.Expr) -> pl.Series:
    """Return a column after some steps, each of the one before; nothing about them can be optimised."""
    query = column.alias("x").to_frame().lazy()
    for step in steps:
        query = query.select(step)
    made = query.collect(engine="in-memory", optimizations=pl.QueryOptFlags.none())
    return made.to_series().alias(column.name)


def seal(keys: pl.Series, seed: int) -> pl.Series:
    """Return integer keys hashed with the seed (UInt64), as `Dice` takes them."""
    sealed = _X.cast(pl.UInt64) * _word(_GOLDEN) + _word(_mixed(seed * 2 + 1))
    return _computed(keys, sealed, *_MIX)


class Dice:
    """Random numbers for a column of keys from `seal`, one for each key.

    The same ``salt`` gives the same numbers again.
    """

    def __init__(self, sealed: pl.Series) -> None:
        self._sealed = sealed

    def uniform(self, salt: int) -> pl.Series:
        """Return Float64 in [0, 1)."""
        return self._drawn(salt)

    def _drawn(self, salt: int, *then: pl.Expr) -> pl.Series:
        salted = _X ^ _word(_mixed((salt + 1) * _GOLDEN & _MASK))
        return _computed(self._sealed, salted, *_MIX, _FRACTION, *then)

    def below(self, salt: int, limit: int) -> pl.Series:
        """Return Int64 in [0, limit)."""
        return self._drawn(salt, (_X * float(limit)).cast(pl.Int64))

    def exponential(self, salt: int, mean: float) -> pl.Series:
        """Return Float64 waiting times with this mean."""
        return self._drawn(salt, (1.0 - _X).log() * -mean)

    def normal(self, salt: int) -> pl.Series:
        """Return Float64 of the standard normal distribution (Box-Muller transform of two uniforms)."""
        angle = self.uniform(salt + 1) * 6.283185307179586
        return ((1.0 - self.uniform(salt)).log() * -2.0).sqrt() * angle.cos()

    def choose(self, salt: int, weights: list[float]) -> pl.Series:
        """Return Int64 indices into ``weights``, with probabilities in proportion to them."""
        total = sum(weights)
        bounds = [sum(weights[: index + 1]) / total for index in range(len(weights) - 1)]
        found = pl.Series(bounds, dtype=pl.Float64).search_sorted(self.uniform(salt), side="right")
        return found.cast(pl.Int64)
