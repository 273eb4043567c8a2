"""The uncertainty of a rate."""

from typing import Final

import polars as pl

Z_95: Final = 1.959963984540054
"""Two-sided 95 % point of the normal distribution."""


def with_interval(frame: pl.DataFrame, z: float = Z_95) -> pl.DataFrame:
    """Add ``low`` and ``high`` (Float64): Wilson's score interval of numerator / denominator.

    Null where there is no denominator, or where the numerator is no part of it (conversions of
    entries may exceed 1), since such a ratio is no share. Wilson, E. B. (1927), JASA 22, 209-212.
    """
    k, n = pl.col("numerator"), pl.col("denominator")
    p, share = k / n, (n > 0) & (k >= 0) & (k <= n)
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).sqrt()
    return frame.with_columns(
        pl.when(share).then((centre - half).clip(0.0, 1.0)).alias("low"),
        pl.when(share).then((centre + half).clip(0.0, 1.0)).alias("high"),
    )
