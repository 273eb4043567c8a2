"""Text from data, where it is shown as plain text."""

import html
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

_HIDDEN: Final = re.compile(
    # Control characters, which a terminal obeys; marks that change the direction or break a line;
    # invisible ones, by which two names look the same; and halves of a character.
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
    # Soft hyphens and fillers, which have no look of their own; marks of annotations and of music.
    "\u00ad\u115f\u1160\u17b4\u17b5\u180b-\u180e\u2800\u3164\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a"
    # Tags spell any text unseen; behind a black flag they make the flag of a region.
    "\U000e0000\U000e0001]|(?<![\U0001f3f4\U000e0020-\U000e007e])[\U000e0002-\U000e0fff]+"
)


def visible(text: str) -> str:
    """Return a text in which characters that a terminal obeys, or a reader cannot see, are written as escapes."""
    return _HIDDEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


TURNS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks of the reading direction that hold until they are ended, as `plain` of js/src/ui/text.ts has them."""


def plain(text: str) -> str:
    """Return a text without the marks that turn the letters behind them round.

    Screens and pages set each name apart, so that Arabic and Hebrew are read rightly without them; what joins letters
    or signs stays.
    """
    return TURNS.sub("", text)


def escape(text: str) -> str:
    """Return a text as HTML shows it; it turns nothing round."""
    return html.escape(plain(text))


MASK: Final = "•••"
"""What stands for a secret."""

_LOGIN: Final = re.compile(
    # A password may hold any sign, the @ included that ends it; a user alone has no slash. Messages of our own
    # say how an address is written.
    r"(?<=://)(?!user:password@host)(?:[^\s/@:'\"]*:[^\s'\"]*|[^/@\s]*)@"
)
_ADDRESS_SECRET: Final = re.compile(
    r"(?i)([?&;](?:[\w.-]*(?:key|token|secret|passw\w*|sig(?:nature)?|auth))=)[^&#\s'\"]+"
)
_PASSWORD: Final = re.compile(r"(?i)(\b(?:password|passwd|pwd)\s*=\s*)[^\s'\"]+")


def without_logins(text: str) -> str:
    """Return a text with a mask for logins and keys in addresses, and for the passwords of connections."""
    text = _LOGIN.sub(f"{MASK}@", text)
    text = _ADDRESS_SECRET.sub(rf"\g<1>{MASK}", text)
    return _PASSWORD.sub(rf"\g<1>{MASK}", text)


_NAME: Final = r"[^\s/\\'\":;,<>|]+"
_WORDS: Final = r"[^\s/\\'\":;,.<>|]+(?: [^\s/\\'\":;,.<>|]+)*"
_FOLDERS: Final = re.compile(
    # An absolute path up to its last name: of POSIX, of a drive, of a share of Windows, or as an address. In
    # quotes, names of folders hold blanks and any sign; elsewhere a blank among words without a dot is one's.
    r"(?<=')(?:file://)?(?:[A-Za-z]:[\\/]|\\\\|/{1,2}|~/)[^'\n]*[/\\](?=[^'/\\\n]*')"
    r'|(?<=")(?:file://)?(?:[A-Za-z]:[\\/]|\\\\|/{1,2}|~/)[^"\n]*[/\\](?=[^"/\\\n]*")'
    rf"|(?<![\w./\\:<])(?:file://)?(?:[A-Za-z]:[\\/]|\\\\|/{{1,2}}|~/)(?:(?:{_NAME}|{_WORDS})[/\\])+"
)


def without_folders(text: str) -> str:
    """Return a text in which absolute paths are their last names: which folders a machine has is its owner's matter."""
    return _FOLDERS.sub("", text)


def one_line(text: str) -> str:
    """Return a text as `visible` does, with its line breaks and tabs as escapes, too."""
    return visible(text).replace("\n", r"\n").replace("\t", r"\t")


def in_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return one line for each row, with cells one below the other; all rows have the same number of cells."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


class Printer(Protocol):
    """IPython's printer of objects, as far as it is used here."""

    @property
    def text(self) -> Callable[[str], Any]:
        """Add text to what is printed."""
        ...


def print_whole(self: object, printer: Printer, cycle: bool) -> None:  # noqa: ARG001, FBT001 - IPython's
    """Print an object alone in a cell or a line of IPython as ``str`` writes it; its ``repr`` is one line."""
    printer.text(str(self))


def told_apart(labels: Mapping[str, str]) -> dict[str, str]:
    """Return labels by their ids; one that several have has the id added: ``Welcome back (n7)``."""
    times = Counter(labels.values())
    return {
        one: label if times[label] == 1 else f"{label} ({one})" for one, label in labels.items()
    }
