"""Texts that stand for a missing value."""

from typing import Final

MISSING_TEXTS: Final = (
    *("", *(" " * count for count in range(1, 9)), "\t"),
    *("NULL", "null", "\\N", "NaN", "nan", "None", "<NA>", "NaT"),
)
"""What exports write for a missing value: blanks and the words of SQL and pandas. Matches are exact, since a
look-up in a short list costs next to nothing on columns without such values."""
