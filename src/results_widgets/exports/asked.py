"""Applies a vendor's code to many records at once: it runs once for each kind of record, whatever the file format."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, count
from types import NoneType
from typing import Any, Final

import msgspec
import polars as pl

from results_widgets.exports.batches import Raw, Records, Told, flat_ones, flattened
from results_widgets.exports.columns import Columns
from results_widgets.exports.mail import of_json
from results_widgets.exports.paths import tops
from results_widgets.exports.shaping import Shaper
from results_widgets.exports.vendor import About, Placed, Record, Vendor

_FEW: Final = 50
_SHARE: Final = 8
"""From this many kinds of records on, running once per kind gains nothing."""

Known = dict[tuple[tuple[int, Any], ...], Record | None]
"""What a vendor adds to each kind of record: which of the fields that it looks at have which value."""


@dataclass
class Asker:
    """Has a vendor say what records are: once for each kind of them, where that is a gain.

    Attributes:
        vendor: The vendor.
        shaper: Says which fields are needed, and collects records that cannot be used.
    """

    vendor: Vendor
    shaper: Shaper
    _known: Known = field(default_factory=dict)
    _file: str = ""

    def __call__(self, raw: Raw) -> Records:
        """Return records as what the vendor makes of them."""
        vendor, refuse = self.vendor, self.shaper.refuse
        if vendor.rows is None:
            return raw
        if vendor.reads is not None and raw.file is not None:
            if raw.file != self._file:
                # A vendor may look at the name of the file, too.
                self._file, self._known = raw.file, {}
            needed = tops((*self.shaper.all_fields, *vendor.reads))
            found = Asked(raw, vendor, refuse, needed, [*raw.about])
            if found.ask_vendor(self._known):
                return found
        return flattened(vendor, raw.as_batch(), refuse)


@dataclass
class Asked:
    """Records of one file, with what a vendor adds to each kind; see `batches.Records`.

    Attributes:
        raw: The records.
        vendor: Says what is in a record.
        refuse: Called with records that the vendor cannot read.
        needed: The fields that are needed.
        about: What the vendor says apart from events.
        apart: Numbers of those that are read one by one.
    """

    raw: Raw
    vendor: Vendor
    refuse: Told
    needed: frozenset[str]
    about: list[About] = field(default_factory=list)
    apart: set[int] = field(default_factory=set)
    _parsed: dict[str, list[Any]] = field(default_factory=dict)
    _over: dict[str, list[Any]] = field(default_factory=dict)
    _mixed: dict[str, list[Any]] = field(default_factory=dict)
    _codes: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.raw)

    def column(self, name: str) -> Sequence[Any]:
        """Return a field's value in each, as the vendor has it."""
        known = self._parsed.get(name) or self._mixed.get(name)
        if known is not None:
            return known
        if name not in self._over:
            return self.raw.column(name)
        values = self._over[name]
        return [values[code] for code in self._codes]

    def within(self, path: Sequence[str]) -> Any:
        """Return what was read of the objects to which a path leads; None if that is all, or the vendor's."""
        return None if self._is_own(path[0]) else self.raw.within(path)

    def series(self, name: str) -> pl.Series | None:
        """Return a field's values as a column, where they come as one and the vendor leaves them so."""
        return None if self._is_own(name) else self.raw.series(name)

    def _is_own(self, name: str) -> bool:
        return name in self._mixed or name in self._over or name in self._parsed

    def coded(self, name: str) -> tuple[list[Any], pl.Series] | None:
        """Return the few values that a field has, and which of them each record has; None if that is not known."""
        values = self._over.get(name)
        return None if values is None else (values, self._numbers)

    def flat(self, n: int) -> Iterable[Placed]:
        """Return what the vendor makes of a record."""
        placed = self.raw.placed(n)
        for one in flat_ones(self.vendor, placed, self.refuse):
            if isinstance(one, About):
                self.about.append(one)
            else:
                yield placed._replace(record=one)

    def ask_vendor(self, known: Known) -> bool:
        """Have the vendor say once for each kind of record what it is; False if that is no gain."""
        self._parse()
        fields = Columns(self)
        self._set_apart(fields)
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
        return self._lay([one or {} for one in added], odd)

    def _set_apart(self, fields: Columns) -> None:
        """Name the records that are read one by one, whatever their kind."""
        for name in self.vendor.apart:
            values = fields.values((name,))
            if values.count(None) < len(values):
                self.apart.update(n for n, value in enumerate(values) if value is not None)
        if self.vendor.apart_without:
            values = fields.values(self.vendor.apart_without)
            self.apart.update(n for n, value in enumerate(values) if value in (None, ""))

    def _parse(self) -> None:
        """Read objects that come as text, as those of tables do."""
        for name in self.vendor.objects:
            values = self.raw.column(name)
            if str not in {*map(type, values)}:
                continue
            if self.raw.within((name,)) is None:
                self._parsed[name] = [*map(of_json, values)]
            else:  # of the others only some fields were read
                self.apart.update(n for n, value in enumerate(values) if value.__class__ is str)

    def _first(self, codes: list[int], kind: int) -> int | None:
        """Return the first record of a kind that is not read apart."""
        return next((n for n, one in enumerate(codes) if one == kind and n not in self.apart), None)

    def _asked(self, n: int) -> Record | None:
        """Return what the vendor adds to the fields of a record; None if it makes something else of it."""
        placed = self.raw.placed(n)
        found = flat_ones(self.vendor, placed, lambda *_: None)
        about = [one for one in found if isinstance(one, About)]
        flat = [one for one in found if not isinstance(one, About)]
        if len(flat) != 1 or any(one.kind in ("user", "alias") for one in about):
            return None
        (row,), record = flat, placed.record
        if not record.keys() <= row.keys():
            return None
        changed = {name for name, value in record.items() if row[name] is not value}
        if not changed <= {*(self.vendor.reads or ()), *self.vendor.objects}:
            return None
        self.about += about
        return {
            name: row[name]
            for name in row
            if name in self.needed
            and (name not in record or name in changed)
            and name not in self.vendor.objects
        }

    def _lay(self, added: list[Record], odd: set[int]) -> bool:
        """Lay what the vendor adds over the fields; kinds to which it adds a field not keep their own.

        False if what they would keep was read in part only.
        """
        for name in {name for one in added for name in one}:
            values = [one.get(name) for one in added]
            if all(name in one or code in odd for code, one in enumerate(added)):
                self._over[name] = values
                continue
            if self.raw.within((name,)) is not None:
                return False
            own, has = self.raw.column(name), [name in one for one in added]
            own = own or [None] * len(self)
            self._mixed[name] = [
                values[code] if has[code] else value
                for code, value in zip(self._codes, own, strict=True)
            ]
        return True

    @cached_property
    def _numbers(self) -> pl.Series:
        return pl.Series(self._codes, dtype=pl.UInt32)


def _key(values: list[Any]) -> Sequence[Any]:
    """Return values in a form that tells what is not the same; objects of which some fields were read are just that."""
    kinds = {*map(type, values)} - {NoneType}
    if any(issubclass(kind, msgspec.Struct) for kind in kinds):
        values = [("object",) if isinstance(one, msgspec.Struct) else one for one in values]
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
