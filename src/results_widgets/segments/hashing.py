"""A hash of user ids that is the same in every run, on every machine and in every language.

The hashes of Python and Polars change with the process or the release, so this one is defined here: the
finaliser of splitmix64, folded over the UTF-8 bytes of the id's text. It starts from the seed and the
length, then takes eight bytes at a time, big-endian; the last chunk is padded with zeros.
"""

from typing import Final

import polars as pl

GAMMA: Final = 0x9E3779B97F4A7C15
MIX: Final = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
SHIFTS: Final = (30, 27, 31)
"""Right shifts of the finaliser: one before each factor of `MIX`, and one at the end."""

SIZE: Final = 1 << 64
_SLICE: Final = 500_000


def hash_of(text: str, seed: int = 0) -> int:
    """Return the hash of an id's text: an integer of 64 bits, unsigned."""
    raw = text.encode()
    found = _mixed(((seed + 1) * GAMMA + len(raw)) % SIZE)
    for at in range(0, len(raw), 8):
        piece = int.from_bytes(raw[at : at + 8].ljust(8, b"\0"), "big")
        found = _mixed(((found ^ piece) + GAMMA) % SIZE)
    return found


def _mixed(value: int) -> int:
    for bits, factor in zip(SHIFTS, MIX, strict=False):
        value = (value ^ (value >> bits)) * factor % SIZE
    return value ^ (value >> SHIFTS[-1])


def hashes(values: pl.Series, seed: int = 0) -> pl.Series:
    """Return `hash_of` of every value's text, as UInt64."""
    # In slices, because the hexadecimal text in between takes several times the memory of the ids.
    parts = [
        _hashes(values.slice(at, _SLICE), seed) for at in range(0, max(len(values), 1), _SLICE)
    ]
    return pl.concat(parts)


def _hashes(values: pl.Series, seed: int) -> pl.Series:
    text = values.cast(pl.String).rename("text")
    length = text.str.len_bytes().rename("length")
    most = length.max()
    words = -(-int(most) // 8) if isinstance(most, int) else 0
    first = pl.lit((seed + 1) * GAMMA % SIZE, pl.UInt64)
    found = pl.select(text, length).lazy()
    found = found.with_columns(_fold(first + pl.col("length").cast(pl.UInt64)))
    # Polars turns bytes into integers only by way of hexadecimal text.
    found = found.with_columns(pl.col("text").str.encode("hex").str.pad_end(words * 16, "0"))
    for word in range(words):
        piece = pl.col("text").str.slice(word * 16, 16).str.to_integer(base=16, dtype=pl.UInt64)
        mixed = _fold((pl.col("found") ^ piece) + pl.lit(GAMMA, pl.UInt64))
        found = found.with_columns(
            pl.when(pl.col("length") > word * 8).then(mixed).otherwise("found").alias("found")
        )
    return found.select("found").collect(engine="in-memory").to_series().rename("hash")


def _fold(value: pl.Expr) -> pl.Expr:
    # UInt64 wraps around as splitmix64 wants it; Polars has no shift, so divide by a power of two.
    for bits, factor in zip(SHIFTS, MIX, strict=False):
        value = (value ^ (value // (1 << bits))) * pl.lit(factor, pl.UInt64)
    return (value ^ (value // (1 << SHIFTS[-1]))).alias("found")


def hash_bound(share: float) -> int:
    """Return the hash below which a share of all hashes lies."""
    return min(int(share * SIZE), SIZE - 1)
