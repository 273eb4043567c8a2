"""What the objects of an Avro schema may cost: a byte in a file can become an object of some hundred bytes."""

from typing import Any, Final

_OBJECT: Final = 200
"""Bytes of memory of a record's object, and a bound for those of each of its values."""

_WIDTHS: Final = {"null": 0, "boolean": 1, "int": 1, "long": 1, "float": 4, "double": 8}
_SMALLEST: Final = 1


def dearest(schema: Any) -> float:
    """Return how many bytes of memory a byte of the file may become, in lists and maps; 0 if there are none.

    Other values are bounded by their own size in the file, since records are read one after another.

    Raises:
        ValueError: The schema contains itself, or lists of items that take no bytes.
    """
    return _Walk().dearest(schema)


class _Walk:
    def __init__(self) -> None:
        self._named: dict[str, tuple[int, int]] = {}
        self._open: set[str] = set()
        self._most = 0.0

    def dearest(self, schema: Any) -> float:
        self._size(schema)
        return self._most

    def _size(self, schema: Any, space: str = "") -> tuple[int, int]:
        """Return the fewest bytes that a value takes in a file, and the bytes of memory of its object."""
        if isinstance(schema, list):
            sizes = [self._size(one, space) for one in schema] or [(0, 0)]
            return 1 + min(width for width, _ in sizes), max(cost for _, cost in sizes)
        if isinstance(schema, str):
            return self._of_name(schema, space)
        kind = schema["type"]
        if kind in ("array", "map"):
            width, cost = self._size(schema["items" if kind == "array" else "values"], space)
            width += kind == "map"
            if not width:
                raise ValueError(
                    "its schema has lists of items that take no bytes, as no events have"
                )
            self._most = max(self._most, (cost + 8) / width)
            return _SMALLEST, _OBJECT
        if kind in ("record", "error"):
            return self._of_record(schema, space)
        if kind in ("enum", "fixed"):
            width = int(schema["size"]) if kind == "fixed" else 1
            self._named[self._full(schema, space)] = (width, _OBJECT)
            return width, _OBJECT
        return self._size(kind, space)

    def _of_name(self, name: str, space: str) -> tuple[int, int]:
        if name in (*_WIDTHS, "string", "bytes"):
            return _WIDTHS.get(name, _SMALLEST), 0 if name in ("null", "boolean") else 32
        full = (
            name
            if "." in name or f"{space}.{name}" not in {*self._named, *self._open}
            else f"{space}.{name}"
        )
        if full in self._open:
            raise ValueError("its schema contains itself, as that of no event does")
        if full not in self._named:
            raise ValueError(f"its schema names an unknown type {name!r}")
        return self._named[full]

    def _of_record(self, schema: Any, space: str) -> tuple[int, int]:
        name = self._full(schema, space)
        self._open.add(name)
        sizes = [self._size(field["type"], name.rpartition(".")[0]) for field in schema["fields"]]
        self._open.discard(name)
        width, cost = sum(one[0] for one in sizes), sum(one[1] for one in sizes)
        self._named[name] = width, _OBJECT + 100 * len(sizes) + cost
        return self._named[name]

    def _full(self, schema: Any, space: str) -> str:
        name, own = str(schema.get("name", "")), schema.get("namespace", space)
        return name if "." in name or not own else f"{own}.{name}"
