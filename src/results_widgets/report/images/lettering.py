"""Text in images: characters that are allowed, and how much of it fits."""

from typing import Final

# Estimated widths relative to the font size, rather too wide: there are no fonts to measure with.
_WIDE: Final = frozenset("mwMWQOGDHNU@%—")
_NARROW: Final = frozenset("iljtfrI.,:;!|'’ ()[]")
_EAST: Final = 0x1100


def clean(words: str) -> str:
    """Return a text without characters that XML 1.0 forbids and without bidirectional control characters."""
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
    """Return as much of a text as fits, with an ellipsis if it is cut."""
    if length(words[: int(room)], size) <= room and len(words) <= room:
        return words
    end = 0
    while end < len(words) and length(words[: end + 1] + "…", size) <= room:
        end += 1
    return words[:end].rstrip() + "…"


def length(words: str, size: int) -> float:
    """Return the approximate width of a text at a font size."""
    return size * sum(
        1.0 if letter in _WIDE or ord(letter) >= _EAST else 0.36 if letter in _NARROW else 0.62
        for letter in words
    )


def wrapped(words: str, room: float, size: int) -> list[str]:
    """Return a text in lines that fit, broken between words; a word that is too long is cut."""
    lines: list[str] = []
    for word in clean(words).split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and length(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(cut(word, room, size))
    return lines
