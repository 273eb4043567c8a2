"""Files that make one table: what was read of each, and what is new since."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path
from typing import Final, Self

import polars as pl

from results_widgets.errors import EventsError
from results_widgets.sources.formats import (
    ends_whole,
    format_of,
    has_lines,
    is_torn,
    last_bytes,
    misfit,
    one_format,
    scan,
)
from results_widgets.sources.growth import Growth, Problem, numbers
from results_widgets.sources.paths import Item, expand, listed

_TAIL: Final = 4096
_TRIES: Final = 5

Place = tuple[int, Path]
"""Where a file stands among the others: which item names it, then its path."""

Check = Callable[[pl.LazyFrame], object]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells whether a file is as it was: its size, and when it changed (ns)."""

    size: int
    changed: int

    @classmethod
    def of(cls, path: Path) -> Self:
        """Return a file's stamp as it is now."""
        stat = path.stat()
        return cls(stat.st_size, stat.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a table as it was read.

    Attributes:
        place: Where it stands among the others.
        stamp: What it looked like.
        tail: Digest of what it ended with, where that was a whole line; else empty.
        rows: How many rows were read.
        lost: Whether they cannot be read again: the file is gone, or has become unreadable.
    """

    place: Place
    stamp: Stamp
    tail: bytes
    rows: int
    lost: bool = False

    @property
    def path(self) -> Path:
        """The file."""
        return self.place[1]

    def is_as_read(self) -> bool:
        """Whether the file has not changed."""
        return Stamp.of(self.path) == self.stamp

    def is_continued(self) -> bool:
        """Whether all that changed is that lines came behind those read."""
        longer = bool(self.tail) and Stamp.of(self.path).size > self.stamp.size
        return longer and _digest(self.path, self.stamp.size) == self.tail


@dataclass(frozen=True)
class Files:
    """Files as one table.

    Attributes:
        items: What names them.
        what: Name of the table in messages.
        kind: Their format.
        schema: The table's; a file with another one is left out.
        parts: The files read, in the order in which they are read.
        problems: The files that could not be.
    """

    items: tuple[Item, ...]
    what: str
    kind: str
    schema: pl.Schema
    parts: tuple[Part, ...]
    problems: tuple[Problem, ...] = ()

    @classmethod
    def open(cls, items: tuple[Item, ...], what: str) -> "Files":
        """Look at the files that are there; their rows are read when a query needs them.

        Raises:
            EventsError: There are none, of several formats, or none that can be read.
        """
        places = [(n, path) for n, item in enumerate(items) for path in expand(item, what)]
        kind = one_format([path for _, path in places], what)
        schema: pl.Schema | None = None
        parts: list[Part] = []
        problems: list[Problem] = []
        for place in places:
            try:
                schema = schema or _schema(kind, place[1])
                parts.append(_looked_at(place, kind, schema))
            except EventsError as error:
                problems.append(Problem(place[1], str(error)))
                schema = schema if parts else None
        if schema is None:
            worst = problems[0]
            raise EventsError(
                f"{what}: {worst.path} {worst.reason}; check the file, or write it anew"
            )
        return cls(items, what, kind, schema, tuple(parts), tuple(problems))

    def scan(self) -> pl.LazyFrame:
        """Return the table as it was when it was looked at, lazily; rows that are lost are null.

        Raises:
            EventsError: A file is gone or was written anew since, so that a refresh is due.
        """
        whole = [not part.lost and self._is_whole(part) for part in self.parts]
        if all(whole):
            return scan(self.kind, [part.path for part in self.parts], self.schema)
        return pl.concat([self._rows(*pair) for pair in zip(self.parts, whole, strict=True)])

    def _is_whole(self, part: Part) -> bool:
        """Whether the rows read are all that the file holds; lines may have come behind them."""
        try:
            if part.is_as_read():
                return True
            if part.is_continued():
                return False
        except OSError:
            pass
        raise EventsError(
            f"{self.what}: {part.path} is gone or was written anew since it was read, and more of it "
            "is needed now; results.refresh() goes on with what is there"
        )

    def _rows(self, part: Part, whole: bool) -> pl.LazyFrame:  # noqa: FBT001 - zipped
        if part.lost:
            rows = pl.LazyFrame({"": pl.repeat(None, part.rows, dtype=pl.Null, eager=True)})
            return rows.select(pl.col("").cast(kind).alias(n) for n, kind in self.schema.items())
        found = scan(self.kind, [part.path], self.schema).select(self.schema.names())
        return found if whole else found.head(part.rows)

    # --- what is new

    def refreshed(self, fits: Check) -> "Files":
        """Look again: changed files as they are now; those gone or unreadable keep their rows.

        Args:
            fits: Raises an EventsError where a new or changed file's rows cannot be used.
        """
        before = {part.place: part for part in self.parts}
        there = {(n, path) for n, item in enumerate(self.items) for path in listed(item)}
        parts: list[Part] = []
        problems: list[Problem] = []
        for place in sorted({*before, *there}):
            try:
                parts.append(self._again(place, before.get(place), fits))
            except EventsError as error:
                problems.append(Problem(place[1], str(error)))
                if place in before:
                    parts.append(replace(before[place], lost=True))
        return replace(self, parts=tuple(parts), problems=tuple(problems))

    def _again(self, place: Place, old: Part | None, fits: Check) -> Part:
        try:
            if old is not None and old.is_as_read():
                return replace(old, lost=False)
        except OSError:
            raise EventsError("is gone") from None
        return _looked_at(place, self.kind, self.schema, fits)

    @property
    def lost(self) -> tuple[tuple[int, int], ...]:
        """Spans of rows (first, count) that were read and cannot be read again."""
        return tuple((start, part.rows) for part, start in _with_starts(self.parts) if part.lost)

    def is_read_alike(self) -> bool:
        """Whether reading everything now would find the same types: those of lines are inferred from the first file."""
        if self.kind == ".parquet" or any(part.lost for part in self.parts):
            return True
        return _schema(self.kind, self.parts[0].path) == self.schema

    def growth(self, old: "Files") -> Growth:
        """Return how these files' table came out of that of the same files before."""
        now = {part.place: (part, start) for part, start in _with_starts(self.parts)}
        kept = {part.place: _kept(part, now[part.place][0]) for part in old.parts}
        moved: list[tuple[int | None, int]] = []
        steady = True
        for part, start in _with_starts(old.parts):
            stays, here = kept[part.place], now[part.place][1]
            moved += [(here, stays), (None, part.rows - stays)]
            steady = steady and (here, stays) == (start, part.rows)
        new = [
            (part, start, kept.get(place, 0))
            for place, (part, start) in now.items()
            if part.rows > kept.get(place, 0)
        ]
        added = [self._rows(part, whole=True).slice(first) for part, _, first in new]
        return Growth(
            sum(part.rows for part in old.parts),
            None if steady else numbers(moved),
            pl.concat(added) if added else None,
            numbers((start + first, part.rows - first) for part, start, first in new),
        )


def _with_starts(parts: tuple[Part, ...]) -> list[tuple[Part, int]]:
    return list(zip(parts, accumulate((part.rows for part in parts), initial=0), strict=False))


def _kept(old: Part, now: Part) -> int:
    """Return how many of the rows read before are those that the file starts with now."""
    return old.rows if now.stamp == old.stamp or old.is_continued() else 0


def _looked_at(place: Place, kind: str, schema: pl.Schema, fits: Check | None = None) -> Part:
    """Return a file as it is now.

    Args:
        place: Where it stands.
        kind: The format it should have.
        schema: The schema it should have.
        fits: Looks at its rows; None leaves them for when they are needed.

    Raises:
        EventsError: It cannot be read; in words that follow its name.
    """
    path = place[1]
    if format_of(path) != kind:
        raise EventsError(f"has another format than the files before, which are {kind}")
    with _in_words(kind):
        wrong = misfit(kind, path, schema)
        if wrong is not None:
            raise EventsError(f"has another schema: {wrong}")
        if is_torn(path):
            raise EventsError("is half written: its last line is cut off")
        found = scan(kind, [path], schema)
        for _ in range(_TRIES):
            stamp = Stamp.of(path)
            rows = found.select(pl.len()).collect().item()
            if fits is not None and rows:
                fits(found if kind == ".parquet" else _parsed(found))
            if Stamp.of(path) == stamp:
                tail = _digest(path, stamp.size) if has_lines(path) and ends_whole(path) else b""
                return Part(place, stamp, tail, rows)
    raise EventsError("is being written")


def _parsed(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Return lines that can be read to the last."""
    lines.select(pl.all().null_count()).collect(engine="streaming")
    return lines


def _schema(kind: str, path: Path) -> pl.Schema:
    with _in_words(kind):
        return scan(kind, [path]).collect_schema()


@contextmanager
def _in_words(kind: str) -> Iterator[None]:
    try:
        yield
    except OSError:
        raise EventsError("is gone or may not be read") from None
    except pl.exceptions.PolarsError as error:
        said = str(error).partition("\n")[0]
        raise EventsError(f"cannot be read as {kind.removeprefix('.')} ({said})") from None


def _digest(path: Path, size: int) -> bytes:
    return blake2b(last_bytes(path, _TAIL, size), digest_size=16).digest()
