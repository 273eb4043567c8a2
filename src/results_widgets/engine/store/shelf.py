"""The values of a store, each read when it is first asked for."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

from results_widgets.engine.cache import ABSENT, Absent, Cache, Key
from results_widgets.engine.counting.bitmask import PASSING
from results_widgets.engine.counting.time_index import TimeIndex
from results_widgets.engine.store.frames import MISREAD, damaged
from results_widgets.engine.store.names import digest_of
from results_widgets.engine.store.values import Decoder, Encoder, Json, UnstorableError

T = TypeVar("T")

Entry = tuple[str, str, Json]
"""A value's digest, the name of its key, and its JSON."""

_MADE_AGAIN: Final = frozenset(
    {"plan", "grid", "placed events", "declared metrics", "all metrics", PASSING}
)
"""Values that are made in a moment, or only lead to others, and take more room than they are worth."""


class Shelf:
    """The values of a store.

    Attributes:
        decoder: Reads them.
        made: Values that are made of several parts of the store, when they are first asked for.

    Args:
        entries: What is there.
        generation: The folder that it is in, for messages.
    """

    def __init__(self, entries: list[Entry], generation: Path) -> None:
        self._trees = {digest: (name, tree) for digest, name, tree in entries}
        self._names = {name for _, name, _ in entries}
        self._generation = generation
        self._objects: dict[int, tuple[object, str]] = {}
        self.decoder: Decoder | None = None
        self.made: dict[Key[Any], Callable[[], object]] = {}

    def find(self, key: Key[T]) -> T | Absent:
        """See `cache.Shelf`."""
        if key in self.made:
            value: T = self.made[key]()  # type: ignore[assignment]
            return value
        if key.name not in self._names:
            return ABSENT
        digest = digest_of(key, self.name_of)
        if digest is None or digest not in self._trees:
            return ABSENT
        found: T = self._read(digest)
        return found

    def name_of(self, value: object) -> str | None:
        """Return the digest of the key under which an object was found here."""
        return self._objects.get(id(value), (None, None))[1]

    def rest(self, known: set[str]) -> Iterator[tuple[str, str, Any]]:
        """Yield digest, name and value of what is here and not among some digests."""
        for digest, (name, _) in self._trees.items():
            if digest not in known:
                yield digest, name, self._read(digest)

    def _read(self, digest: str) -> Any:
        assert self.decoder is not None, "a shelf is read once its backend is made"
        name, tree = self._trees[digest]
        try:
            value = self.decoder.decode(tree)
        except MISREAD as error:
            raise damaged(self._generation / "manifest.json", f"{name}: {error}") from None
        if isinstance(value, TimeIndex):
            self._objects[id(value)] = value, digest
        return value


def entries_of(cache: Cache, encoder: Encoder) -> list[Entry]:
    """Return the values of a cache that can be kept, and those of the shelf behind it."""
    shelf = cache.shelf if isinstance(cache.shelf, Shelf) else None
    items = [(key, value) for key, value in cache.items() if key.name not in _MADE_AGAIN]
    objects: dict[int, str] = {}

    def name_of(value: object) -> str | None:
        return objects.get(id(value)) or (shelf.name_of(value) if shelf else None)

    for key, value in items:
        if isinstance(value, TimeIndex) and (digest := digest_of(key, name_of)):
            objects[id(value)] = digest
    named = [(digest_of(key, name_of), key.name, value) for key, value in items]
    found = {digest: (name, value) for digest, name, value in named if digest is not None}
    for digest, name, value in shelf.rest({*found}) if shelf else ():
        found[digest] = name, value
    entries: list[Entry] = []
    for digest, (name, value) in found.items():
        try:
            entries.append((digest, name, encoder.encode(value, name)))
        except UnstorableError:
            continue
    return entries
