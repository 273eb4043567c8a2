"""A cache of what was computed from a campaign's data: each value is computed once, whichever thread asks first.

Values that are cheap to compute again are evicted, least recently used first, once together they take more than a
budget of bytes. Their keys say which values those are.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from threading import Lock
from typing import Any, Final, Generic, Protocol, TypeVar

import polars as pl

T = TypeVar("T")

BUDGET: Final = 256 * 2**20
"""Bytes that evictable values may take together; `Cache.raise_budget` allows more for large data."""
_SMALL: Final = 1_000


@dataclass(frozen=True)
class Key(Generic[T]):
    """What a cached value is, and whether it may be evicted.

    Attributes:
        name: What the value is.
        of: What it depends on; `QueryScope.key` and `ScopedRows.key` add their own.
        evictable: Whether the value may be dropped to make room. Values of a date range are, since
            a user may look at any number of ranges; those of the whole campaign stay as long as the
            data does.
    """

    name: str
    of: tuple[Hashable, ...] = ()
    evictable: bool = False


class Sized(Protocol):
    """A value that shares most of its data with others, and reports how many bytes are its own."""

    @property
    def own_bytes(self) -> int:
        """The bytes that are freed with it."""
        ...


class Absent(Enum):
    """What a shelf returns for a key that it has no value of; None may be a value."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT


class Shelf(Protocol):
    """Values that were computed earlier, and kept in files."""

    def find(self, key: Key[T]) -> T | Absent:
        """Return the value of a key; `ABSENT` if there is none."""
        ...


class Cache:
    """Values by `Key`, with an LRU eviction of those whose keys allow it.

    Args:
        budget: Bytes that evictable values may take together.
        shelf: Where values are looked for before they are computed.
    """

    def __init__(self, budget: int = BUDGET, shelf: Shelf | None = None) -> None:
        self._budget = budget
        self._shelf = shelf
        self._values: dict[Key[Any], Future[Any]] = {}
        self._evictable: OrderedDict[Key[Any], int] = OrderedDict()
        self._evictable_bytes = 0
        self._lock = Lock()

    def get(self, key: Key[T], compute: Callable[[], T]) -> T:
        """Return the value of a key, computing it the first time.

        Args:
            key: What is asked for.
            compute: Makes the value. Other threads that ask meanwhile wait for it; if it raises,
                they get the same error, and whoever asks next tries again.
        """

        def kept_or_computed() -> T:
            kept = self._kept(key)
            return compute() if kept is ABSENT else kept

        return self._once(key, kept_or_computed)

    def _once(self, key: Key[T], make: Callable[[], T]) -> T:
        """Return the value of a key, making it the first time; the shelf is not asked."""
        with self._lock:
            known = self._values.get(key)
            if known is None:
                made = self._values[key] = Future[Any]()
            elif key in self._evictable:
                self._evictable.move_to_end(key)
        if known is not None:
            found: T = known.result()
            return found
        try:
            value = make()
        except BaseException as error:
            self._values.pop(key, None)
            made.set_exception(error)
            raise
        made.set_result(value)
        if key.evictable:
            self._evict_for(key, size_of(value))
        return value

    def take(self, key: Key[T], compute: Callable[[], T]) -> T:
        """Return the value of a key as `get` does, but make nobody wait while it is computed.

        For values whose making may ask for themselves; two threads may both compute one.
        """
        made = self._values.get(key)
        if made is not None and made.done() and not made.exception():
            known: T = made.result()
            return known
        kept = self._kept(key)
        value = compute() if kept is ABSENT else kept
        return self._once(key, lambda: value)

    def put(self, key: Key[T], value: T) -> None:
        """Set a value that was made elsewhere, before anybody asks for it."""
        self._once(key, lambda: value)

    def known(self, key: Key[T]) -> T | None:
        """Return the value of a key if it has been computed, now or earlier."""
        found = self._values.get(key)
        if found is not None:
            return found.result() if found.done() else None
        kept = self._kept(key)
        return None if kept is ABSENT else self._once(key, lambda: kept)

    def has_any(self, name: str) -> bool:
        """Whether a value of this name has been asked for."""
        return any(key.name == name for key in list(self._values))

    def items(self) -> list[tuple[Key[Any], Any]]:
        """Return the keys and values that have been computed so far."""
        known = list(self._values.items())
        return [(key, made.result()) for key, made in known if made.done() and not made.exception()]

    @property
    def shelf(self) -> Shelf | None:
        """Where values are looked for before they are computed."""
        return self._shelf

    def _kept(self, key: Key[T]) -> T | Absent:
        if self._shelf is None:
            return ABSENT
        found: T | Absent = self._shelf.find(key)
        return found

    def raise_budget(self, size: int) -> None:
        """Let evictable values take as many bytes as what they are made from, if that is more."""
        self._budget = max(self._budget, size)

    def _evict_for(self, key: Key[Any], size: int) -> None:
        """Add an evictable value, dropping others, the least recently used first, until all fit."""
        with self._lock:
            self._evictable_bytes += size - self._evictable.get(key, 0)
            self._evictable[key] = size
            while self._evictable_bytes > self._budget and len(self._evictable) > 1:
                oldest, freed = self._evictable.popitem(last=False)
                self._evictable_bytes -= freed
                self._values.pop(oldest, None)

    @property
    def evictable_bytes(self) -> int:
        """Bytes that the evictable values take now."""
        return self._evictable_bytes

    @property
    def room(self) -> int:
        """Bytes that can be added before a value has to be evicted."""
        return self._budget - self._evictable_bytes

    def __len__(self) -> int:
        return len(self._values)


def size_of(value: object) -> int:
    """Return about how many bytes a value holds: the columns of all its frames."""
    kind: Any = type(value)
    return _SMALL + _measure_of(kind)(value)


@cache
def _measure_of(kind: type) -> Callable[[Any], int]:
    """Return what tells how many bytes the values of a class hold beside themselves.

    Once for each class: an answer has thousands of parts, and to ask each what it can do took a third of a click.
    """
    if hasattr(kind, "own_bytes"):
        return _own_bytes
    if issubclass(kind, pl.DataFrame | pl.Series):
        return _estimated
    if issubclass(kind, Mapping):
        return lambda value: sum(map(size_of, value.values()))
    if issubclass(kind, tuple | list):
        return lambda value: sum(map(size_of, value))
    if is_dataclass(kind):
        names = [field.name for field in fields(kind)]
        return lambda value: sum(size_of(getattr(value, name)) for name in names)
    return lambda _: 0


def _own_bytes(value: Sized) -> int:
    return value.own_bytes


def _estimated(value: pl.DataFrame | pl.Series) -> int:
    return int(value.estimated_size())
