"""CSV as tables, block by block; a line that is not as its header says is refused, and the rest kept."""

import codecs
import csv
import io
import sys
from collections.abc import Iterator
from typing import IO, Final

import polars as pl

from results_widgets.exports.json_lines import BROKEN, blocks
from results_widgets.exports.json_values import LONGEST, Refuse
from results_widgets.exports.tables import Table
from results_widgets.exports.vendor import Placed

SEPARATORS: Final = ",;\t|"
_MOST: Final = 20_000
_MARK: Final = "\ufeff"
_WIDEST: Final = 300
"""Of more columns lines with quotes are read one by one: the pattern of a line grows with them."""

_IN_PATTERN: Final = {"\t": r"\t", "|": r"\|"}


WINDOWS: Final = "results_widgets_cp1252"
"""What to do about bytes that are no UTF-8; see `_as_windows`."""


def _as_windows(problem: UnicodeError) -> tuple[str, int]:
    """Return bytes that are no UTF-8 as Excel writes them on Windows: as replacements, names would become the same."""
    assert isinstance(problem, UnicodeDecodeError)
    wrong = problem.object[problem.start : problem.end]
    return wrong.decode("cp1252", "replace"), problem.end


codecs.register_error(WINDOWS, _as_windows)


def header_of(first: str) -> tuple[str, list[str]]:
    """Return the separator of a header, and its names.

    Raises:
        csv.Error: It is no CSV.
    """
    separator = max(SEPARATORS, key=first.count)
    header = next(csv.reader([first], delimiter=separator), [])
    return separator, [name.strip(f" {_MARK}") for name in header]


def names_separator(first: str) -> bool:
    """Whether a first line only names the separator, as spreadsheets write it."""
    return first.lower().startswith("sep=") and len(first.strip()) == len("sep=;")


def fitted(values: list[str], names: list[str]) -> list[str]:
    """Return a row without the empty cells with which a spreadsheet goes on as far as any of its rows went."""
    return values if any(values[len(names) :]) else values[: len(names)]


def csv_tables(raw: IO[bytes], file: str, refuse: Refuse) -> Iterator[Table]:
    """Return the rows of a file of CSV.

    Args:
        raw: The bytes, in UTF-8.
        file: Its path.
        refuse: Called with lines that cannot be read.

    Raises:
        OSError, EOFError, zlib.error: The file breaks off; the lines ahead of it were returned.
    """
    csv.field_size_limit(min(sys.maxsize, LONGEST))
    feed = _Feed(raw)
    try:
        first = next(feed, "")
        if names_separator(first):
            first = next(feed, "")
        separator, names = header_of(first)
    except csv.Error as problem:
        refuse(Placed({}, file, 1), f"not CSV: {problem}", "")
        return
    yield from _Rows(feed, separator, names, file, refuse).tables()


class _TooLongError(csv.Error):
    """Of a line that is too long, nothing is read."""


