"""Lines of JSON of which only the needed fields are read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import msgspec

from results_widgets.exports.batches import Batch, Plain, Same
from results_widgets.exports.json_values import loads
from results_widgets.exports.needed import Needed, Objects
from results_widgets.exports.shaping import Shaper
from results_widgets.exports.vendor import About, Placed, Record, Vendor

_NEAR: Final = 100
"""Up to this line, not all lines are cut apart to have one of them."""

_DECODER: Final[msgspec.json.Decoder[Any]] = msgspec.json.Decoder()


def value_of(text: bytes) -> Any:
    """Return what a line of JSON says.

    Raises:
        ValueError: It is not JSON.
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


@dataclass(frozen=True)
class Lines(Plain):
    """Lines of one file, each an object; see `batches.Raw`.

    Attributes:
        objects: What was read of them.
        text: The lines.
        file: The file.
        first: The number of the first line.
        about: Nothing was said between them.
        apart: None of them is read one by one.
    """

    objects: Objects
    text: bytes
    file: str
    first: int
    about: list[About] = field(default_factory=list)
    apart: set[int] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.objects)

    def column(self, name: str) -> Sequence[Any]:
        """Return a field's value in each; nothing at all if it is in none."""
        return self.objects.column(name)

    def within(self, path: Sequence[str]) -> Objects | None:
        """Return what was read of the objects to which a path leads; None if that is all."""
        return self.objects.within(path)

    def placed(self, n: int) -> Placed:
        """Return a line's whole object, and where it stands."""
        text = self.text.split(b"\n", n + 1)[n] if n < _NEAR else self._texts[n]
        return Placed(value_of(text), self.file, self.first + n)

    def as_batch(self) -> Batch:
        """Return the lines as whole records."""
        records = values_of(self.text)
        lines = range(self.first, self.first + len(records))
        return Batch(records, Same(self.file, len(records)), lines)

    @cached_property
    def _texts(self) -> list[bytes]:
        return self.text.split(b"\n")


def needed_of(vendor: Vendor, named: Iterable[str]) -> Needed | None:
    """Return what is needed of a vendor's records; None if it must see each as a whole."""
    if vendor.rows is not None and vendor.reads is None:
        return None
    looked_at = (*(vendor.reads or ()), *vendor.apart, *vendor.apart_without)
    names = {*named, *looked_at}
    # Of an object that others lead into, it is enough to know that it is one.
    outer = {name[:at] for name in names for at, sign in enumerate(name) if sign == "."}
    return Needed(names, (one for one in looked_at if "." not in one and one not in outer))


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

    def __call__(self, text: bytes, count: int, file: str, first: int) -> Lines | None:
        """Return the objects of lines; None if they are not to be had so."""
        if (needed := self._known()) is None:
            return None
        try:
            objects = needed.lines(text)
        except (ValueError, RecursionError):
            return None
        return Lines(objects, text, file, first) if len(objects) == count else None

    def array(self, text: bytes) -> Objects | list[Record] | None:
        """Return the objects of an array, or what is needed of each; None if they are not to be had so."""
        needed = self._known()
        try:
            if needed is not None:
                return needed.items(text)
            records: list[Record] = _DECODER.decode(text)
        except (ValueError, RecursionError):
            return None
        return records if {*map(type, records)} <= {dict} else None

    def _known(self) -> Needed | None:
        if self._needed is None and self.shaper.knows_name:
            self._needed = needed_of(self.vendor, self.shaper.all_fields)
        return self._needed
