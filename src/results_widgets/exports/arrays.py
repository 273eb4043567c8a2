"""Arrays of JSON, many objects at once: from the first malformed object on, the rest is read one by one."""

import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO, Any, Final, cast

from results_widgets.exports.batches import Batch, Plain, Raw, Same
from results_widgets.exports.json_lines import read_some
from results_widgets.exports.json_values import Refuse, values_of_text
from results_widgets.exports.lines import value_of
from results_widgets.exports.needed import Objects
from results_widgets.exports.vendor import About, Placed, Record

_CHUNK: Final = 4 << 20
_TRIES: Final = 8
_LOOKED_AT: Final = 1000
"""So many ends of objects are tried, and looked at, as the place where a part of the array is cut off."""

_MARK: Final = b"\xef\xbb\xbf"
_BLANK: Final = b" \t\r\n"
_HALF: Final = (b"\\ud", b"\\uD")
"""How escapes of half characters start, which the two JSON readers treat differently."""


@dataclass(frozen=True)
class Elements(Plain):
    """Objects of an array of one file; see `batches.Raw`.

    Attributes:
        objects: What was read of them, or they as a whole.
        text: The array.
        file: The file.
        first: The line on which the first object starts.
        about: Nothing was said between them.
        apart: None of them is read one by one.
    """

    objects: Objects | list[Record]
    text: bytes
    file: str
    first: int
    about: list[About] = field(default_factory=list)
    apart: set[int] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.objects)

    def column(self, name: str) -> Sequence[Any]:
        """Return a field's value in each; nothing at all if it is in none."""
        if isinstance(self.objects, list):
            return [record.get(name) for record in self.objects]
        return self.objects.column(name)

    def within(self, path: Sequence[str]) -> Objects | None:
        """Return what was read of the objects to which a path leads; None if that is all."""
        return None if isinstance(self.objects, list) else self.objects.within(path)

    def placed(self, n: int) -> Placed:
        """Return an object as a whole, and where it stands."""
        return Placed(self._records[n], self.file, self._lines[n])

    def as_batch(self) -> Batch:
        """Return the objects as whole records."""
        return Batch(self._records, Same(self.file, len(self)), _Lines(self))

    @cached_property
    def _records(self) -> list[Record]:
        return self.objects if isinstance(self.objects, list) else [*value_of(self.text)]

    @cached_property
    def _lines(self) -> Sequence[int]:
        breaks = self.text.count(b"\n")
        if not breaks or breaks == self.text.count(b"},\n{") == len(self) - 1:
            step = 1 if breaks else 0
            return [self.first + step * n for n in range(len(self))]
        text, decoder, at, line = self.text.decode(), json.JSONDecoder(), 1, self.first
        found = []
        for _ in range(len(self)):
            start = text.index("{", at)
            line += text.count("\n", at, start)
            found.append(line)
            _, at = decoder.raw_decode(text, start)
            line += text.count("\n", start, at)
        return found


class _Lines(Sequence[int]):
    """The line of each object, looked for only when one is asked for."""

    def __init__(self, elements: Elements) -> None:
        self._elements = elements

    def __getitem__(self, n: Any) -> Any:
        """Return the line of an object."""
        return self._elements._lines[n]

    def __len__(self) -> int:
        return len(self._elements)


ReadArray = Callable[[bytes], Objects | list[Record] | None]
"""Reads an array of objects, or what is needed of each; None: it does not take it."""


def array_batches(
    raw: IO[bytes], file: str, refuse: Refuse, read: ReadArray
) -> Iterator[Raw | Placed]:
    """Return the objects of a document that starts with an array.

    Args:
        raw: The bytes, in UTF-8.
        file: Its path.
        refuse: Called with values that cannot be read.
        read: Reads a part of the array.

    Raises:
        OSError, EOFError, zlib.error: The file breaks off; the objects ahead of it were returned.
    """
    left, problem = read_some(raw, _CHUNK)
    inner = left.removeprefix(_MARK).lstrip(_BLANK)
    if not inner.startswith(b"["):
        yield from values_of_text(_rest(left, problem, raw), file, refuse)
        return
    line = 1 + left.count(b"\n", 0, len(left) - len(inner))
    left, ends = inner[1:], not left
    while True:
        ahead = left.lstrip(_BLANK + b",")
        line += left.count(b"\n", 0, len(left) - len(ahead))
        left = ahead
        part = None if problem else _part(left, read, is_last=ends)
        if part is not None:
            text, objects, taken = part
            yield Elements(objects, text, file, line)
            line += left.count(b"\n", 0, taken)
            left = left[taken:]
        if ends and part is not None:
            return
        if problem is not None or ends or (part is None and len(left) > 2 * _CHUNK):
            yield from values_of_text(_rest(left, problem, raw), file, refuse, line=line)
            return
        more, problem = read_some(raw, _CHUNK)
        left, ends = left + more, not more


def _part(
    left: bytes, read: ReadArray, *, is_last: bool
) -> tuple[bytes, Objects | list[Record], int] | None:
    """Return whole objects at the start of a text: as an array, what was read of it, how much of the text it is."""
    if is_last:
        body = left.rstrip(_BLANK)
        found = _as_array(body[:-1], read) if body.endswith(b"]") else None
        return None if found is None else (*found, len(left))
    end, tries = len(left), 0
    for _ in range(_LOOKED_AT):
        end = left.rfind(b"}", 0, end)
        if end < 0 or tries == _TRIES:
            return None
        if left[end + 1 : end + 100].lstrip(_BLANK).startswith(b","):
            # Cut off within an object or a text, it would be no JSON.
            found, tries = _as_array(left[: end + 1], read), tries + 1
            if found is not None:
                return (*found, end + 1)
    return None


def _as_array(body: bytes, read: ReadArray) -> tuple[bytes, Objects | list[Record]] | None:
    text = b"[" + body + b"]"
    objects = None if any(half in text for half in _HALF) else read(text)
    return None if objects is None else (text, objects)


def _rest(left: bytes, problem: Exception | None, raw: IO[bytes]) -> IO[bytes]:
    return cast(IO[bytes], _Rest(left, problem, raw))


class _Rest(io.RawIOBase):
    """What is left of a file: some that was read, then why there is no more, or the file."""

    def __init__(self, left: bytes, problem: Exception | None, raw: IO[bytes]) -> None:
        self._left, self._problem, self._raw = left, problem, raw

    def read(self, size: int = -1, /) -> bytes:
        found, self._left = self._left, b""
        if found:
            return found
        if self._problem is not None:
            raise self._problem
        return self._raw.read(size)
