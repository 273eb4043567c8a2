"""Reads only the needed fields of JSON objects, nested ones included, as columns."""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any, Final

import msgspec
from msgspec.structs import astuple

from results_widgets.exports.paths import ways

_OTHERS: Final = reduce(or_, (bool, int, float, str, list, type(None)))
"""What stands where an object may."""


class Needed:
    """The fields of an object that are needed.

    Args:
        names: The fields, by names in which a dot leads into an object.
        whole: Those that are read with all that is in them.
    """

    def __init__(self, names: Iterable[str], whole: Iterable[str] = ()) -> None:
        tree: dict[str, Any] = {}
        for name in names:
            for path in ways(tuple(name.split("."))):
                _grow(tree, path)
        for name in whole:
            tree[name] = None
        self._fields = _Fields(tree)
        self._lines = msgspec.json.Decoder(self._fields.kind)
        self._array = msgspec.json.Decoder(list[self._fields.kind])  # type: ignore[name-defined]

    def __contains__(self, name: str) -> bool:
        return name in self._fields.places

    def lines(self, text: bytes) -> "Objects":
        """Return the objects of lines of JSON.

        Raises:
            ValueError: A line is not JSON, no object, or no UTF-8.
            RecursionError: One is nested too deeply.
        """
        _check(text)
        return Objects(self._fields, self._lines.decode_lines(text))

    def items(self, text: bytes) -> "Objects":
        """Return the objects of an array of JSON; it raises what `lines` does."""
        _check(text)
        return Objects(self._fields, self._array.decode(text))


class _Fields:
    """Fields of one object.

    Attributes:
        kind: The class of what is read of it.
        places: The fields' places in it.
        inner: Those of them that are objects of which only some fields are read.
    """

    def __init__(self, tree: dict[str, Any]) -> None:
        self.places = {name: n for n, name in enumerate(tree)}
        self.inner = {name: _Fields(own) for name, own in tree.items() if own is not None}
        kinds = dict.fromkeys(tree, Any) | {
            name: one.kind | _OTHERS for name, one in self.inner.items()
        }
        self.kind: Any = msgspec.defstruct(
            "Needed",
            [(f"f{n}", kinds[name], None) for name, n in self.places.items()],
            rename={f"f{n}": name for name, n in self.places.items()},
            gc=False,
        )


class Objects:
    """What was read of objects.

    Args:
        fields: Which fields were read.
        rows: The objects; what is none counts as one without fields.
    """

    def __init__(self, fields: _Fields, rows: Sequence[Any]) -> None:
        self._fields, self._rows = fields, rows
        self._columns: list[tuple[Any, ...]] | None = None
        self._inner: dict[str, Objects] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def column(self, name: str) -> Sequence[Any]:
        """Return a field's value in each; nothing at all if it is in none."""
        at = self._fields.places.get(name)
        if at is None or not self._rows:
            return ()
        if self._columns is None:
            found = zip(*map(astuple, self._rows), strict=True)
            self._columns = [() if one.count(None) == len(one) else one for one in found]
        return self._columns[at]

    def within(self, path: Sequence[str]) -> "Objects | None":
        """Return the objects to which a path leads; None if they were read as a whole."""
        if not path:
            return self
        name, *rest = path
        if name not in self._fields.inner:
            return None
        if name not in self._inner:
            fields = self._fields.inner[name]
            kind, nothing = fields.kind, fields.kind()
            rows = [one if one.__class__ is kind else nothing for one in self.column(name)]
            self._inner[name] = Objects(fields, rows)
        return self._inner[name].within(rest)


def _check(text: bytes) -> None:
    """Raise an error if a text is no UTF-8: a field that is not needed is not decoded."""
    if not text.isascii():
        text.decode()


def _grow(tree: dict[str, Any], path: Sequence[str]) -> None:
    """Add a path to a tree of names; None stands for all that is in a field."""
    *within, name = path
    for part in within:
        inner = tree.setdefault(part, {})
        if inner is None:
            return
        tree = inner
    tree[name] = None
