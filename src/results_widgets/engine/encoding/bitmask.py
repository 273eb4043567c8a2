"""Bit masks: a set of small numbers as bits of a few Int64 words, so that membership is a bit test."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

_BITS: Final = 63


@dataclass(frozen=True)
class BitMasks:
    """The assignment of numbers to bits of words.

    Attributes:
        numbers: The numbers that have a bit, whole and not negative.
    """

    numbers: tuple[int, ...]

    @cached_property
    def words(self) -> list[str]:
        """Names of the columns that hold the words (Int64)."""
        return [f"_word{place}" for place in range(-(-len(self.numbers) // _BITS))]

    def bits(self, number: pl.Expr) -> list[pl.Expr]:
        """Return one column per word: the bit of a row's number, 0 if it has none in that word."""
        top = max(self.numbers, default=0) + 1
        found = []
        for place, word in enumerate(self.words):
            own = self.numbers[place * _BITS : (place + 1) * _BITS]
            table = pl.Series([0] * (top + 1), dtype=pl.Int64)
            table[list(own)] = [1 << bit for bit in range(len(own))]
            found.append(pl.lit(table).gather(number.clip(0, top)).alias(word))
        return found

    def any_of(self, wanted: Iterable[int]) -> pl.Expr:
        """Return whether a row's words have the bit of any wanted number."""
        tests = [(pl.col(word) & mask) != 0 for word, mask in self._masks(wanted).items()]
        return pl.any_horizontal(tests) if tests else pl.lit(False)

    def any_of_in_sql(self, wanted: Iterable[int]) -> str:
        """Return `any_of` as SQL, as DuckDB and Spark read it."""
        tests = [f"({word} & {mask}) <> 0" for word, mask in self._masks(wanted).items()]
        return f"({' OR '.join(tests)})" if tests else "FALSE"

    def _masks(self, wanted: Iterable[int]) -> dict[str, int]:
        """Return the words that have a bit of wanted numbers, with these bits."""
        masks: dict[str, int] = {}
        for number in wanted:
            place = self._places[number]
            word = self.words[place // _BITS]
            masks[word] = masks.get(word, 0) | 1 << place % _BITS
        return masks

    @cached_property
    def _places(self) -> dict[int, int]:
        return {number: place for place, number in enumerate(self.numbers)}
