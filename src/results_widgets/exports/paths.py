"""Names of fields with dots, which may lead into objects."""

from collections.abc import Iterable, Iterator

Path = tuple[str, ...]
"""Names of objects, one within the other, and of the field in the last."""


def ways(parts: Path) -> Iterator[Path]:
    """Return the paths that a name with dots may mean, in the order in which `fields.getter` tries them."""
    for length in range(1, len(parts) + 1):
        name = ".".join(parts[:length])
        if length == len(parts):
            yield (name,)
        for rest in ways(parts[length:]):
            yield (name, *rest)


def tops(names: Iterable[str]) -> frozenset[str]:
    """Return the fields of a record that names with dots may lead into."""
    parts = [name.split(".") for name in names]
    return frozenset(".".join(one[:length]) for one in parts for length in range(1, len(one) + 1))
