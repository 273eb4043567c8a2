"""Lines of JSON of which only the needed fields are read; a vendor is asked once for each kind of record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, count
from operator import attrgetter
from types import NoneType
from typing import Any, Final

import msgspec
import polars as pl

from results_widgets.exports.batches import Batch, Records, Same, Told, flat_ones
from results_widgets.exports.columns import Columns
from results_widgets.exports.json_values import loads
from results_widgets.exports.shaping import Shaper
from results_widgets.exports.vendor import About, Placed, Record, Vendor

_FEW: Final = 50
_SHARE: Final = 8
"""Of records of so many kinds, or more, it is no gain to ask once for each kind."""

_NEAR: Final = 100
"""Up to this line, not all lines are cut apart to have one of them."""

Known = dict[tuple[tuple[int, Any], ...], Record | None]
"""What a vendor adds to each kind of record: which of the fields that it looks at have which value."""

_DECODER: Final[msgspec.json.Decoder[Any]] = msgspec.json.Decoder()


def value_of(text: bytes) -> Any:
    """Return what a line of JSON says.

    Raises:
        ValueError: It is no JSON.
        RecursionError: It is nested too deeply.
    """
    try:
        return _DECODER.decode(text)
    # What it does not take, such as NaN and halves of characters, Python's own may.
    except (ValueError, RecursionError):
        return loads(text)


def values_of(text: bytes) -> list[Any]:
    """Return what lines of JSON say; see `value_of`."""
    return _DECODER.decode_lines(text)


class Needed:
    """Reads of each object the fields that are needed.

    Args:
        names: The names of the fields.
    """

    def __init__(self, names: Iterable[str]) -> None:
        own = {name: f"f{n}" for n, name in enumerate(sorted({*names}))}
        kind = msgspec.defstruct(
            "Needed",
            [(field, Any, None) for field in own.values()],
            rename={field: name for name, field in own.items()},
            gc=False,
        )
        self._decoder = msgspec.json.Decoder(kind)
        self._get = {name: attrgetter(field) for name, field in own.items()}

    def __contains__(self, name: str) -> bool:
        return name in self._get

    def rows(self, text: bytes) -> list[Any]:
        """Return the objects of lines of JSON.

        Raises:
            ValueError: A line is no JSON, no object, or no UTF-8.
            RecursionError: One is nested too deeply.
        """
        if not text.isascii():
            text.decode()  # a field that is not needed is not decoded
        return self._decoder.decode_lines(text)

    def column(self, rows: list[Any], name: str) -> list[Any]:
        """Return a field of each object."""
        return [*map(self._get[name], rows)]


@dataclass
class Lines:
    """Lines of one file, each an object; see `batches.Records`.

    Attributes:
        needed: What was read of each.
        rows: What was read.
        text: The lines.
        file: The file.
        first: The number of the first line.
        vendor: Says what is in a record.
        refuse: Is told of a record that the vendor cannot read.
        about: What the vendor says apart from events.
        apart: Numbers of those that are read one by one.
    """

    needed: Needed
    rows: list[Any]
    text: bytes
    file: str
    first: int
    vendor: Vendor
    refuse: Told
    about: list[About] = field(default_factory=list)
    apart: set[int] = field(default_factory=set)
    _over: dict[str, list[Any]] = field(default_factory=dict)
    _mixed: dict[str, list[Any]] = field(default_factory=dict)
    _codes: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> list[Any]:
        """Return a field's value in each, as the vendor has it."""
        if name in self._mixed:
            return self._mixed[name]
        if name not in self._over:
            return self.needed.column(self.rows, name)
        values = self._over[name]
        return [values[code] for code in self._codes]

    def coded(self, name: str) -> tuple[list[Any], pl.Series] | None:
        """Return the few values that a field has, and which of them each record has; None if that is not known."""
        values = self._over.get(name)
        return None if values is None else (values, self._numbers)

    def flat(self, n: int) -> Iterable[Placed]:
        """Return what the vendor makes of a line."""
        placed = self._placed(n)
        for one in flat_ones(self.vendor, placed, self.refuse):
            if isinstance(one, About):
                self.about.append(one)
            else:
                yield placed._replace(record=one)

    def as_batch(self) -> Batch:
        """Return the lines as whole records."""
        records = values_of(self.text)
        lines = range(self.first, self.first + len(records))
        return Batch(records, Same(self.file, len(records)), lines)

    def ask_vendor(self, known: "Known") -> bool:
        """Have the vendor say once for each kind of record what it is; False if that is no gain."""
        if self.vendor.rows is None:
            return True
        for name in self.vendor.apart:
            values = self.needed.column(self.rows, name)
            if values.count(None) < len(values):
                self.apart.update(n for n, value in enumerate(values) if value is not None)
        fields = Columns(self)
        asked = [_key(fields.values((name,))) for name in self.vendor.reads or ()]
        there = [n for n, values in enumerate(asked) if values.count(None) < len(values)]
        codes, kinds = coded([asked[n] for n in there], len(self))
        few = _FEW + len(self) // _SHARE
        if len(kinds) > few or len(self.apart) > few:
            return False
        added = []
        for code, kind in enumerate(kinds):
            key = (*zip(there, kind, strict=True),)
            if key not in known and (n := self._first(codes, code)) is not None:
                known[key] = self._asked(n)
            added.append(known.get(key))
        odd = {code for code, one in enumerate(added) if one is None}
        if odd:
            self.apart.update(n for n, code in enumerate(codes) if code in odd)
        self._codes = codes
        self._lay([one or {} for one in added], odd)
        return True

    def _first(self, codes: list[int], kind: int) -> int | None:
        """Return the first record of a kind that is not read apart."""
        return next((n for n, one in enumerate(codes) if one == kind and n not in self.apart), None)

    def _asked(self, n: int) -> Record | None:
        """Return what the vendor adds to the fields of a record; None if it makes something else of it."""
        placed = self._placed(n)
        found = flat_ones(self.vendor, placed, lambda *_: None)
        about = [one for one in found if isinstance(one, About)]
        flat = [one for one in found if not isinstance(one, About)]
        if len(flat) != 1 or any(one.kind == "user" for one in about):
            return None
        (row,), record = flat, placed.record
        if not record.keys() <= row.keys():
            return None
        changed = {name for name, value in record.items() if row[name] is not value}
        if not changed <= {*(self.vendor.reads or ())}:
            return None
        self.about += about
        return {
            name: row[name]
            for name in row
            if name in self.needed and (name not in record or name in changed)
        }

    def _lay(self, added: list[Record], odd: set[int]) -> None:
        """Lay what the vendor adds over the fields; kinds to which it adds a field not keep their own."""
        for name in {name for one in added for name in one}:
            values = [one.get(name) for one in added]
            if all(name in one or code in odd for code, one in enumerate(added)):
                self._over[name] = values
                continue
            own, has = self.needed.column(self.rows, name), [name in one for one in added]
            self._mixed[name] = [
                values[code] if has[code] else value
                for code, value in zip(self._codes, own, strict=True)
            ]

    def _placed(self, n: int) -> Placed:
        text = self.text.split(b"\n", n + 1)[n] if n < _NEAR else self._texts[n]
        return Placed(value_of(text), self.file, self.first + n)

    @cached_property
    def _texts(self) -> list[bytes]:
        return self.text.split(b"\n")

    @cached_property
    def _numbers(self) -> pl.Series:
        return pl.Series(self._codes, dtype=pl.UInt32)


