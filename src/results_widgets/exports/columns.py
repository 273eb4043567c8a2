"""Fields of many records as columns: the same values as `fields.getter` finds in each, all at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import NoneType
from typing import Any, Final

import polars as pl

from results_widgets.exports.batches import Records
from results_widgets.exports.fields import as_flag, as_number, as_text
from results_widgets.exports.mapping import Fields
from results_widgets.exports.refused import as_json
from results_widgets.exports.times import as_whole

Path = tuple[str, ...]
"""Names of objects, one within the other, and of the field in the last."""


@dataclass
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
        values = self.values(names)
        if values.count(None) == len(values):
            return pl.repeat(None, len(values), dtype=pl.String, eager=True)
        found = _as_texts(values)
        if found is None:
            return self.read(values, read, pl.String())
        self.unstripped.add(names)
        return found

    def keys(self, names: Fields) -> list[Any]:
        """Return the first values, as text unless they are text already, so that the same ones are equal."""
        values = self.values(names)
        return values if {*map(type, values)} <= {str, NoneType} else self.texts(names).to_list()

    def flags(self, names: Fields) -> pl.Series:
        """Return the first values as yes or no; see `fields.as_flag`."""
        values = self.values(names)
        try:
            return pl.Series(values, dtype=pl.Boolean, strict=True)
        except TypeError:
            return self.read(values, as_flag, pl.Boolean())

    def amounts(self, names: Fields) -> pl.Series:
        """Return the first values as amounts; see `fields.as_number`."""
        values = self.values(names)
        if {*map(type, values)} <= {float, NoneType}:
            found = pl.Series(values, dtype=pl.Float64)
            return found.set(~found.is_finite(), None)
        return self.read(values, as_number, pl.Float64())

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
        for path in _ways(tuple(name.split("."))):
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
        found: list[Any]
        if not within:
            found = self.records.column(name)
        else:
            objects = self._at(tuple(within))
            if objects is None:
                return []
            found = [one.get(name) if one.__class__ is dict else None for one in objects]
        return [] if found.count(None) == len(found) else found


_BLANK: Final = (
    " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680"
    + "".join(map(chr, range(0x2000, 0x200B)))
    + "\u2028\u2029\u202f\u205f\u3000"
)
"""What `str.strip` takes away."""


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


def _ways(parts: Path) -> Iterator[Path]:
    """Return the paths that a name with dots may mean, in the order in which `fields.getter` tries them."""
    for length in range(1, len(parts) + 1):
        name = ".".join(parts[:length])
        if length == len(parts):
            yield (name,)
        for rest in _ways(parts[length:]):
            yield (name, *rest)


def as_further(value: Any) -> str | None:
    """Return the value of a column of one's own: objects and lists are written as JSON."""
    return as_json(value) if isinstance(value, dict | list) else as_text(value)