class _Feed:
    """Lines of text, for a reader of CSV, and blocks of lines for whoever takes many at once."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._blocks = blocks(raw)
        self._lines, self._size, self._is_first = io.StringIO(""), 0, True

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        while not (line := self._lines.readline()):
            self._open(next(self._blocks))
        return line

    def _open(self, block: tuple[bytes, bool]) -> None:
        lines, is_whole = block
        if not is_whole:
            raise _TooLongError(f"a line of more than {LONGEST:,} bytes")
        text = lines.decode("utf-8", WINDOWS)
        if self._is_first:
            text, self._is_first = text.removeprefix(_MARK), False
        # The reader is to see how each line ends.
        self._lines = io.StringIO(text, newline="")
        self._size = len(text)

    def rest(self) -> str:
        """Take all lines that were read already, and if there are none the next ones; nothing at the end."""
        found = self._lines.read()
        while not found:
            block = next(self._blocks, None)
            if block is None:
                return ""
            self._open(block)
            found = self._lines.read()
        return found

    def give(self, lines: str) -> None:
        """Put lines back."""
        self._lines, self._size = io.StringIO(lines, newline=""), len(lines)

    @property
    def is_empty(self) -> bool:
        """Whether all lines that were read are taken."""
        return self._lines.tell() >= self._size


class _Rows:
    """Reads the rows behind a header."""

    def __init__(
        self, feed: _Feed, separator: str, names: list[str], file: str, refuse: Refuse
    ) -> None:
        self._feed, self._separator, self._names = feed, separator, names
        self._file, self._refuse = file, refuse
        self._reader = csv.reader(feed, delimiter=separator)
        self._line = 2
        mark = _IN_PATTERN.get(separator, separator)
        field = rf'(?:"(?:[^"\r]|"")*"|[^"\r{mark}]*)'
        more = rf"(?:{mark}{field}){{{len(names) - 1}}}"
        self._pattern = rf"^{field}{more}\r?$"

    def tables(self) -> Iterator[Table]:
        """Return the rows, many at once."""
        while text := self._rest():
            count = text.count("\n") + (not text.endswith("\n"))
            frame = self._at_once(text, count)
            if frame is None:
                yield from self._one_by_one(text)
                continue
            yield Table(frame, self._names, self._file, range(self._line, self._line + count))
            self._line += count

    def _rest(self) -> str:
        while True:
            try:
                return self._feed.rest()
            except _TooLongError as problem:
                self._refuse(Placed({}, self._file, self._line), f"not CSV: {problem}", "")
                self._line += 1

    def _at_once(self, text: str, count: int) -> pl.DataFrame | None:
        """Return lines as a table; None if one is not just as many values as there are names."""
        width = len(self._names)
        if width < 2 or text.count("\r") != text.count("\r\n") or text.startswith(_MARK):  # noqa: PLR2004
            return None
        has_quotes = '"' in text
        if has_quotes and not self._is_regular(text):
            return None
        # A longer line than that is an error, so that none is shorter where all are as many.
        if not has_quotes and text.count(self._separator) != count * (width - 1):
            return None
        try:
            frame = pl.read_csv(
                io.BytesIO(text.encode()),
                has_header=False,
                separator=self._separator,
                quote_char='"' if has_quotes else None,
                schema={str(n): pl.String for n in range(width)},
                empty_string_is_null=False,
                infer_schema=False,
                truncate_ragged_lines=False,
            )
        except (pl.exceptions.PolarsError, ValueError):
            return None
        return frame if frame.height == count else None

    def _is_regular(self, text: str) -> bool:
        """Whether each line is a row, with quotes around whole values only."""
        if len(self._names) > _WIDEST:
            return False
        lines = pl.Series(text.removesuffix("\n").split("\n"), dtype=pl.String)
        return bool(lines.str.contains(self._pattern).all())

    def _one_by_one(self, text: str) -> Iterator[Table]:
        """Return lines as `csv` reads them, which may go on into those that follow."""
        self._feed.give(text)
        rows: list[list[str]] = []
        lines: list[int] = []
        before, broken = self._line - self._reader.line_num, None
        while not self._feed.is_empty:
            line = self._reader.line_num + before
            try:
                values = next(self._reader, None)
            except csv.Error as problem:
                self._refuse(Placed({}, self._file, line), f"not CSV: {problem}", "")
                before += isinstance(problem, _TooLongError)
                continue
            except BROKEN as problem:
                broken = problem
                break
            values = fitted(values, self._names) if values else None
            if values and len(values) == len(self._names):
                rows.append(values)
                lines.append(line)
            elif values:
                why = f"has {len(values)} values for {len(self._names)} columns"
                self._refuse(Placed({}, self._file, line), why, ",".join(values)[:10_000])
            if len(rows) >= _MOST:
                yield self._table(rows, lines)
                rows, lines = [], []
        self._line = self._reader.line_num + before
        yield self._table(rows, lines)
        if broken is not None:
            raise broken

    def _table(self, rows: list[list[str]], lines: list[int]) -> Table:
        columns = zip(*rows, strict=True) if rows else [()] * len(self._names)
        data = {str(n): pl.Series(column, dtype=pl.String) for n, column in enumerate(columns)}
        return Table(pl.DataFrame(data), self._names, self._file, lines)
