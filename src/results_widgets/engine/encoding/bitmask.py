"""Sets of small numbers as bits of whole words: rows are folded once, then membership is a bit test."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

_BITS: Final = 63


@dataclass(frozen=True)
class BitMasks:
    """Which bit of which word stands for which number.

    Attributes:
        members: The numbers that have a bit, whole and not negative.
    """

    members: tuple[int, ...]

    @cached_property
    def words(self) -> list[str]:
        """Names of the columns that hold the words (Int64)."""
        return [f"_word{place}" for place in range(-(-len(self.members) // _BITS))]

    def of(self, number: pl.Expr) -> list[pl.Expr]:
        """Return a column per word with the bit of a row's number, 0 where it is in another word or in none."""
        top = max(self.members, default=0) + 1
        found = []
        for place, word in enumerate(self.words):
            own = self.members[place * _BITS : (place + 1) * _BITS]
            table = pl.Series([0] * (top + 1), dtype=pl.Int64)
            table[list(own)] = [1 << bit for bit in range(len(own))]
            found.append(pl.lit(table).gather(number.clip(0, top)).alias(word))
        return found

    def any_of(self, numbers: Iterable[int]) -> pl.Expr:
        """Whether the words of a row hold any of some numbers."""
        masks = dict.fromkeys(self.words, 0)
        for number in numbers:
            place = self._places[number]
            masks[self.words[place // _BITS]] |= 1 << place % _BITS
        tests = [(pl.col(word) & mask) != 0 for word, mask in masks.items() if mask]
        return pl.any_horizontal(tests) if tests else pl.lit(False)

    @cached_property
    def _places(self) -> dict[int, int]:
        return {number: place for place, number in enumerate(self.members)}