def _key(values: list[Any]) -> Sequence[Any]:
    """Return values in a form that tells what is not the same."""
    kinds = {*map(type, values)} - {NoneType}
    if kinds <= {str} or kinds == {int}:
        return values
    if kinds == {list} and {*map(type, chain.from_iterable(filter(None, values)))} <= {str}:
        return [one if one is None else tuple(one) for one in values]
    return [None if one is None else ("repr", repr(one)) for one in values]


def coded(columns: Sequence[Sequence[Any]], size: int) -> tuple[list[int], list[tuple[Any, ...]]]:
    """Return a number for each row of columns, the same where all values are the same, and the rows that differ."""
    if not columns:
        return [0] * size, [()] if size else []
    keys: Sequence[Any] = columns[0] if len(columns) == 1 else [*zip(*columns, strict=True)]
    kinds = dict(zip(dict.fromkeys(keys), count(), strict=False))
    codes = [*map(kinds.__getitem__, keys)]
    return codes, [(kind,) for kind in kinds] if len(columns) == 1 else [*kinds]


def needed_of(vendor: Vendor, named: Iterable[str]) -> Needed | None:
    """Return what is needed of a vendor's records; None if it must see each as a whole."""
    if vendor.rows is not None and vendor.reads is None:
        return None
    tops = {part for name in (*named, *(vendor.reads or ())) for part in _tops(name)}
    return Needed([*tops, *vendor.apart])


def _tops(name: str) -> Iterable[str]:
    """Return the fields of a record that a name with dots may lead into."""
    parts = name.split(".")
    return (".".join(parts[:length]) for length in range(1, len(parts) + 1))


@dataclass
class LineReader:
    """Reads lines of JSON; called with lines, how many they are, their file and the number of the first.

    Attributes:
        vendor: Says what is in a record.
        shaper: Says which fields are needed, once it knows where the event's name stands.
    """

    vendor: Vendor
    shaper: Shaper
    _needed: Needed | None = None
    _known: Known = field(default_factory=dict)
    _file: str = ""

    def __call__(self, text: bytes, count: int, file: str, first: int) -> Records | None:
        """Return the objects of lines; None if they are not to be had so."""
        if self._needed is None and self.shaper.knows_name:
            self._needed = needed_of(self.vendor, self.shaper.all_fields)
        if self._needed is None or (self.vendor.rows is not None and self.vendor.reads is None):
            return None
        try:
            rows = self._needed.rows(text)
        except (ValueError, RecursionError):
            return None
        if len(rows) != count:
            return None
        found = Lines(self._needed, rows, text, file, first, self.vendor, self.shaper.refuse)
        if file != self._file:
            # A vendor may look at the name of the file, too.
            self._file, self._known = file, {}
        return found if found.ask_vendor(self._known) else found.as_batch()
