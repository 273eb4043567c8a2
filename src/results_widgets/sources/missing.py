"""Texts that stand for a missing value."""

from typing import Final

MISSING_TEXTS: Final = (
    *("", *(" " * count for count in range(1, 9)), "\t"),
    *("NULL", "null", "\\N", "NaN", "nan", "None", "<NA>", "NaT"),
)
"""What exports write where there is no value: blanks, SQL's and pandas' words. Exact matches, since a look-up in
a short list costs next to nothing on columns that hold none of them."""
