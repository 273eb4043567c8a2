"""Files that make one table: what was read of each, and what is new since."""

from dataclasses import dataclass, replace
from functools import reduce
from itertools import accumulate

import polars as pl

from results_widgets.errors import EventsError
from results_widgets.sources.formats import (
    has_number_ids,
    names_own_columns,
    one_format,
    scan,
    united,
    with_text,
)
from results_widgets.sources.growth import Growth, Problem, numbers
from results_widgets.sources.one_file import Check, Part, Place, inferred_schema, looked_at
from results_widgets.sources.paths import Item, expand, listed


@dataclass(frozen=True)
class Files:
    """Files as one table.

    Attributes:
        items: What names them.
        what: Name of the table in messages.
        kind: Their format.
        schema: The table's; a file with another one is left out.
        inferred: The one that its rows suggest; see `text_columns`.
        parts: The files read, in the order in which they are read.
        problems: The files that could not be.
        texts: The columns that are text because those of another table are.
    """

    items: tuple[Item, ...]
    what: str
    kind: str
    schema: pl.Schema
    inferred: pl.Schema
    parts: tuple[Part, ...]
    problems: tuple[Problem, ...] = ()
    texts: frozenset[str] = frozenset()

    @classmethod
    def open(cls, items: tuple[Item, ...], what: str) -> "Files":
        """Look at the files that are there; their rows are read when a query needs them.

        Raises:
            EventsError: There are none, of several formats, or none that can be read.
        """
        places = [(n, path) for n, item in enumerate(items) for path in expand(item, what)]
        kind = one_format([path for _, path in places], what)
        schema = pl.Schema()
        parts: list[Part] = []
        problems: list[Problem] = []
        for place in places:
            try:
                parts.append(looked_at(place, kind, schema, schema))
                schema = united(schema, parts[-1].own)
            except EventsError as error:
                problems.append(Problem(place[1], str(error)))
        if not parts:
            worst = problems[0]
            raise EventsError(
                f"{what}: {worst.path} {worst.reason}; check the file, or write it anew"
            )
        found = cls(items, what, kind, schema, schema, tuple(parts), tuple(problems))
        return replace(found, schema=found._typed())

    def _typed(self) -> pl.Schema:
        texts = self.texts.union(*(part.texts for part in self.parts))
        # Whatever may come where nothing was so far can be read as text.
        empty = [name for name, kind in self.inferred.items() if kind == pl.Null]
        return with_text(self.inferred, texts.intersection(self.inferred).union(empty))

    def beside(self, other: pl.Schema) -> "Files":
        """Return the table with its users' ids as text where those of another table are, if it is made of lines."""
        if other.get("user_id") != pl.String or not has_number_ids(self.kind, self.schema):
            return self
        found = replace(self, texts=self.texts | {"user_id"})
        return replace(found, schema=found._typed())

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
        return replace(self, parts=tuple(parts), problems=tuple(problems))._retyped(before)

    def _retyped(self, before: dict[Place, Part]) -> "Files":
        """Return the table with the types that its columns have now; while rows are lost, no others than before."""
        schema = self._typed()
        if schema == self.schema or not self.lost:
            return replace(self, schema=schema)
        typed = {name for name, kind in self.schema.items() if kind != pl.String}
        parts: list[Part] = []
        problems = list(self.problems)
        for part in self.parts:
            wrong = sorted(part.texts & typed)
            if not wrong:
                parts.append(part)
                continue
            kind = self.schema[wrong[0]]
            said = f"has values in column '{wrong[0]}' that are no {kind}, as those before are"
            problems.append(Problem(part.path, said))
            if part.place in before:
                parts.append(replace(before[part.place], lost=True))
        return replace(self, parts=tuple(parts), problems=tuple(problems))

    def _again(self, place: Place, old: Part | None, fits: Check) -> Part:
        try:
            if old is not None and old.is_as_read():
                return replace(old, lost=False)
        except OSError:
            raise EventsError("is gone") from None
        return looked_at(place, self.kind, self.schema, self.inferred, fits)

    @property
    def lost(self) -> tuple[tuple[int, int], ...]:
        """Spans of rows (first, count) that were read and cannot be read again."""
        return tuple((start, part.rows) for part, start in _with_starts(self.parts) if part.lost)

    def is_read_alike(self, before: "Files") -> bool:
        """Whether reading everything now would find the same columns and types.

        Those of CSV are inferred from the first file, those of NDJSON from all.
        """
        if self.kind == ".parquet" or self.lost:
            return True
        if names_own_columns(self.kind):
            inferred = reduce(united, [part.own for part in self.parts])
        else:
            inferred = inferred_schema(self.kind, self.parts[0].path)
        return (inferred, self.schema) == (self.inferred, before.schema)

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
