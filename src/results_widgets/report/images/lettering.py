"""Text on drawings that are made without a browser: what may stand there, and how much has room."""

from typing import Final

# No fonts are at hand to measure with: widths in parts of the size, on the wide side.
_WIDE: Final = frozenset("mwMWQOGDHNU@%—")
_NARROW: Final = frozenset("iljtfrI.,:;!|'’ ()[]")
_EAST: Final = 0x1100


def clean(words: str) -> str:
    """Leave out what XML 1.0 does not allow, and marks that turn the direction of what follows."""
    return "".join(
        letter
        for letter in words
        if (letter >= " " or letter in "\t\n")
        and letter not in "\ufffe\uffff"
        and not "\ud800" <= letter <= "\udfff"
        and not "\u202a" <= letter <= "\u202e"
        and not "\u2066" <= letter <= "\u2069"
    )


def cut(words: str, room: float, size: int) -> str:
    """Return as much of the words as has room, with an ellipsis where some is left out."""
    if length(words[: int(room)], size) <= room and len(words) <= room:
        return words
    end = 0
    while end < len(words) and length(words[: end + 1] + "…", size) <= room:
        end += 1
    return words[:end].rstrip() + "…"


def length(words: str, size: int) -> float:
    """Return about how wide the words are at a size."""
    return size * sum(
        1.0 if letter in _WIDE or ord(letter) >= _EAST else 0.36 if letter in _NARROW else 0.62
        for letter in words
    )
