"""Text from data, where it is shown as plain text."""

import re
from typing import Final

_HIDDEN: Final = re.compile(
    # Control characters, which a terminal obeys; marks that change the direction or break a line;
    # invisible ones, by which two names look the same; and halves of a character.
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


def visible(text: str) -> str:
    """Return a text in which characters that a terminal obeys, or a reader cannot see, are written as escapes."""
    return _HIDDEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


_FOLDERS: Final = re.compile(
    # An absolute path up to its last name: of POSIX, of a drive, or of a share of Windows.
    r"(?<![\w./\\:])(?:[A-Za-z]:[\\/]|\\\\|/)(?:[^\s/\\'\":;,]+[/\\])+"
)


def without_folders(text: str) -> str:
    """Return a text in which absolute paths are their last names: which folders a machine has is its owner's matter."""
    return _FOLDERS.sub("", text)


def one_line(text: str) -> str:
    """Return a text as `visible` does, with its line breaks and tabs as escapes, too."""
    return visible(text).replace("\n", r"\n").replace("\t", r"\t")
