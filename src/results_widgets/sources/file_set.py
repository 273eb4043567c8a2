"""Several files as one table: what was read of each, and what is new since."""

from dataclasses import dataclass, replace
from functools import reduce
from itertools import accumulate

import polars as pl

from results_widgets.errors import EventsError
from results_widgets.sources.file_version import (
    CheckRows,
    FileKey,
    FileVersion,
    inferred_schema,
    inspect_file,
)
from results_widgets.sources.formats import (
    common_format,
    has_integer_ids,
    is_self_describing,
    merge_schemas,
    scan,
    with_text,
)
from results_widgets.sources.growth import Growth, Problem, row_numbers
from results_widgets.sources.paths import Item, expand, list_files


@dataclass(frozen=True)
class FileSet:
    """Several files as one table.

    Attributes:
        items: What the caller passed to name them.
        what: Name of the table in messages.
        kind: Their format.
        schema: The table's schema; a file that does not match it is left out.
        inferred: The schema inferred from its rows, before corrections by `text_columns`.
        parts: The files read, in order.
        problems: The files that could not be read.
        texts: Columns read as text because the same column of another table is text.
    """

    items: tuple[Item, ...]
    what: str
    kind: str
    schema: pl.Schema
    inferred: pl.Schema
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
        kind = common_format([path for _, path in places], what)
        schema = pl.Schema()
        parts: list[FileVersion] = []
        problems: list[Problem] = []
        for place in places:
            try:
                parts.append(inspect_file(place, kind, schema, schema))
                schema = merge_schemas(schema, parts[-1].own)
            except EventsError as error:
                problems.append(Problem(place[1], str(error)))
        if not parts:
            first = problems[0]
            raise EventsError(
                f"{what}: {first.path} {first.reason}; check the file, or write it anew"
            )
        found = cls(items, what, kind, schema, schema, tuple(parts), tuple(problems))
        return replace(found, schema=found._typed())

    def _typed(self) -> pl.Schema:
        texts = self.texts.union(*(part.texts for part in self.parts))
        # Text can hold any value that may yet appear in a column without one.
        empty = [name for name, kind in self.inferred.items() if kind == pl.Null]
        return with_text(self.inferred, texts.intersection(self.inferred).union(empty))

    def with_text_ids_like(self, other: pl.Schema) -> "FileSet":
        """Return the table with its user ids read as text if they are text in the other table."""
        if other.get("user_id") != pl.String or not has_integer_ids(self.kind, self.schema):
            return self
        found = replace(self, texts=self.texts | {"user_id"})
        return replace(found, schema=found._typed())

    def scan(self) -> pl.LazyFrame:
        """Return the table lazily, as it was when inspected; lost rows are null.

        Raises:
            EventsError: A file is gone or was rewritten since; results need a refresh.
        """
        whole = [not part.lost and self._is_whole(part) for part in self.parts]
        if all(whole):
            return scan(self.kind, [part.path for part in self.parts], self.schema)
        return pl.concat([self._rows(*pair) for pair in zip(self.parts, whole, strict=True)])

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
            f"{self.what}: {part.path} is gone or was rewritten since it was read, and more of it is "
            "needed now; call results.refresh() to continue with what is there"
        )

    def _rows(self, part: FileVersion, whole: bool) -> pl.LazyFrame:  # noqa: FBT001 - zipped
        if part.lost:
            rows = pl.LazyFrame({"": pl.repeat(None, part.rows, dtype=pl.Null, eager=True)})
            return rows.select(pl.col("").cast(kind).alias(n) for n, kind in self.schema.items())
        found = scan(self.kind, [part.path], self.schema).select(self.schema.names())
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
        return replace(self, parts=tuple(parts), problems=tuple(problems))._retyped(before)

    def _retyped(self, before: dict[FileKey, FileVersion]) -> "FileSet":
        """Return the table with column types inferred anew; types stay as they were while rows are lost."""
        schema = self._typed()
        if schema == self.schema or not self.lost:
            return replace(self, schema=schema)
        typed = {name for name, kind in self.schema.items() if kind != pl.String}
        parts: list[FileVersion] = []
        problems = list(self.problems)
        for part in self.parts:
            wrong = sorted(part.texts & typed)
            if not wrong:
                parts.append(part)
                continue
            kind = self.schema[wrong[0]]
            reason = (
                f"has values in column '{wrong[0]}' that are not {kind}, as the earlier ones are"
            )
            problems.append(Problem(part.path, reason))
            if part.place in before:
                parts.append(replace(before[part.place], lost=True))
        return replace(self, parts=tuple(parts), problems=tuple(problems))

    def _again(self, place: FileKey, old: FileVersion | None, fits: CheckRows) -> FileVersion:
        try:
            if old is not None and old.is_unchanged():
                return replace(old, lost=False)
        except OSError:
            raise EventsError("is gone") from None
        return inspect_file(place, self.kind, self.schema, self.inferred, fits)

    @property
    def lost(self) -> tuple[tuple[int, int], ...]:
        """Spans of rows (first, count) that were read and cannot be read again."""
        return tuple((start, part.rows) for part, start in _with_starts(self.parts) if part.lost)

    def has_same_schema_as(self, before: "FileSet") -> bool:
        """Whether reading everything now would give the same columns and types.

        Types of CSV are inferred from the first file, those of NDJSON from all.
        """
        if self.kind == ".parquet" or self.lost:
            return True
        if is_self_describing(self.kind):
            inferred = reduce(merge_schemas, [part.own for part in self.parts])
        else:
            inferred = inferred_schema(self.kind, self.parts[0].path)
        return (inferred, self.schema) == (self.inferred, before.schema)

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
        added = [self._rows(part, whole=True).slice(first) for part, _, first in new]
        return Growth(
            sum(part.rows for part in old.parts),
            None if steady else row_numbers(moved),
            pl.concat(added) if added else None,
            row_numbers((start + first, part.rows - first) for part, start, first in new),
        )


def _with_starts(parts: tuple[FileVersion, ...]) -> list[tuple[FileVersion, int]]:
    return list(zip(parts, accumulate((part.rows for part in parts), initial=0), strict=False))


def _kept(old: FileVersion, now: FileVersion) -> int:
    """Return how many of the rows read earlier the file still starts with."""
    return old.rows if now.stamp == old.stamp or old.is_appended_to() else 0
