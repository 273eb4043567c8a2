"""Several files as one table: what was read of each, and what is new since."""

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import reduce
from itertools import accumulate, chain

import polars as pl

from results_widgets.errors import EventsError
from results_widgets.sources.content import Content, Kind, recognise
from results_widgets.sources.file_version import (
    CheckRows,
    FileKey,
    FileVersion,
    inspect_file,
    scan_files,
    widened_schema,
)
from results_widgets.sources.formats import common_kind
from results_widgets.sources.growth import Growth, Problem, row_numbers
from results_widgets.sources.paths import Item, expand, list_files


@dataclass(frozen=True)
class FileSet:
    """Several files as one table.

    Attributes:
        items: What the caller passed to name them.
        what: Name of the table in messages.
        kind: Their format.
        schema: The table's schema: all columns of all files, each of the widest type.
        parts: The files read, in order.
        problems: The files that could not be read.
        texts: Columns read as text because the same column of another table is text.
    """

    items: tuple[Item, ...]
    what: str
    kind: Kind
    schema: pl.Schema
    parts: tuple[FileVersion, ...]
    problems: tuple[Problem, ...] = ()
    texts: frozenset[str] = frozenset()

    @classmethod
    def open(cls, items: tuple[Item, ...], what: str) -> "FileSet":
        """Inspect the files that exist; their rows are read when a query needs them.

        Raises:
            EventsError: There are none, of several formats, or none that can be read.
        """
        places = [(n, path) for n, item in enumerate(items) for path in expand(item, what)]
        kind = common_kind([*_contents(places)] or [Content(".csv")], what)
        schema = pl.Schema()
        parts: list[FileVersion] = []
        problems: list[Problem] = []
        for place in places:
            try:
                parts.append(inspect_file(place, kind, schema))
                schema = widened_schema(schema, parts[-1].schema)
            except EventsError as error:
                problems.append(Problem(place[1], str(error)))
        if not parts:
            first = problems[0]
            advice = "" if ";" in first.reason else "; check the file, or write it again"
            raise EventsError(f"{what}: {first.path} {first.reason}{advice}")
        found = cls(items, what, kind, schema, tuple(parts), tuple(problems))
        return replace(found, schema=found._widest())

    def _widest(self) -> pl.Schema:
        """Return the schema that the files need."""
        schema = reduce(widened_schema, [part.schema for part in self.parts], pl.Schema())
        # Text can hold any value that may yet appear in a column without one.
        texts = [name for name, kind in schema.items() if kind == pl.Null or name in self.texts]
        return pl.Schema({**schema, **dict.fromkeys(texts, pl.String())})

    def with_text_ids_like(self, other: pl.Schema) -> "FileSet":
        """Return the table with its user ids read as text if they are text in the other table."""
        own = self.schema.get("user_id")
        if other.get("user_id") != pl.String or own is None or not own.is_numeric():
            return self
        if self.kind == ".parquet":
            return self
        found = replace(self, texts=self.texts | {"user_id"})
        return replace(found, schema=found._widest())

    def scan(self) -> pl.LazyFrame:
        """Return the table lazily, as it was when inspected; lost rows are null.

        Raises:
            EventsError: A file is gone or was rewritten since; results need a refresh.
        """
        whole = [not part.lost and self._is_whole(part) for part in self.parts]
        found: list[pl.LazyFrame] = []
        alike: list[FileVersion] = []
        for part, is_whole in zip(self.parts, whole, strict=True):
            if alike and not (is_whole and part.is_like(alike[0])):
                found.append(scan_files(alike, self.schema))
                alike = []
            if is_whole:
                alike.append(part)
            else:
                found.append(self._rows(part, is_whole))
        if alike:
            found.append(scan_files(alike, self.schema))
        return pl.concat(found)

    def _is_whole(self, part: FileVersion) -> bool:
        """Whether the file holds exactly the rows read, and no appended ones."""
        try:
            if part.is_unchanged():
                return True
            if part.is_appended_to():
                return False
        except OSError:
            pass
        raise EventsError(
            f"{self.what}: {part.path} is gone or was rewritten since it was read, and more of it is needed now; "
            f"call results.refresh() to continue with the current files"
        )

    def _rows(self, part: FileVersion, whole: bool) -> pl.LazyFrame:  # noqa: FBT001 - zipped
        if part.lost:
            rows = pl.LazyFrame({"": pl.repeat(None, part.rows, dtype=pl.Null, eager=True)})
            return rows.select(pl.col("").cast(kind).alias(n) for n, kind in self.schema.items())
        found = scan_files([part], self.schema)
        return found if whole else found.head(part.rows)

    # --- refreshing

    def refreshed(self, fits: CheckRows) -> "FileSet":
        """Return the files as they are now; those gone or unreadable keep the rows read earlier.

        Args:
            fits: Raises an EventsError if a new or changed file's rows cannot be used.
        """
        before = {part.place: part for part in self.parts}
        there = {(n, path) for n, item in enumerate(self.items) for path in list_files(item)}
        parts: list[FileVersion] = []
        problems: list[Problem] = []
        for place in sorted({*before, *there}):
            try:
                parts.append(self._again(place, before.get(place), fits))
            except EventsError as error:
                problems.append(Problem(place[1], str(error)))
                if place in before:
                    parts.append(replace(before[place], lost=True))
        return replace(self, parts=tuple(parts), problems=tuple(problems))._refitted(before)

    def _refitted(self, before: dict[FileKey, FileVersion]) -> "FileSet":
        """Return the table with the types that its files need now; types stay as they were while rows are lost."""
        if not self.lost:
            return self._without_misfits(before)
        parts: list[FileVersion] = []
        problems = list(self.problems)
        for part in self.parts:
            name = next((one for one in part.schema if self._needs_wider(part, one)), None)
            if name is None:
                parts.append(part)
                continue
            kind = self.schema[name]
            reason = f"has values in column '{name}' that are not {kind}, as the earlier ones are"
            problems.append(Problem(part.path, reason))
            if part.place in before:
                parts.append(replace(before[part.place], lost=True))
        return replace(self, parts=tuple(parts), problems=tuple(problems))

    def _without_misfits(self, before: dict[FileKey, FileVersion]) -> "FileSet":
        """Return the table without the files that do not go with the others; rows read of them earlier are kept."""
        try:
            return replace(self, schema=self._widest())
        except EventsError as error:
            # The newest files give way to those that were read before.
            asked = sorted(self.parts, key=lambda part: part != before.get(part.place))
            misfit, reason = _misfit(asked) or (asked[-1], str(error))
            was = before.get(misfit.place)
            kept = () if was is None else (replace(was, lost=True),)
            parts = (kept if part is misfit else (part,) for part in self.parts)
            problems = (*self.problems, Problem(misfit.path, reason))
            left = replace(self, parts=tuple(chain(*parts)), problems=problems)
            return left._refitted(before)

    def _needs_wider(self, part: FileVersion, name: str) -> bool:
        if name not in self.schema:
            return False
        kind = self.schema[name]
        return widened_schema(pl.Schema({name: kind}), pl.Schema({name: part.schema[name]})) != {
            name: kind
        }

    def _again(self, place: FileKey, old: FileVersion | None, fits: CheckRows) -> FileVersion:
        try:
            if old is not None and old.is_unchanged():
                return replace(old, lost=False)
        except OSError:
            raise EventsError("is gone") from None
        return inspect_file(place, self.kind, self.schema, fits)

    @property
    def lost(self) -> tuple[tuple[int, int], ...]:
        """Spans of rows (first, count) that were read and cannot be read again."""
        return tuple((start, part.rows) for part, start in _with_starts(self.parts) if part.lost)

    def has_same_schema_as(self, before: "FileSet") -> bool:
        """Whether reading everything now would give the same columns and types."""
        return bool(self.lost) or [*self.schema.items()] == [*before.schema.items()]

    def growth_since(self, old: "FileSet") -> Growth:
        """Return how the table changed since an earlier reading of the same files."""
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
        added = [self._rows(part, self._is_whole(part)).slice(first) for part, _, first in new]
        return Growth(
            sum(part.rows for part in old.parts),
            None if steady else row_numbers(moved),
            pl.concat(added) if added else None,
            row_numbers((start + first, part.rows - first) for part, start, first in new),
        )


def _contents(places: Iterable[FileKey]) -> Iterator[Content]:
    """Return what the files hold, as far as that is recognised."""
    for _, path in places:
        with suppress(EventsError, OSError, ValueError, zlib.error, zipfile.BadZipFile, EOFError):
            yield recognise(path)


def _misfit(parts: Iterable[FileVersion]) -> tuple[FileVersion, str] | None:
    """Return the first file whose types do not go with those before it, and why."""
    schema = pl.Schema()
    for part in parts:
        try:
            schema = widened_schema(schema, part.schema)
        except EventsError as error:
            return part, str(error)
    return None


def _with_starts(parts: tuple[FileVersion, ...]) -> list[tuple[FileVersion, int]]:
    return list(zip(parts, accumulate((part.rows for part in parts), initial=0), strict=False))


def _kept(old: FileVersion, now: FileVersion) -> int:
    """Return how many of the rows read earlier the file still starts with."""
    return old.rows if now.stamp == old.stamp or old.is_appended_to() else 0
