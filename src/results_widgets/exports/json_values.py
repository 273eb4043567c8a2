"""Objects of JSON that is not one value a line: arrays, pretty-printed documents, values one after another."""

import codecs
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import IO, Any, Final

from results_widgets.exports.vendor import Placed

LONGEST: Final = 64 << 20
"""Most bytes of one line, or of one object."""

_CHUNK: Final = 1 << 20
_BLANK: Final = " \t\r\n"
_SHOWN: Final = 10_000

Refuse = Callable[[Placed, str, str | None], None]
"""Counts a row as refused: its place, why, and its text."""


@cache
def _blank(skip: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(skip)}]*")


_HALF: Final = re.compile("[\ud800-\udfff]")


def loads(text: bytes) -> Any:
    """Return what a line of JSON says; see `whole`.

    Raises:
        ValueError: It is not JSON.
        RecursionError: It is nested too deeply.
    """
    found = json.loads(text)
    # Only an escape brings half a character.
    return whole(found) if b"\\ud" in text or b"\\uD" in text else found


def whole(value: Any) -> Any:
    """Return a value of JSON in which halves of characters, which no table holds, are written as escapes."""
    text = json.dumps(value, ensure_ascii=False)
    if _HALF.search(text) is None:
        return value
    return json.loads(_HALF.sub(lambda half: f"\\\\u{ord(half[0]):x}", text))


class _Text:
    """Text that is read as it is needed, and the line where its unread part starts."""

    def __init__(self, raw: IO[bytes], encoding: str, line: int) -> None:
        self._raw, self._decoder = raw, codecs.getincrementaldecoder(encoding)("replace")
        self.text, self.at, self.line, self.is_whole = "", 0, line, False

    def more(self) -> bool:
        """Read on; False at the end."""
        if self.is_whole:
            return False
        data = self._raw.read(_CHUNK)
        self.is_whole = not data
        self.text = self.text[self.at :] + self._decoder.decode(data, final=self.is_whole)
        self.at = 0
        return True

    def move(self, to: int) -> None:
        """Go on to a place."""
        self.line += self.text.count("\n", self.at, to)
        self.at = to

    def peek(self, skip: str = _BLANK) -> str:
        """Return the next character behind those to skip; empty at the end."""
        while True:
            text, found = self.text, _blank(skip).match(self.text, self.at)
            at = self.at if found is None else found.end()
            self.move(at)
            if at < len(text):
                return text[at]
            if not self.more():
                return ""


def values_of_text(
    raw: IO[bytes], file: str, refuse: Refuse, encoding: str = "utf-8-sig", line: int = 1
) -> Iterator[Placed]:
    """Return the objects of a document: the items of its arrays, or the values one after another.

    Args:
        raw: The bytes.
        file: Its path.
        refuse: Called with values that cannot be read; reading continues at the next line that starts an object.
        encoding: How the bytes are to be read.
        line: The line on which they start.
    """
    source, decoder = _Text(raw, encoding, line), json.JSONDecoder()
    while source.peek(f"{_BLANK},]") != "":
        if source.text[source.at] == "[":
            source.move(source.at + 1)
            continue
        line = source.line
        value = _next(source, decoder, file, refuse)
        if isinstance(value, dict):
            yield Placed(value, file, line)
        elif value is not _NONE:
            refuse(Placed({}, file, line), "not an object", json.dumps(value)[:_SHOWN])


_NONE: Final[Any] = object()


def _next(source: _Text, decoder: json.JSONDecoder, file: str, refuse: Refuse) -> Any:
    line = source.line
    while True:
        try:
            value, end = decoder.raw_decode(source.text, source.at)
        except (ValueError, RecursionError) as problem:
            size = len(source.text) - source.at
            if size < LONGEST and not _is_wrong(problem, source) and source.more():
                continue
            shown = source.text[source.at : source.at + _SHOWN]
            # Where in what was read it is wrong says nothing of the file.
            why = problem.msg if isinstance(problem, json.JSONDecodeError) else str(problem)
            refuse(Placed({}, file, line), f"not JSON: {why}", shown)
            _skip(source)
            return _NONE
        # Only an escape brings half a character.
        has_escape = source.text.find("\\u", source.at, end) >= 0
        source.move(end)
        return whole(value) if has_escape else value


def _is_wrong(problem: ValueError | RecursionError, source: _Text) -> bool:
    """Whether a value is wrong, and not just cut where the text that was read ends."""
    if not isinstance(problem, json.JSONDecodeError):
        return True
    is_open = problem.msg.startswith("Unterminated")
    return not is_open and len(source.text) - problem.pos > _CHUNK // 64


def _skip(source: _Text) -> None:
    """Go on to the next line that starts an object."""
    source.move(source.at + 1)
    while True:
        end = source.text.find("\n", source.at)
        if end < 0:
            source.move(len(source.text))
            if not source.more():
                return
            continue
        source.move(end + 1)
        if source.peek(" \t\r\n,") in ("{", ""):
            return
