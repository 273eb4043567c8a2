"""JSON with a value on each line, block by block; a line that cannot be read is refused, and the rest kept."""

import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any, Final

from results_widgets.exports.batches import Batch, Raw, Same
from results_widgets.exports.json_values import LONGEST, Refuse, whole
from results_widgets.exports.lines import value_of, values_of
from results_widgets.exports.vendor import Placed, Record

BROKEN: Final = (EOFError, OSError, zlib.error)
"""Errors of a file that is cut off or cannot be read further."""

_FIRST: Final = 1 << 16
_BLOCK: Final = 4 << 20
_SHOWN: Final = 10_000
_MARK: Final = b"\xef\xbb\xbf"

_ENDS: Final = (b"}\n{", b"}\r\n{")
"""No value continues over such a line end, so if all line ends are like this and there are as many values as
lines, each line holds one."""

Read = Callable[[bytes, int, str, int], Raw | None]
"""Reads lines that are an object each: text, how many lines, file, number of the first; None: it does not take them."""


def is_lines(head: bytes) -> bool:
    """Whether each line is a value of its own, judged by the first line, unless it is longer than the sample."""
    text = head.removeprefix(_MARK).lstrip()
    first, end, _ = text.partition(b"\n")
    if not end:
        return text.startswith(b"{") and not _holds_several(first)
    if first.strip() in (b"{", b"["):
        return False
    try:
        json.loads(first)
    except RecursionError:
        return True
    except ValueError:
        # Half a line at the start of lines, or a document over several lines.
        return first.startswith(b"{") and text.split(b"\n", 2)[1].startswith((b"{", b"["))
    return True


_BETWEEN: Final = re.compile(rb"\}\s*\{")
_BLANK: Final = re.compile(r"\s*")
_DECODER: Final = json.JSONDecoder()


def _holds_several(text: bytes) -> bool:
    """Whether one object follows another without a line's end between them, as Firehose writes them."""
    if _BETWEEN.search(text) is None:
        return False
    plain = text.decode("utf-8", "ignore")
    try:
        _, end = _DECODER.raw_decode(plain)
    except (ValueError, RecursionError):
        return False
    return plain[end:].lstrip().startswith("{")


def line_batches(
    raw: IO[bytes], file: str, refuse: Refuse, read: Read | None = None
) -> Iterator[Raw]:
    """Return the objects of a file's lines; a line may also be an array of them.

    Args:
        raw: The bytes.
        file: Its path.
        refuse: Called with lines that cannot be read.
        read: Reads whole lines quickly.

    Raises:
        OSError, EOFError, zlib.error: The file breaks off; the lines ahead of it were returned.
    """
    number = 1
    for block, is_whole in blocks(raw):
        if not is_whole:
            why = f"longer than {LONGEST:,} bytes"
            refuse(Placed({}, file, number), why, _shown(block))
            number += 1
            continue
        text = block.removeprefix(_MARK) if number == 1 else block
        count = block.count(b"\n") + (not block.endswith(b"\n"))
        simple = any(text.count(end) == count - 1 for end in _ENDS)
        quick = read(text, count, file, number) if read is not None and simple else None
        if quick is None and simple:
            quick = _at_once(text, count, file, number)
        yield _one_by_one(text, number, file, refuse) if quick is None else quick
        number += count


def blocks(raw: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Return whole lines, many at once; the start of a line that is too long comes alone, and is not whole."""
    left, size = b"", _FIRST
    while True:
        data, problem = read_some(raw, size)
        block, size = left + data, _BLOCK
        if len(block) >= LONGEST and not 0 <= block.find(b"\n") < LONGEST:
            yield block[:_SHOWN], False
            while (end := block.find(b"\n")) < 0 and data and problem is None:
                data, problem = read_some(raw, size)
                block = data
            block = block[end + 1 :] if end >= 0 else b""
        cut = block.rfind(b"\n") + 1
        if cut:
            yield block[:cut], True
        left = block[cut:]
        if problem is not None:
            raise problem
        if not data:
            break
    if left:
        yield left, True


def read_some(raw: IO[bytes], size: int) -> tuple[bytes, Exception | None]:
    """Return what comes next, and why there is no more of it."""
    found = bytearray()
    try:
        while len(found) < size and (more := raw.read1(size - len(found))):  # type: ignore[attr-defined]
            found += more
    except BROKEN as problem:
        return bytes(found), problem
    return bytes(found), None


def _at_once(block: bytes, count: int, file: str, number: int) -> Batch | None:
    """Return the objects of lines, one on each; None if they cannot be read, or are something else."""
    try:
        values = values_of(block)
    except (ValueError, RecursionError):
        return None
    if len(values) != count or {*map(type, values)} != {dict}:
        return None
    return Batch(values, Same(file, count), range(number, number + count))


def _one_by_one(block: bytes, number: int, file: str, refuse: Refuse) -> Batch:
    def values() -> Iterator[tuple[int, Any]]:
        for line, text in enumerate(block.split(b"\n"), number):
            plain = text.strip()
            if not plain:
                continue
            try:
                value = value_of(plain)
            except (ValueError, RecursionError) as problem:
                if _holds_several(plain):
                    yield from ((line, one) for one in _several(plain, line, file, refuse))
                    continue
                refuse(Placed({}, file, line), f"not JSON: {problem}", _shown(plain))
            else:
                yield line, value

    return _of_values(values(), file, refuse)


def _several(plain: bytes, line: int, file: str, refuse: Refuse) -> Iterator[Any]:
    """Return the objects that follow one another on a line, up to the first that cannot be read."""
    text, at = plain.decode("utf-8", "replace"), 0
    while at < len(text):
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as problem:
            refuse(Placed({}, file, line), f"not JSON: {problem}", text[at : at + _SHOWN])
            return
        yield whole(value)
        blank = _BLANK.match(text, at)
        at = at if blank is None else blank.end()


def _of_values(values: Iterable[tuple[int, Any]], file: str, refuse: Refuse) -> Batch:
    records: list[Record] = []
    lines: list[int] = []
    for line, value in values:
        for record in value if isinstance(value, list) else (value,):
            if isinstance(record, dict):
                records.append(record)
                lines.append(line)
            else:
                shown = json.dumps(value, ensure_ascii=False)[:_SHOWN]
                refuse(Placed({}, file, line), "not an object", shown)
    return Batch(records, Same(file, len(lines)), lines)


def _shown(text: bytes) -> str:
    return text[:_SHOWN].decode("utf-8", "replace")
