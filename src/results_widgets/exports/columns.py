"""Fields of many records as columns: the same values as `fields.getter` finds in each, all at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import NoneType
from typing import Any, Final

import polars as pl

from results_widgets.exports.batches import Records
from results_widgets.exports.fields import as_flag, as_number, as_text
from results_widgets.exports.mapping import Fields
from results_widgets.exports.paths import Path, tops, ways
from results_widgets.exports.refused import as_json
from results_widgets.exports.times import as_whole


@dataclass(frozen=True)
class Columns:
    """The fields of records.

    Attributes:
        records: The records.
        odd: Which of them have a value that is not as it should be.
        unstripped: Fields whose texts may have blanks around them.
    """

    records: Records
    odd: set[int] = field(default_factory=set)
    unstripped: set[Fields] = field(default_factory=set)
    _found: dict[Path, list[Any]] = field(default_factory=dict)
    _names: dict[Path, set[str]] = field(default_factory=dict)

    def values(self, names: Fields) -> list[Any]:
        """Return the first value of each record; see `fields.getter`."""
        found = [column for name in names if (column := self._of_name(name)) is not None]
        if not found:
            return [None] * len(self.records)
        *before, values = found
        for column in reversed(before):
            values = [
                other if value is None or value == "" else value
                for value, other in zip(column, values, strict=True)
            ]
        return values

    def texts(self, names: Fields, read: Callable[[Any], str | None] = as_text) -> pl.Series:
        """Return the first values as text; see `fields.as_text`. Those in `unstripped` need `stripped`."""
        known = self.records.coded(names[0]) if len(names) == 1 else None
        if known is not None:
            values, codes = known
            few = _as_texts(values)
            if few is not None:
                return few.to_frame("few").select(stripped(pl.col("few")))["few"].gather(codes)
        found = self._first(names, as_texts=True)
        if found is not None:
            if found.dtype == pl.String:
                self.unstripped.add(names)
            return found.cast(pl.String)
        values = self.values(names)
        if values.count(None) == len(values):
            return nothing(len(values))
        found = _as_texts(values)
        if found is None:
            return self.read(values, read, pl.String())
        self.unstripped.add(names)
        return found

    def keys(self, names: Fields) -> list[Any]:
        """Return the first values, as text unless they are text already, so that the same ones are equal."""
        found = self._first(names, as_texts=True)
        if found is not None:
            return found.cast(pl.String).to_list()
        values = self.values(names)
        return values if {*map(type, values)} <= {str, NoneType} else self.texts(names).to_list()

    def flags(self, names: Fields) -> pl.Series:
        """Return the first values as yes or no; see `fields.as_flag`."""
        found = self._first(names, as_texts=True)
        if found is not None:
            words = found.cast(pl.String)
            means = {word: as_flag(word) for word in words.unique().drop_nulls()}
            return words.replace_strict(
                [*means], pl.Series([*means.values()], dtype=pl.Boolean), default=None
            )
        values = self.values(names)
        try:
            return pl.Series(values, dtype=pl.Boolean, strict=True)
        except TypeError:
            return self.read(values, as_flag, pl.Boolean())

    def amounts(self, names: Fields) -> pl.Series:
        """Return the first values as amounts; see `fields.as_number`."""
        found = self._first(names)
        if found is not None and (found.dtype.is_numeric() or found.dtype == pl.String):
            numbers = found.cast(pl.Float64, strict=False)
            if numbers.null_count() == found.null_count():
                return numbers.set(~numbers.is_finite(), None)
        values = self.values(names)
        if {*map(type, values)} <= {float, NoneType}:
            numbers = pl.Series(values, dtype=pl.Float64)
            return numbers.set(~numbers.is_finite(), None)
        return self.read(values, as_number, pl.Float64())

    def times(self, names: Fields) -> "list[Any] | pl.Series":
        """Return the first values as they are, as a column where they come as one."""
        found = self._first(names)
        return self.values(names) if found is None else found

    def _first(self, names: Fields, *, as_texts: bool = False) -> pl.Series | None:
        """Return the first values as a column of their own type; None where they do not come as one.

        Args:
            names: The fields.
            as_texts: Whether whole numbers and flags may become text; None then of other values.
        """
        found = []
        for part in tops(names) or ("",):
            one = self.records.series(part)
            if one is None:
                return None
            if part in names and one.dtype != pl.Null:
                found.append((names.index(part), one))
        columns = [one for _, one in sorted(found, key=lambda pair: pair[0])]
        if as_texts:
            if not all(one.dtype in _AS_TEXTS for one in columns):
                return None
            columns = columns if len(columns) == 1 else [one.cast(pl.String) for one in columns]
        if not columns:
            return nothing(len(self.records))
        if len({one.dtype for one in columns}) > 1:
            return None
        first, *more = map(_without_empty, columns)
        for one in more:
            first = first.zip_with(first.is_not_null(), one)
        return first

    def read(self, values: list[Any], read: Callable[[Any], Any], kind: pl.DataType) -> pl.Series:
        """Return values read one by one; a record whose value cannot be read is odd."""
        found: list[Any] = [None] * len(values)
        for n, value in enumerate(values):
            if value is None or value == "":
                continue
            try:
                found[n] = read(value)
            except TypeError:
                self.odd.add(n)
        return pl.Series(found, dtype=kind)

    def _of_name(self, name: str) -> list[Any] | None:
        """Return the values of a field, None where it is in no record; a dot leads into an object."""
        found = self._at((name,))
        if "." not in name:
            return found
        for path in ways(tuple(name.split("."))):
            column = self._at(path)
            if column is not None and found is not None:
                found = [
                    other if value is None else value
                    for value, other in zip(found, column, strict=True)
                ]
            found = found or column
        return found

    def _at(self, path: Path) -> list[Any] | None:
        if path not in self._found:
            self._found[path] = self._look(path)
        return self._found[path] or None

    def _look(self, path: Path) -> list[Any]:
        *within, name = path
        inner = self.records.within(within) if within else None
        found: Sequence[Any]
        if not within:
            found = self.records.column(name)
        elif inner is not None:
            found = inner.column(name)
        elif name in self._keys(tuple(within)):
            objects = self._at(tuple(within)) or []
            found = [one.get(name) if one.__class__ is dict else None for one in objects]
        else:
            return []
        return [] if found.count(None) == len(found) else [*found]

    def _keys(self, path: Path) -> set[str]:
        """Return the names of all fields that objects have."""
        if path not in self._names:
            found = self._names[path] = set()
            for one in self._at(path) or ():
                if one.__class__ is dict:
                    found.update(one)
        return self._names[path]


_BLANK: Final = (
    " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680"
    + "".join(map(chr, range(0x2000, 0x200B)))
    + "\u2028\u2029\u202f\u205f\u3000"
)
"""What `str.strip` takes away."""


_AS_TEXTS: Final = (
    *(pl.String, pl.Boolean, pl.Int8, pl.Int16, pl.Int32, pl.Int64),
    *(pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64),
)
"""Columns whose values Polars makes into the same text as `fields.as_text`."""


def nothing(count: int) -> pl.Series:
    """Return a column of so many texts, none of which is there."""
    return pl.Series(dtype=pl.String).clear(count)


def _without_empty(values: pl.Series) -> pl.Series:
    """Return values, those of nothing left out."""
    return values.set(values == "", None) if values.dtype == pl.String else values


def _as_texts(values: list[Any]) -> pl.Series | None:
    """Return values as text, if they are all text or all whole numbers."""
    try:
        return pl.Series(values, dtype=pl.String, strict=True)
    except TypeError:
        if {*map(type, values)} <= {int, NoneType} and (whole := as_whole(values)) is not None:
            return whole.cast(pl.String)
        return None


def stripped(text: pl.Expr) -> pl.Expr:
    """Return text without the blanks around it that `fields.as_text` takes away."""
    return text.str.strip_chars(_BLANK)


def as_further(value: Any) -> str | None:
    """Return the value of a column of one's own: objects and lists are written as JSON."""
    return as_json(value) if isinstance(value, dict | list) else as_text(value)
